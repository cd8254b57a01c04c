/* execute: orders in, paper fills out; positions and what they have earned. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "consumer/line.h"
#include "consumer/stage/trading.h"
#include "exitcode.h"
#include "log.h"
#include "table.h"

struct execute_state {
    struct portfolio portfolio;
    char (*name)[SYMBOL_NAME_MAX + 1]; /* of the portfolio's positions, in their order */
    uint32_t name_cnt;
    uint32_t name_cap;
    uint64_t order_cnt;
    uint64_t fill_cnt;
    uint64_t skipped[TRADE_REASON_CNT];
};

static int execute_open(struct stage *stage)
{
    struct execute_state *e = calloc(1, sizeof *e);
    if (e == NULL) {
        log_error("memory", "none left, try again later");
        return EXIT_CODE_FAILED;
    }
    portfolio_init(&e->portfolio, stage->opt.trade.equity);
    stage->state = e;
    return 0;
}

static void execute_close(struct stage *stage)
{
    struct execute_state *e = stage->state;
    if (e == NULL)
        return;
    portfolio_free(&e->portfolio);
    free(e->name);
    free(e);
    stage->state = NULL;
}

/* --- Lines -------------------------------------------------------------------------------------- */

static void execute_header(struct stage *stage)
{
    line_csv_header(stage->out);
    line_csv_record_header(stage->out);
    out_text(stage->out, ",event,reason,position,realized_pnl,equity\n");
}

static size_t qty_text(char *text, int64_t qty)
{
    return exact_text(text, qty, 9);
}

static void json_line(struct stage *stage, const struct stage_tick *t, enum trade_reason reason)
{
    const struct execute_state *e = stage->state;
    const char *event = reason != TRADE_OK ? "skip" : line_event(t->tick);
    const char *name = trade_reason_name(reason);
    char text[EXACT_TEXT_MAX];
    json_open_object(&stage->json, NULL);
    json_text(&stage->json, "event", event, strlen(event));
    line_json(&stage->json, t);
    if (reason != TRADE_OK) {
        json_text(&stage->json, "reason", name, strlen(name));
    } else {
        json_text(&stage->json, "position", text,
                  qty_text(text, portfolio_qty(&e->portfolio, t->symbol->idx)));
        trading_json_money(&stage->json, "realized_pnl", e->portfolio.realized);
        trading_json_money(&stage->json, "equity", portfolio_equity(&e->portfolio));
    }
    json_close_object(&stage->json);
    out_json_line(stage->out, &stage->json);
}

static void csv_line(struct stage *stage, const struct stage_tick *t, enum trade_reason reason)
{
    const struct execute_state *e = stage->state;
    char text[EXACT_TEXT_MAX];
    line_csv(stage->out, t);
    line_csv_record(stage->out, t->tick);
    if (reason != TRADE_OK) {
        out_text(stage->out, ",skip,");
        out_text(stage->out, trade_reason_name(reason));
        out_text(stage->out, ",,,\n");
        return;
    }
    out_text(stage->out, ",fill,");
    line_csv_field(stage->out, text, qty_text(text, portfolio_qty(&e->portfolio, t->symbol->idx)));
    line_csv_field(stage->out, text, exact_text(text, e->portfolio.realized, MONEY_DECIMALS));
    line_csv_field(stage->out, text, exact_text(text, portfolio_equity(&e->portfolio), MONEY_DECIMALS));
    out_text(stage->out, "\n");
}

static void text_amount(struct out *out, const char *before, exact_int amount, unsigned decimals)
{
    char text[EXACT_TEXT_MAX];
    out_text(out, before);
    out_write(out, text, exact_text(text, amount, decimals));
}

static void text_line(struct stage *stage, const struct stage_tick *t, enum trade_reason reason)
{
    const struct execute_state *e = stage->state;
    line_text(stage->out, t);
    if (reason != TRADE_OK) {
        out_text(stage->out, "  skipped: ");
        out_text(stage->out, trade_reason_name(reason));
    } else {
        text_amount(stage->out, "  position ", portfolio_qty(&e->portfolio, t->symbol->idx), 9);
        text_amount(stage->out, ", equity ", portfolio_equity(&e->portfolio), MONEY_DECIMALS);
    }
    out_text(stage->out, "\n");
}

static void write_line(struct stage *stage, const struct stage_tick *t, enum trade_reason reason)
{
    if (stage->silent)
        return;
    switch (stage->opt.format) {
    case FORMAT_JSON:
        json_line(stage, t, reason);
        break;
    case FORMAT_CSV:
        csv_line(stage, t, reason);
        break;
    case FORMAT_TEXT:
        text_line(stage, t, reason);
        break;
    }
}

/* --- Orders ------------------------------------------------------------------------------------- */

/* Room for the names of all positions.  0 or -ENOMEM. */
static int grow_names(struct execute_state *e)
{
    if (e->portfolio.cnt <= e->name_cap)
        return 0;
    uint32_t cap = e->portfolio.cap;
    char(*name)[SYMBOL_NAME_MAX + 1] = realloc(e->name, cap * sizeof *name);
    if (name == NULL)
        return -ENOMEM;
    e->name = name;
    e->name_cap = cap;
    return 0;
}

/* Marks the symbol by the order's price, whatever becomes of the order. */
static int mark(struct execute_state *e, const struct stage_tick *t)
{
    int rc = portfolio_mark(&e->portfolio, t->symbol->idx, t->tick->price_px);
    if (rc == 0)
        rc = grow_names(e);
    if (rc != 0 || e->name_cnt == e->portfolio.cnt)
        return rc;
    memcpy(e->name[e->name_cnt++], t->symbol->name, sizeof t->symbol->name);
    return 0;
}

static struct tr_tick record_of(const struct stage_tick *t, const struct paper_fill *fill)
{
    return (struct tr_tick){
        .ts_event_ns = t->tick->ts_event_ns,
        .price_px = fill->price_px,
        .size_qty = fill->size_qty,
        .fee_e9 = fill->fee_e9,
        .source_seq = t->seq,
        .kind = TR_TICK_FILL,
        .side = t->tick->side,
    };
}

static int send_fill(struct stage *stage, const struct stage_tick *t, const struct paper_fill *fill)
{
    struct execute_state *e = stage->state;
    int64_t qty = t->tick->side == TR_SIDE_BUY ? fill->size_qty : -fill->size_qty;
    int rc = portfolio_fill(&e->portfolio, t->symbol->idx, qty, fill->price_px, fill->fee_e9);
    if (rc != 0)
        return trading_failed(t->symbol, rc);
    struct tr_tick record = record_of(t, fill);
    struct stage_tick made = *t;
    made.tick = &record;
    made.seq = e->fill_cnt++;
    made.producer = stage->ops->name;
    write_line(stage, &made, TRADE_OK);
    return stage->sink != NULL ? stage->sink->put(stage->sink, &record, t) : 0;
}

static int execute_tick(struct stage *stage, const struct stage_tick *t)
{
    struct execute_state *e = stage->state;
    struct paper_fill fill;
    int code = stage_check_record(stage, t);
    if (code != 0)
        return code;
    int rc = t->tick->price_px > 0 ? mark(e, t) : 0;
    if (rc != 0)
        return trading_failed(t->symbol, rc);
    e->order_cnt++;
    enum trade_reason reason = paper_fill(&stage->opt.trade.paper, t->tick, &fill);
    if (reason == TRADE_OK)
        return send_fill(stage, t, &fill);
    e->skipped[reason]++;
    write_line(stage, t, reason);
    return 0;
}

/* --- Summary ------------------------------------------------------------------------------------ */

static size_t avg_price_text(char *text, const struct position *position)
{
    return exact_ratio_text(text, exact_wide_of(position->cost), position->qty, 9);
}

static money unrealized_of(const struct position *position)
{
    return money_of(position->mark_px, position->qty) - position->cost;
}

static size_t drawdown_pct_text(char *text, const struct portfolio *portfolio)
{
    struct exact_wide part = {0, 0};
    exact_wide_add_scaled(&part, portfolio->fall, 100);
    return exact_ratio_text(text, part, portfolio->fall_peak, 0);
}

static size_t hit_rate_text(char *text, const struct portfolio *portfolio)
{
    exact_int closed_cnt = (exact_int)portfolio->win_cnt + (exact_int)portfolio->loss_cnt;
    return exact_ratio_text(text, exact_wide_of((exact_int)portfolio->win_cnt), closed_cnt, 0);
}

static void json_positions(struct json *json, const struct execute_state *e)
{
    char text[EXACT_TEXT_MAX];
    json_open_object(json, "positions");
    for (uint32_t i = 0; i < e->name_cnt; i++) {
        const struct position *position = &e->portfolio.position[i];
        json_open_object(json, e->name[i]);
        json_text(json, "qty", text, qty_text(text, position->qty));
        json_text_or_null(json, "avg_price", text, avg_price_text(text, position));
        json_text(json, "mark", text, exact_text(text, position->mark_px, 9));
        trading_json_money(json, "unrealized", unrealized_of(position));
        json_close_object(json);
    }
    json_close_object(json);
}

static void execute_summary(struct stage *stage, struct json *json)
{
    const struct execute_state *e = stage->state;
    const struct portfolio *portfolio = &e->portfolio;
    char text[EXACT_TEXT_MAX];
    json_u64(json, "orders", e->order_cnt);
    json_u64(json, "executed", e->fill_cnt); /* an order is filled whole, so these are as many */
    trading_json_reasons(json, "skipped", e->skipped);
    json_u64(json, "fills", e->fill_cnt);
    trading_json_money(json, "realized_pnl", portfolio->realized);
    trading_json_money(json, "unrealized_pnl", portfolio_unrealized(portfolio));
    trading_json_money(json, "fees", portfolio->fees);
    trading_json_money(json, "equity", portfolio_equity(portfolio));
    trading_json_money(json, "max_drawdown", portfolio->drawdown_max);
    json_text(json, "max_drawdown_pct", text, drawdown_pct_text(text, portfolio));
    json_u64(json, "wins", portfolio->win_cnt);
    json_u64(json, "losses", portfolio->loss_cnt);
    json_text_or_null(json, "hit_rate", text, hit_rate_text(text, portfolio));
    json_positions(json, e);
}

static void execute_summary_text(const struct stage *stage, struct out *out)
{
    const struct execute_state *e = stage->state;
    out_text(out, ", orders ");
    out_u64(out, e->order_cnt);
    out_text(out, ", executed ");
    out_u64(out, e->fill_cnt);
    trading_text_reasons(out, "skipped", e->skipped);
}

static void text_results(struct out *out, const struct portfolio *portfolio)
{
    char text[EXACT_TEXT_MAX];
    text_amount(out, "realized ", portfolio->realized, MONEY_DECIMALS);
    text_amount(out, ", unrealized ", portfolio_unrealized(portfolio), MONEY_DECIMALS);
    text_amount(out, ", fees ", portfolio->fees, MONEY_DECIMALS);
    text_amount(out, ", equity ", portfolio_equity(portfolio), MONEY_DECIMALS);
    text_amount(out, "\ndrawdown ", portfolio->drawdown_max, MONEY_DECIMALS);
    out_text(out, " (");
    out_write(out, text, drawdown_pct_text(text, portfolio));
    out_text(out, " %), wins ");
    out_u64(out, portfolio->win_cnt);
    out_text(out, ", losses ");
    out_u64(out, portfolio->loss_cnt);
    out_text(out, "\n");
}

static void set_row(struct table *table, const char *name, const struct position *position)
{
    char text[EXACT_TEXT_MAX];
    table_set(table, 0, name);
    qty_text(text, position->qty);
    table_set(table, 1, text);
    avg_price_text(text, position);
    table_set(table, 2, text);
    exact_text(text, position->mark_px, 9);
    table_set(table, 3, text);
    exact_text(text, unrealized_of(position), MONEY_DECIMALS);
    table_set(table, 4, text);
}

static void execute_summary_table(const struct stage *stage, struct out *out)
{
    static const struct table_column column[] = {
        {.head = "position", .left = true},
        {.head = "size"},
        {.head = "average price"},
        {.head = "mark"},
        {.head = "unrealized"},
    };
    const struct execute_state *e = stage->state;
    struct table table;
    table_init(&table, column, sizeof column / sizeof column[0]);
    for (uint32_t i = 0; i < e->name_cnt && table_row(&table) == 0; i++)
        set_row(&table, e->name[i], &e->portfolio.position[i]);
    if (table.row_cnt > 0)
        table_print(out, &table, 0);
    table_free(&table);
    text_results(out, &e->portfolio);
}

static void keep_names(struct execute_state *e, struct state *state)
{
    if (state->loading && grow_names(e) != 0)
        state->failed = true;
    if (state->failed)
        return;
    e->name_cnt = e->portfolio.cnt;
    for (uint32_t i = 0; i < e->name_cnt; i++)
        state_bytes(state, e->name[i], sizeof e->name[i]);
}

static void execute_keep(struct stage *stage, struct state *state)
{
    struct execute_state *e = stage->state;
    portfolio_keep(&e->portfolio, state);
    keep_names(e, state);
    state_bytes(state, &e->order_cnt, sizeof e->order_cnt);
    state_bytes(state, &e->fill_cnt, sizeof e->fill_cnt);
    state_bytes(state, e->skipped, sizeof e->skipped);
}

const struct stage_ops stage_execute = {
    .name = "execute",
    .help = "orders to paper fills: positions, P&L",
    .reads = TR_TICK_ORDER,
    .writes = TR_TICK_FILL,
    .open = execute_open,
    .header = execute_header,
    .tick = execute_tick,
    .summary = execute_summary,
    .summary_text = execute_summary_text,
    .summary_table = execute_summary_table,
    .keep = execute_keep,
    .close = execute_close,
};
