/* source.h - what a source of ticks is: bytes or arithmetic in, records out.  A source knows nothing of
 * rings, pace or other sources; one source is one file and one line in source_table (source.c).
 *
 * Use: fill path and opt of a zeroed struct source, source_open, next until END or FATAL, source_close. */
#ifndef FEED_SOURCE_H
#define FEED_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "feed/input/input.h"
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

/* source_record_init - a record without anything.  Not one assignment of the whole: compilers make a slow string
 * instruction of one so large. */
static inline void source_record_init(struct source_record *rec)
{
    rec->tick = (struct tr_tick){0};
    rec->symbol = rec->venue = "";
    rec->symbol_len = rec->venue_len = 0;
    rec->ts_recv_ns = 0;
}

enum source_result {
    SOURCE_OK, /* one record was stored */
    SOURCE_END, /* the input is over, all of it was whole */
    SOURCE_BAD, /* a malformed record: `error` says where and why; calling again goes on after it */
    SOURCE_FATAL, /* the input cannot go on (`error`, `exit_code` say why) */
    SOURCE_AGAIN, /* no record yet, none is lost: a signal interrupted reading; call again or stop */
};

struct source_counts {
    uint64_t rounded_cnt; /* numbers with more decimals than the record holds, rounded half-even */
    uint64_t skipped_cnt; /* well-formed rows and messages that are no tick */
    uint64_t zero_cnt; /* of those, trades with a price or size of zero */
    uint64_t bytes_read; /* for the progress line: of the file as it is, be it compressed */
    uint64_t bytes_all; /* 0: not known (a pipe) */
};

#define SOURCE_TALLY_MAX 24 /* kinds; those beyond are counted as "other" */

/* How often one kind of thing was met, and where first. */
struct source_tally {
    const char *kind; /* a constant text; NULL: no more */
    uint64_t cnt;
    uint64_t first; /* line, or offset of what is not text */
    bool by_line;
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
    bool only_trades; /* the others are not wanted: a source may leave them out, and the work for them */
    bool only_quotes;
};

struct source {
    const struct source_ops *ops; /* NULL: nothing is open, or between two members of an archive */
    const struct source_ops *wanted; /* as source_open was told; NULL: the format that each file has */
    bool member_over; /* of an archive: the next one is to be begun */
    bool member_bad; /* the first one was, which source_next is still to say */
    const struct source_ops *detected; /* by a source_open that was interrupted after that */
    const char *path; /* as given; "-" is standard input; a generator has none */
    struct source_options opt;
    struct source_counts counts;
    struct source_tally bad[SOURCE_TALLY_MAX]; /* malformed records by kind */
    struct source_tally note[SOURCE_TALLY_MAX]; /* what is odd but no error: an order nobody added ... */
    char error[SOURCE_ERROR_MAX]; /* "file:line:col: what, why" for BAD and FATAL; one line, no newline */
    int exit_code; /* EXIT_CODE_DATA, EXIT_CODE_NOINPUT ... (exitcode.h) of a FATAL */
    struct input input; /* of a source that reads; open from source_open to source_close */
    void *state; /* the source's own */
};

struct source_ops {
    const char *name; /* of --format or --generate */
    const char *help;
    bool generates; /* reads no input */
    enum tr_tick_kind only_kind; /* a generator: makes only these; 0: trades and quotes */
    /* Whether a file that begins with these bytes (see input_peek) is of this format.  NULL for a
     * generator. */
    bool (*detect)(const char *bytes, size_t len);
    /* Takes what it needs and reads what comes before the first record (a header).
     * 0, or -1 with error and exit_code set; exit_code 0: interrupted, may be called again. */
    int (*open)(struct source *src);
    /* See enum source_result.  OK stores one record, whose names stay valid until the next call. */
    enum source_result (*next)(struct source *src, struct source_record *rec);
    void (*close)(struct source *src); /* releases what open took */
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

/* source_next - the next record.  A zip archive's members come one after the other, each as a file of its
 * own, of the format that it has, or of the one that source_open was told; empty ones are passed over.  One
 * of no known format is SOURCE_BAD: beside the data there may be a file that explains it. */
enum source_result source_next(struct source *src, struct source_record *rec);

/* source_rewind - from the beginning again; counts go on.  0; 1: interrupted by a signal, to be called again
 * or given up; or -1 with error and exit_code: the input cannot be read twice (a pipe); the source then is closed. */
int source_rewind(struct source *src);

/* source_close - releases what source_open took; harmless after it failed, and twice. */
void source_close(struct source *src);

/* What sources share (source_common.c). */

/* Where a message names the file, it names the member of an archive as well: "file(member)". */

/* source_fail - stores "file: what" (a generator: "what") and the exit code; returns -1. */
int source_fail(struct source *src, int exit_code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Kinds of malformed records, as reports name them. */
#define BAD_FIELDS "number of fields"
#define BAD_QUOTES "unbalanced quotes"
#define BAD_NUMBER "number"
#define BAD_TIME "time"
#define BAD_NAME "name"
#define BAD_SIDE "side"
#define BAD_LINE "line" /* too long, a NUL byte */
#define BAD_JSON "JSON"
#define BAD_MESSAGE "message" /* well-formed bytes that say what cannot be */
#define BAD_MEMBER "member of an archive" /* of no format that is known */

/* source_bad - stores "file:line:column: what" for the line that input handed out last and counts one more
 * of this kind; column is in bytes, from 1.  Returns SOURCE_BAD. */
enum source_result source_bad(struct source *src, const char *kind, size_t column, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* source_bad_at - the same for a binary format: "file@offset: what". */
enum source_result source_bad_at(struct source *src, const char *kind, uint64_t offset, const char *format,
                                 ...) __attribute__((format(printf, 4, 5)));

/* source_bad_member - the same for the archive's member that is read now, as a whole: "file(member): what". */
enum source_result source_bad_member(struct source *src, const char *what);

/* source_fail_at - input that cannot go on because of the bytes at offset: stores "file@offset: what" and
 * exit code EXIT_CODE_DATA.  Returns SOURCE_FATAL. */
enum source_result source_fail_at(struct source *src, uint64_t offset, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* source_note - counts something odd in that line; source_note_at: at that offset. */
void source_note(struct source *src, const char *kind, uint64_t line);
void source_note_at(struct source *src, const char *kind, uint64_t offset);

#define SOURCE_QUOTE_MAX 40

/* source_quote - text fit for a message: in quotes, unprintable bytes as '?', long text cut.  Returns out. */
const char *source_quote(char out[SOURCE_QUOTE_MAX], const char *text, size_t len);

/* source_name_ok - whether text can be the name of a symbol or venue: see struct source_record. */
bool source_name_ok(const char *text, size_t len);

/* What a row or message has no field for; see source_identity. */
struct source_identity {
    char symbol[SOURCE_SYMBOL_MAX + 1];
    char venue[SOURCE_SYMBOL_MAX + 1];
    uint8_t symbol_len; /* 0: nothing tells it */
    uint8_t venue_len;
    int64_t day_ns; /* midnight UTC of the date; 0 if nothing tells it */
    bool has_day;
};

/* source_identity - symbol, venue and date from the command line, else from the names of the file and of the
 * archive's member (filename.h); venue is that of the format (may be "") where the command line has none.
 * 0, or -1 with error and exit_code: an option is not what it must be. */
int source_identity(struct source *src, const char *venue, struct source_identity *id);

/* source_of_input - what input said in the words of a source, with the message and note that belong to it:
 * SOURCE_OK, END, AGAIN, or FATAL.  Not for INPUT_LONG and INPUT_NUL. */
enum source_result source_of_input(struct source *src, enum input_result result);

/* source_os_exit_code - the exit code for input that cannot be opened or read because of this errno. */
int source_os_exit_code(int os_error);

/* source_line - input_line in the words of a source: SOURCE_OK, END, AGAIN, FATAL, or BAD for a line that
 * is too long or holds a NUL byte. */
enum source_result source_line(struct source *src, char **text, size_t *len);

/* source_bytes - input_bytes in the words of a source: SOURCE_OK, AGAIN, FATAL, or END where fewer than
 * `want` bytes are left (*len of them, often 0).  They are handed out again until input_take. */
enum source_result source_bytes(struct source *src, size_t want, const unsigned char **bytes, size_t *len);

#endif
