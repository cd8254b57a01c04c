/* signals: averages and other indicators, change, and BUY or SELL as the strategy says. */
#include <string.h>

#include "consumer/indicator/show.h"
#include "consumer/line.h"

/* What the strategy says of a tick. */
struct signal {
    enum strategy_action action;
    int64_t confidence_e12;
};

static const char *action_name(const struct signal *signal)
{
    static const char *const name[] = {"", "BUY", "SELL"};
    return name[signal->action];
}

static size_t confidence_text(char *text, const struct signal *signal)
{
    return exact_text(text, signal->confidence_e12, EXACT_DECIMALS);
}

static size_t reason_text(char *text, const struct stage *stage, const struct stage_tick *t,
                          const struct signal *signal)
{
    const struct strategy *strategy = &stage->opt.strategy;
    return strategy->ops->reason(strategy, t->symbol, signal->action, text);
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

static void json_line(struct stage *stage, const struct stage_tick *t, const struct signal *signal)
{
    struct json *json = &stage->json;
    char text[EXACT_TEXT_MAX];
    json_open_object(json, NULL);
    const char *event = signal->action == STRATEGY_NONE ? "tick" : "signal";
    json_text(json, "event", event, strlen(event));
    line_json(json, t);
    show_json(json, stage->opt.indicators, t->symbol->state, false);
    json_bool(json, "ready", all_ready(stage, t->symbol));
    json_text_or_null(json, "change_pct", text, change_text(text, t));
    if (signal->action != STRATEGY_NONE) {
        json_text(json, "action", action_name(signal), strlen(action_name(signal)));
        json_text(json, "confidence", text, confidence_text(text, signal));
        json_text(json, "reason", text, reason_text(text, stage, t, signal));
    }
    json_close_object(json);
    out_json_line(stage->out, json);
}

static void csv_line(struct stage *stage, const struct stage_tick *t, const struct signal *signal)
{
    char text[EXACT_TEXT_MAX];
    line_csv(stage->out, t);
    show_csv(stage->out, stage->opt.indicators, t->symbol->state);
    out_text(stage->out, all_ready(stage, t->symbol) ? ",true" : ",false");
    line_csv_field(stage->out, text, change_text(text, t));
    line_csv_field(stage->out, action_name(signal), strlen(action_name(signal)));
    bool any = signal->action != STRATEGY_NONE;
    line_csv_field(stage->out, text, any ? confidence_text(text, signal) : 0);
    line_csv_field(stage->out, text, any ? reason_text(text, stage, t, signal) : 0);
    out_text(stage->out, "\n");
}

static void signals_header(struct stage *stage)
{
    line_csv_header(stage->out);
    show_csv_header(stage->out, stage->opt.indicators);
    out_text(stage->out, ",ready,change_pct,action,confidence,reason\n");
}

static void text_line(struct stage *stage, const struct stage_tick *t, const struct signal *signal)
{
    struct out *out = stage->out;
    char text[EXACT_TEXT_MAX];
    line_text(out, t);
    show_text(out, stage->opt.indicators, t->symbol->state);
    if (signal->action != STRATEGY_NONE) {
        out_text(out, "  ");
        out_text(out, action_name(signal));
        out_text(out, " confidence ");
        out_write(out, text, confidence_text(text, signal));
        out_text(out, ": ");
        out_write(out, text, reason_text(text, stage, t, signal));
    }
    out_text(out, "\n");
}

static struct signal judge(const struct stage *stage, const struct stage_tick *t)
{
    const struct strategy *strategy = &stage->opt.strategy;
    struct signal signal = {STRATEGY_NONE, 0};
    if (t->value != SYMBOL_VALUE_NONE)
        signal.action = strategy_judge(strategy, t->symbol, t->value);
    if (signal.action != STRATEGY_NONE)
        signal.confidence_e12 = strategy->ops->confidence_e12(strategy, t->symbol);
    return signal;
}

static int hand_on(struct stage *stage, const struct stage_tick *t, const struct signal *signal)
{
    const struct tr_tick rec = {
        .ts_event_ns = t->tick->ts_event_ns,
        .kind = TR_TICK_SIGNAL,
        .side = signal->action == STRATEGY_BUY ? TR_SIDE_BUY : TR_SIDE_SELL,
        .price_px = exact_px_of_half(t->symbol->stats.last),
        .confidence_e12 = signal->confidence_e12,
        .source_seq = t->seq,
    };
    return stage->sink->put(stage->sink, &rec, t);
}

/* Not inlined: most ticks come to nothing, and need no registers saved for this. */
static __attribute__((noinline)) int look_closer(struct stage *stage, const struct stage_tick *t)
{
    if (t->tick->kind >= TR_TICK_UPDATE) /* of an order of ours: nothing that the market did */
        return stage_check_tick(stage, t);
    const struct signal signal = judge(stage, t);
    if (signal.action == STRATEGY_NONE && !stage->opt.all)
        return 0;
    stage->buy_cnt += signal.action == STRATEGY_BUY;
    stage->sell_cnt += signal.action == STRATEGY_SELL;
    bool wanted = signal.action != STRATEGY_NONE && stage->sink != NULL;
    int code = wanted ? hand_on(stage, t, &signal) : 0;
    if (code != 0 || stage->silent)
        return code;
    switch (stage->opt.format) {
    case FORMAT_JSON:
        json_line(stage, t, &signal);
        break;
    case FORMAT_CSV:
        csv_line(stage, t, &signal);
        break;
    case FORMAT_TEXT:
        text_line(stage, t, &signal);
        break;
    }
    return 0;
}

static int signals_tick(struct stage *stage, const struct stage_tick *t)
{
    const struct symbol_stats *stats = &t->symbol->stats;
    const struct strategy *strategy = &stage->opt.strategy;
    if (!stage->opt.all && strategy->only_moves && t->value == SYMBOL_VALUE_NEXT
        && exact_change_is_small(stats->last, stats->before, &strategy->threshold))
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
    .help = "indicators, % change, BUY and SELL and why (default)",
    .writes = TR_TICK_SIGNAL,
    .has_sma = true,
    .header = signals_header,
    .tick = signals_tick,
    .summary = signals_summary,
    .summary_text = signals_summary_text,
};
