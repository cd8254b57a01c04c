/* attach.h - a ring by its name, whatever becomes of it: there is none yet, it is removed, another takes its name. */
#ifndef MONITOR_ATTACH_H
#define MONITOR_ATTACH_H

#include "monitor/snapshot.h"

/* All zero but ring to begin with. */
struct attach {
    const char *ring;
    struct tr_segment seg;
    bool open;
    struct past *past; /* owned */
    bool gone; /* the snapshot is the last of a ring that was removed, and no other has come */
};

/* attach_look - takes a snapshot of the ring that has the name now; of the one that had it last if that was removed.
 * Returns 0; -ENOENT: there was none yet; another -errno of opening or viewing: *snap is as it was. */
int attach_look(struct attach *attach, const struct level_limits *limits, struct snapshot *snap);

/* attach_end - lets go of the ring and of its past. */
void attach_end(struct attach *attach);

#endif
