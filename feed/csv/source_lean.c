/* Tick files of LEAN, one symbol and day each: trades and quotes of equities, trades of futures, quotes of
 * currencies.  Source: LeanData.GenerateLine and the market hours database of github.com/QuantConnect/Lean:
 * equities have New York's clock, currencies and futures UTC. */
#include <string.h>

#include "bare.h"
#include "feed/source/sources.h"
#include "timetext.h"

#define MS_SCALE 6 /* times count milliseconds */
#define EQUITY_DECIMALS 4 /* prices of equities are in units of 1e-4 */

static int lean_open(struct source *src)
{
    return bare_open(src, sizeof(struct bare), "", BARE_NEEDS_SYMBOL | BARE_NEEDS_DAY);
}

static bool is_flag(struct csv_field field)
{
    return bare_is_word(field, "0") || bare_is_word(field, "1");
}

/* LEAN marks ticks that it found unlikely; they are in the file, so they are ticks. */
static bool take_suspicious(const struct row *row, struct csv_field field)
{
    field = csv_trim(field);
    if (!is_flag(field)) {
        bare_bad(row, BAD_MESSAGE, "suspicious", field, "is neither 0 nor 1");
        return false;
    }
    if (field.text[0] == '1')
        source_note(row->src, "tick marked suspicious", row->src->input.line);
    return true;
}

/* --- Trades ----------------------------------------------------------------------------------------- */

enum trade_column {
    TRADE_TIME,
    TRADE_PRICE,
    TRADE_SIZE,
    TRADE_EXCHANGE,
    TRADE_CONDITION,
    TRADE_SUSPICIOUS,
    TRADE_COLUMN_CNT
};

static bool begins_with_letter(struct csv_field field)
{
    char c = field.len > 0 ? (char)(field.text[0] | 0x20) : '\0';
    return c >= 'a' && c <= 'z';
}

/* A trade's row; *is_scaled: the price can be that of an equity, an integer, and the exchange is a letter. */
static bool is_trade(const char *bytes, size_t len, bool *is_scaled)
{
    struct csv_field field[TRADE_COLUMN_CNT];
    if (bare_fields(bytes, len, field, TRADE_COLUMN_CNT) != TRADE_COLUMN_CNT
        || !bare_is_clock(field[TRADE_TIME], MS_SCALE) || !bare_is_decimal(field[TRADE_PRICE])
        || !bare_is_decimal(field[TRADE_SIZE]) || !is_flag(field[TRADE_SUSPICIOUS]))
        return false;
    struct csv_field exchange = field[TRADE_EXCHANGE];
    *is_scaled = bare_is_digits(field[TRADE_PRICE]) && exchange.len == 1;
    return exchange.len == 0 || begins_with_letter(exchange);
}

/* The whole lines of bytes, of which there may be one: are they trades, and all of them an equity's? */
static bool are_trades(const char *bytes, size_t len, bool *are_scaled)
{
    const char *end = bytes + len;
    *are_scaled = true;
    for (const char *line = bytes; line < end;) {
        const char *lf = memchr(line, '\n', (size_t)(end - line));
        bool is_scaled;
        if (lf == NULL && line != bytes)
            break;
        const char *line_end = lf != NULL ? lf : end;
        if (!is_trade(line, (size_t)(line_end - line), &is_scaled))
            return line != bytes;
        *are_scaled &= is_scaled;
        line = line_end + 1;
    }
    return len > 0;
}

static bool trade_detect(const char *bytes, size_t len)
{
    bool are_scaled;
    return are_trades(bytes, len, &are_scaled) && are_scaled;
}

static bool futures_detect(const char *bytes, size_t len)
{
    bool are_scaled;
    return are_trades(bytes, len, &are_scaled) && !are_scaled;
}

static enum bare_row take_trade_row(struct row *row, char *line, size_t len, unsigned decimals,
                                    int64_t *clock_ns, struct tr_tick *tick)
{
    struct bare *st = row->src->state;
    const struct csv_field *field = st->field;
    if (!row_split(row, line, len, ',', st->field, TRADE_COLUMN_CNT)
        || !bare_clock(row, field[TRADE_TIME], MS_SCALE, clock_ns)
        || !take_suspicious(row, field[TRADE_SUSPICIOUS]))
        return BARE_BAD;
    return bare_trade(row, tick, field[TRADE_PRICE], decimals, field[TRADE_SIZE]);
}

static enum bare_row take_trade(struct row *row, char *line, size_t len, struct source_record *rec)
{
    const struct bare *st = row->src->state;
    int64_t clock_ns = 0;
    enum bare_row result = take_trade_row(row, line, len, EQUITY_DECIMALS, &clock_ns, &rec->tick);
    if (result != BARE_BAD)
        rec->tick.ts_event_ns = newyork_utc(&st->day, clock_ns);
    return result;
}

static enum bare_row take_futures(struct row *row, char *line, size_t len, struct source_record *rec)
{
    const struct bare *st = row->src->state;
    int64_t clock_ns = 0;
    enum bare_row result = take_trade_row(row, line, len, 0, &clock_ns, &rec->tick);
    if (result != BARE_BAD)
        rec->tick.ts_event_ns = st->id.day_ns + clock_ns;
    return result;
}

static enum source_result trade_next(struct source *src, struct source_record *rec)
{
    return bare_next(src, rec, take_trade);
}

static enum source_result futures_next(struct source *src, struct source_record *rec)
{
    return bare_next(src, rec, take_futures);
}

const struct source_ops source_lean_trade = {
    .name = "lean-trade",
    .help = "LEAN trades of an equity: ms, price x 10000, size, ...",
    .detect = trade_detect,
    .open = lean_open,
    .next = trade_next,
    .close = bare_close,
};

const struct source_ops source_lean_futures = {
    .name = "lean-futures",
    .help = "LEAN trades of a future: the same, the price as it is",
    .detect = futures_detect,
    .open = lean_open,
    .next = futures_next,
    .close = bare_close,
};

/* --- Quotes of equities ----------------------------------------------------------------------------- */

enum quote_column {
    QUOTE_TIME,
    QUOTE_BID,
    QUOTE_BID_SIZE,
    QUOTE_ASK,
    QUOTE_ASK_SIZE,
    QUOTE_EXCHANGE,
    QUOTE_CONDITION,
    QUOTE_SUSPICIOUS,
    QUOTE_COLUMN_CNT
};

struct quotes {
    struct bare bare;
    struct tr_tick last; /* both sides, as the rows up to now left them */
};

static int quote_open(struct source *src)
{
    int rc = bare_open(src, sizeof(struct quotes), "", BARE_NEEDS_SYMBOL | BARE_NEEDS_DAY);
    if (rc == 0)
        ((struct quotes *)src->state)->last.flags = TR_TICK_NO_BID | TR_TICK_NO_ASK;
    return rc;
}

static bool quote_detect(const char *bytes, size_t len)
{
    struct csv_field field[QUOTE_COLUMN_CNT];
    return bare_fields(bytes, len, field, QUOTE_COLUMN_CNT) == QUOTE_COLUMN_CNT
           && bare_is_clock(field[QUOTE_TIME], MS_SCALE) && bare_is_digits(field[QUOTE_BID])
           && bare_is_digits(field[QUOTE_BID_SIZE]) && bare_is_digits(field[QUOTE_ASK])
           && bare_is_digits(field[QUOTE_ASK_SIZE]) && field[QUOTE_EXCHANGE].len == 1
           && begins_with_letter(field[QUOTE_EXCHANGE]) && is_flag(field[QUOTE_SUSPICIOUS]);
}

static bool is_zero(struct csv_field field)
{
    return bare_is_word(csv_trim(field), "0");
}

/* A row speaks of one side; 0,0 for the other says nothing of it, and it stays as it was. */
static enum bare_row merge_sides(struct quotes *st, struct tr_tick *tick)
{
    const struct csv_field *field = st->bare.field;
    bool has_bid = !is_zero(field[QUOTE_BID]) || !is_zero(field[QUOTE_BID_SIZE]);
    bool has_ask = !is_zero(field[QUOTE_ASK]) || !is_zero(field[QUOTE_ASK_SIZE]);
    uint16_t kept = 0;
    if (!has_bid && !has_ask)
        return BARE_NO_TICK;
    if (!has_bid) {
        tick->bid_px = st->last.bid_px;
        tick->bid_qty = st->last.bid_qty;
        kept = TR_TICK_NO_BID;
    }
    if (!has_ask) {
        tick->ask_px = st->last.ask_px;
        tick->ask_qty = st->last.ask_qty;
        kept = TR_TICK_NO_ASK;
    }
    tick->flags = (uint16_t)((tick->flags & ~kept) | (st->last.flags & kept));
    st->last = *tick;
    return BARE_TICK;
}

static enum bare_row take_quote(struct row *row, char *line, size_t len, struct source_record *rec)
{
    struct quotes *st = row->src->state;
    const struct csv_field *field = st->bare.field;
    struct tr_tick *tick = &rec->tick;
    int64_t clock_ns;
    if (!row_split(row, line, len, ',', st->bare.field, QUOTE_COLUMN_CNT)
        || !bare_clock(row, field[QUOTE_TIME], MS_SCALE, &clock_ns)
        || !take_suspicious(row, field[QUOTE_SUSPICIOUS]))
        return BARE_BAD;
    const struct csv_field price[2] = {field[QUOTE_BID], field[QUOTE_ASK]};
    const struct csv_field size[2] = {field[QUOTE_BID_SIZE], field[QUOTE_ASK_SIZE]};
    if (bare_quote(row, tick, price, EQUITY_DECIMALS, size) == BARE_BAD)
        return BARE_BAD;
    if ((tick->flags & TR_TICK_SIZE_MILLI) != 0) /* the side that is kept may be in another unit */
        return bare_bad(row, BAD_NUMBER, "size", size[tick->bid_qty < tick->ask_qty], "is out of range");
    tick->ts_event_ns = newyork_utc(&st->bare.day, clock_ns);
    return merge_sides(st, tick);
}

static enum source_result quote_next(struct source *src, struct source_record *rec)
{
    return bare_next(src, rec, take_quote);
}

const struct source_ops source_lean_quote = {
    .name = "lean-quote",
    .help = "LEAN quotes of an equity: one side a row",
    .detect = quote_detect,
    .open = quote_open,
    .next = quote_next,
    .close = bare_close,
};

/* --- Quotes of currencies --------------------------------------------------------------------------- */

enum forex_column { FOREX_TIME, FOREX_BID, FOREX_ASK, FOREX_COLUMN_CNT };

static bool forex_detect(const char *bytes, size_t len)
{
    struct csv_field field[FOREX_COLUMN_CNT];
    return bare_fields(bytes, len, field, FOREX_COLUMN_CNT) == FOREX_COLUMN_CNT
           && bare_is_clock(field[FOREX_TIME], MS_SCALE)
           && bare_is_market(field[FOREX_BID], field[FOREX_ASK]);
}

static enum bare_row take_forex(struct row *row, char *line, size_t len, struct source_record *rec)
{
    struct bare *st = row->src->state;
    int64_t clock_ns;
    if (!row_split(row, line, len, ',', st->field, FOREX_COLUMN_CNT)
        || !bare_clock(row, st->field[FOREX_TIME], MS_SCALE, &clock_ns))
        return BARE_BAD;
    rec->tick.ts_event_ns = st->id.day_ns + clock_ns;
    return bare_quote(row, &rec->tick, &st->field[FOREX_BID], 0, NULL);
}

static enum source_result forex_next(struct source *src, struct source_record *rec)
{
    return bare_next(src, rec, take_forex);
}

const struct source_ops source_lean_forex = {
    .name = "lean-forex",
    .help = "LEAN quotes of currencies and CFDs: ms, bid, ask",
    .detect = forex_detect,
    .open = lean_open,
    .next = forex_next,
    .close = bare_close,
};
