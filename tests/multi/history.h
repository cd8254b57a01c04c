/* history.h - what consumers wrote, held against what feeds were given to publish.
 *
 * The input of producer f is a CSV whose every row follows from f and the row's number; so any line that
 * `consumer -j print` writes can be checked whole, by its producer and sequence alone: a tick that is
 * torn, moved or invented cannot pass. */
#ifndef TESTS_HISTORY_H
#define TESTS_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#define HISTORY_PRODUCER_MAX 16

/* history_write_input - row_cnt rows for producer number f. */
void history_write_input(const char *path, unsigned f, uint64_t row_cnt);

/* history_producer - the name of producer number f, for --producer. */
const char *history_producer(unsigned f);

struct history {
    bool seen[HISTORY_PRODUCER_MAX]; /* a tick or gap of it was read */
    uint64_t first[HISTORY_PRODUCER_MAX]; /* sequence of the first line */
    uint64_t next[HISTORY_PRODUCER_MAX]; /* sequence expected next */
    uint64_t delivered; /* tick lines */
    uint64_t lost; /* sum over gap lines */
    uint64_t repeated; /* lines that were there before; only where allowed */
    uint64_t repeat_max; /* how far a line may go back; 0: not at all */
    bool has_summary;
    uint64_t summary_delivered;
    uint64_t summary_lost;
};

/* history_read - reads a file of lines from byte `from` on and fails the test at the first line that is
 * not what it must be: per producer, sequences go on by one, or over a gap that a line tells.
 * Continues *h (all zero to begin); returns the offset behind the last whole line. */
uint64_t history_read(struct history *h, const char *path, uint64_t from);

/* history_expect_all - fails the test unless the first producer_cnt producers were read from 0 to row_cnt. */
void history_expect_all(const struct history *h, unsigned producer_cnt, uint64_t row_cnt);

/* history_read_report - the value of a number in a JSON object that a file's last line is. */
uint64_t history_number(const char *path, const char *key);

#endif
