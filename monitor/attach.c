#include "monitor/attach.h"

#include <errno.h>
#include <stdlib.h>

#include "monitor/collect.h"

/* Takes over a ring that has the name now, if there is one; else what was there stays.  0 or the error of opening. */
static int open_newest(struct attach *attach)
{
    struct tr_segment seg;
    int rc = tr_observe_open(&seg, attach->ring);
    if (rc != 0)
        return rc;
    if (attach->open)
        tr_observe_close(&attach->seg);
    attach->seg = seg;
    attach->open = true;
    attach->gone = false;
    past_forget(attach->past);
    return 0;
}

int attach_look(struct attach *attach, const struct level_limits *limits, struct snapshot *snap)
{
    if (attach->past == NULL && (attach->past = past_new()) == NULL)
        return -ENOMEM;
    if (!attach->open || attach->gone) {
        int rc = open_newest(attach);
        if (rc != 0 && !attach->open)
            return rc;
        if (rc != 0) /* the last state stays to be seen; no time passes in it */
            return 0;
    }
    int rc = collect(&attach->seg, limits, attach->past, snap);
    if (rc != 0) { /* truncated: another may take its name */
        tr_observe_close(&attach->seg);
        attach->open = false;
    } else if (!snap->view.named) {
        attach->gone = true;
    }
    return rc;
}

void attach_end(struct attach *attach)
{
    if (attach->open)
        tr_observe_close(&attach->seg);
    free(attach->past);
    *attach = (struct attach){.ring = attach->ring};
}
