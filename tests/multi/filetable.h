/* filetable.h - which facts each recorded file has to give, and how it is fed. */
#ifndef TESTS_FILETABLE_H
#define TESTS_FILETABLE_H

#include <stdbool.h>
#include <stddef.h>

#define FACT_PATH_MAX 3

/* What the times of a fact are. */
enum fact_time {
    FACT_TIME_NONE, /* not those of the ticks */
    FACT_TIME_S, /* numbers in this unit, with a fraction if wanted */
    FACT_TIME_MS,
    FACT_TIME_US,
    FACT_TIME_NS,
    FACT_TIME_TEXT, /* 2015-09-23T20:57:42.146, 20200101 170000065, or a time of day */
};

enum fact_ticks { FACT_TICKS_ALL, FACT_TRADES, FACT_QUOTES };

enum fact_sides { FACT_SIDES_ALL, FACT_SIDES_KNOWN, FACT_SIDES_NONE };

/* One group of facts; rows of the same file and options that follow each other share a run of the programs. */
struct file_row {
    const char *file; /* below the folder of the files, as a key of facts.json */
    const char *options; /* of feed, each followed by a blank; NULL: none */
    const char *at[FACT_PATH_MAX]; /* where below that key the facts are; the last may be "*": each of the
                                      objects there tells of the symbol that is its key */
    const char *facts; /* where there are none: an object of them */
    const char *cnt_at[FACT_PATH_MAX]; /* where the number of ticks alone is */
    const char *symbols_at[FACT_PATH_MAX]; /* where the number of symbols is */
    const char *symbol; /* NULL: all together */
    enum fact_ticks ticks;
    enum fact_sides sides; /* trades whose taker is known, or is not */
    bool are_makers; /* the facts have the maker's sides, as the file */
    enum fact_time time;
    const char *time_base; /* RFC 3339: what the times are counted from; NULL: 1970, UTC */
};

extern const struct file_row file_table[];
extern const size_t file_table_cnt;

#endif
