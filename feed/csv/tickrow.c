#include "tickrow.h"

#include <string.h>

#include "decimal.h"

#define NOTE_NO_DATE "no date: times count from 1970-01-01, give --date"

bool tickrow_split(struct tickrow *t, char *line, size_t len)
{
    if (!row_split(&t->row, line, len, t->separator, t->field, t->fields.column_cnt))
        return false;
    fields_cut(&t->fields, t->field);
    return true;
}

/* The field of a column, empty if there is no such column. */
static struct csv_field get(const struct tickrow *t, enum field field)
{
    int column = t->fields.column[field];
    return column == FIELD_NO_COLUMN ? (struct csv_field){"", 0} : t->field[column];
}

bool tickrow_has(const struct tickrow *t, enum field field)
{
    struct csv_field text = get(t, field);
    return text.len > 0 && (text.text[0] > ' ' || csv_trim(text).len > 0);
}

/* A name of the row, or `other` where the row has none and that is not empty. */
static bool take_name(const struct row *row, const char *what, struct csv_field field,
                      struct checked_name *checked, struct csv_field other, struct csv_field *name)
{
    if (field.len > 0 && field.len == checked->len && memcmp(field.text, checked->text, field.len) == 0) {
        *name = field;
        return true;
    }
    *name = csv_trim(field);
    if (name->len == 0 && other.len > 0) {
        *name = other;
        return true;
    }
    if (!row_name(row, what, *name))
        return false;
    checked->len = name->len;
    memcpy(checked->text, name->text, name->len);
    return true;
}

/* The name of the file is no symbol for a row that left its own empty: only --symbol is. */
static bool take_symbol(struct tickrow *t, struct source_record *rec)
{
    bool may_fill = !fields_have(&t->fields, FIELD_SYMBOL) || t->row.src->opt.symbol != NULL;
    struct csv_field other = {t->id.symbol, may_fill ? t->id.symbol_len : 0};
    struct csv_field name;
    if (!take_name(&t->row, "symbol", get(t, FIELD_SYMBOL), &t->symbol, other, &name))
        return false;
    rec->symbol = name.text;
    rec->symbol_len = (uint8_t)name.len;
    return true;
}

static bool take_venue(struct tickrow *t, struct source_record *rec)
{
    struct csv_field name = {t->id.venue, t->id.venue_len};
    if (tickrow_has(t, FIELD_VENUE)
        && !take_name(&t->row, "venue", get(t, FIELD_VENUE), &t->venue, name, &name))
        return false;
    rec->venue = name.text;
    rec->venue_len = (uint8_t)name.len;
    return true;
}

bool tickrow_common(struct tickrow *t, struct source_record *rec)
{
    struct csv_field ts = get(t, FIELD_TS);
    rec->tick = (struct tr_tick){0};
    rec->ts_recv_ns = 0;
    if (!row_time(&t->row, ts, t->id.day_ns, &rec->tick.ts_event_ns))
        return false;
    if (tickrow_has(t, FIELD_RECV) && !row_time(&t->row, get(t, FIELD_RECV), t->id.day_ns, &rec->ts_recv_ns))
        return false;
    if (t->wants_day && row_has_clock(ts)) {
        t->wants_day = false;
        source_note(t->row.src, NOTE_NO_DATE, t->row.src->input.line);
    }
    return take_symbol(t, rec) && take_venue(t, rec);
}

/* Whether open, high and low of a bar are the price, as they are where a tick was written as one. */
static bool check_bar(struct tickrow *t, int64_t price_px)
{
    struct csv_field close = get(t, FIELD_PRICE);
    for (int i = 0; i < 3; i++) {
        struct csv_field other = t->field[t->fields.bar_column[i]];
        int64_t px;
        if (other.len == close.len && memcmp(other.text, close.text, close.len) == 0)
            continue;
        if (!row_price(&t->row, "price", other, &px))
            return false;
        if (px == price_px)
            continue;
        source_bad(t->row.src, BAD_MESSAGE, row_column(&t->row, other),
                   "open, high, low and close differ: a bar is no tick (--map=price=close takes its close)");
        return false;
    }
    return true;
}

/* A size that must be there. */
static bool take_size(struct tickrow *t, int64_t *qty, uint16_t *flags, bool *is_zero)
{
    struct csv_field size = csv_trim(get(t, FIELD_SIZE));
    if (size.len == 0) {
        source_bad(t->row.src, BAD_NUMBER, row_column(&t->row, size), "size is empty");
        return false;
    }
    if (!row_sizes(&t->row, "size", &size, 1, qty, flags))
        return false;
    *is_zero = *qty == 0 && decimal_is_zero(size.text, size.len);
    return true;
}

enum tickrow_result tickrow_trade(struct tickrow *t, struct source_record *rec)
{
    struct tr_tick *tick = &rec->tick;
    bool is_zero;
    tick->kind = TR_TICK_TRADE;
    if (!row_price(&t->row, "price", get(t, FIELD_PRICE), &tick->price_px)
        || !take_size(t, &tick->size_qty, &tick->flags, &is_zero))
        return TICKROW_BAD;
    if (t->fields.bar_column[0] != FIELD_NO_COLUMN && !check_bar(t, tick->price_px))
        return TICKROW_BAD;
    if (fields_have(&t->fields, FIELD_SIDE) && !row_side(&t->row, get(t, FIELD_SIDE), &tick->side))
        return TICKROW_BAD;
    if (fields_have(&t->fields, FIELD_BUYER_MAKER)
        && !row_buyer_maker(&t->row, get(t, FIELD_BUYER_MAKER), &tick->side))
        return TICKROW_BAD;
    if (tick->price_px == 0 || is_zero)
        return TICKROW_NO_TICK;
    tick->id = row_id(get(t, FIELD_ID));
    tick->ts_recv_ns = rec->ts_recv_ns;
    if (rec->ts_recv_ns != 0)
        tick->flags |= TR_TICK_HAS_RECV;
    return TICKROW_OK;
}

static bool take_side(struct tickrow *t, enum field price, enum field size, int64_t *px, int64_t *qty,
                      bool *absent)
{
    struct csv_field size_text = get(t, size);
    *px = 0;
    *absent = true;
    if (tickrow_has(t, price)) {
        if (!row_price(&t->row, fields_name(price), get(t, price), px))
            return false;
        *absent =
            *px == 0 || (tickrow_has(t, size) && *qty == 0 && decimal_is_zero(size_text.text, size_text.len));
    }
    if (*absent)
        *px = *qty = 0;
    return true;
}

enum tickrow_result tickrow_quote(struct tickrow *t, struct source_record *rec)
{
    struct tr_tick *tick = &rec->tick;
    const struct csv_field size[2] = {get(t, FIELD_BID_SIZE), get(t, FIELD_ASK_SIZE)};
    int64_t qty[2];
    bool no_bid;
    bool no_ask;
    tick->kind = TR_TICK_QUOTE;
    if (!row_sizes(&t->row, "size", size, 2, qty, &tick->flags)
        || !take_side(t, FIELD_BID, FIELD_BID_SIZE, &tick->bid_px, &qty[0], &no_bid)
        || !take_side(t, FIELD_ASK, FIELD_ASK_SIZE, &tick->ask_px, &qty[1], &no_ask))
        return TICKROW_BAD;
    tick->bid_qty = qty[0];
    tick->ask_qty = qty[1];
    if (no_bid)
        tick->flags |= TR_TICK_NO_BID;
    if (no_ask)
        tick->flags |= TR_TICK_NO_ASK;
    return TICKROW_OK;
}

static bool bad_level(struct tickrow *t, const char *kind, enum field field, const char *why)
{
    source_bad(t->row.src, kind, row_column(&t->row, csv_trim(get(t, field))), "%s %s", fields_name(field),
               why);
    return false;
}

static bool take_level(struct tickrow *t, struct l2_level *level)
{
    uint16_t flags = 0;
    uint8_t side;
    if (!row_price(&t->row, "price", get(t, FIELD_PRICE), &level->px)
        || !take_size(t, &level->qty, &flags, &level->is_gone)
        || !row_side(&t->row, get(t, FIELD_SIDE), &side))
        return false;
    level->is_bid = side == TR_SIDE_BUY;
    level->is_milli = (flags & TR_TICK_SIZE_MILLI) != 0;
    if (level->is_milli && level->qty > L2_MILLI_MAX)
        return bad_level(t, BAD_NUMBER, FIELD_SIZE, "is out of range for an order book");
    return side != TR_SIDE_NONE || bad_level(t, BAD_SIDE, FIELD_SIDE, "is not bid or ask");
}

enum tickrow_result tickrow_level(struct tickrow *t, struct l2_level *level)
{
    if (!take_level(t, level))
        return TICKROW_BAD;
    return level->px == 0 ? TICKROW_NO_TICK : TICKROW_OK;
}

bool tickrow_is_snapshot(struct tickrow *t, bool *is_snapshot)
{
    return row_flag(&t->row, "is_snapshot", get(t, FIELD_IS_SNAPSHOT), is_snapshot);
}
