/* pipeline: the known example; the same bytes as three stages that hand each other records; the same bytes when
 * all is saved and loaded after each tick. */
#include "stage_help.h"

#define RANDOM_TICK_CNT 3000
#define TEXT_CAP (8 << 20)

/* --- Three stages, each with a bench of its own, as processes have ------------------------------- */

struct wire { /* from one to the next */
    struct stage_sink sink;
    struct bench *to;
    char *text; /* what the next wrote; NULL: nobody looks */
    size_t len;
};

static struct bench signals;
static struct bench risk;
static struct bench execute;
static struct wire to_risk;
static struct wire to_execute;
static struct bench whole; /* the pipeline */
static char of_execute[TEXT_CAP];
static char of_whole[TEXT_CAP];
static size_t of_whole_len;

static void append(char *text, size_t *len, const char *more)
{
    size_t more_len = strlen(more);
    assert_true(*len + more_len < TEXT_CAP);
    memcpy(text + *len, more, more_len + 1);
    *len += more_len;
}

static int pass_on(struct stage_sink *sink, const struct tr_tick *rec, const struct stage_tick *t)
{
    struct wire *wire = (struct wire *)sink;
    char venue[64];
    snprintf(venue, sizeof venue, "%.*s", (int)t->venue_len, t->venue);
    wire->to->venue = venue;
    const char *lines = bench_tick_of(wire->to, t->symbol->name, t->symbol->name_len, rec);
    if (wire->text != NULL)
        append(wire->text, &wire->len, lines);
    return 0;
}

static void open_one(struct bench *b, const struct stage_ops *ops, enum format format,
                     const struct trade_plan *plan)
{
    bench_open(b, ops, format, NULL);
    if (ops->close != NULL)
        ops->close(&b->stage);
    b->stage.opt.trade = *plan;
    if (ops->open != NULL)
        assert_int_equal(ops->open(&b->stage), 0);
}

static void open_all(enum format format, const struct trade_plan *plan)
{
    open_one(&signals, &stage_signals, format, plan);
    open_one(&risk, &stage_risk, format, plan);
    open_one(&execute, &stage_execute, format, plan);
    open_one(&whole, &stage_pipeline, format, plan);
    to_risk = (struct wire){.sink = {.put = pass_on}, .to = &risk};
    to_execute = (struct wire){.sink = {.put = pass_on}, .to = &execute, .text = of_execute};
    signals.stage.sink = &to_risk.sink;
    risk.stage.sink = &to_execute.sink;
    risk.producer = "signals"; /* the lanes they read */
    execute.producer = "risk";
    of_execute[0] = of_whole[0] = '\0';
    of_whole_len = 0;
}

static void close_all(void)
{
    bench_close(&signals);
    bench_close(&risk);
    bench_close(&execute);
    bench_close(&whole);
}

static void tick_all(const char *symbol, const char *venue, const struct tr_tick *tick)
{
    signals.venue = venue;
    whole.venue = venue;
    bench_tick(&signals, symbol, tick);
    append(of_whole, &of_whole_len, bench_tick(&whole, symbol, tick));
}

static const char *json_summary(struct bench *b, const struct totals *totals)
{
    summary_json(&b->stage.json, &b->stage, &b->symbols, totals);
    out_json_line(&b->out, &b->stage.json);
    return bench_text(b);
}

/* From the key "orders" on. */
static const char *orders_on(const char *summary)
{
    const char *part = strstr(summary, "\"orders\":");
    assert_non_null(part);
    return part;
}

static void expect_same(void)
{
    const struct totals none = {0};
    assert_string_equal(of_whole, of_execute);
    assert_string_equal(orders_on(json_summary(&whole, &none)), orders_on(json_summary(&execute, &none)));
}

/* --- The known example -------------------------------------------------------------------------- */

static void example_all(void)
{
    static const int price[] = {42000, 42050, 42100, 42080, 42150, 42200, 42180};
    for (size_t i = 0; i < sizeof price / sizeof price[0]; i++) {
        const struct tr_tick tick = a_trade(price[i] * ONE, ONE);
        tick_all("BTC", "", &tick);
    }
}

static void the_known_example(void **state)
{
    const struct trade_plan plan = trade_plan_default();
    const struct totals totals = {.delivered = 7};
    (void)state;
    open_all(FORMAT_JSON, &plan);
    example_all();
    expect_same();
    expect_part(of_whole,
                "{\"event\":\"skip\",\"producer\":\"risk\",\"seq\":0,\"ts\":1723161255342000000,"
                "\"symbol\":\"BTC\",\"side\":\"buy\",\"price\":\"42050\",\"size\":\"0.023781212\","
                "\"confidence\":\"0.119047619048\",\"source_seq\":0,\"reason\":\"low_confidence\"}\n");
    expect_part(of_whole,
                "{\"event\":\"fill\",\"producer\":\"execute\",\"seq\":0,\"ts\":1723161255342000000,"
                "\"symbol\":\"BTC\",\"side\":\"buy\",\"price\":\"42150\",\"size\":\"0.023724792\","
                "\"fee\":\"0\",\"source_seq\":2,\"position\":\"0.023724792\",\"realized_pnl\":\"0\","
                "\"equity\":\"100000\"}\n");
    const char *summary = json_summary(&whole, &totals);
    expect_part(summary,
                "{\"event\":\"summary\",\"stage\":\"pipeline\",\"delivered\":7,\"lost\":0,\"filtered\":0,"
                "\"signals\":{\"BUY\":4,\"SELL\":0},\"symbols\":{\"BTC\":{\"trades\":7,");
    expect_part(summary, "\"sma\":{\"5\":\"42142\"}");
    expect_part(summary, "}},\"close_only\":0,\"refused\":{},\"state\":\"ACTIVE\",\"win_rate\":null,"
                         "\"payoff\":null,\"kelly\":null,"
                         "\"orders\":4,\"executed\":1,\"skipped\":{\"low_confidence\":3},\"fills\":1,"
                         "\"realized_pnl\":\"0\",\"unrealized_pnl\":\"1.1862396\",\"fees\":\"0\","
                         "\"equity\":\"100001.1862396\",\"max_drawdown\":\"0\",\"max_drawdown_pct\":\"0\","
                         "\"wins\":0,\"losses\":0,\"hit_rate\":null,\"positions\":{\"BTC\":{"
                         "\"qty\":\"0.023724792\",\"avg_price\":\"42150\",\"mark\":\"42200\","
                         "\"unrealized\":\"1.1862396\"}}}\n");
    close_all();
}

static void text(void **state)
{
    const struct trade_plan plan = trade_plan_default();
    (void)state;
    open_all(FORMAT_TEXT, &plan);
    example_all();
    assert_string_equal(of_whole, of_execute);
    summary_text(&whole.out, &whole.stage, &whole.symbols, &(struct totals){.delivered = 7});
    const char *summary = bench_text(&whole);
    expect_part(summary, "SMA(5) 42142\nposition");
    expect_part(summary,
                "pipeline: delivered 7, lost 0, BUY 4, SELL 0, risk ACTIVE, sent 4, refused 0, orders 4,"
                " executed 1, skipped 3 (3 low_confidence)\n");
    close_all();
}

/* --- Random streams ----------------------------------------------------------------------------- */

#define SYMBOL_CNT 6

struct walk {
    uint64_t random;
    int64_t price_px[SYMBOL_CNT];
};

static void walk_begin(struct walk *walk, uint64_t seed)
{
    walk->random = seed;
    for (unsigned i = 0; i < SYMBOL_CNT; i++)
        walk->price_px[i] = (int64_t)(i * i * i + 1) * 7 * ONE + 1;
}

static struct tr_tick walk_tick(struct walk *walk, const char **symbol, const char **venue)
{
    static const char *const symbol_name[SYMBOL_CNT] = {"BTC", "ETH", "A,B", "\"quoted\"", "X", "Y"};
    static const char *const venue_name[] = {"", "binance", "kraken"};
    unsigned i = (unsigned)(help_random(&walk->random) % SYMBOL_CNT);
    int64_t step_px = walk->price_px[i] / 200;
    walk->price_px[i] += (int64_t)(help_random(&walk->random) % (uint64_t)(2 * step_px + 1)) - step_px;
    *symbol = symbol_name[i];
    *venue = venue_name[help_random(&walk->random) % 3];
    if (i == SYMBOL_CNT - 1) /* one with mids only, half of them odd */
        return a_quote(walk->price_px[i], walk->price_px[i] + 1 + (int64_t)(help_random(&walk->random) % 2));
    return a_trade(walk->price_px[i], ONE);
}

static struct trade_plan some_plan(uint64_t *random)
{
    struct trade_plan plan = trade_plan_default();
    plan.paper.fee_bps_e9 = (int64_t)(help_random(random) % 3) * PAPER_BPS_SCALE / 2;
    plan.paper.slippage_bps_e9 = (int64_t)(help_random(random) % 3) * PAPER_BPS_SCALE / 3;
    plan.paper.confidence_min_e12 = (int64_t)(help_random(random) % 3) * EXACT_E12 / 8;
    plan.kelly.trade_cnt_min = 1 + help_random(random) % 50;
    plan.limits.one.pct_e9 = (int64_t)(1 + help_random(random) % 20) * LIMITS_PCT_SCALE;
    plan.limits.all.pct_e9 = (int64_t)(1 + help_random(random) % 40) * LIMITS_PCT_SCALE;
    if (help_random(random) % 2 == 0)
        plan.limits.drawdown_pct_e9 = (int64_t)(1 + help_random(random) % 8) * LIMITS_PCT_SCALE / 100;
    if (help_random(random) % 3 == 0)
        plan.kelly.win_rate_e12 = EXACT_E12 * 55 / 100;
    return plan;
}

static bool seen[TRADE_REASON_CNT];

static void note_reasons(void)
{
    const struct totals none = {0};
    const char *summary = json_summary(&risk, &none);
    for (unsigned i = 1; i < TRADE_REASON_CNT; i++) {
        char key[40];
        snprintf(key, sizeof key, "\"%s\":", trade_reason_name(i));
        seen[i] |= strstr(summary, key) != NULL;
    }
}

static void one_process_or_three_the_same_bytes(void **state)
{
    static const enum format format[] = {FORMAT_JSON, FORMAT_CSV, FORMAT_TEXT};
    uint64_t random = help_seed();
    (void)state;
    for (unsigned run = 0; run < 24; run++) {
        const struct trade_plan plan = some_plan(&random);
        struct walk walk;
        walk_begin(&walk, random);
        open_all(format[run % 3], &plan);
        for (unsigned i = 0; i < RANDOM_TICK_CNT; i++) {
            const char *symbol;
            const char *venue;
            const struct tr_tick tick = walk_tick(&walk, &symbol, &venue);
            tick_all(symbol, venue, &tick);
        }
        expect_same();
        note_reasons();
        close_all();
    }
    /* Else too little was compared. */
    assert_true(seen[TRADE_NO_EDGE] && seen[TRADE_POSITION_LIMIT] && seen[TRADE_TOTAL_LIMIT]);
    assert_true(seen[TRADE_REDUCING] && seen[TRADE_HALTED]);
}

/* --- Saved and loaded --------------------------------------------------------------------------- */

static void keep(struct bench *b, struct state *state)
{
    state_bytes(state, &b->stage.buy_cnt, sizeof b->stage.buy_cnt);
    state_bytes(state, &b->stage.sell_cnt, sizeof b->stage.sell_cnt);
    b->stage.ops->keep(&b->stage, state);
}

/* The stage forgets everything but the symbols, and gets it back from its bytes. */
static void save_and_load(struct bench *b, struct state *saved)
{
    struct state from;
    state_save(saved);
    keep(b, saved);
    assert_true(state_whole(saved));
    b->stage.ops->close(&b->stage);
    assert_int_equal(b->stage.ops->open(&b->stage), 0);
    b->stage.buy_cnt = b->stage.sell_cnt = 0;
    state_load(&from, saved->bytes, saved->len);
    keep(b, &from);
    assert_true(state_whole(&from));
}

static void saved_after_each_tick_the_same_bytes(void **state)
{
    uint64_t random = help_seed();
    struct state saved = {0};
    (void)state;
    for (unsigned run = 0; run < 8; run++) {
        const struct trade_plan plan = some_plan(&random);
        const struct totals none = {0};
        struct walk walk;
        walk_begin(&walk, random);
        open_all(FORMAT_JSON, &plan);
        for (unsigned i = 0; i < RANDOM_TICK_CNT; i++) {
            const char *symbol;
            const char *venue;
            const struct tr_tick tick = walk_tick(&walk, &symbol, &venue);
            tick_all(symbol, venue, &tick);
            save_and_load(&whole, &saved);
        }
        expect_same(); /* as the three, which were never saved */
        char *risk_summary = strdup(json_summary(&risk, &none));
        assert_non_null(risk_summary);
        save_and_load(&risk, &saved);
        assert_string_equal(json_summary(&risk, &none), risk_summary);
        free(risk_summary);
        close_all();
    }
    state_free(&saved);
}

static void cut_bytes_are_refused(void **state)
{
    const struct trade_plan plan = trade_plan_default();
    struct state saved = {0};
    (void)state;
    open_all(FORMAT_JSON, &plan);
    example_all();
    state_save(&saved);
    stage_pipeline.keep(&whole.stage, &saved);
    for (size_t len = 0; len < saved.len; len++) {
        struct state from;
        stage_pipeline.close(&whole.stage);
        assert_int_equal(stage_pipeline.open(&whole.stage), 0);
        state_load(&from, saved.bytes, len);
        stage_pipeline.keep(&whole.stage, &from);
        assert_false(state_whole(&from));
    }
    close_all();
    state_free(&saved);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_known_example),
        cmocka_unit_test(text),
        cmocka_unit_test(one_process_or_three_the_same_bytes),
        cmocka_unit_test(saved_after_each_tick_the_same_bytes),
        cmocka_unit_test(cut_bytes_are_refused),
    };
    return cmocka_run_group_tests_name("stage_pipeline", tests, NULL, NULL);
}
