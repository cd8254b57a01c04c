/* Columns by name: the headers of known files, --map, and what is wrong with others. */
#include "feed_help.h"

#include "exitcode.h"
#include "feed/csv/fields.h"

#define WHY_SIZE 300

static struct fields fields;
static char why[WHY_SIZE];

static int find(const char *header, const char *map)
{
    static char line[1000];
    static struct csv_field field[CSV_FIELD_MAX];
    size_t error_at;
    snprintf(line, sizeof(line), "%s", header);
    int cnt = csv_split(line, strlen(line), ',', field, &error_at);
    assert_true(cnt > 0);
    memset(why, 0, sizeof(why));
    return fields_find(&fields, field, (size_t)cnt, map, why, sizeof(why));
}

static void expect_columns(const int want[FIELD_CNT])
{
    for (int i = 0; i < FIELD_CNT; i++)
        assert_int_equal(fields.column[i], want[i] - 1);
}

/* Columns in these tables count from 1; 0: none. */
static void test_tardis(void **state)
{
    (void)state;
    assert_int_equal(find("exchange,symbol,timestamp,local_timestamp,id,side,price,amount", NULL), 0);
    expect_columns((const int[FIELD_CNT]){[FIELD_TS] = 3,
                                          [FIELD_RECV] = 4,
                                          [FIELD_SYMBOL] = 2,
                                          [FIELD_VENUE] = 1,
                                          [FIELD_PRICE] = 7,
                                          [FIELD_SIZE] = 8,
                                          [FIELD_SIDE] = 6,
                                          [FIELD_ID] = 5});
    assert_int_equal(fields.column_cnt, 8);
    assert_true(fields_have_trades(&fields));
    assert_false(fields_have_quotes(&fields));
    assert_int_equal(
        find("exchange,symbol,timestamp,local_timestamp,ask_amount,ask_price,bid_price,bid_amount", NULL), 0);
    expect_columns((const int[FIELD_CNT]){[FIELD_TS] = 3,
                                          [FIELD_RECV] = 4,
                                          [FIELD_SYMBOL] = 2,
                                          [FIELD_VENUE] = 1,
                                          [FIELD_ASK_SIZE] = 5,
                                          [FIELD_ASK] = 6,
                                          [FIELD_BID] = 7,
                                          [FIELD_BID_SIZE] = 8});
    assert_false(fields_have_trades(&fields));
    assert_true(fields_have_quotes(&fields));
}

static void test_others(void **state)
{
    (void)state;
    assert_int_equal(find(",timestamp,id,type,side,price,amount,cost,date", NULL), 0);
    assert_int_equal(fields.column[FIELD_TS], 1);
    assert_int_equal(find(",local_timestamp,side,price,amount", NULL), 0);
    assert_int_equal(fields.column[FIELD_TS], 1);
    assert_false(fields_have(&fields, FIELD_RECV));
    assert_int_equal(find("Time,Exchange,Symbol,Trade_Volume,Trade_Price", NULL), 0);
    assert_int_equal(fields.column[FIELD_SIZE], 3);
    assert_int_equal(fields.column[FIELD_PRICE], 4);
    assert_int_equal(find("Time,Exchange,Symbol,Bid_Price,Bid_Size,Offer_Price,Offer_Size", NULL), 0);
    assert_int_equal(fields.column[FIELD_ASK], 5);
    assert_int_equal(find("time_seconds,price,size,is_buyer_maker", NULL), 0);
    assert_int_equal(fields.column[FIELD_BUYER_MAKER], 3);
    assert_int_equal(find("timestamp,bid,ask", NULL), 0);
    assert_int_equal(find("update_id,best_bid_price,best_bid_qty,best_ask_price,best_ask_qty,"
                          "transaction_time,event_time",
                          NULL),
                     0);
    assert_int_equal(fields.column[FIELD_TS], 5);
    assert_int_equal(
        find("timestamp,asks[0].price,asks[0].amount,bids[0].price,bids[0].amount,asks[1].price", NULL), 0);
    assert_int_equal(fields.column[FIELD_BID], 3);
}

static void test_levels(void **state)
{
    (void)state;
    assert_int_equal(find("exchange,symbol,timestamp,local_timestamp,is_snapshot,side,price,amount", NULL),
                     0);
    expect_columns((const int[FIELD_CNT]){[FIELD_TS] = 3,
                                          [FIELD_RECV] = 4,
                                          [FIELD_SYMBOL] = 2,
                                          [FIELD_VENUE] = 1,
                                          [FIELD_PRICE] = 7,
                                          [FIELD_SIZE] = 8,
                                          [FIELD_SIDE] = 6,
                                          [FIELD_IS_SNAPSHOT] = 5});
}

/* The trades of Binance's futures, whose quote_qty and base_qty are no sizes, and its aggregated ones. */
static void test_binance(void **state)
{
    (void)state;
    const int trades[FIELD_CNT] = {
        [FIELD_TS] = 5, [FIELD_PRICE] = 2, [FIELD_SIZE] = 3, [FIELD_ID] = 1, [FIELD_BUYER_MAKER] = 6};
    assert_int_equal(find("id,price,qty,quote_qty,time,is_buyer_maker", NULL), 0);
    expect_columns(trades);
    assert_int_equal(find("id,price,qty,base_qty,time,is_buyer_maker", NULL), 0);
    expect_columns(trades);
    assert_int_equal(find("agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,"
                          "is_buyer_maker",
                          NULL),
                     0);
    expect_columns((const int[FIELD_CNT]){
        [FIELD_TS] = 6, [FIELD_PRICE] = 2, [FIELD_SIZE] = 3, [FIELD_ID] = 1, [FIELD_BUYER_MAKER] = 7});
}

static void test_bars(void **state)
{
    const char *header = "Datetime,Open,High,Low,Close,Volume,OpenInterest";
    (void)state;
    assert_int_equal(find(header, NULL), 0);
    assert_int_equal(fields.column[FIELD_PRICE], 4);
    assert_int_equal(fields.column[FIELD_SIZE], 5);
    for (int i = 0; i < 3; i++)
        assert_int_equal(fields.bar_column[i], i + 1);
    assert_int_equal(find("time,open,high,low,close,price,size", NULL), 0);
    assert_int_equal(fields.column[FIELD_PRICE], 5);
    assert_int_equal(fields.bar_column[0], FIELD_NO_COLUMN);
}

static void expect_parts(const char *text, const char *price, const char *size)
{
    struct csv_field field[3 + FIELDS_PART_CNT] = {[1] = {text, strlen(text)}, [2] = {"7_8", 3}};
    fields_cut(&fields, field);
    assert_int_equal(field[3].len, strlen(price));
    assert_memory_equal(field[3].text, price, strlen(price));
    assert_int_equal(field[4].len, strlen(size));
    assert_memory_equal(field[4].text, size, strlen(size));
    assert_true(field[5].len == 1 && *field[5].text == '7' && field[6].len == 1 && *field[6].text == '8');
}

static void test_pairs(void **state)
{
    (void)state;
    assert_int_equal(find("time_seconds,bid_price_bid_size,ask_price_ask_size", NULL), 0);
    expect_columns((const int[FIELD_CNT]){
        [FIELD_TS] = 1, [FIELD_BID] = 4, [FIELD_BID_SIZE] = 5, [FIELD_ASK] = 6, [FIELD_ASK_SIZE] = 7});
    assert_int_equal(fields.column_cnt, 3);
    expect_parts("2271.58_1.6477", "2271.58", "1.6477");
    expect_parts("2271.58_1.6|2271.5_9|1_2", "2271.58", "1.6");
    expect_parts("", "", "");
    expect_parts("5", "5", "");
    expect_parts("5|4_3", "5", "");
    expect_parts("_5", "", "5");
    expect_parts("|5_4", "", "");
    expect_parts("5_4_3", "5", "4_3");
    assert_int_equal(find("time_seconds,bid_price_bid_size,bid", NULL),
                     0); /* what is known better goes first */
    assert_int_equal(fields.column[FIELD_BID], 2);
    assert_int_equal(fields.pair_column[0], FIELD_NO_COLUMN);
}

static void test_map(void **state)
{
    const char *header = "when,what,how_much,1,timestamp";
    (void)state;
    assert_int_equal(find(header, "ts=when,price=WHAT,size=3"), 0);
    assert_int_equal(fields.column[FIELD_TS], 0);
    assert_int_equal(fields.column[FIELD_PRICE], 1);
    assert_int_equal(fields.column[FIELD_SIZE], 2);
    assert_int_equal(find(header, "price=1,size=5,ts=2"), 0); /* a name goes before a number */
    assert_int_equal(fields.column[FIELD_PRICE], 3);
    assert_int_equal(fields.column[FIELD_SIZE], 4);
    assert_int_equal(find("Datetime,Open,High,Low,Close,Volume,OpenInterest", "price=Close"), 0);
    assert_int_equal(fields.column[FIELD_PRICE], 4);
    assert_int_equal(fields.column[FIELD_SIZE], 5);
    assert_int_equal(fields.bar_column[0], FIELD_NO_COLUMN); /* any bar's close, if one asks for it */
    assert_int_equal(find("a,b,c,d,e", "ts=1,price=2,size=3,buyer_maker=4,id=e"), 0);
    assert_int_equal(fields.column[FIELD_BUYER_MAKER], 3);
    assert_int_equal(fields.column[FIELD_ID], 4);
    assert_int_equal(find("id,timestamp,price,volume,action", "side=action"), 0);
}

static void expect_usage(const char *map, const char *part)
{
    assert_int_equal(find("ts,price,size,x,x", map), EXIT_CODE_USAGE);
    if (strstr(why, part) == NULL)
        print_error("%s: %s\n", map, why);
    assert_non_null(strstr(why, part));
}

static void test_wrong_map(void **state)
{
    (void)state;
    expect_usage("prize=2", "ts, recv, symbol, venue, price, size, side, bid, bid_size, ask, ask_size, id");
    expect_usage("price", "FIELD=COL");
    expect_usage("", "FIELD=COL");
    expect_usage("price=2,", "FIELD=COL");
    expect_usage("price=cost", "ts, price, size, x, x");
    expect_usage("price=0", "no column '0'");
    expect_usage("price=6", "no column '6'");
    expect_usage("price=99999999999999999999999", "no column");
    expect_usage("price=", "no column ''");
    expect_usage("price=1,price=2", "twice");
    expect_usage("price=x", "more than one");
}

static void expect_data(const char *header, const char *part)
{
    assert_int_equal(find(header, NULL), EXIT_CODE_DATA);
    if (strstr(why, part) == NULL)
        print_error("%s: %s\n", header, why);
    assert_non_null(strstr(why, part));
}

static void test_unusable(void **state)
{
    (void)state;
    expect_data("a,b,c", "no time");
    expect_data("a,b,c", "a, b, c");
    expect_data("ts,b\x01,c", "neither price and size nor bid or ask");
    expect_data("ts,b\x01,c", "ts, b?, c");
    expect_data("ts,price", "no size");
    expect_data("ts,price,size,price", "two columns 'price'");
    expect_data("timestamp,is_snapshot,price,amount", "is_snapshot but not side");
    expect_data("timestamp,is_snapshot,side,price", "is_snapshot but not side");
    expect_data("id,timestamp,exchange.timestamp,price,volume,action,direction", "'action'");
    expect_data("timestamp,open,high,low,volume", "neither price and size");
    expect_data("timestamp,close,volume", "neither price and size");
    expect_data("timestamp,open,high,high,low,close,volume", "neither price and size");
}

static void test_long_header(void **state)
{
    char header[900];
    (void)state;
    memset(header, 'y', sizeof(header));
    header[sizeof(header) - 1] = '\0';
    for (size_t i = 50; i < sizeof(header) - 1; i += 50)
        header[i] = ',';
    assert_int_equal(find(header, NULL), EXIT_CODE_DATA);
    assert_true(strlen(why) == WHY_SIZE - 1); /* cut, not overrun */
}

static void test_mutated(void **state)
{
    uint64_t random = help_seed();
    (void)state;
    for (int i = 0; i < HELP_FUZZ_CNT; i++) {
        char header[128] = "ts,symbol,price,size,bid,ask";
        char map[128] = "ts=1,price=price,size=4,symbol=symbol";
        header[help_mutate(&random, header, strlen(header), sizeof(header) - 1)] = '\0';
        map[help_mutate(&random, map, strlen(map), sizeof(map) - 1)] = '\0';
        if (strchr(header, '"') != NULL)
            continue;
        int rc = find(header, i % 2 == 0 ? map : NULL);
        assert_true(rc == 0 || ((rc == EXIT_CODE_USAGE || rc == EXIT_CODE_DATA) && why[0] != '\0'));
        for (int k = 0; k < FIELD_CNT; k++)
            assert_true(fields.column[k] >= FIELD_NO_COLUMN
                        && fields.column[k] < (int)fields.column_cnt + FIELDS_PART_CNT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tardis),      cmocka_unit_test(test_others),    cmocka_unit_test(test_levels),
        cmocka_unit_test(test_binance),     cmocka_unit_test(test_bars),      cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_map),         cmocka_unit_test(test_wrong_map), cmocka_unit_test(test_unusable),
        cmocka_unit_test(test_long_header), cmocka_unit_test(test_mutated),
    };
    return cmocka_run_group_tests_name("fields", tests, NULL, NULL);
}
