/* past.h - what the processes of a ring have noted of themselves (trail.h), copied as it grows: the last ten minutes of
 * each, also of those that are dead or have left. */
#ifndef MONITOR_PAST_H
#define MONITOR_PAST_H

#include "tickring.h"

/* The samples of one producer or consumer, oldest first (past_sample). */
struct past_track {
    char name[TR_NAME_MAX + 1]; /* whose they are */
    uint64_t nr; /* the next record to read */
    unsigned first; /* of the ring of samples */
    unsigned cnt;
    struct tr_sample sample[TR_SAMPLE_CNT];
};

struct past {
    struct past_track lane[TR_LANE_MAX];
    struct past_track member[TR_CONSUMER_MAX];
};

/* past_new - with nothing in it (6.5 MB of address space, memory as it fills).  NULL: none left; free() ends it. */
struct past *past_new(void);

/* past_forget - another ring is looked at. */
void past_forget(struct past *past);

/* past_read - adds what is new since the last call.  view is one of seg, taken just before. */
void past_read(struct past *past, const struct tr_segment *seg, const struct tr_view *view);

/* past_add - one sample, not older than those before; the oldest goes if there is no room. */
void past_add(struct past_track *track, const struct tr_sample *sample);

/* past_sample - sample i of track->cnt, 0 the oldest. */
const struct tr_sample *past_sample(const struct past_track *track, unsigned i);

/* past_index - the number of the newest sample at or before at_ns; -1: none is so old. */
int past_index(const struct past_track *track, int64_t at_ns);

/* past_sum - a sum (that uint64_t of struct tr_sample, by its offset) at a time: between two samples it grows evenly, before
 * the first it is as there, after the last it goes to now_sum at now_ns. */
uint64_t past_sum(const struct past_track *track, size_t offset, uint64_t now_sum, int64_t now_ns,
                  int64_t at_ns);

#endif
