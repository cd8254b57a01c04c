/* CSV with a header: trades, quotes, both, or levels of order books, by the columns that are there.  Which
 * names columns have: fields.c. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "exitcode.h"
#include "l2.h"
#include "feed/source/sources.h"
#include "tickrow.h"

struct csv_state {
    struct tickrow t;
    struct l2 l2;
    bool has_pending; /* the row had a trade and this quote */
    struct source_record pending;
    enum source_result deferred; /* what the row came to that ended the message of the quote told last */
};

static bool is_blank(const char *text, size_t len)
{
    return csv_trim((struct csv_field){text, len}).len == 0;
}

/* What a name of a column does not begin with, but a number, a time, or an object of JSON does. */
static bool begins_as_value(char c)
{
    return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '{' || c == '[';
}

/* A header begins with a name, or with the separator (the nameless index column of some programs), and has
 * names only. */
static bool csv_detect(const char *bytes, size_t len)
{
    size_t line_len = 0;
    while (line_len < len && bytes[line_len] != '\n') {
        unsigned char c = (unsigned char)bytes[line_len++];
        if (c < ' ' && c != '\t' && c != '\r')
            return false;
    }
    char separator = csv_separator(bytes, line_len);
    if (line_len < 2 || memchr(bytes, separator, line_len) == NULL)
        return false;
    for (size_t i = 1; i < line_len; i++)
        if (bytes[i - 1] == separator && begins_as_value(bytes[i]))
            return false;
    unsigned char first = (unsigned char)(bytes[0] == '"' ? bytes[1] : bytes[0]);
    return isalpha(first) || first == '_' || first == (unsigned char)separator;
}

/* The first line that is not blank. */
static enum source_result header_line(struct source *src, char **text, size_t *len)
{
    enum source_result result;
    do
        result = source_line(src, text, len);
    while (result == SOURCE_OK && is_blank(*text, *len));
    return result;
}

static int read_columns(struct source *src, struct tickrow *t, char *text, size_t len)
{
    size_t error_at;
    char why[SOURCE_ERROR_MAX - 200]; /* leaves room for the place */
    t->separator = csv_separator(text, len);
    int cnt = csv_split(text, len, t->separator, t->field, &error_at);
    if (cnt < 0) {
        source_bad(src, BAD_FIELDS, error_at + 1, "header: %s",
                   cnt == -E2BIG ? "too many columns" : "unbalanced quotes");
        src->exit_code = EXIT_CODE_DATA;
        return -1;
    }
    int rc = fields_find(&t->fields, t->field, (size_t)cnt, src->opt.map, why, sizeof(why));
    if (rc != 0)
        return source_fail(src, rc, "%s", why);
    if (!fields_have(&t->fields, FIELD_SYMBOL) && t->id.symbol_len == 0)
        return source_fail(src, EXIT_CODE_USAGE,
                           "nothing tells the symbol, give --symbol=S or --map=symbol=COL");
    return 0;
}

static int read_header(struct source *src, struct tickrow *t)
{
    char *text;
    size_t len;
    switch (header_line(src, &text, &len)) {
    case SOURCE_OK:
        return read_columns(src, t, text, len);
    case SOURCE_BAD:
        src->exit_code = EXIT_CODE_DATA;
        return -1;
    case SOURCE_END:
        return source_fail(src, EXIT_CODE_DATA, "no header, only blank lines");
    case SOURCE_AGAIN:
        src->exit_code = 0;
        return -1;
    case SOURCE_FATAL:
        break;
    }
    return -1;
}

static void csv_close(struct source *src)
{
    struct csv_state *st = src->state;
    l2_free(&st->l2);
    free(st);
    src->state = NULL;
}

static int csv_open(struct source *src)
{
    struct csv_state *st = calloc(1, sizeof(*st));
    if (st == NULL)
        return source_fail(src, EXIT_CODE_FAILED, "out of memory");
    src->state = st;
    st->t.row.src = src;
    int rc = source_identity(src, "", &st->t.id);
    st->t.wants_day = !st->t.id.has_day;
    if (rc == 0)
        rc = read_header(src, &st->t);
    if (rc != 0)
        csv_close(src);
    return rc;
}

/* The next row that is not blank. */
static enum source_result next_row(struct source *src, struct tickrow *t)
{
    char *text;
    size_t len;
    enum source_result result;
    do
        result = source_line(src, &text, &len);
    while (result == SOURCE_OK && is_blank(text, len));
    if (result == SOURCE_OK && !tickrow_split(t, text, len))
        return SOURCE_BAD;
    return result;
}

/* --- Trades and quotes ------------------------------------------------------------------------------ */

/* A row of a file that has the columns of both: the trade now, the quote with the next call. */
static enum tickrow_result take_both(struct csv_state *st, struct source_record *rec)
{
    struct tickrow *t = &st->t;
    struct source_record common = *rec;
    if (!tickrow_has(t, FIELD_PRICE))
        return tickrow_quote(t, rec);
    enum tickrow_result trade = tickrow_trade(t, rec);
    if (trade == TICKROW_BAD || !(tickrow_has(t, FIELD_BID) || tickrow_has(t, FIELD_ASK)))
        return trade;
    if (tickrow_quote(t, &common) == TICKROW_BAD)
        return TICKROW_BAD;
    if (trade != TICKROW_OK) {
        *rec = common;
        return TICKROW_OK;
    }
    st->has_pending = true;
    st->pending = common;
    return TICKROW_OK;
}

static enum tickrow_result take_tick(struct csv_state *st, struct source_record *rec)
{
    struct tickrow *t = &st->t;
    if (!tickrow_common(t, rec))
        return TICKROW_BAD;
    if (!fields_have_quotes(&t->fields))
        return tickrow_trade(t, rec);
    if (!fields_have_trades(&t->fields))
        return tickrow_quote(t, rec);
    return take_both(st, rec);
}

static enum source_result next_tick(struct source *src, struct csv_state *st, struct source_record *rec)
{
    if (st->has_pending) {
        st->has_pending = false;
        *rec = st->pending;
        return SOURCE_OK;
    }
    for (;;) {
        enum source_result result = next_row(src, &st->t);
        if (result != SOURCE_OK)
            return result;
        switch (take_tick(st, rec)) {
        case TICKROW_OK:
            return SOURCE_OK;
        case TICKROW_BAD:
            return SOURCE_BAD;
        case TICKROW_NO_TICK:
            src->counts.skipped_cnt++;
            src->counts.zero_cnt++;
        }
    }
}

/* --- Levels of order books ---------------------------------------------------------------------------- */

static enum source_result fail_book(struct source *src, int rc)
{
    if (rc == -ENOMEM)
        source_fail(src, EXIT_CODE_FAILED, "out of memory");
    else
        source_fail(src, EXIT_CODE_TEMPFAIL,
                    "line %" PRIu64 ": order books are too large: more than %d symbols,"
                    " or %d levels",
                    src->input.line, L2_BOOK_MAX, L2_LEVEL_MAX);
    return SOURCE_FATAL;
}

/* The row's level, after the row's message is open. */
static enum source_result set_level(struct source *src, struct csv_state *st)
{
    struct l2_level level;
    int rc = 0;
    switch (tickrow_level(&st->t, &level)) {
    case TICKROW_OK:
        rc = l2_set(&st->l2, &level, &src->counts.rounded_cnt);
        break;
    case TICKROW_NO_TICK:
        src->counts.skipped_cnt++;
        break;
    case TICKROW_BAD:
        return SOURCE_BAD;
    }
    return rc == 0 ? SOURCE_OK : fail_book(src, rc);
}

/* Takes one row; *has_quote: it ended a message that made the quote *rec. */
static enum source_result take_level(struct source *src, struct csv_state *st, struct source_record *rec,
                                     bool *has_quote)
{
    struct source_record common;
    bool is_snapshot;
    *has_quote = false;
    if (!tickrow_common(&st->t, &common) || !tickrow_is_snapshot(&st->t, &is_snapshot))
        return SOURCE_BAD;
    int rc = l2_row(&st->l2, &common, is_snapshot, rec, has_quote, &src->counts.rounded_cnt);
    return rc == 0 ? set_level(src, st) : fail_book(src, rc);
}

static enum source_result next_quote(struct source *src, struct csv_state *st, struct source_record *rec)
{
    enum source_result result = st->deferred;
    st->deferred = SOURCE_OK;
    while (result == SOURCE_OK) {
        bool has_quote = false;
        result = next_row(src, &st->t);
        if (result == SOURCE_OK)
            result = take_level(src, st, rec, &has_quote);
        else if (result == SOURCE_END)
            has_quote = l2_end(&st->l2, rec, &src->counts.rounded_cnt);
        if (has_quote) {
            st->deferred = result;
            return SOURCE_OK;
        }
    }
    return result;
}

static enum source_result csv_next(struct source *src, struct source_record *rec)
{
    struct csv_state *st = src->state;
    return fields_have(&st->t.fields, FIELD_IS_SNAPSHOT) ? next_quote(src, st, rec) : next_tick(src, st, rec);
}

const struct source_ops source_csv = {
    .name = "csv",
    .help = "CSV with a header, columns found by name (Tardis and others)",
    .detect = csv_detect,
    .open = csv_open,
    .next = csv_next,
    .close = csv_close,
};
