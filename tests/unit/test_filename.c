/* Symbol, day and hour in names of files: each publisher's way, what only looks like it, and no name at all. */
#include "feed_help.h"

#include "feed/source/filename.h"
#include "timetext.h"

static void expect_symbol(const char *path, const char *member, const char *want)
{
    char symbol[FILENAME_SYMBOL_MAX + 1] = "";
    size_t len = filename_symbol(path, member, symbol);
    if (strcmp(symbol, want) != 0)
        print_error("%s (%s): '%s', wanted '%s'\n", path, member == NULL ? "" : member, symbol, want);
    assert_string_equal(symbol, want);
    assert_int_equal(len, strlen(want));
}

static void publishers_have_the_symbol_in_a_place_of_their_own(void **state)
{
    static const char *const names[][2] = {
        {"BTCUSDT-trades-2024-08-08.csv", "BTCUSDT"},
        {"x/BTCUSDT-trades-2024-08.csv", "BTCUSDT"},
        {"1000SHIBUSDT-aggTrades-2024-08-08.csv.gz", "1000SHIBUSDT"},
        {"BTCUSDT_240927-bookTicker-2024-08-08.csv", "BTCUSDT_240927"},
        {"BTCUSD_PERP-trades-2024-08-08.csv", "BTCUSD_PERP"},
        {"ADABTC-1m-2021-11-28.csv", "ADABTC"},
        {"ADABTC-1mo-2021-11.csv", "ADABTC"},
        {"derived_um_BTCUSDT-bookTicker-2024-08-08.csv", "BTCUSDT"},
        {"AAPL_2012-06-21_34200000_57600000_message_10.csv", "AAPL"},
        {"AAPL_2012-06-21_34200000_57600000_orderbook_10.csv", "AAPL"},
        {"binance-futures_trades_BTCUSDT.csv", "BTCUSDT"},
        {"bitmex_quotes_2020-03-01_XBTUSD.csv.gz", "XBTUSD"},
        {"deribit_incremental_book_L2_BTC-PERPETUAL.csv", "BTC-PERPETUAL"},
        {"binance-futures_book_snapshot_5_BTCUSDT.csv", "BTCUSDT"},
        {"20131007_spy_Trade_Tick.csv", "SPY"},
        {"20140505_eurusd_tick_quote.csv", "EURUSD"},
        {"20131006_es_tick_trade_201312_20131220.csv", "ES201312"},
        {"equity/usa/tick/spy/20131007_trade.csv", "SPY"},
        {"DAT_ASCII_EURUSD_T_202001.csv", "EURUSD"},
        {"gemini__eth-usd__2021-07-01__trade.csv", "ETH-USD"},
        {"gemini__eth-usd__2021-07-01__market-depth.csv", "ETH-USD"},
        {"/data/GBPJPY/2012/11/03/12h_ticks.bi5", "GBPJPY"},
        {"dukascopy_GBPJPY_2012-11-03_12h_ticks.bi5", "GBPJPY"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        expect_symbol(names[i][0], NULL, names[i][1]);
}

static void other_files_are_named_after_what_they_hold(void **state)
{
    char path[3000];
    (void)state;
    expect_symbol("/data/x.y/XBTUSD.csv", NULL, "XBTUSD");
    expect_symbol("BRK.B.csv", NULL, "BRK.B");
    expect_symbol("BCHEUR.csv.gz", NULL, "BCHEUR");
    expect_symbol("BCHEUR", NULL, "BCHEUR");
    expect_symbol(".hidden", NULL, ".hidden");
    expect_symbol("btcusdt-trades-x.csv", NULL, "btcusdt-trades-x");
    expect_symbol("-", NULL, "");
    expect_symbol("dir/", NULL, "");
    expect_symbol("a\tb.csv", NULL, "");
    memset(path, 'x', sizeof(path));
    path[sizeof(path) - 1] = '\0';
    expect_symbol(path, NULL, "");
    memcpy(path + 2000, "/BTCUSDT-1m-2021.csv", sizeof("/BTCUSDT-1m-2021.csv"));
    expect_symbol(path, NULL, "BTCUSDT");
}

static void a_member_says_more_than_its_archive(void **state)
{
    (void)state;
    expect_symbol("spy_20131007_trade.zip", "20131007_spy_Trade_Tick.csv", "SPY");
    expect_symbol("-", "20131007_spy_Trade_Tick.csv", "SPY");
    expect_symbol("BTCUSDT-trades-2024-08-08.zip", "data.csv", "BTCUSDT");
    expect_symbol("all.zip", "in/XBTUSD.csv", "XBTUSD");
}

static void expect_day(const char *path, const char *member, const char *want)
{
    char text[TIME_TEXT_MAX];
    int64_t day_ns = -1;
    if (!filename_day(path, member, &day_ns)) {
        assert_string_equal(want, "");
        assert_int_equal(day_ns, 0);
        return;
    }
    time_text(text, day_ns);
    if (strlen(want) != 10 || strncmp(text, want, 10) != 0)
        print_error("%s: %s, wanted %s\n", path, text, want);
    assert_int_equal(strlen(want), 10);
    assert_memory_equal(text, want, 10);
    assert_int_equal(day_ns % TIME_NS_PER_DAY, 0);
}

static void days_are_whole_numbers_of_a_calendar(void **state)
{
    static const char *const names[][2] = {
        {"AAPL_2012-06-21_34200000_57600000_message_10.csv", "2012-06-21"},
        {"20131007_trade.zip", "2013-10-07"},
        {"x20131007", "2013-10-07"},
        {"2024-02-29.csv", "2024-02-29"},
        {"2023-02-29.csv", ""},
        {"20230229.csv", ""},
        {"120131007.csv", ""},
        {"201310071.csv", ""},
        {"12024-08-08.csv", ""},
        {"2024-08-081.csv", ""},
        {"1969-12-31.csv", ""},
        {"2300-01-01.csv", ""},
        {"2024-13-01_2024-08-08.csv", "2024-08-08"},
        {"01302019.NASDAQ_ITCH50", "2019-01-30"},
        {"13302019.NASDAQ_ITCH50", ""},
        {"01302019.csv", ""},
        {"20190130.PSX_ITCH50", "2019-01-30"},
        {"2024-08-08/BTCUSDT.csv", ""}, /* directories are named for other reasons */
        {"DAT_ASCII_EURUSD_T_202001.csv", ""},
        {"-", ""},
        {"", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        expect_day(names[i][0], NULL, names[i][1]);
    expect_day("x.zip", "20131007_spy_Trade_Tick.csv", "2013-10-07");
    expect_day("20131007_trade.zip", "spy.csv", "2013-10-07");
}

static void dukascopy_counts_months_from_zero(void **state)
{
    int64_t hour_ns;
    (void)state;
    expect_day("/d/GBPJPY/2012/11/03/12h_ticks.bi5", NULL, "2012-12-03");
    expect_day("GBPJPY_2012-11-03_12h_ticks.bi5", NULL, "2012-12-03");
    expect_day("EURUSD/2020/00/31/00h_ticks.bi5", NULL, "2020-01-31");
    expect_day("EURUSD/2020/01/30/00h_ticks.bi5", NULL, "");
    expect_day("EURUSD/2020/12/30/00h_ticks.bi5", NULL, "");
    assert_true(filename_hour("/d/GBPJPY/2012/11/03/12h_ticks.bi5", NULL, &hour_ns));
    assert_true(hour_ns == 12 * 3600 * TIME_NS_PER_S);
    assert_true(filename_hour("23h_ticks.bi5", NULL, &hour_ns) && hour_ns == 23 * 3600 * TIME_NS_PER_S);
    assert_true(filename_hour("x.zip", "EURUSD_2020-00-31_01h_ticks", &hour_ns));
    assert_true(hour_ns == 3600 * TIME_NS_PER_S);
    assert_false(filename_hour("24h_ticks.bi5", NULL, &hour_ns));
    assert_false(filename_hour("EURUSD.bi5", NULL, &hour_ns));
    assert_false(filename_hour("-", NULL, &hour_ns));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(publishers_have_the_symbol_in_a_place_of_their_own),
        cmocka_unit_test(other_files_are_named_after_what_they_hold),
        cmocka_unit_test(a_member_says_more_than_its_archive),
        cmocka_unit_test(days_are_whole_numbers_of_a_calendar),
        cmocka_unit_test(dukascopy_counts_months_from_zero),
    };
    return cmocka_run_group_tests_name("filename", tests, NULL, NULL);
}
