/* ahead.h - records read before they are due.  Reading one takes as long as publishing twenty: what comes in a
 * burst at one time must have been read when that time comes. */
#ifndef FEED_AHEAD_H
#define FEED_AHEAD_H

#include "feed/merge.h"

#define AHEAD_MAX 256

struct ahead_record {
    struct source_record rec; /* its names are those below */
    char symbol[SOURCE_SYMBOL_MAX];
    char venue[SOURCE_SYMBOL_MAX];
};

struct ahead {
    struct ahead_record *queue; /* NULL: nothing is read ahead */
    unsigned begin; /* queue[begin % AHEAD_MAX] is the next one */
    unsigned end;
    bool has_result; /* reading ended with this, which comes after what is in the queue */
    enum source_result result;
    struct source *culprit;
};

/* ahead_open - gets the memory, and notes whether the sources may be read ahead: not a pipe, which can keep one
 * waiting while a tick is due.  0 or -ENOMEM. */
int ahead_open(struct ahead *ahead, const struct merge *m);

/* ahead_next - as merge_next; *rec is valid until the next call. */
enum source_result ahead_next(struct ahead *ahead, struct merge *m, const struct source_record **rec,
                              struct source **culprit);

/* ahead_read - reads one more record ahead.  False: there is no room, no more, or it is not to be done. */
bool ahead_read(struct ahead *ahead, struct merge *m);

/* ahead_cnt - how many records were read and not yet handed out. */
static inline unsigned ahead_cnt(const struct ahead *ahead)
{
    return ahead->end - ahead->begin;
}

/* ahead_clear - forgets what was read: the input begins again. */
void ahead_clear(struct ahead *ahead);

void ahead_close(struct ahead *ahead);

#endif
