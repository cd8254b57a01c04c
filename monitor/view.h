/* view.h - ways to show a snapshot.  A view knows no segment; one view is one file and one line here. */
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

/* view_plain_show - the table, `width` columns wide at most: those that matter least are left out.
 * 0: no limit.  Sentences (the ring, the sums, the warnings) are left to the terminal to wrap. */
void view_plain_show(struct out *out, const struct snapshot *snap, unsigned width);

#endif
