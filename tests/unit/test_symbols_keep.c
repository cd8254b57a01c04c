/* Symbols saved and loaded: a stream that was cut anywhere and went on elsewhere writes the same bytes. */
#include "stage_help.h"

#define TICK_CNT 400
#define SYMBOL_CNT 7

static struct bench whole;
static struct bench before;
static struct bench after;
static char expected[8 << 20];
static char got[8 << 20];
static uint64_t random_state;

static uint64_t next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state * UINT64_C(0x2545f4914f6cdd1d);
}

/* Trades and quotes of a few symbols, with silences, steps back in time, jumps and extremes. */
static struct tr_tick random_tick(int64_t *now_ns)
{
    uint64_t kind = next_random() % 16;
    int64_t px = (int64_t)(1000 + next_random() % 50) * ONE / 7;
    if (kind == 0)
        px = (int64_t)next_random();
    if (next_random() % 32 == 0)
        *now_ns += 40 * ONE;
    *now_ns += (int64_t)(next_random() % 100) * ONE / 100 - ONE / 10;
    struct tr_tick tick = kind < 5 ? a_quote(px, px + 1) : a_trade(px, (int64_t)(next_random() % 100) * ONE);
    tick.ts_event_ns = *now_ns;
    if (kind == 1)
        tick.flags = TR_TICK_NO_BID;
    if (kind == 6)
        tick.flags = TR_TICK_SIZE_MILLI;
    return tick;
}

static const char *name_of(uint64_t i)
{
    static const char *const name[SYMBOL_CNT] = {"A", "BTC", "ETH", "a b", "\x01", "LONG-NAME", "Z"};
    return name[i % SYMBOL_CNT];
}

static void append(char *all, const char *text)
{
    size_t len = strlen(all);
    assert_true(len + strlen(text) < sizeof expected);
    strcpy(all + len, text);
}

static void open_bench(struct bench *b, const struct strategy_ops *strategy)
{
    static const struct sma_window window[] = {{5, 0}, {40, 0}, {0, 30 * ONE}, {0, 0}};
    bench_open(b, &stage_signals, FORMAT_JSON, window);
    bench_add(b, &indicator_ema, "20,30s");
    bench_add(b, &indicator_vwap, "10,30s");
    bench_add(b, &indicator_rsi, "14,30s");
    bench_add(b, &indicator_macd, "3,7,4,10s,30s,5s");
    bench_add(b, &indicator_bollinger, "20,2,30s,1.5");
    bench_add(b, &indicator_atr, "14,30s");
    bench_use(b, strategy, EXACT_PCT_SCALE / 10);
    b->stage.opt.all = true;
}

static void end(struct bench *b, char *all)
{
    summary_json(&b->stage.json, &b->stage, &b->symbols, &(struct totals){0});
    out_json_line(&b->out, &b->stage.json);
    append(all, bench_text(b));
}

/* Ticks from..to of the stream of that seed go through b. */
static void feed(struct bench *b, uint64_t seed, unsigned from, unsigned to, char *all)
{
    int64_t now_ns = TS;
    random_state = seed;
    for (unsigned i = 0; i < to; i++) {
        struct tr_tick tick = random_tick(&now_ns);
        const char *name = name_of(next_random() >> 8);
        if (i < from)
            continue;
        append(all, bench_tick(b, name, &tick));
    }
}

static void carry_over(struct bench *from, struct bench *to)
{
    struct state saved = {0};
    struct state loaded;
    state_save(&saved);
    symbols_keep(&from->symbols, &from->filter, &saved);
    assert_true(state_whole(&saved));
    state_load(&loaded, saved.bytes, saved.len);
    symbols_keep(&to->symbols, &to->filter, &loaded);
    assert_true(state_whole(&loaded));
    state_free(&saved);
    to->seq = from->seq;
    to->stage.buy_cnt = from->stage.buy_cnt;
    to->stage.sell_cnt = from->stage.sell_cnt;
}

static void cut_anywhere(void **state)
{
    (void)state;
    for (uint64_t round = 1; round <= 12; round++) {
        uint64_t seed = round * 1000003;
        unsigned cut = (unsigned)(seed % TICK_CNT);
        expected[0] = got[0] = '\0';
        const struct strategy_ops *strategy = strategy_list((unsigned)round % 3);
        open_bench(&whole, strategy);
        open_bench(&before, strategy);
        open_bench(&after, strategy);
        feed(&whole, seed, 0, TICK_CNT, expected);
        end(&whole, expected);
        feed(&before, seed, 0, cut, got);
        carry_over(&before, &after);
        bench_close(&before);
        feed(&after, seed, cut, TICK_CNT, got);
        end(&after, got);
        assert_string_equal(got, expected);
        bench_close(&after);
        bench_close(&whole);
    }
}

/* Each prefix of what was saved is refused, and leaves nothing behind. */
static void bytes_that_do_not_fit(void **state)
{
    struct state saved = {0};
    struct state loaded;
    (void)state;
    got[0] = '\0';
    open_bench(&before, &strategy_cross);
    feed(&before, 99, 0, 30, got);
    symbols_keep(&before.symbols, &before.filter, &saved);
    for (size_t len = 0; len < saved.len; len += 1 + len % 7) {
        open_bench(&after, &strategy_cross);
        state_load(&loaded, saved.bytes, len);
        symbols_keep(&after.symbols, &after.filter, &loaded);
        assert_false(state_whole(&loaded));
        bench_close(&after);
    }
    state_free(&saved);
    bench_close(&before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cut_anywhere),
        cmocka_unit_test(bytes_that_do_not_fit),
    };
    return cmocka_run_group_tests_name("symbols_keep", tests, NULL, NULL);
}
