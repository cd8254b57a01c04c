/* Fields of a row as numbers, times, names and sides: every reason to refuse one, and what is kept of it. */
#include "feed_help.h"

#include "feed/csv/row.h"

#define ONE TR_PX_SCALE
#define DAY_NS INT64_C(1723075200000000000) /* 2024-08-08 */

/* A row whose field under test stands behind "ab,". */
struct fixture {
    struct source src;
    struct row row;
    char line[256];
};

static struct csv_field field_of(struct fixture *f, const char *text)
{
    size_t len = strlen(text);
    memset(f, 0, sizeof *f);
    memcpy(f->line, "ab,", 3);
    memcpy(f->line + 3, text, len + 1);
    f->src.path = f->src.input.name = "ticks.csv";
    f->src.input.line = 7;
    f->row = (struct row){.src = &f->src, .line = f->line};
    return (struct csv_field){f->line + 3, len};
}

static void expect_refused(const struct fixture *f, bool taken, const char *message)
{
    if (taken || strcmp(f->src.error, message) != 0)
        print_error("%s (wanted %s)\n", f->src.error, message);
    assert_false(taken);
    assert_string_equal(f->src.error, message);
}

/* --- Splitting ---------------------------------------------------------------------------------- */

static bool split(struct fixture *f, const char *text, size_t cnt, struct csv_field *field)
{
    field_of(f, "");
    memcpy(f->line, text, strlen(text) + 1);
    return row_split(&f->row, f->line, strlen(text), ',', field, cnt);
}

static void a_row_has_the_columns_of_its_header(void **state)
{
    static struct csv_field field[CSV_FIELD_MAX];
    struct fixture f;
    (void)state;
    assert_true(split(&f, "1,,\"a,b\"", 3, field));
    assert_int_equal(field[1].len, 0);
    assert_int_equal(field[2].len, 3);
    assert_memory_equal(field[2].text, "a,b", 3);
    assert_ptr_equal(f.row.field, field);
    expect_refused(&f, split(&f, "1,2", 3, field), "ticks.csv:7:4: 2 fields, expected 3");
    expect_refused(&f, split(&f, "1,2,3,4", 3, field), "ticks.csv:7:7: 4 fields, expected 3");
    expect_refused(&f, split(&f, "1,\"2,3", 3, field), "ticks.csv:7:3: unbalanced quotes");
}

static void a_row_of_very_many_fields_is_refused(void **state)
{
    static struct csv_field field[CSV_FIELD_MAX];
    static char line[CSV_FIELD_MAX + 8];
    struct fixture f;
    char message[64];
    (void)state;
    field_of(&f, "");
    memset(line, ',', CSV_FIELD_MAX + 1);
    assert_false(row_split(&f.row, line, CSV_FIELD_MAX + 1, ',', field, 3));
    snprintf(message, sizeof message, "more than %d fields, expected 3", CSV_FIELD_MAX);
    assert_non_null(strstr(f.src.error, message));
}

/* --- Times -------------------------------------------------------------------------------------- */

static bool time_of(struct fixture *f, const char *text, int64_t date_ns, int64_t *ns)
{
    return row_time(&f->row, field_of(f, text), date_ns, ns);
}

static void expect_time(const char *text, int64_t date_ns, int64_t want_ns)
{
    struct fixture f;
    int64_t ns = -1;
    assert_true(time_of(&f, text, date_ns, &ns));
    assert_int_equal(ns, want_ns);
}

static void times_of_all_kinds(void **state)
{
    struct fixture f;
    int64_t ns;
    (void)state;
    expect_time("1723161255.342", -1, INT64_C(1723161255342000000));
    expect_time(" 1723161255342\t", -1, INT64_C(1723161255342000000));
    expect_time("1723161255342000", -1, INT64_C(1723161255342000000));
    expect_time("2024-08-08T23:54:15.342Z", -1, INT64_C(1723161255342000000));
    expect_time("23:54:15.342", DAY_NS, INT64_C(1723161255342000000));
    expect_time("0", -1, 0);
    struct csv_field field = field_of(&f, "1600000000");
    f.src.opt.time_unit_ns = 1000;
    assert_true(row_time(&f.row, field, -1, &ns));
    assert_int_equal(ns, INT64_C(1600000000000));
}

static void times_that_are_none(void **state)
{
    struct fixture f;
    int64_t ns;
    (void)state;
    expect_refused(&f, time_of(&f, "", -1, &ns), "ticks.csv:7:4: time '' is empty");
    expect_refused(&f, time_of(&f, "  ", -1, &ns), "ticks.csv:7:6: time '' is empty");
    expect_refused(&f, time_of(&f, "noon", -1, &ns), "ticks.csv:7:4: time 'noon' is not a time");
    expect_refused(&f, time_of(&f, " 2024-02-30", -1, &ns), "ticks.csv:7:5: time '2024-02-30' is not a time");
    expect_refused(&f, time_of(&f, "99999999999999999999", -1, &ns),
                   "ticks.csv:7:4: time '99999999999999999999' is out of range");
    expect_refused(&f, time_of(&f, "-1600000000", -1, &ns),
                   "ticks.csv:7:4: time '-1600000000' is negative or before 1970");
    expect_refused(&f, time_of(&f, "1969-12-31T23:59:59Z", -1, &ns),
                   "ticks.csv:7:4: time '1969-12-31T23:59:59Z' is negative or before 1970");
    expect_refused(&f, time_of(&f, "23:54:15", -1, &ns),
                   "ticks.csv:7:4: time '23:54:15' has no date, give --date");
    expect_refused(&f, time_of(&f, "25:61:00", DAY_NS, &ns), "ticks.csv:7:4: time '25:61:00' is not a time");
    expect_refused(&f, time_of(&f, "23:54:15", INT64_MAX - 5, &ns),
                   "ticks.csv:7:4: time '23:54:15' is out of range");
}

/* --- Numbers ------------------------------------------------------------------------------------ */

static void expect_price(const char *text, int64_t want_px, uint64_t rounded_cnt)
{
    struct fixture f;
    int64_t px = 77;
    assert_true(row_price(&f.row, "bid", field_of(&f, text), &px));
    assert_int_equal(px, want_px);
    assert_int_equal(f.src.counts.rounded_cnt, rounded_cnt);
}

static void prices_are_exact_or_counted_as_rounded(void **state)
{
    (void)state;
    expect_price("42000", 42000 * ONE, 0);
    expect_price(" 0.00002818 ", 28180, 0);
    expect_price("-37.63", -37630000000, 0);
    expect_price("0", 0, 0);
    expect_price("0.000000000000", 0, 0);
    expect_price("887.000000000000", 887 * ONE, 0);
    expect_price("235.44999999999999", 235450000000, 1);
    expect_price("1.0000000005", ONE, 1); /* half to the even */
    expect_price("1.0000000015", ONE + 2, 1);
    expect_price("6.26e-5", 62600, 0);
    expect_price("9223372036.854775807", INT64_MAX, 0);
}

static void expect_no_price(const char *text, const char *message)
{
    struct fixture f;
    int64_t px;
    struct csv_field field = field_of(&f, text);
    expect_refused(&f, row_price(&f.row, "bid", field, &px), message);
    assert_int_equal(f.src.counts.rounded_cnt, 0);
}

static void prices_that_are_none(void **state)
{
    (void)state;
    expect_no_price("", "ticks.csv:7:4: bid '' is empty");
    expect_no_price("nan", "ticks.csv:7:4: bid 'nan' is not a number");
    expect_no_price("0x10", "ticks.csv:7:4: bid '0x10' is not a number");
    expect_no_price("+5", "ticks.csv:7:4: bid '+5' is not a number");
    expect_no_price("1 000", "ticks.csv:7:4: bid '1 000' is not a number");
    expect_no_price("9223372036.854775808", "ticks.csv:7:4: bid '9223372036.854775808' is out of range");
    expect_no_price("1e400", "ticks.csv:7:4: bid '1e400' is out of range");
    expect_no_price("4e-10", "ticks.csv:7:4: bid '4e-10' is smaller than 1e-9");
}

static void expect_sizes(const char *first, const char *second, int64_t want_first, int64_t want_second,
                         uint16_t want_flags, uint64_t rounded_cnt)
{
    struct fixture f;
    struct csv_field field[2] = {field_of(&f, ""), {second, strlen(second)}};
    field[0] = (struct csv_field){first, strlen(first)};
    int64_t qty[2] = {-1, -1};
    uint16_t flags = TR_TICK_NO_BID;
    assert_true(row_sizes(&f.row, "size", field, 2, qty, &flags));
    assert_int_equal(qty[0], want_first);
    assert_int_equal(qty[1], want_second);
    assert_int_equal(flags, TR_TICK_NO_BID | want_flags);
    assert_int_equal(f.src.counts.rounded_cnt, rounded_cnt);
}

static void sizes_share_a_unit(void **state)
{
    (void)state;
    expect_sizes("1.5", "2", ONE + ONE / 2, 2 * ONE, 0, 0);
    expect_sizes("", " ", 0, 0, 0, 0);
    expect_sizes("1.0000000001", "2", ONE, 2 * ONE, 0, 1);
    expect_sizes("10000000000", "2.5", INT64_C(10000000000000), 2500, TR_TICK_SIZE_MILLI, 0);
    expect_sizes("2.5", "10000000000", 2500, INT64_C(10000000000000), TR_TICK_SIZE_MILLI, 0);
    expect_sizes("0.00049", "1e10", 0, INT64_C(10000000000000), TR_TICK_SIZE_MILLI, 1);
    expect_sizes("9223372036854775.807", "0", INT64_MAX, 0, TR_TICK_SIZE_MILLI, 0);
}

static void expect_no_size(const char *text, const char *message)
{
    struct fixture f;
    int64_t qty;
    uint16_t flags = 0;
    struct csv_field field = field_of(&f, text);
    expect_refused(&f, row_sizes(&f.row, "size", &field, 1, &qty, &flags), message);
}

static void sizes_that_are_none(void **state)
{
    (void)state;
    expect_no_size("-1", "ticks.csv:7:4: size '-1' is negative");
    expect_no_size("-20000000000", "ticks.csv:7:4: size '-20000000000' is negative");
    expect_no_size(" ten", "ticks.csv:7:5: size 'ten' is not a number");
    expect_no_size("1e20", "ticks.csv:7:4: size '1e20' is out of range");
}

/* --- Names and words ---------------------------------------------------------------------------- */

static void names(void **state)
{
    struct fixture f;
    char text[80];
    char message[128];
    (void)state;
    memset(text, 'S', sizeof text);
    text[SOURCE_SYMBOL_MAX] = '\0';
    assert_true(row_name(&f.row, "symbol", field_of(&f, "ESM4 P5250")));
    assert_true(row_name(&f.row, "symbol", field_of(&f, text)));
    struct csv_field field = field_of(&f, "");
    expect_refused(&f, row_name(&f.row, "symbol", field), "ticks.csv:7:4: symbol '' is empty");
    text[SOURCE_SYMBOL_MAX] = 'S';
    text[SOURCE_SYMBOL_MAX + 1] = '\0';
    field = field_of(&f, text);
    snprintf(message, sizeof message, "ticks.csv:7:4: symbol '%.34s...' is longer than 71 bytes", text);
    expect_refused(&f, row_name(&f.row, "symbol", field), message);
    field = field_of(&f, "A\x1B[2J");
    expect_refused(&f, row_name(&f.row, "symbol", field),
                   "ticks.csv:7:4: symbol 'A?[2J' has bytes that are not printable ASCII");
    field = field_of(&f, "\xC3\xA4");
    assert_false(row_name(&f.row, "venue", field));
}

static void expect_side(const char *text, uint8_t want)
{
    struct fixture f;
    uint8_t side = 99;
    assert_true(row_side(&f.row, field_of(&f, text), &side));
    assert_int_equal(side, want);
}

static void expect_taker(const char *text, uint8_t want)
{
    struct fixture f;
    uint8_t side = 99;
    assert_true(row_buyer_maker(&f.row, field_of(&f, text), &side));
    assert_int_equal(side, want);
}

static void sides(void **state)
{
    static const char *const none[] = {"", "unknown", "None", "n", " "};
    struct fixture f;
    uint8_t side;
    (void)state;
    expect_side("buy", TR_SIDE_BUY);
    expect_side(" BUY ", TR_SIDE_BUY);
    expect_side("B", TR_SIDE_BUY);
    expect_side("bid", TR_SIDE_BUY);
    expect_side("sell", TR_SIDE_SELL);
    expect_side("Sell", TR_SIDE_SELL);
    expect_side("s", TR_SIDE_SELL);
    expect_side("ASK", TR_SIDE_SELL);
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        expect_side(none[i], TR_SIDE_NONE);
    struct csv_field field = field_of(&f, "buyer");
    expect_refused(&f, row_side(&f.row, field, &side),
                   "ticks.csv:7:4: side 'buyer' is not one of buy, sell, unknown");
    field = field_of(&f, "bu");
    assert_false(row_side(&f.row, field, &side));
}

static void a_buyer_that_was_maker_makes_the_taker_sell(void **state)
{
    struct fixture f;
    uint8_t side;
    (void)state;
    expect_taker("true", TR_SIDE_SELL);
    expect_taker("True", TR_SIDE_SELL);
    expect_taker("1", TR_SIDE_SELL);
    expect_taker("FALSE", TR_SIDE_BUY);
    expect_taker(" 0", TR_SIDE_BUY);
    expect_taker("f", TR_SIDE_BUY);
    expect_taker("", TR_SIDE_NONE);
    struct csv_field field = field_of(&f, "2");
    expect_refused(&f, row_buyer_maker(&f.row, field, &side),
                   "ticks.csv:7:4: buyer_maker '2' is not one of true, false, 1, 0");
}

static void expect_id(const char *text, uint64_t want)
{
    struct fixture f;
    assert_true(row_id(field_of(&f, text)) == want);
}

static void ids(void **state)
{
    (void)state;
    expect_id("12345", 12345);
    expect_id(" 7 ", 7);
    expect_id("9999999999999999999", UINT64_C(9999999999999999999));
    expect_id("18446744073709551615", UINT64_MAX);
    expect_id("18446744073709551616", 0);
    expect_id("00000000000000000000000042", 42);
    expect_id("", 0);
    expect_id("-5", 0);
    expect_id("12a", 0);
    expect_id("ab12c3d4-0000-4000-8000-000000000000", 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_has_the_columns_of_its_header),
        cmocka_unit_test(a_row_of_very_many_fields_is_refused),
        cmocka_unit_test(times_of_all_kinds),
        cmocka_unit_test(times_that_are_none),
        cmocka_unit_test(prices_are_exact_or_counted_as_rounded),
        cmocka_unit_test(prices_that_are_none),
        cmocka_unit_test(sizes_share_a_unit),
        cmocka_unit_test(sizes_that_are_none),
        cmocka_unit_test(names),
        cmocka_unit_test(sides),
        cmocka_unit_test(a_buyer_that_was_maker_makes_the_taker_sell),
        cmocka_unit_test(ids),
    };
    return cmocka_run_group_tests_name("row", tests, NULL, NULL);
}
