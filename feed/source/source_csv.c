/* CSV with a header: trades, quotes or both, by the columns that are there. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "decimal.h"
#include "exitcode.h"
#include "fields.h"
#include "row.h"
#include "sources.h"
#include "timetext.h"

#define NO_DATE (-1)

/* A name of the last row that was checked: most rows repeat it. */
struct checked_name {
    size_t len;
    char text[SOURCE_SYMBOL_MAX];
};

struct csv_state {
    struct fields fields;
    char separator;
    int64_t date_ns; /* --date, or NO_DATE */
    struct checked_name symbol;
    struct checked_name venue;
    bool has_pending; /* the row had a trade and this quote */
    struct source_record pending;
    struct csv_field field[CSV_FIELD_MAX];
};

/* What a row turned out to be. */
enum row_result { ROW_TICK, ROW_NO_TICK, ROW_BAD };

static bool is_blank(const char *text, size_t len)
{
    return csv_trim((struct csv_field){text, len}).len == 0;
}

/* A header begins with a name, or with the separator (the nameless index column of some programs). */
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

static int read_columns(struct source *src, struct csv_state *st, char *text, size_t len)
{
    size_t error_at;
    char why[SOURCE_ERROR_MAX - 200]; /* leaves room for the place */
    st->separator = csv_separator(text, len);
    int cnt = csv_split(text, len, st->separator, st->field, &error_at);
    if (cnt < 0) {
        source_bad(src, BAD_FIELDS, error_at + 1, "header: %s",
                   cnt == -E2BIG ? "too many columns" : "unbalanced quotes");
        src->exit_code = EXIT_CODE_DATA;
        return -1;
    }
    int rc = fields_find(&st->fields, st->field, (size_t)cnt, src->opt.map, why, sizeof(why));
    if (rc == 0 && !fields_have(&st->fields, FIELD_SYMBOL) && src->opt.symbol == NULL)
        return source_fail(src, EXIT_CODE_DATA,
                           "the header has no symbol column: give --symbol=S or"
                           " --map=symbol=COL");
    return rc == 0 ? 0 : source_fail(src, rc, "%s", why);
}

static int read_header(struct source *src, struct csv_state *st)
{
    char *text;
    size_t len;
    switch (header_line(src, &text, &len)) {
    case SOURCE_OK:
        return read_columns(src, st, text, len);
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

static int check_option(struct source *src, const char *what, const char *name)
{
    if (name == NULL || source_name_ok(name, strlen(name)))
        return 0;
    char quoted[SOURCE_QUOTE_MAX];
    return source_fail(src, EXIT_CODE_USAGE, "--%s: %s is not 1 to %d printable ASCII bytes", what,
                       source_quote(quoted, name, strlen(name)), SOURCE_SYMBOL_MAX);
}

static void csv_close(struct source *src)
{
    free(src->state);
    src->state = NULL;
}

static int csv_open(struct source *src)
{
    const char *date = src->opt.date;
    if (check_option(src, "symbol", src->opt.symbol) != 0 || check_option(src, "venue", src->opt.venue) != 0)
        return -1;
    struct csv_state *st = calloc(1, sizeof(*st));
    if (st == NULL)
        return source_fail(src, EXIT_CODE_FAILED, "out of memory");
    src->state = st;
    st->date_ns = NO_DATE;
    int rc = 0;
    if (date != NULL && (time_parse_date(date, strlen(date), &st->date_ns) != 0 || st->date_ns < 0))
        rc = source_fail(src, EXIT_CODE_USAGE, "--date: '%s' is not YYYY-MM-DD from 1970 on", date);
    if (rc == 0)
        rc = read_header(src, st);
    if (rc != 0)
        csv_close(src);
    return rc;
}

/* The field of a column, empty if there is no such column. */
static struct csv_field get(const struct csv_state *st, enum field field)
{
    int column = st->fields.column[field];
    return column == FIELD_NO_COLUMN ? (struct csv_field){"", 0} : st->field[column];
}

static bool has_text(const struct csv_state *st, enum field field)
{
    struct csv_field text = get(st, field);
    return text.len > 0 && (text.text[0] > ' ' || csv_trim(text).len > 0);
}

/* A name of the row, or the option's where the row has none. */
static bool take_name(const struct row *row, const char *what, struct csv_field field,
                      struct checked_name *checked, const char *option, struct csv_field *name)
{
    if (field.len > 0 && field.len == checked->len && memcmp(field.text, checked->text, field.len) == 0) {
        *name = field;
        return true;
    }
    *name = csv_trim(field);
    if (name->len == 0 && option != NULL) {
        *name = (struct csv_field){option, strlen(option)};
        return true;
    }
    if (!row_name(row, what, *name))
        return false;
    checked->len = name->len;
    memcpy(checked->text, name->text, name->len);
    return true;
}

/* What trades and quotes have alike. */
static bool take_common(const struct row *row, struct csv_state *st, struct source_record *rec)
{
    const struct source_options *opt = &row->src->opt;
    struct csv_field symbol;
    struct csv_field venue;
    rec->tick = (struct tr_tick){0};
    rec->ts_recv_ns = 0;
    if (!row_time(row, get(st, FIELD_TS), st->date_ns, &rec->tick.ts_event_ns))
        return false;
    if (has_text(st, FIELD_RECV) && !row_time(row, get(st, FIELD_RECV), st->date_ns, &rec->ts_recv_ns))
        return false;
    if (!take_name(row, "symbol", get(st, FIELD_SYMBOL), &st->symbol, opt->symbol, &symbol))
        return false;
    venue = get(st, FIELD_VENUE);
    if (opt->venue == NULL && csv_trim(venue).len == 0)
        venue = (struct csv_field){"", 0};
    else if (!take_name(row, "venue", venue, &st->venue, opt->venue, &venue))
        return false;
    rec->symbol = symbol.text;
    rec->symbol_len = (uint8_t)symbol.len;
    rec->venue = venue.text;
    rec->venue_len = (uint8_t)venue.len;
    return true;
}

/* Whether the file says 0, rather than a number that is rounded to it. */
static bool is_written_as_zero(struct csv_field number)
{
    for (size_t i = 0; i < number.len && number.text[i] != 'e' && number.text[i] != 'E'; i++)
        if (number.text[i] >= '1' && number.text[i] <= '9')
            return false;
    return true;
}

static enum row_result take_trade(const struct row *row, const struct csv_state *st,
                                  struct source_record *rec)
{
    struct tr_tick *tick = &rec->tick;
    struct csv_field size = csv_trim(get(st, FIELD_SIZE));
    tick->kind = TR_TICK_TRADE;
    if (!row_price(row, "price", get(st, FIELD_PRICE), &tick->price_px))
        return ROW_BAD;
    if (size.len == 0) {
        source_bad(row->src, BAD_NUMBER, row_column(row, size), "size is empty");
        return ROW_BAD;
    }
    if (!row_sizes(row, "size", &size, 1, &tick->size_qty, &tick->flags))
        return ROW_BAD;
    if (fields_have(&st->fields, FIELD_SIDE) && !row_side(row, get(st, FIELD_SIDE), &tick->side))
        return ROW_BAD;
    if (fields_have(&st->fields, FIELD_BUYER_MAKER)
        && !row_buyer_maker(row, get(st, FIELD_BUYER_MAKER), &tick->side))
        return ROW_BAD;
    if (tick->price_px == 0 || (tick->size_qty == 0 && is_written_as_zero(size)))
        return ROW_NO_TICK;
    tick->id = row_id(get(st, FIELD_ID));
    tick->ts_recv_ns = rec->ts_recv_ns;
    if (rec->ts_recv_ns != 0)
        tick->flags |= TR_TICK_HAS_RECV;
    return ROW_TICK;
}

/* One side of a quote.  It is absent without a price, with a price of 0, and with a size that is there
 * and 0. */
static bool take_side(const struct row *row, const struct csv_state *st, enum field price, enum field size,
                      int64_t *px, int64_t *qty, bool *absent)
{
    *px = 0;
    *absent = true;
    if (!has_text(st, price))
        return true;
    if (!row_price(row, fields_name(price), get(st, price), px))
        return false;
    *absent = *px == 0 || (has_text(st, size) && *qty == 0 && is_written_as_zero(get(st, size)));
    if (*absent)
        *px = *qty = 0;
    return true;
}

static enum row_result take_quote(const struct row *row, const struct csv_state *st,
                                  struct source_record *rec)
{
    struct tr_tick *tick = &rec->tick;
    if (!has_text(st, FIELD_BID) && !has_text(st, FIELD_ASK)) {
        source_bad(row->src, BAD_NUMBER, 1, "neither bid nor ask");
        return ROW_BAD;
    }
    const struct csv_field size[2] = {get(st, FIELD_BID_SIZE), get(st, FIELD_ASK_SIZE)};
    int64_t qty[2];
    bool no_bid;
    bool no_ask;
    tick->kind = TR_TICK_QUOTE;
    if (!row_sizes(row, "size", size, 2, qty, &tick->flags)
        || !take_side(row, st, FIELD_BID, FIELD_BID_SIZE, &tick->bid_px, &qty[0], &no_bid)
        || !take_side(row, st, FIELD_ASK, FIELD_ASK_SIZE, &tick->ask_px, &qty[1], &no_ask))
        return ROW_BAD;
    tick->bid_qty = no_bid ? 0 : qty[0];
    tick->ask_qty = no_ask ? 0 : qty[1];
    if (no_bid)
        tick->flags |= TR_TICK_NO_BID;
    if (no_ask)
        tick->flags |= TR_TICK_NO_ASK;
    return no_bid && no_ask ? ROW_NO_TICK : ROW_TICK;
}

/* A row of a file that has the columns of both: the trade now, the quote with the next call. */
static enum row_result take_both(const struct row *row, struct csv_state *st, struct source_record *rec)
{
    struct source_record common = *rec;
    bool has_quote = has_text(st, FIELD_BID) || has_text(st, FIELD_ASK);
    if (!has_text(st, FIELD_PRICE))
        return take_quote(row, st, rec);
    enum row_result trade = take_trade(row, st, rec);
    if (trade == ROW_BAD || !has_quote)
        return trade;
    enum row_result quote = take_quote(row, st, &common);
    if (quote == ROW_BAD)
        return ROW_BAD;
    if (trade != ROW_TICK) {
        *rec = common;
        return quote;
    }
    st->has_pending = quote == ROW_TICK;
    st->pending = common;
    return ROW_TICK;
}

static enum row_result take_row(struct source *src, struct csv_state *st, char *text, size_t len,
                                struct source_record *rec)
{
    struct row row = {.src = src};
    if (!row_split(&row, text, len, st->separator, st->field, st->fields.column_cnt)
        || !take_common(&row, st, rec))
        return ROW_BAD;
    if (!fields_have_quotes(&st->fields))
        return take_trade(&row, st, rec);
    if (!fields_have_trades(&st->fields))
        return take_quote(&row, st, rec);
    return take_both(&row, st, rec);
}

static enum source_result csv_next(struct source *src, struct source_record *rec)
{
    struct csv_state *st = src->state;
    if (st->has_pending) {
        st->has_pending = false;
        *rec = st->pending;
        return SOURCE_OK;
    }
    for (;;) {
        char *text;
        size_t len;
        enum source_result result = source_line(src, &text, &len);
        if (result != SOURCE_OK)
            return result;
        if (is_blank(text, len))
            continue;
        enum row_result row = take_row(src, st, text, len, rec);
        if (row == ROW_TICK)
            return SOURCE_OK;
        if (row == ROW_BAD)
            return SOURCE_BAD;
        src->counts.skipped_cnt++;
        src->counts.zero_cnt++;
    }
}

const struct source_ops source_csv = {
    .name = "csv",
    .help = "CSV with a header, columns found by name (Tardis and others)",
    .detect = csv_detect,
    .open = csv_open,
    .next = csv_next,
    .close = csv_close,
};
