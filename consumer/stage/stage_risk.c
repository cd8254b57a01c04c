/* risk: signals in, orders out, or the reason why not. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "consumer/line.h"
#include "consumer/stage/trading.h"
#include "exitcode.h"
#include "log.h"

struct risk_state {
    struct risk risk;
    uint64_t order_cnt;
    uint64_t close_only_cnt; /* of the orders, those that open nothing because something forbids it */
    uint64_t refused[TRADE_REASON_CNT];
};

static int risk_open(struct stage *stage)
{
    struct risk_state *r = calloc(1, sizeof *r);
    if (r == NULL) {
        log_error("memory", "none left, try again later");
        return EXIT_CODE_FAILED;
    }
    risk_init(&r->risk, &stage->opt.trade);
    stage->state = r;
    return 0;
}

static void risk_close(struct stage *stage)
{
    struct risk_state *r = stage->state;
    if (r == NULL)
        return;
    risk_free(&r->risk);
    free(r);
    stage->state = NULL;
}

/* --- Lines -------------------------------------------------------------------------------------- */

static void risk_header(struct stage *stage)
{
    line_csv_header(stage->out);
    line_csv_record_header(stage->out);
    out_text(stage->out, ",event,reason,state\n");
}

/* An order, or a signal that is refused; the reason is also why an order only closes. */
static void json_line(struct stage *stage, const struct stage_tick *t, enum trade_reason reason)
{
    const struct risk_state *r = stage->state;
    bool refused = t->tick->kind == TR_TICK_SIGNAL;
    const char *event = refused ? "refusal" : line_event(t->tick);
    const char *state = limits_state_name(r->risk.limits.state);
    const char *name = trade_reason_name(reason);
    json_open_object(&stage->json, NULL);
    json_text(&stage->json, "event", event, strlen(event));
    line_json(&stage->json, t);
    if (reason != TRADE_OK)
        json_text(&stage->json, refused ? "reason" : "not_opened", name, strlen(name));
    if (refused)
        json_text(&stage->json, "state", state, strlen(state));
    json_close_object(&stage->json);
    out_json_line(stage->out, &stage->json);
}

static void csv_line(struct stage *stage, const struct stage_tick *t, enum trade_reason reason)
{
    const struct risk_state *r = stage->state;
    line_csv(stage->out, t);
    line_csv_record(stage->out, t->tick);
    out_text(stage->out, t->tick->kind == TR_TICK_SIGNAL ? ",refusal," : ",order,");
    out_text(stage->out, trade_reason_name(reason));
    out_text(stage->out, ",");
    out_text(stage->out, limits_state_name(r->risk.limits.state));
    out_text(stage->out, "\n");
}

static void text_line(struct stage *stage, const struct stage_tick *t, enum trade_reason reason)
{
    const struct risk_state *r = stage->state;
    line_text(stage->out, t);
    if (reason != TRADE_OK) {
        out_text(stage->out, t->tick->kind == TR_TICK_SIGNAL ? "  refused: " : "  closes only: ");
        out_text(stage->out, trade_reason_name(reason));
    }
    if (r->risk.limits.state != LIMITS_ACTIVE) {
        out_text(stage->out, ", ");
        out_text(stage->out, limits_state_name(r->risk.limits.state));
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

/* --- Signals ------------------------------------------------------------------------------------ */

static struct tr_tick order_of(const struct stage_tick *t, int64_t size_qty)
{
    return (struct tr_tick){
        .ts_event_ns = t->tick->ts_event_ns,
        .price_px = t->tick->price_px,
        .size_qty = size_qty,
        .confidence_e12 = t->tick->confidence_e12,
        .source_seq = t->seq,
        .kind = TR_TICK_ORDER,
        .side = t->tick->side,
    };
}

static int send_order(struct stage *stage, const struct stage_tick *t, const struct risk_decision *decision)
{
    struct risk_state *r = stage->state;
    struct tr_tick order = order_of(t, decision->size_qty);
    int rc = risk_order(&r->risk, t->symbol->idx, &order);
    if (rc != 0)
        return trading_failed(t->symbol, rc);
    struct stage_tick made = *t;
    made.tick = &order;
    made.seq = r->order_cnt++;
    made.producer = stage->ops->name;
    r->close_only_cnt += decision->reason != TRADE_OK;
    write_line(stage, &made, decision->reason);
    return stage->sink != NULL ? stage->sink->put(stage->sink, &order, t) : 0;
}

static int risk_tick(struct stage *stage, const struct stage_tick *t)
{
    struct risk_state *r = stage->state;
    struct risk_decision decision;
    int code = stage_check_record(stage, t);
    if (code != 0)
        return code;
    stage->buy_cnt += t->tick->side == TR_SIDE_BUY;
    stage->sell_cnt += t->tick->side == TR_SIDE_SELL;
    int rc = risk_signal(&r->risk, t->symbol->idx, t->tick, &decision);
    if (rc != 0)
        return trading_failed(t->symbol, rc);
    if (decision.size_qty > 0)
        return send_order(stage, t, &decision);
    r->refused[decision.reason]++;
    write_line(stage, t, decision.reason);
    return 0;
}

/* --- Summary ------------------------------------------------------------------------------------ */

static void json_e12(struct json *json, const char *key, bool known, int64_t value_e12)
{
    char text[EXACT_TEXT_MAX];
    json_text_or_null(json, key, text, known ? exact_text(text, value_e12, EXACT_DECIMALS) : 0);
}

static void risk_summary(struct stage *stage, struct json *json)
{
    const struct risk_state *r = stage->state;
    json_open_object(json, "signals");
    json_u64(json, "BUY", stage->buy_cnt);
    json_u64(json, "SELL", stage->sell_cnt);
    json_close_object(json);
    json_u64(json, "orders", r->order_cnt);
}

static void risk_summary_end(struct stage *stage, struct json *json)
{
    const struct risk_state *r = stage->state;
    const char *state = limits_state_name(r->risk.limits.state);
    struct kelly kelly = kelly_now(&r->risk.plan.kelly, &r->risk.portfolio);
    json_u64(json, "close_only", r->close_only_cnt);
    trading_json_reasons(json, "refused", r->refused);
    json_text(json, "state", state, strlen(state));
    json_e12(json, "win_rate", kelly.known, kelly.win_rate_e12);
    json_e12(json, "payoff", kelly.known, kelly.payoff_e12);
    json_e12(json, "kelly", kelly.known, kelly.f_e12);
}

static void risk_summary_text(const struct stage *stage, struct out *out)
{
    const struct risk_state *r = stage->state;
    out_text(out, ", risk ");
    out_text(out, limits_state_name(r->risk.limits.state));
    out_text(out, ", sent ");
    out_u64(out, r->order_cnt);
    trading_text_reasons(out, "refused", r->refused);
}

static void risk_stage_keep(struct stage *stage, struct state *state)
{
    struct risk_state *r = stage->state;
    risk_keep(&r->risk, state);
    state_bytes(state, &r->order_cnt, sizeof r->order_cnt);
    state_bytes(state, &r->close_only_cnt, sizeof r->close_only_cnt);
    state_bytes(state, r->refused, sizeof r->refused);
}

const struct stage_ops stage_risk = {
    .name = "risk",
    .help = "signals to orders: limits, Kelly sizing, a reason for each refusal",
    .reads = TR_TICK_SIGNAL,
    .writes = TR_TICK_ORDER,
    .open = risk_open,
    .header = risk_header,
    .tick = risk_tick,
    .summary = risk_summary,
    .summary_end = risk_summary_end,
    .summary_text = risk_summary_text,
    .keep = risk_stage_keep,
    .close = risk_close,
};
