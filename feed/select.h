/* select.h - which records of the input are published. */
#ifndef FEED_SELECT_H
#define FEED_SELECT_H

#include <stdbool.h>

#include "feed/source/source.h"

struct select {
    const char *symbols; /* globs (fnmatch), separated by commas, checked; NULL: all */
    bool only_trades;
    bool only_quotes;
    uint64_t skip_cnt; /* of those wanted, the first so many are left out */
    int64_t from_ns; /* event times from here ... */
    int64_t to_ns; /* ... and before here; 0: no limit */
    char last_symbol[SOURCE_SYMBOL_MAX + 1]; /* the answer for the name asked last */
    bool last_wanted;
};

/* select_wants - whether this record is to be published; counts those to be skipped. */
bool select_wants(struct select *sel, const struct source_record *rec);

#endif
