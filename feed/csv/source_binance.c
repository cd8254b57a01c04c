/* Files of data.binance.vision as they are without a header: trades, aggregate trades, book tickers and klines
 * of spot and futures.  Layouts: README of github.com/binance/binance-public-data. */
#include <string.h>

#include "bare.h"
#include "decimal.h"
#include "feed/source/sources.h"

#define COLUMN_MAX 12
#define NONE 0xFF /* the layout has no such column */

struct layout {
    uint8_t column_cnt;
    uint8_t bool_cnt; /* the last columns are so many booleans, of which the first is isBuyerMaker */
    uint8_t id;
    uint8_t price; /* bid; for a kline the close */
    uint8_t size;
    uint8_t ask;
    uint8_t ask_size;
    uint8_t time; /* for a kline when it ended: its close is not known before */
};

static const struct layout layouts[] = {
    /* id,price,qty,quoteQty,time,isBuyerMaker,isBestMatch */
    {.column_cnt = 7, .bool_cnt = 2, .id = 0, .price = 1, .size = 2, .ask = NONE, .time = 4},
    /* aggId,price,qty,firstId,lastId,time,isBuyerMaker,isBestMatch */
    {.column_cnt = 8, .bool_cnt = 2, .id = 0, .price = 1, .size = 2, .ask = NONE, .time = 5},
    /* futures: id,price,qty,quoteQty,time,isBuyerMaker */
    {.column_cnt = 6, .bool_cnt = 1, .id = 0, .price = 1, .size = 2, .ask = NONE, .time = 4},
    /* futures: aggId,price,qty,firstId,lastId,time,isBuyerMaker */
    {.column_cnt = 7, .bool_cnt = 1, .id = 0, .price = 1, .size = 2, .ask = NONE, .time = 5},
    /* bookTicker: updateId,bid,bidQty,ask,askQty,transactionTime,eventTime */
    {.column_cnt = 7, .id = NONE, .price = 1, .size = 2, .ask = 3, .ask_size = 4, .time = 5},
    /* kline: openTime,o,h,l,c,volume,closeTime,quoteVolume,trades,takerBase,takerQuote,ignore */
    {.column_cnt = 12, .id = NONE, .price = 4, .size = 5, .ask = NONE, .time = 6},
};

#define LAYOUT_CNT (sizeof(layouts) / sizeof(layouts[0]))

struct binance {
    struct bare bare;
    const struct layout *layout; /* NULL: no row had one yet */
};

static bool is_bool(struct csv_field field)
{
    return bare_is_word(field, "true") || bare_is_word(field, "false");
}

/* Milliseconds, or microseconds (spot since 2025). */
static bool is_time(struct csv_field field)
{
    return bare_is_digits(field) && (field.len == 13 || field.len == 16);
}

static bool has_layout(const struct layout *layout, const struct csv_field *field, size_t cnt)
{
    if (cnt != layout->column_cnt || !bare_is_digits(field[0]) || !is_time(field[layout->time]))
        return false;
    size_t number_cnt = cnt - layout->bool_cnt;
    for (size_t i = 0; i < cnt; i++)
        if (i < number_cnt ? !bare_is_decimal(field[i]) : !is_bool(field[i]))
            return false;
    return true;
}

static const struct layout *layout_of(const struct csv_field *field, size_t cnt)
{
    for (size_t i = 0; i < LAYOUT_CNT; i++)
        if (has_layout(&layouts[i], field, cnt))
            return &layouts[i];
    return NULL;
}

static bool binance_detect(const char *bytes, size_t len)
{
    struct csv_field field[COLUMN_MAX];
    size_t cnt = bare_fields(bytes, len, field, COLUMN_MAX);
    return cnt <= COLUMN_MAX && layout_of(field, cnt) != NULL;
}

static int binance_open(struct source *src)
{
    return bare_open(src, sizeof(struct binance), "binance", BARE_NEEDS_SYMBOL);
}

static bool take_bool(const struct row *row, const char *what, struct csv_field field, bool *value)
{
    field = csv_trim(field);
    *value = bare_is_word(field, "true");
    if (*value || bare_is_word(field, "false"))
        return true;
    bare_bad(row, BAD_SIDE, what, field, "is neither true nor false");
    return false;
}

static bool take_id(const struct row *row, struct csv_field field, uint64_t *id)
{
    field = csv_trim(field);
    if (field.len > 0 && field.len <= 19 && decimal_digits(field.text, field.len, id) == field.len)
        return true;
    bare_bad(row, BAD_NUMBER, "id", field, "is not a number of 1 to 19 digits");
    return false;
}

static enum bare_row take_trade(const struct row *row, const struct layout *layout, struct tr_tick *tick)
{
    const struct csv_field *field = row->field;
    bool buyer_is_maker = false;
    bool is_best_match;
    size_t bool_at = layout->column_cnt - layout->bool_cnt;
    if (layout->id != NONE && !take_id(row, field[layout->id], &tick->id))
        return BARE_BAD;
    if (layout->bool_cnt > 0) {
        if (!take_bool(row, "isBuyerMaker", field[bool_at], &buyer_is_maker))
            return BARE_BAD;
        tick->side = buyer_is_maker ? TR_SIDE_SELL : TR_SIDE_BUY;
    }
    if (layout->bool_cnt > 1 && !take_bool(row, "isBestMatch", field[bool_at + 1], &is_best_match))
        return BARE_BAD;
    return bare_trade(row, tick, field[layout->price], 0, field[layout->size]);
}

static enum bare_row take_quote(const struct row *row, const struct layout *layout, struct tr_tick *tick)
{
    const struct csv_field price[2] = {row->field[layout->price], row->field[layout->ask]};
    const struct csv_field size[2] = {row->field[layout->size], row->field[layout->ask_size]};
    return bare_quote(row, tick, price, 0, size);
}

/* The layout that a row of none comes nearest to. */
static const struct layout *nearest_layout(const struct csv_field *field, size_t cnt)
{
    const struct layout *nearest = NULL;
    for (size_t i = 0; i < LAYOUT_CNT; i++) {
        if (layouts[i].column_cnt != cnt)
            continue;
        unsigned bool_cnt = !is_bool(field[cnt - 1]) ? 0 : is_bool(field[cnt - 2]) ? 2 : 1;
        if (nearest == NULL || layouts[i].bool_cnt == bool_cnt)
            nearest = &layouts[i];
    }
    return nearest;
}

static enum bare_row take_layout(struct row *row, const struct layout *layout, char *line, size_t len,
                                 struct tr_tick *tick)
{
    struct binance *st = row->src->state;
    if (!row_split(row, line, len, ',', st->bare.field, layout->column_cnt)
        || !row_time(row, row->field[layout->time], -1, &tick->ts_event_ns))
        return BARE_BAD;
    return layout->ask != NONE ? take_quote(row, layout, tick) : take_trade(row, layout, tick);
}

/* The first row of a layout tells that of all.  One of none is malformed: the nearest layout says where, if it
 * can. */
static enum bare_row take_first(struct row *row, char *line, size_t len, struct tr_tick *tick)
{
    struct binance *st = row->src->state;
    struct csv_field field[COLUMN_MAX];
    size_t cnt = bare_fields(line, len, field, COLUMN_MAX);
    const struct layout *layout = NULL;
    if (cnt <= COLUMN_MAX) {
        st->layout = layout_of(field, cnt);
        layout = st->layout != NULL ? st->layout : nearest_layout(field, cnt);
    }
    enum bare_row result = layout != NULL ? take_layout(row, layout, line, len, tick) : BARE_TICK;
    if (st->layout != NULL || result == BARE_BAD)
        return result;
    source_bad(row->src, BAD_FIELDS, 1, "%zu fields, which are no row of a file of Binance", cnt);
    return BARE_BAD;
}

static enum bare_row take_row(struct row *row, char *line, size_t len, struct source_record *rec)
{
    const struct binance *st = row->src->state;
    if (st->layout == NULL)
        return take_first(row, line, len, &rec->tick);
    return take_layout(row, st->layout, line, len, &rec->tick);
}

static enum source_result binance_next(struct source *src, struct source_record *rec)
{
    return bare_next(src, rec, take_row);
}

const struct source_ops source_binance = {
    .name = "binance",
    .help = "data.binance.vision: trades, aggTrades, bookTicker, klines",
    .detect = binance_detect,
    .open = binance_open,
    .next = binance_next,
    .close = bare_close,
};
