/* view.h - ways to show a snapshot.  A view knows no segment; one view is one file and one line here. */
#ifndef MONITOR_VIEW_VIEW_H
#define MONITOR_VIEW_VIEW_H

#include "monitor/snapshot.h"
#include "out.h"

struct json;

struct view_ops {
    const char *name;
    void (*begin)(struct out *out); /* once, before the first; NULL: nothing */
    void (*show)(struct out *out, const struct snapshot *snap);
    void (*down)(struct out *out, const char *ring); /* the ring cannot be looked at; NULL: nothing */
};

extern const struct view_ops view_plain;
extern const struct view_ops view_json;
extern const struct view_ops view_csv;
extern const struct view_ops view_prometheus;

/* view_json_write - the object that view_json shows. */
void view_json_write(struct json *j, const struct snapshot *snap);

/* prometheus_show, prometheus_down - what view_prometheus shows (docs/metrics.md): the text format 0.0.4. */
void prometheus_show(struct out *out, const struct snapshot *snap);
void prometheus_down(struct out *out, const char *ring);

/* view_plain_show - the table, `width` columns wide at most: those that matter least are left out.
 * 0: no limit.  Sentences (the ring, the sums, the warnings) are left to the terminal to wrap. */
void view_plain_show(struct out *out, const struct snapshot *snap, unsigned width);

#endif
