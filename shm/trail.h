/* trail.h - the newest records of somebody's past, in memory that others read: a bounded log with one writer.
 *
 * Records are numbered from 0 and never change but for the newest, which may be written again.  Each has a
 * sequence of its own, so that a reader sees whether what it copied stands; a kill at any point leaves whole
 * records, and at most one that nobody counts. */
#ifndef TR_TRAIL_H
#define TR_TRAIL_H

#include "base.h"

#define TR_SAMPLE_WORDS 16
#define TR_SAMPLE_CNT 640 /* ten minutes of seconds, and those who came and went */
#define TR_GAP_WORDS 5
#define TR_GAP_CNT 64

struct tr_trail {
    tr_word cnt; /* records so far: 0 .. cnt - 1; release, after the record */
    tr_word first; /* records before it belong to somebody else who had the place */
};

/* Memory of a trail: all zero to begin with. */
struct tr_sample_trail {
    struct tr_trail head;
    tr_word slot[TR_SAMPLE_CNT][1 + TR_SAMPLE_WORDS];
};

struct tr_gap_trail {
    struct tr_trail head;
    tr_word slot[TR_GAP_CNT][1 + TR_GAP_WORDS];
};

enum tr_sample_kind {
    TR_SAMPLE_JOIN =
        1, /* the place was taken; the sums go on, but for those of a consumer that begins anew */
    TR_SAMPLE_SECOND = 2, /* once a second, later if the process was busy elsewhere */
    TR_SAMPLE_LEAVE = 3, /* left in good order */
};

/* What a producer or consumer was like at one time.  Sums (_cnt, busy, idle, blocked) count from when the name came
 * to the ring; the rest is of the time since the sample before. */
struct tr_sample {
    int64_t at_ns; /* CLOCK_MONOTONIC */
    uint32_t kind; /* enum tr_sample_kind */
    uint32_t pid;
    uint64_t passed_cnt; /* producer: published; consumer: delivered, over all lanes */
    uint64_t lost_cnt; /* producer: dropped because the ring was full; consumer: lost */
    uint64_t lag; /* consumer: depth of the queue at at_ns */
    uint64_t lag_max; /* consumer: deepest that it saw */
    uint64_t busy_ns; /* consumer */
    uint64_t idle_ns; /* consumer */
    uint64_t blocked_ns; /* producer: at a full ring; consumer: at the ring of the next stage */
    uint64_t event_cnt; /* producer: stalls; consumer: evictions that it found */
    uint64_t holder; /* producer: 1 + the place of the consumer that held it longest; 0: none */
    uint64_t holder_ns; /* ... and how long */
    int64_t p50_ns; /* consumer, each second: publish to read; 0: nothing was read */
    int64_t p99_ns;
    int64_t p999_ns;
    int64_t max_ns;
};

/* A gap that a consumer was told of: sequences from .. to - 1 of a lane were not delivered. */
struct tr_gap_record {
    int64_t at_ns; /* CLOCK_MONOTONIC */
    uint64_t lane_idx;
    uint64_t from;
    uint64_t to;
    uint64_t lost_before; /* in this lane, before it: the gap counts once lost is more than this */
};

static_assert(sizeof(struct tr_sample) == 8 * TR_SAMPLE_WORDS, "a sample is its words");
static_assert(sizeof(struct tr_gap_record) == 8 * TR_GAP_WORDS, "a gap is its words");

/* tr_trail_begin - a new owner: the records so far are not its own. */
void tr_trail_begin(struct tr_trail *head);

/* tr_samples_add - the owner alone. */
void tr_samples_add(struct tr_sample_trail *trail, const struct tr_sample *sample);

/* tr_gaps_add - the owner alone; before the gap counts.  A gap of the lane that did not come to count (lost_before is
 * the same) is replaced: the same step is being made again after a kill. */
void tr_gaps_add(struct tr_gap_trail *trail, const struct tr_gap_record *gap);

/* tr_samples_read - copies records *nr, *nr + 1 ... to sample, at most max, and moves *nr behind them; what was
 * overwritten meanwhile, or is somebody else's, is left out.  Returns how many.  0: no more now. */
unsigned tr_samples_read(const struct tr_sample_trail *trail, uint64_t *nr, struct tr_sample *sample,
                         unsigned max);

/* tr_gaps_read - all that are kept, oldest first, at most TR_GAP_CNT.  Returns how many; *whole: whether these are all
 * that there ever were. */
unsigned tr_gaps_read(const struct tr_gap_trail *trail, struct tr_gap_record gap[TR_GAP_CNT], bool *whole);

#endif
