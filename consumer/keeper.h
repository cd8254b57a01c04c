/* keeper.h - exactly once through a kill: the checkpoint of a run.
 *
 * A checkpoint holds everything that the run knows: position, counts, symbols, the stage's own, how many
 * records and bytes it had written.  The cursor in the ring, at which the feed waits, is that of the newest
 * checkpoint.  After a kill the successor loads it, reads the same ticks again, makes the same records and
 * lines again, and drops as many as were already written.  So the output is that of a run without kills,
 * to the byte.
 *
 * That holds for one lane, or several merged by event time that are all there from the beginning, and for output into a ring or a regular file that is appended to (>>).  A file may
 * be cut by nobody, and written by nobody else. */
#ifndef CONSUMER_KEEPER_H
#define CONSUMER_KEEPER_H

#include "consumer/outring.h"
#include "consumer/run.h"

struct keeper {
    struct run *run;
    const struct outring *outring; /* NULL: lines only, or not open yet */
    unsigned lane_cnt; /* lanes whose order is known: one, or as many as are merged by event time */
    struct tr_checkpoint file;
    struct state state;
    int64_t stored_ns; /* CLOCK_MONOTONIC of the newest checkpoint */
    bool found; /* an earlier run has left one */
    bool mixed; /* there were more lanes than that: what was read since the checkpoint has no order */
    bool failed; /* it could not be kept, and that was said */
    bool same; /* what an earlier run wrote since the checkpoint is made again, to the byte */
    bool ended; /* the run had come to its end: only that was left to do */
    uint64_t put_cnt; /* records by then */
    struct tr_digest digest; /* ... and their digest */
};

/* keeper_can_append - whether what is written to fd can be told from what is still to be written: a regular
 * file, opened for appending. */
bool keeper_can_append(int fd);

/* keeper_open - finds what an earlier run of the same command left when it was killed, and puts *run, its
 * stage and its output where that was (the caller does so with the outring); else begins.  id: the consumer's; tag:
 * the command, hashed; lane_cnt: lanes of which the order is known.  The ring was joined with keeps_all, nothing was read yet.  0, or an exit code after it has
 * logged why. */
int keeper_open(struct keeper *k, struct run *run, const char *id, unsigned lane_cnt, uint64_t tag);

/* keeper_store - makes a checkpoint now; what was written before it has been flushed.  ended: the run is over,
 * the cursor stays where it is so that the ring stays until all is done.  0, or an exit code. */
int keeper_store(struct keeper *k, bool ended);

/* keeper_leave - for who ends with an error that it has told: leaves the ring as a crash would, so that its place is
 * held.  Whoever comes next goes on from a checkpoint made now, or where that cannot be, from the last. */
void keeper_leave(struct keeper *k);

/* keeper_note_gap - ticks are lost from here on: what an earlier run made of them is not made again, so that it goes on
 * behind all that is written. */
void keeper_note_gap(struct keeper *k);

/* keeper_is_due - whether a checkpoint is to be made at now_ns, after a batch. */
bool keeper_is_due(const struct keeper *k, int64_t now_ns);

/* keeper_close - done says that there is nothing to go on with: the checkpoint is removed. */
void keeper_close(struct keeper *k, bool done);

#endif
