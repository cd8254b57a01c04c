/* merge.h - several sources as one stream, ordered by event time (or by receive time).  Each source keeps its own order: one
 * whose time goes back is not sorted.  Equal times: the source named first comes first. */
#ifndef FEED_MERGE_H
#define FEED_MERGE_H

#include <stdbool.h>

#include "feed/source/source.h"

#define MERGE_MAX 64 /* sources */

struct merge_input {
    struct source *source;
    struct source_record rec; /* the next one, if there is */
    int64_t ts_ns; /* of rec: what the order is by */
    bool has_rec;
    bool ended;
};

struct merge {
    struct merge_input input[MERGE_MAX];
    unsigned input_cnt;
    bool by_receive; /* by the recorder's time; records without one by their event time */
    struct merge_input *given; /* whose record the caller has */
};

/* merge_add - adds an open source, which stays the caller's.  There is room for MERGE_MAX. */
void merge_add(struct merge *m, struct source *source);

/* merge_next - the next record of all; *rec is valid until the next call.
 * BAD and FATAL: *rec is NULL, *culprit is the source that has the message. */
enum source_result merge_next(struct merge *m, const struct source_record **rec, struct source **culprit);

/* merge_rewind - all sources from the beginning: 0; 1: interrupted by a signal, to be called again; or -1: one
 * cannot, *culprit has the message. */
int merge_rewind(struct merge *m, struct source **culprit);

#endif
