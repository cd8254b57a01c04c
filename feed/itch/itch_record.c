#include <errno.h>
#include <inttypes.h>

#include "exitcode.h"
#include "itch_core.h"

#define PX_PER_UNIT 100000 /* a price is in units of 1e-4 */
#define SHARES_MAX (INT64_MAX / TR_PX_SCALE) /* in units of 1e-9 */
#define SHARES_MILLI_MAX (INT64_MAX / TR_QTY_MILLI_SCALE)

#define NOTE_NO_DIRECTORY "stock locate without a directory message"

void itch_note(struct itch *itch, const char *kind)
{
    source_note_at(itch->src, kind, itch->offset);
}

enum source_result itch_fail(struct itch *itch, int exit_code, const char *what)
{
    source_fail_at(itch->src, itch->offset, "%s", what);
    itch->src->exit_code = exit_code;
    return SOURCE_FATAL;
}

enum source_result itch_fail_memory(struct itch *itch)
{
    return itch_fail(itch, EXIT_CODE_FAILED, "out of memory");
}

/* --- Symbols ---------------------------------------------------------------------------------- */

static enum source_result rename_stock(struct itch *itch, struct stock *stock, const unsigned char *symbol)
{
    switch (stock_rename(stock, symbol)) {
    case 0:
        return SOURCE_OK;
    case -ENOMEM:
        return itch_fail_memory(itch);
    default:
        return itch_fail(itch, EXIT_CODE_TEMPFAIL, "too many symbols for one stock locate");
    }
}

enum source_result itch_new_symbol(struct itch *itch, struct stock *stock, const unsigned char *symbol,
                                   bool is_directory)
{
    char quoted[SOURCE_QUOTE_MAX];
    if (stock_symbol_len(symbol) == 0)
        return source_bad_at(itch->src, BAD_NAME, itch->offset, "symbol %s is not printable text",
                             source_quote(quoted, (const char *)symbol, STOCK_SYMBOL_LEN));
    if (stock->key != 0)
        itch_note(itch, "symbol is another than before for its stock locate");
    else if (stock->name == NULL && !is_directory)
        itch_note(itch, NOTE_NO_DIRECTORY);
    return stock->is_listed && !is_directory ? SOURCE_OK : rename_stock(itch, stock, symbol);
}

enum source_result itch_find_nameless(struct itch *itch, uint16_t locate, struct stock **stock)
{
    *stock = stocks_get(&itch->stocks, locate);
    if (*stock != NULL && (*stock)->name != NULL)
        return SOURCE_OK;
    itch_note(itch, NOTE_NO_DIRECTORY);
    return *stock != NULL && stock_name_by_locate(*stock, locate) == 0 ? SOURCE_OK : itch_fail_memory(itch);
}

/* --- Records ---------------------------------------------------------------------------------- */

static struct source_record *add_record(struct itch *itch, const struct stock *stock, uint8_t kind)
{
    struct source_record *rec = outbox_add(itch->box);
    if (rec == NULL)
        return NULL;
    rec->tick.kind = kind;
    rec->tick.ts_event_ns = newyork_utc(&itch->day, (int64_t)itch->since_ns);
    rec->symbol = stock->name->text;
    rec->symbol_len = stock->name->len;
    rec->venue = itch->id.venue;
    rec->venue_len = itch->id.venue_len;
    return rec;
}

enum source_result itch_add_trade(struct itch *itch, const struct stock *stock, uint32_t px, uint64_t shares,
                                  uint64_t id, enum tr_tick_side side)
{
    if (!itch->wants_trades)
        return SOURCE_OK;
    if (px == 0 || shares == 0) {
        itch->src->counts.skipped_cnt++;
        itch->src->counts.zero_cnt++;
        return SOURCE_OK;
    }
    if (shares > SHARES_MILLI_MAX)
        return source_bad_at(itch->src, BAD_NUMBER, itch->offset, "%" PRIu64 " shares are out of range",
                             shares);
    struct source_record *rec = add_record(itch, stock, TR_TICK_TRADE);
    if (rec == NULL)
        return itch_fail_memory(itch);
    bool is_milli = shares > SHARES_MAX;
    rec->tick.price_px = (int64_t)px * PX_PER_UNIT;
    rec->tick.size_qty = (int64_t)shares * (is_milli ? TR_QTY_MILLI_SCALE : TR_PX_SCALE);
    rec->tick.flags = is_milli ? TR_TICK_SIZE_MILLI : 0;
    rec->tick.id = id;
    rec->tick.side = (uint8_t)side;
    return SOURCE_OK;
}

static void set_quote(struct tr_tick *tick, const struct level *bid, const struct level *ask)
{
    bool is_milli = bid->qty > SHARES_MAX || ask->qty > SHARES_MAX;
    int64_t scale = is_milli ? TR_QTY_MILLI_SCALE : TR_PX_SCALE;
    tick->bid_px = bid->px * PX_PER_UNIT;
    tick->bid_qty = bid->qty * scale;
    tick->ask_px = ask->px * PX_PER_UNIT;
    tick->ask_qty = ask->qty * scale;
    tick->flags = (uint16_t)((is_milli ? TR_TICK_SIZE_MILLI : 0) | (bid->qty == 0 ? TR_TICK_NO_BID : 0)
                             | (ask->qty == 0 ? TR_TICK_NO_ASK : 0));
}

enum source_result itch_quote_best(struct itch *itch, struct stock *stock, enum stock_side side)
{
    const struct level *top = levels_best(&stock->side[side]);
    struct level now = top == NULL ? (struct level){0, 0} : *top;
    if (now.qty > SHARES_MILLI_MAX) {
        itch_note(itch, "more shares at one price than a quote holds");
        now.qty = SHARES_MILLI_MAX;
    }
    struct level *told = &stock->best[side];
    if (now.px == told->px && now.qty == told->qty)
        return SOURCE_OK;
    *told = now;
    struct source_record *rec = add_record(itch, stock, TR_TICK_QUOTE);
    if (rec == NULL)
        return itch_fail_memory(itch);
    set_quote(&rec->tick, &stock->best[STOCK_BID], &stock->best[STOCK_ASK]);
    return SOURCE_OK;
}
