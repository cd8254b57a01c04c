/* CSV with a header: recorded files against what is known of them. */
#include "source_help.h"

#define E9 TR_PX_SCALE

/* What a whole file comes to.  Numbers are in units of 1e-9; of quotes, first and last are the bids. */
struct sums {
    uint64_t trade_cnt;
    uint64_t buy_cnt;
    uint64_t quote_cnt;
    uint64_t one_sided_cnt;
    int64_t first_ts_ns;
    int64_t last_ts_ns;
    int64_t first_px;
    int64_t last_px;
    int64_t high_px; /* of trades */
    int64_t low_px;
    int64_t volume_qty;
    __int128 notional; /* units of 1e-18 */
    int64_t spread_min; /* of quotes */
    int64_t spread_max;
    int64_t last_ask_px;
    int64_t last_ask_qty;
};

static void add_quote(struct sums *sums, const struct tr_tick *tick)
{
    int64_t spread = tick->ask_px - tick->bid_px;
    bool one_sided = (tick->flags & (TR_TICK_NO_BID | TR_TICK_NO_ASK)) != 0;
    if (sums->quote_cnt++ == 0)
        sums->spread_min = INT64_MAX;
    if (!one_sided && spread < sums->spread_min)
        sums->spread_min = spread;
    if (!one_sided && spread > sums->spread_max)
        sums->spread_max = spread;
    sums->one_sided_cnt += one_sided;
    sums->last_ask_px = tick->ask_px;
    sums->last_ask_qty = tick->ask_qty;
}

static void add_trade(struct sums *sums, const struct tr_tick *tick)
{
    if (sums->trade_cnt++ == 0)
        sums->high_px = sums->low_px = tick->price_px;
    sums->buy_cnt += tick->side == TR_SIDE_BUY;
    sums->volume_qty += tick->size_qty;
    sums->notional += (__int128)tick->price_px * tick->size_qty;
    if (tick->price_px > sums->high_px)
        sums->high_px = tick->price_px;
    if (tick->price_px < sums->low_px)
        sums->low_px = tick->price_px;
}

static void add(struct sums *sums, const struct tr_tick *tick)
{
    int64_t px = tick->kind == TR_TICK_TRADE ? tick->price_px : tick->bid_px;
    if (sums->trade_cnt + sums->quote_cnt == 0) {
        sums->first_ts_ns = tick->ts_event_ns;
        sums->first_px = px;
    }
    sums->last_ts_ns = tick->ts_event_ns;
    sums->last_px = px;
    if (tick->kind == TR_TICK_TRADE)
        add_trade(sums, tick);
    else
        add_quote(sums, tick);
}

/* Reads a real file, detecting its format, as a whole; of several symbols, one. */
static struct sums read_real(const char *name, const char *date, const char *only_symbol)
{
    struct opened o = {.src.opt.date = date};
    struct sums sums = {0};
    enum source_result result;
    help_real(o.path, name);
    o.src.path = o.path;
    assert_int_equal(source_open(&o.src, NULL), SOURCE_OK);
    assert_string_equal(o.src.ops->name, "csv");
    while ((result = next(&o)) == SOURCE_OK)
        if (only_symbol == NULL
            || (o.rec.symbol_len == strlen(only_symbol)
                && memcmp(o.rec.symbol, only_symbol, o.rec.symbol_len) == 0))
            add(&sums, &o.rec.tick);
    assert_int_equal(result, SOURCE_END);
    assert_int_equal(o.src.counts.rounded_cnt, 0);
    assert_int_equal(o.src.counts.skipped_cnt, 0);
    source_close(&o.src);
    return sums;
}

static void expect_same(const struct sums *got, const struct sums *want)
{
    assert_int_equal(got->trade_cnt, want->trade_cnt);
    assert_int_equal(got->buy_cnt, want->buy_cnt);
    assert_int_equal(got->quote_cnt, want->quote_cnt);
    assert_int_equal(got->one_sided_cnt, want->one_sided_cnt);
    assert_int_equal(got->first_ts_ns, want->first_ts_ns);
    assert_int_equal(got->last_ts_ns, want->last_ts_ns);
    assert_int_equal(got->first_px, want->first_px);
    assert_int_equal(got->last_px, want->last_px);
    assert_int_equal(got->high_px, want->high_px);
    assert_int_equal(got->low_px, want->low_px);
    assert_int_equal(got->volume_qty, want->volume_qty);
    assert_true(got->notional == want->notional);
    assert_int_equal(got->spread_min, want->spread_min);
    assert_int_equal(got->spread_max, want->spread_max);
    assert_int_equal(got->last_ask_px, want->last_ask_px);
    assert_int_equal(got->last_ask_qty, want->last_ask_qty);
}

static void expect_real(const char *name, const char *date, const char *symbol, struct sums want)
{
    struct sums got = read_real(name, date, symbol);
    expect_same(&got, &want);
}

static void test_tardis_trades(void **state)
{
    (void)state;
    expect_real("tardis/binance-futures_trades_BTCUSDT.csv", NULL, "BTCUSDT",
                (struct sums){.trade_cnt = 9999,
                              .buy_cnt = 5267,
                              .first_ts_ns = 1582329602111000000,
                              .last_ts_ns = 1582337147728000000,
                              .first_px = 9682 * E9,
                              .last_px = 9666840000000,
                              .high_px = 9710700000000,
                              .low_px = 9653070000000,
                              .volume_qty = 4024301000000,
                              .notional = (__int128)3896873596843 * 10000 * E9});
    expect_real("tardis/bitmex_trades_XBTUSD.csv", NULL, "XBTUSD",
                (struct sums){.trade_cnt = 10,
                              .first_ts_ns = 1583020803145000000,
                              .last_ts_ns = 1583020803276000000,
                              .first_px = 8531500000000,
                              .last_px = 8531500000000,
                              .high_px = 8531500000000,
                              .low_px = 8531500000000,
                              .volume_qty = 2161 * E9,
                              .notional = (__int128)184365715 * 100000000 * E9});
}

static void test_tardis_quotes(void **state)
{
    (void)state;
    expect_real("tardis/binance-futures_quotes_BTCUSDT.csv", NULL, NULL,
                (struct sums){.quote_cnt = 9999,
                              .first_ts_ns = 1582329601096000000,
                              .last_ts_ns = 1582329827061000000,
                              .first_px = 9681920000000,
                              .last_px = 9671190000000,
                              .spread_min = 10000000,
                              .spread_max = 2660000000,
                              .last_ask_px = 9672090000000,
                              .last_ask_qty = 31000000});
    expect_real("tardis/binance-futures_book_snapshot_5_BTCUSDT.csv", NULL, NULL,
                (struct sums){.quote_cnt = 10,
                              .first_ts_ns = 1598918403696000000,
                              .last_ts_ns = 1598918404284000000,
                              .first_px = 11657070000000,
                              .last_px = 11657070000000,
                              .spread_min = 10000000,
                              .spread_max = 10000000,
                              .last_ask_px = 11657080000000,
                              .last_ask_qty = 1393000000});
}

/* One snapshot, of asks: one quote at its end. */
static void test_tardis_levels(void **state)
{
    (void)state;
    expect_real("tardis/deribit_incremental_book_L2_BTC-PERPETUAL.csv", NULL, "BTC-PERPETUAL",
                (struct sums){.quote_cnt = 1,
                              .one_sided_cnt = 1,
                              .first_ts_ns = 1585699200245000000,
                              .last_ts_ns = 1585699200245000000,
                              .spread_min = INT64_MAX,
                              .last_ask_px = 6421500000000,
                              .last_ask_qty = 18640 * E9});
}

static void test_chassis(void **state)
{
    (void)state;
    expect_real("ccapi/gemini__eth-usd__2021-07-01__trade.csv", NULL, NULL,
                (struct sums){.trade_cnt = 25222,
                              .buy_cnt = 14458,
                              .first_ts_ns = 1625097621647000000,
                              .last_ts_ns = 1625183998988000000,
                              .first_px = 2278150000000,
                              .last_px = 2109390000000,
                              .high_px = 2278150000000,
                              .low_px = 2072080000000,
                              .volume_qty = 27029051723620,
                              .notional = (__int128)57530515059584837 * E9});
    expect_real("ccapi/gemini__eth-usd__2021-07-01__market-depth.csv", NULL, NULL,
                (struct sums){.quote_cnt = 72180,
                              .first_ts_ns = 1625097600 * E9,
                              .last_ts_ns = 1625183999 * E9,
                              .first_px = 2271580000000,
                              .last_px = 2107440000000,
                              .spread_min = 10000000,
                              .spread_max = 15430000000,
                              .last_ask_px = 2109390000000,
                              .last_ask_qty = 289000000});
}

static void test_ccxt(void **state)
{
    (void)state;
    expect_real("ccxt/binanceusdm_public_trades_list.csv", NULL, NULL,
                (struct sums){.trade_cnt = 1000,
                              .buy_cnt = 527,
                              .first_ts_ns = 1675329600138000000,
                              .last_ts_ns = 1675329807493000000,
                              .first_px = 1666800000000,
                              .last_px = 1667300000000,
                              .high_px = 1667320000000,
                              .low_px = 1666210000000,
                              .volume_qty = 6567968000000,
                              .notional = (__int128)1094780664309 * 10000 * E9});
}

/* The session of 2011-01-13, whose rows tell times of day only. */
static void test_taq(void **state)
{
    const int64_t day_ns = 1294876800 * E9;
    (void)state;
    expect_real("taq/trades.csv", "2011-01-13", "AAPL",
                (struct sums){.trade_cnt = 1875,
                              .first_ts_ns = day_ns + 28800022239000,
                              .last_ts_ns = day_ns + 34993857239000,
                              .first_px = 27 * E9,
                              .last_px = 26889900000,
                              .high_px = 27420000000,
                              .low_px = 26760000000,
                              .volume_qty = 836220 * E9,
                              .notional = (__int128)224995482555 * 100000 * E9});
    expect_real("taq/trades.csv", NULL, "FB",
                (struct sums){.trade_cnt = 1124,
                              .first_ts_ns = 34993865488000,
                              .last_ts_ns = 35651003472000,
                              .first_px = 26885000000,
                              .last_px = 26980000000,
                              .high_px = 27010000000,
                              .low_px = 26885000000,
                              .volume_qty = 345920 * E9,
                              .notional = (__int128)93230123397 * 100000 * E9});
    expect_real("taq/quotes.csv", "2011-01-13", "AAPL",
                (struct sums){.quote_cnt = 1975,
                              .one_sided_cnt = 2,
                              .first_ts_ns = day_ns + 16811686699000,
                              .last_ts_ns = day_ns + 34465509348000,
                              .last_px = 26870000000,
                              .spread_min = 10000000,
                              .spread_max = 1970000000,
                              .last_ask_px = 26890000000,
                              .last_ask_qty = 3 * E9});
    expect_real("taq/quotes.csv", NULL, "FB",
                (struct sums){.quote_cnt = 1024,
                              .first_ts_ns = 34465509387000,
                              .last_ts_ns = 34608315210000,
                              .first_px = 26870000000,
                              .last_px = 26850000000,
                              .spread_min = 10000000,
                              .spread_max = 1880000000,
                              .last_ask_px = 26860000000,
                              .last_ask_qty = 2 * E9});
}

static void test_fx_and_futures(void **state)
{
    (void)state;
    expect_real("fx/truefx_usdjpy-ticks.csv", NULL, NULL,
                (struct sums){.quote_cnt = 1000,
                              .first_ts_ns = 1357077600295000000,
                              .last_ts_ns = 1357079713494000000,
                              .first_px = 86655000000,
                              .last_px = 86836000000,
                              .spread_max = 73000000,
                              .last_ask_px = 86854000000});
    expect_real("backtrader/ticksample.csv", NULL, NULL,
                (struct sums){.trade_cnt = 135,
                              .first_ts_ns = 1443041862146000000,
                              .last_ts_ns = 1443042000238000000,
                              .first_px = 3067 * E9,
                              .last_px = 3069 * E9,
                              .high_px = 3069 * E9,
                              .low_px = 3065 * E9,
                              .volume_qty = 2599 * E9,
                              .notional = (__int128)7972934 * E9 * E9});
    expect_real("binance_vision/derived_um_BTCUSDT-bookTicker-2024-08-08.csv", NULL, NULL,
                (struct sums){.quote_cnt = 30000,
                              .first_ts_ns = 1723161256313000000,
                              .last_ts_ns = 1723161429704000000,
                              .first_px = 61800200000000,
                              .last_px = 61702700000000,
                              .spread_min = 100000000,
                              .spread_max = 4800000000,
                              .last_ask_px = 61702800000000,
                              .last_ask_qty = 257000000});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tardis_trades),  cmocka_unit_test(test_tardis_quotes),
        cmocka_unit_test(test_tardis_levels),  cmocka_unit_test(test_chassis),
        cmocka_unit_test(test_ccxt),           cmocka_unit_test(test_taq),
        cmocka_unit_test(test_fx_and_futures),
    };
    return cmocka_run_group_tests_name("source_csv_real", tests, NULL, NULL);
}
