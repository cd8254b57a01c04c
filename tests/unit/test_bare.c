/* Text without a header: each format is told from all others by its first row, whatever comes before it. */
#include "bare_help.h"

static const struct {
    const char *format;
    const char *row;
} samples[] = {
    {"binance", "4100000259,61900.25000000,0.02000000,1238.00500000,1723200000342,True,True"},
    {"binance", "3100000412,61900.25,0.068,4100000259,4100000260,1723200000342,False,True"},
    {"binance", "5240000001,61950.3,0.005,309.7515,1723200001322,true"},
    {"binance", "2240000001,61950.3,0.005,5240000001,5240000003,1723200001322,false"},
    {"binance", "5200000000020,61950.2,3.507,61950.3,1.51,1723200001313,1723200001314"},
    {"binance", "1638100800000,2,3,1,2,5,1638100859999,10,96,3,6,0"},
    {"binance", "1735689600000000,2,3,1,2,5,1735689659999999,10,96,3,6,0"},
    {"lobster", "34201.014241177,1,26000575,18,6153300,1"},
    {"lobster", "34201.375072492,5,0,100,6157900,-1"},
    {"lobster-book", "6159400,200,6153300,18"},
    {"lobster-book", "6159400,200,6153300,18,6159800,200,6153000,150"},
    {"lobster-book", "6159400,200,6153300,18,6159800,200,6153000,150,6161000,200,6151000,5"},
    {"lean-trade", "14500464,1684100,100,P,00002000,0"},
    {"lean-quote", "14500464,1684100,100,0,0,P,1,0"},
    {"lean-futures", "14500464,1674.25,2,CME,,0"},
    {"lean-forex", "33668,1.39710,1.39726"},
    {"truefx", "USD/JPY,20130101 22:00:00.295,87.655,87.728"},
    {"histdata", "20200101 170000065,1.131200,1.131720,0"},
    {"marketstore", "2016-12-31 02:37:57 +0000 UTC,1.05310,1.05330,123456789"},
    {"utpv", "1672617600,91.540000,1.20448420"},
    {"utpv", "1672617600.25,91.540000,1.20448420"},
    {"utpv", "1672617600123456789,91.540000,1.20448420"},
    {"csv", "timestamp,bid,ask"},
    {"csv", ",timestamp,id,type,side,price,amount,cost,date"},
};

static void expect_only(const char *text, const char *format)
{
    const struct source_ops *ops;
    for (size_t i = 0; (ops = source_list(i)) != NULL; i++) {
        if (ops->generates)
            continue;
        /* A header begins with a letter, as a pair of TrueFX does: that is asked before. */
        bool may_be = strcmp(format, "truefx") == 0 && strcmp(ops->name, "csv") == 0;
        bool is = ops->detect(text, strlen(text));
        if (is != (strcmp(ops->name, format) == 0) && !may_be)
            print_error("%s is %staken for %s\n", text, is ? "" : "not ", ops->name);
        assert_true(may_be || is == (strcmp(ops->name, format) == 0));
    }
}

static void each_format_is_told_from_all_others(void **state)
{
    char text[1024];
    char why[SOURCE_ERROR_MAX];
    (void)state;
    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        expect_only(samples[i].row, samples[i].format);
        snprintf(text, sizeof(text), "%s\r\n%s\r\n", samples[i].row, samples[i].row);
        expect_only(text, samples[i].format);
        snprintf(text, sizeof(text), "\r\n\n%s\n", samples[i].row);
        const struct source_ops *ops = source_detect(text, strlen(text), why);
        assert_non_null(ops);
        assert_string_equal(ops->name, samples[i].format);
    }
}

static void other_text_is_none_of_them(void **state)
{
    static const char *const other[] = {
        "",
        "\n",
        ",",
        "hello",
        "1",
        "1,2",
        "1,2,3,4,5",
        "[15,{\"a\":[1]},\"ticker\",\"XBT/USD\"]",
        "{\"e\":\"trade\",\"E\":1723200000342}",
        "1723161253937085768 {\"stream\":\"btcusdt@trade\"}",
        "1560000000.25: {\"type\":\"ticker\"}",
        "1.2.3,4,5",
        "1,2,3,4,5,6",
        "1,1,1,1,1,1,1",
        "\"1672617600,90.54,1",
    };
    (void)state;
    for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++)
        for (size_t k = 0; k < sizeof(samples) / sizeof(samples[0]); k++)
            if (strcmp(samples[k].format, "csv") != 0)
                assert_false(source_find(samples[k].format, false)->detect(other[i], strlen(other[i])));
}

static void a_mark_of_utf8_and_quotes_change_nothing(void **state)
{
    static const char text[] = "\xEF\xBB\xBF\"34200.5\",\"4\",1,18,\"6153300\",1\n";
    const struct source_options opt = {.symbol = "S"};
    struct tr_tick tick[BARE_HELP_MAX];
    (void)state;
    assert_int_equal(read_all(NULL, &opt, text, strlen(text), false, tick), 1);
    assert_true(tick[0].price_px == 615330000000 && tick[0].side == TR_SIDE_SELL);
}

static void lines_that_are_no_text_are_bad(void **state)
{
    static const char text[] = "1672617600,1,1\n1672617600,1\0001,1\n1672617600,2,1\n";
    struct opened o = {.src.opt.symbol = "S"};
    (void)state;
    assert_int_equal(open_text_as(&o, "utpv", text, sizeof(text) - 1), SOURCE_OK);
    expect_tick(&o);
    expect_bad(&o, ":2:13:", "NUL byte");
    expect_tick(&o);
    assert_true(o.rec.tick.price_px == 2000000000);
    close_text(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_format_is_told_from_all_others),
        cmocka_unit_test(other_text_is_none_of_them),
        cmocka_unit_test(a_mark_of_utf8_and_quotes_change_nothing),
        cmocka_unit_test(lines_that_are_no_text_are_bad),
    };
    return cmocka_run_group_tests_name("bare", tests, NULL, NULL);
}
