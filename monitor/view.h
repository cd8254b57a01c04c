/* view.h - ways to show a snapshot.  A view knows no segment; one view is one file and one line in the
 * table of view.c. */
#ifndef MONITOR_VIEW_H
#define MONITOR_VIEW_H

#include "monitor/collect.h"
#include "out.h"

struct view_ops {
    const char *name;
    void (*show)(struct out *out, const struct snapshot *snap);
};

extern const struct view_ops view_plain;
extern const struct view_ops view_json;

#endif
