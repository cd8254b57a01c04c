/* summary.h - what a consumer says last. */
#ifndef CONSUMER_SUMMARY_H
#define CONSUMER_SUMMARY_H

#include "consumer/stage/stage.h"

struct totals {
    uint64_t delivered; /* ticks read by this process */
    uint64_t lost; /* sequences told as gaps to this process */
    uint64_t filtered; /* of the delivered ones, those that were not wanted */
    uint64_t gap_cnt;
    int64_t elapsed_ns; /* from the first tick to the end */
    const char *digest; /* NULL: not asked for */
};

/* summary_json - the object with "event":"summary", without the end of the line. */
void summary_json(struct json *json, struct stage *stage, const struct symbols *symbols,
                  const struct totals *totals);

/* summary_text - a table for people. */
void summary_text(struct out *out, const struct stage *stage, const struct symbols *symbols,
                  const struct totals *totals);

/* summary_csv - the totals of each symbol with a header: for a stage that has no lines. */
void summary_csv(struct out *out, const struct symbols *symbols);

#endif
