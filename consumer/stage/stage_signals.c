/* signals: moving averages, change, and BUY or SELL by the rule of rule_momentum.h. */
#include <string.h>

#include "consumer/indicator/show.h"
#include "consumer/line.h"
#include "consumer/strategy/rule_momentum.h"

static const char *action_name(enum rule_action action)
{
    static const char *const name[] = {"", "BUY", "SELL"};
    return name[action];
}

static bool all_ready(const struct stage *stage, const struct symbol *symbol)
{
    return indicators_ready(stage->opt.indicators, symbol->state);
}

/* The change that this tick made: none if it made no value. */
static size_t change_text(char *text, const struct stage_tick *t)
{
    text[0] = '\0';
    return t->value == SYMBOL_VALUE_NONE ? 0 : symbol_stats_change_text(text, &t->symbol->stats);
}

static void json_line(struct stage *stage, const struct stage_tick *t, enum rule_action action)
{
    struct json *json = &stage->json;
    char text[EXACT_TEXT_MAX];
    json_open_object(json, NULL);
    const char *event = action == RULE_NONE ? "tick" : "signal";
    json_text(json, "event", event, strlen(event));
    line_json(json, t);
    show_json(json, stage->opt.indicators, t->symbol->state, false);
    json_bool(json, "ready", all_ready(stage, t->symbol));
    size_t len = change_text(text, t);
    if (len > 0)
        json_text(json, "change_pct", text, len);
    else
        json_null(json, "change_pct");
    if (action != RULE_NONE) {
        json_text(json, "action", action_name(action), strlen(action_name(action)));
        len = rule_momentum_confidence_text(text, &t->symbol->stats);
        json_text(json, "confidence", text, len);
        len = rule_momentum_reason_text(text, action, &t->symbol->stats);
        json_text(json, "reason", text, len);
    }
    json_close_object(json);
    out_json_line(stage->out, json);
}

static void csv_line(struct stage *stage, const struct stage_tick *t, enum rule_action action)
{
    char text[EXACT_TEXT_MAX];
    line_csv(stage->out, t);
    show_csv(stage->out, stage->opt.indicators, t->symbol->state);
    out_text(stage->out, all_ready(stage, t->symbol) ? ",true" : ",false");
    line_csv_field(stage->out, text, change_text(text, t));
    line_csv_field(stage->out, action_name(action), strlen(action_name(action)));
    bool signal = action != RULE_NONE;
    line_csv_field(stage->out, text, signal ? rule_momentum_confidence_text(text, &t->symbol->stats) : 0);
    line_csv_field(stage->out, text, signal ? rule_momentum_reason_text(text, action, &t->symbol->stats) : 0);
    out_text(stage->out, "\n");
}

static void signals_header(struct stage *stage)
{
    line_csv_header(stage->out);
    show_csv_header(stage->out, stage->opt.indicators);
    out_text(stage->out, ",ready,change_pct,action,confidence,reason\n");
}

static void text_line(struct stage *stage, const struct stage_tick *t, enum rule_action action)
{
    struct out *out = stage->out;
    char text[EXACT_TEXT_MAX];
    line_text(out, t);
    show_text(out, stage->opt.indicators, t->symbol->state);
    if (action != RULE_NONE) {
        out_text(out, "  ");
        out_text(out, action_name(action));
        out_text(out, " confidence ");
        out_write(out, text, rule_momentum_confidence_text(text, &t->symbol->stats));
        out_text(out, ": ");
        out_write(out, text, rule_momentum_reason_text(text, action, &t->symbol->stats));
    }
    out_text(out, "\n");
}

static enum rule_action action_of(const struct stage *stage, const struct stage_tick *t)
{
    const struct rule_momentum rule = {.window = 0, .threshold_pct = stage->opt.threshold.pct};
    const struct indicator *sma = indicators_find(stage->opt.indicators, &indicator_sma);
    if (t->value == SYMBOL_VALUE_NONE)
        return RULE_NONE;
    return rule_momentum_action(&rule, &t->symbol->stats, indicator_state(sma, t->symbol->state));
}

static int hand_on(struct stage *stage, const struct stage_tick *t, enum rule_action action)
{
    const struct tr_tick rec = {
        .ts_event_ns = t->tick->ts_event_ns,
        .kind = TR_TICK_SIGNAL,
        .side = action == RULE_BUY ? TR_SIDE_BUY : TR_SIDE_SELL,
        .price_px = (int64_t)(t->symbol->stats.last / 2),
        .source_seq = t->seq,
    };
    return stage->sink->put(stage->sink, &rec, t);
}

/* Not inlined: most ticks come to nothing, and need no registers saved for this. */
static __attribute__((noinline)) int look_closer(struct stage *stage, const struct stage_tick *t)
{
    enum rule_action action = action_of(stage, t);
    if (action == RULE_NONE && !stage->opt.all)
        return 0;
    stage->buy_cnt += action == RULE_BUY;
    stage->sell_cnt += action == RULE_SELL;
    int code = action != RULE_NONE && stage->sink != NULL ? hand_on(stage, t, action) : 0;
    if (code != 0 || stage->silent)
        return code;
    switch (stage->opt.format) {
    case FORMAT_JSON:
        json_line(stage, t, action);
        break;
    case FORMAT_CSV:
        csv_line(stage, t, action);
        break;
    case FORMAT_TEXT:
        text_line(stage, t, action);
        break;
    }
    return 0;
}

static int signals_tick(struct stage *stage, const struct stage_tick *t)
{
    const struct symbol_stats *stats = &t->symbol->stats;
    if (!stage->opt.all && exact_change_is_small(stats->last, stats->before, &stage->opt.threshold))
        return 0;
    return look_closer(stage, t);
}

static void signals_summary(struct stage *stage, struct json *json)
{
    json_open_object(json, "signals");
    json_u64(json, "BUY", stage->buy_cnt);
    json_u64(json, "SELL", stage->sell_cnt);
    json_close_object(json);
}

static void signals_summary_text(const struct stage *stage, struct out *out)
{
    out_text(out, ", BUY ");
    out_u64(out, stage->buy_cnt);
    out_text(out, ", SELL ");
    out_u64(out, stage->sell_cnt);
}

const struct stage_ops stage_signals = {
    .name = "signals",
    .help = "SMA, % change, BUY and SELL with confidence and reason (default)",
    .writes = TR_TICK_SIGNAL,
    .has_sma = true,
    .header = signals_header,
    .tick = signals_tick,
    .summary = signals_summary,
    .summary_text = signals_summary_text,
};
