/* Real ITCH 5.0 files against what another program found in them (facts.json). */
#include "itch_help.h"

/* What facts tell of trades. */
struct sums {
    size_t cnt;
    int64_t first_px;
    int64_t last_px;
    int64_t high_px;
    int64_t low_px;
    int64_t first_ns;
    int64_t last_ns;
    int64_t volume; /* shares */
    __int128 notional; /* x 1e-4 */
    int64_t px[20]; /* the last ones */
};

static void sum_up(struct sums *sums, const struct tr_tick *tick)
{
    int64_t shares = tick->size_qty / TR_PX_SCALE;
    if (sums->cnt == 0) {
        sums->first_px = sums->high_px = sums->low_px = tick->price_px;
        sums->first_ns = tick->ts_event_ns;
    }
    sums->last_px = tick->price_px;
    sums->last_ns = tick->ts_event_ns;
    sums->high_px = tick->price_px > sums->high_px ? tick->price_px : sums->high_px;
    sums->low_px = tick->price_px < sums->low_px ? tick->price_px : sums->low_px;
    sums->volume += shares;
    sums->notional += (__int128)shares * (tick->price_px / 100000);
    sums->px[sums->cnt++ % 20] = tick->price_px;
}

/* The mean of the last n prices, in units of 1e-9. */
static int64_t mean_px(const struct sums *sums, size_t n)
{
    int64_t sum = 0;
    for (size_t i = sums->cnt - n; i < sums->cnt; i++)
        sum += sums->px[i % 20];
    return sum / (int64_t)n;
}

/* Prices and times as facts.json has them: prices x 1e4, times since midnight. */
static void expect_sums(const struct sums *sums, size_t cnt, int64_t first, int64_t last, int64_t high,
                        int64_t low, int64_t first_ns, int64_t last_ns, int64_t volume, int64_t notional)
{
    assert_int_equal(sums->cnt, cnt);
    assert_true(sums->first_px == first * 100000 && sums->last_px == last * 100000);
    assert_true(sums->high_px == high * 100000 && sums->low_px == low * 100000);
    assert_true(sums->first_ns == first_ns && sums->last_ns == last_ns);
    assert_true(sums->volume == volume && sums->notional == notional);
}

static void open_real(struct opened *o, const char *name)
{
    help_real(o->path, name);
    o->src.path = o->path;
    o->src.opt.date = "1970-01-01"; /* whatever the name of the file says */
    o->src.opt.only_trades = true;
    assert_int_equal(source_open(&o->src, NULL), SOURCE_OK);
    assert_string_equal(o->src.ops->name, "itch");
}

#define EASTERN_NS (5 * INT64_C(3600000000000)) /* of 1970-01-01 */

static void test_real_zeros(void **state)
{
    static const char *const name[] = {"ALC", "BOB", "CHAR"};
    struct opened o = {.rec = {.venue = ""}};
    struct sums all = {.cnt = 0};
    struct sums hit = {.cnt = 0};
    struct sums unseen = {.cnt = 0};
    struct sums of[3] = {{.cnt = 0}};
    enum source_result result;
    (void)state;
    open_real(&o, "itch/ex20101224.TEST_ITCH_50");
    while ((result = next(&o)) == SOURCE_OK) {
        o.rec.tick.ts_event_ns -= EASTERN_NS;
        sum_up(&all, &o.rec.tick);
        sum_up(o.rec.tick.side == TR_SIDE_NONE ? &unseen : &hit, &o.rec.tick);
        for (int i = 0; i < 3 && o.rec.tick.side == TR_SIDE_NONE; i++)
            if (strncmp(o.rec.symbol, name[i], o.rec.symbol_len) == 0)
                sum_up(&of[i], &o.rec.tick);
    }
    assert_int_equal(result, SOURCE_END);
    expect_sums(&all, 5180, 54167, 220250, 303200, 53250, 32857937604189, 57597526823001, 733930,
                71084987716);
    expect_sums(&hit, 180, 54167, 230133, 266267, 53833, 32857937604189, 57572483320743, 59798, 3782360518);
    expect_sums(&unseen, 5000, 53333, 220250, 303200, 53250, 34210128591201, 57597526823001, 674132,
                67302627198);
    expect_sums(&of[0], 1885, 303200, 231000, 303200, 195400, 34333081220110, 57595052006081, 94689,
                22369517615);
    expect_sums(&of[1], 1658, 53333, 60833, 69542, 53250, 34210128591201, 57568784074770, 522075,
                32118008708);
    expect_sums(&of[2], 1457, 254250, 220250, 254250, 198000, 34235711475708, 57597526823001, 57368,
                12815100875);
    assert_true(mean_px(&hit, 5) == 19457000000 && mean_px(&hit, 20) == 15225750000);
    assert_true(mean_px(&all, 5) == 22849000000 && mean_px(&all, 20) == 22799420000);
    assert_true(mean_px(&of[0], 5) == 23062660000 && mean_px(&of[0], 20) == 23032670000);
    assert_true(mean_px(&of[1], 5) == 6082500000 && mean_px(&of[1], 20) == 6073120000);
    assert_true(mean_px(&of[2], 5) == 22225000000 && mean_px(&of[2], 20) == 21784875000);
    assert_int_equal(noted(&o.src, "order unknown", NULL), 117);
    assert_int_equal(noted(&o.src, "time goes back", NULL), 0);
    assert_int_equal(o.src.counts.skipped_cnt, 0);
    source_close(&o.src);
}

static void test_real_messages(void **state)
{
    struct opened o = {.rec = {.venue = ""}};
    struct sums all = {.cnt = 0};
    enum source_result result;
    (void)state;
    open_real(&o, "itch/reframed_nasdaq_real_messages.itch");
    while ((result = next(&o)) == SOURCE_OK) {
        o.rec.tick.ts_event_ns -= EASTERN_NS;
        sum_up(&all, &o.rec.tick);
        assert_int_equal(o.rec.tick.side, TR_SIDE_NONE); /* no order that traded was added */
    }
    assert_int_equal(result, SOURCE_END);
    /* E 0, C 3 and P 5: 419 shares; Q 2: 10956 shares; Q 3 without shares */
    assert_int_equal(all.cnt, 10);
    assert_true(all.volume == 419 + 10956);
    assert_true(all.notional == 1094193700 + INT64_C(2300060400));
    assert_true(all.high_px == 679520000000 && all.low_px == 4850000000);
    assert_int_equal(o.src.counts.skipped_cnt, 3);
    assert_int_equal(noted(&o.src, "order unknown", NULL), 21);
    assert_int_equal(noted(&o.src, "execution with a price of an unknown order", NULL), 5);
    assert_int_equal(noted(&o.src, "time goes back", NULL), 0);
    source_close(&o.src);
}

static void test_real_head(void **state)
{
    struct opened o = {.rec = {.venue = ""}};
    (void)state;
    open_real(&o, "itch/real_head_1000msg.itch");
    expect_end(&o);
    assert_int_equal(o.src.counts.bytes_read, 40874);
    assert_int_equal(noted(&o.src, "session not closed", NULL), 1);
    assert_null(o.src.note[1].kind);
    source_close(&o.src);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_real_zeros),
        cmocka_unit_test(test_real_messages),
        cmocka_unit_test(test_real_head),
    };
    return cmocka_run_group_tests_name("itch_facts", tests, NULL, NULL);
}
