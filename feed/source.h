/* source.h - what a source of ticks is: bytes or arithmetic in, records out.  A source knows nothing of
 * rings, pace or other sources; one source is one file and one line in source_table (source.c).
 *
 * Use: fill path and opt of a zeroed struct source, source_open, next until END or FATAL, source_close. */
#ifndef FEED_SOURCE_H
#define FEED_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "input.h"
#include "tick.h"

#define SOURCE_SYMBOL_MAX 71 /* bytes of a symbol or venue name */
#define SOURCE_ERROR_MAX 512

/* One record as a source hands it out.  symbol and venue point into memory of the source that stays
 * valid until the next call of next(); symbol and venue ids of `tick` are not set by the source. */
struct source_record {
    struct tr_tick tick; /* symbol, venue ids and ts_pub_ns are 0 here */
    const char *symbol; /* 1 to SOURCE_SYMBOL_MAX printable ASCII bytes; no NUL behind them */
    const char *venue; /* the same, or "" if the file does not say */
    uint8_t symbol_len;
    uint8_t venue_len;
    int64_t ts_recv_ns; /* for quotes and trades; 0: the file has none */
};

enum source_result {
    SOURCE_OK, /* one record was stored */
    SOURCE_END, /* the input is over, all of it was whole */
    SOURCE_BAD, /* a malformed record: `error` says where and why; calling again goes on after it */
    SOURCE_FATAL, /* the input cannot go on (`error`, `exit_code` say why) */
    SOURCE_AGAIN, /* no record yet, none is lost: a signal interrupted reading; call again or stop */
};

struct source_counts {
    uint64_t rounded_cnt; /* numbers with more decimals than the record holds, rounded half-even */
    uint64_t skipped_cnt; /* well-formed rows that are no tick: a price or size of zero */
    uint64_t bytes_read; /* for the progress line */
    uint64_t bytes_all; /* 0: not known (a pipe) */
};

/* What the command line says about input that does not say it itself; strings may be NULL. */
struct source_options {
    const char *symbol; /* --symbol: for rows that have none */
    const char *venue; /* --venue: for rows that have none; a generator: its venues, comma-separated */
    const char *date; /* --date, YYYY-MM-DD, checked */
    const char *map; /* --map=FIELD=COL,... */
    const char *symbols; /* --symbols: the generator's names, or how many */
    uint64_t seed; /* --seed */
    int64_t time_unit_ns; /* --time-unit; 0: by magnitude */
};

struct source {
    const struct source_ops *ops;
    const char *path; /* as given; "-" is standard input; a generator has none */
    struct source_options opt;
    struct source_counts counts;
    char error[SOURCE_ERROR_MAX]; /* "file:line:col: what, why" for BAD and FATAL; one line, no newline */
    int exit_code; /* EXIT_CODE_DATA, EXIT_CODE_NOINPUT ... (exitcode.h) of a FATAL */
    struct input input; /* of a source that reads; open from source_open to source_close */
    void *state; /* the source's own */
};

struct source_ops {
    const char *name; /* of --format or --generate */
    const char *help;
    bool generates; /* reads no input */
    /* Whether a file that begins with these bytes (at least its first line, if it has one, and as much
     * more as there happened to be) is of this format.  NULL for a generator. */
    bool (*detect)(const char *bytes, size_t len);
    /* 0, or -1 with error and exit_code set; exit_code 0: interrupted, may be called again. */
    int (*open)(struct source *src);
    enum source_result (*next)(struct source *src, struct source_record *rec);
    int (*rewind)(struct source *src); /* from the beginning again: 0, or -1: it cannot (a pipe) */
    void (*close)(struct source *src);
};

/* source_list - the i-th source there is, NULL behind the last. */
const struct source_ops *source_list(size_t i);

/* source_find - the source of that name among those that generate or those that read; NULL: none. */
const struct source_ops *source_find(const char *name, bool generates);

/* source_detect - the format of a file that begins with these bytes.  NULL: none that is known; why (of
 * SOURCE_ERROR_MAX bytes) then says what it seems to be, or which formats there are. */
const struct source_ops *source_detect(const char *bytes, size_t len, char *why);

/* source_open - opens src->path as the format ops, NULL: the detected one; or starts the generator ops.
 * SOURCE_OK; SOURCE_END: the input is empty, there is nothing to close; SOURCE_FATAL with error and
 * exit_code; SOURCE_AGAIN: interrupted by a signal, to be called again or followed by source_close. */
enum source_result source_open(struct source *src, const struct source_ops *ops);

/* source_close - releases what source_open took; harmless after it failed, and twice. */
void source_close(struct source *src);

/* What sources share (source_common.c). */

/* source_fail - stores "file: what" (a generator: "what") and the exit code; returns -1. */
int source_fail(struct source *src, int exit_code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* source_bad - stores "file:line:column: what" for the line that input handed out last; column is in
 * bytes, from 1.  Returns SOURCE_BAD. */
enum source_result source_bad(struct source *src, size_t column, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#define SOURCE_QUOTE_MAX 40

/* source_quote - text fit for a message: in quotes, unprintable bytes as '?', long text cut.  Returns out. */
const char *source_quote(char out[SOURCE_QUOTE_MAX], const char *text, size_t len);

/* source_name_ok - whether text can be the name of a symbol or venue: see struct source_record. */
bool source_name_ok(const char *text, size_t len);

/* source_file_symbol - the name in src->path without directory and extension (two, if the last tells a
 * compression), into out, if it can be a symbol.  Returns its length, 0 if it cannot. */
size_t source_file_symbol(const struct source *src, char out[SOURCE_SYMBOL_MAX + 1]);

/* source_line - input_line in the words of a source: SOURCE_OK, END, AGAIN, FATAL, or BAD for a line that
 * is too long or holds a NUL byte. */
enum source_result source_line(struct source *src, char **text, size_t *len);

#endif
