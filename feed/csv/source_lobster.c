/* LOBSTER: what happened in NASDAQ's book of one stock on one day as a file of messages, and the book after
 * each of them as another.  Source: lobsterdata.com, "Data structure". */
#include <string.h>

#include "bare.h"
#include "feed/source/sources.h"

#define SECOND_SCALE 9 /* times count seconds */
#define PRICE_DECIMALS 4 /* prices are in units of 1e-4 */

/* --- Messages: trades ------------------------------------------------------------------------------- */

enum message_column { TIME, TYPE, ORDER, SIZE, PRICE, DIRECTION, MESSAGE_COLUMN_CNT };

/* Types of messages; 4 and 5 are trades. */
#define TYPE_FIRST '1'
#define TYPE_VISIBLE '4' /* execution of a visible order */
#define TYPE_HIDDEN '5'
#define TYPE_LAST '7'

static bool is_type(struct csv_field field)
{
    return field.len == 1 && field.text[0] >= TYPE_FIRST && field.text[0] <= TYPE_LAST;
}

static bool message_detect(const char *bytes, size_t len)
{
    struct csv_field field[MESSAGE_COLUMN_CNT];
    return bare_fields(bytes, len, field, MESSAGE_COLUMN_CNT) == MESSAGE_COLUMN_CNT
           && bare_is_clock(field[TIME], SECOND_SCALE) && is_type(field[TYPE]) && bare_is_digits(field[ORDER])
           && bare_is_digits(field[SIZE]) && bare_is_decimal(field[PRICE])
           && (bare_is_word(field[DIRECTION], "1") || bare_is_word(field[DIRECTION], "-1"));
}

static int message_open(struct source *src)
{
    return bare_open(src, sizeof(struct bare), "nasdaq", BARE_NEEDS_SYMBOL | BARE_NEEDS_DAY);
}

/* Of the resting order: who takes it is the other side. */
static bool take_direction(const struct row *row, struct csv_field field, uint8_t *taker_side)
{
    field = csv_trim(field);
    bool is_buy = bare_is_word(field, "1");
    if (!is_buy && !bare_is_word(field, "-1")) {
        bare_bad(row, BAD_SIDE, "direction", field, "is neither 1 nor -1");
        return false;
    }
    *taker_side = is_buy ? TR_SIDE_SELL : TR_SIDE_BUY;
    return true;
}

static bool take_type(const struct row *row, struct csv_field field, bool *is_trade)
{
    field = csv_trim(field);
    if (!bare_is_digits(field)) {
        bare_bad(row, BAD_MESSAGE, "type", field, "is not a number");
        return false;
    }
    if (!is_type(field))
        source_note(row->src, "message type that LOBSTER does not have", row->src->input.line);
    *is_trade = is_type(field) && (field.text[0] == TYPE_VISIBLE || field.text[0] == TYPE_HIDDEN);
    return true;
}

static enum bare_row take_message(struct row *row, char *line, size_t len, struct source_record *rec)
{
    struct bare *st = row->src->state;
    const struct csv_field *field = st->field;
    int64_t clock_ns;
    bool is_trade;
    if (!row_split(row, line, len, ',', st->field, MESSAGE_COLUMN_CNT)
        || !bare_clock(row, field[TIME], SECOND_SCALE, &clock_ns) || !take_type(row, field[TYPE], &is_trade)
        || !take_direction(row, field[DIRECTION], &rec->tick.side))
        return BARE_BAD;
    rec->tick.ts_event_ns = newyork_utc(&st->day, clock_ns);
    enum bare_row result = bare_trade(row, &rec->tick, field[PRICE], PRICE_DECIMALS, field[SIZE]);
    return is_trade || result == BARE_BAD ? result : BARE_NO_TICK;
}

static enum source_result message_next(struct source *src, struct source_record *rec)
{
    return bare_next(src, rec, take_message);
}

const struct source_ops source_lobster = {
    .name = "lobster",
    .help = "LOBSTER messages: executions",
    .detect = message_detect,
    .open = message_open,
    .next = message_next,
    .close = bare_close,
};

/* --- The book: quotes ------------------------------------------------------------------------------- */

enum level_column { ASK, ASK_SIZE, BID, BID_SIZE, LEVEL_COLUMN_CNT };

struct book {
    struct bare bare;
    size_t column_cnt; /* 0: no row yet */
};

/* What stands for a price, with a size of 0, where there are fewer levels than columns. */
static bool is_empty_level(struct csv_field price)
{
    return bare_is_word(price, "9999999999") || bare_is_word(price, "-9999999999");
}

static bool is_integer(struct csv_field field)
{
    if (field.len > 0 && field.text[0] == '-') {
        field.text++;
        field.len--;
    }
    return bare_is_digits(field);
}

/* Integers by fours, the first of which can be the best ask and bid of a stock. */
static bool book_detect(const char *bytes, size_t len)
{
    struct csv_field field[CSV_FIELD_MAX];
    size_t cnt = bare_fields(bytes, len, field, CSV_FIELD_MAX);
    if (cnt % LEVEL_COLUMN_CNT != 0)
        return false;
    for (size_t i = 0; i < cnt && i < CSV_FIELD_MAX; i++)
        if (!is_integer(field[i]))
            return false;
    bool is_one_sided = is_empty_level(field[ASK]) || is_empty_level(field[BID]);
    return is_one_sided || bare_is_market(field[BID], field[ASK]);
}

static int book_open(struct source *src)
{
    int rc = bare_open(src, sizeof(struct book), "nasdaq", BARE_NEEDS_SYMBOL | BARE_NEEDS_DAY);
    if (rc == 0)
        source_note(src, "no times in the file: all rows are at the day's midnight", 1);
    return rc;
}

/* The fields of the best level, of a row that has as many columns as the first.  Only these are looked at:
 * there may be hundreds. */
static bool split_book(struct row *row, struct book *st, const char *line, size_t len)
{
    size_t cnt = bare_fields(line, len, st->bare.field, LEVEL_COLUMN_CNT);
    row->field = st->bare.field;
    if (st->column_cnt == 0 && cnt % LEVEL_COLUMN_CNT == 0)
        st->column_cnt = cnt;
    if (cnt == st->column_cnt)
        return true;
    if (st->column_cnt == 0)
        source_bad(row->src, BAD_FIELDS, 1, "%zu fields, expected four for each level", cnt);
    else
        source_bad(row->src, BAD_FIELDS, 1, "%zu fields, expected %zu", cnt, st->column_cnt);
    return false;
}

static enum bare_row take_book(struct row *row, char *line, size_t len, struct source_record *rec)
{
    struct book *st = row->src->state;
    const struct csv_field *field = st->bare.field;
    if (!split_book(row, st, line, len))
        return BARE_BAD;
    const struct csv_field price[2] = {field[BID], field[ASK]};
    const struct csv_field size[2] = {field[BID_SIZE], field[ASK_SIZE]};
    rec->tick.ts_event_ns = st->bare.day.utc_ns;
    return bare_quote(row, &rec->tick, price, PRICE_DECIMALS, size);
}

static enum source_result book_next(struct source *src, struct source_record *rec)
{
    return bare_next(src, rec, take_book);
}

const struct source_ops source_lobster_book = {
    .name = "lobster-book",
    .help = "LOBSTER order book: best bid and ask; the file has no times",
    .detect = book_detect,
    .open = book_open,
    .next = book_next,
    .close = bare_close,
};
