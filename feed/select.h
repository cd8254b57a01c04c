/* select.h - which records of the input are published. */
#ifndef FEED_SELECT_H
#define FEED_SELECT_H

#include <stdbool.h>

#include "feed/source.h"

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

#define SELECT_TEXT_MAX 1024

/* select_check_symbols - whether text can be `symbols`: 0; -EINVAL: an empty list or pattern; -E2BIG: longer
 * than SELECT_TEXT_MAX with its NUL. */
int select_check_symbols(const char *text);

/* select_wants - whether this record is to be published; counts those to be skipped. */
bool select_wants(struct select *sel, const struct source_record *rec);

#endif
