/* Columns as wide as what is in them; the least needed go where there is no room; nothing is wider than told.
 */
#include "capture_help.h"

#include "table.h"

static const struct table_column column[] = {
    {"NAME", 6, 0, true},
    {"PID", 0, 2, false},
    {"QUEUE", 0, 0, false},
    {"LOST", 0, 1, false},
};

#define COLUMN_CNT (sizeof column / sizeof column[0])

static void fill(struct table *t)
{
    static const char *const cell[2][COLUMN_CNT] = {{"a", "1234567", "5", "0"},
                                                    {"bcdefgh", "1", "67890123", "1"}};
    table_init(t, column, COLUMN_CNT);
    for (unsigned r = 0; r < 2; r++) {
        assert_int_equal(table_row(t), 0);
        for (unsigned c = 0; c < COLUMN_CNT; c++)
            table_set(t, c, cell[r][c]);
    }
}

static void expect_table(unsigned width, const char *want)
{
    struct table t;
    struct out *out = capture_out();
    fill(&t);
    table_print(out, &t, width);
    assert_string_equal(capture_out_end(out), want);
    table_free(&t);
}

static void test_whole(void **state)
{
    static const char want[] = "NAME        PID    QUEUE LOST\n"
                               "a       1234567        5    0\n"
                               "bcdefgh       1 67890123    1\n";
    (void)state;
    expect_table(0, want);
    expect_table(29, want);
    expect_table(500, want);
}

static void test_narrow(void **state)
{
    (void)state;
    expect_table(28, "NAME       QUEUE LOST\n"
                     "a              5    0\n"
                     "bcdefgh 67890123    1\n");
    expect_table(20, "NAME       QUEUE\n"
                     "a              5\n"
                     "bcdefgh 67890123\n");
    expect_table(10, "NAME\n"
                     "a\n"
                     "bcdefgh 67\n"); /* cut, and no blanks at the end */
}

static void test_no_rows(void **state)
{
    struct table t;
    struct out *out = capture_out();
    (void)state;
    table_init(&t, column, COLUMN_CNT);
    table_print(out, &t, 0);
    assert_string_equal(capture_out_end(out), "NAME   PID QUEUE LOST\n");
    table_free(&t);
}

static void test_last_column_is_not_padded(void **state)
{
    static const struct table_column held[] = {{"STALLS", 8, 0, false}, {"HELD BY", 0, 0, true}};
    struct table t;
    struct out *out = capture_out();
    (void)state;
    table_init(&t, held, 2);
    assert_int_equal(table_row(&t), 0);
    table_set(&t, 0, "0");
    assert_int_equal(table_row(&t), 0);
    table_set(&t, 1, "slow 1.35s");
    table_print(out, &t, 0);
    assert_string_equal(capture_out_end(out), "  STALLS HELD BY\n       0\n         slow 1.35s\n");
    table_free(&t);
}

static void test_strong(void **state)
{
    struct table t;
    struct out *out = capture_out();
    (void)state;
    table_init(&t, column, 1);
    for (unsigned r = 0; r < 2; r++) {
        assert_int_equal(table_row(&t), 0);
        table_set(&t, 0, r == 0 ? "plain" : "strong");
    }
    table_strong(&t);
    table_print(out, &t, 4); /* what it takes is no part of the width */
    assert_string_equal(capture_out_end(out), "NAME\nplai\n\033[7mstro\033[0m\n");
    table_free(&t);
}

/* A cell of somebody else's making: shown, cut, and in its column. */
static void test_hostile_cells(void **state)
{
    char text[500];
    struct table t;
    struct out *out = capture_out();
    (void)state;
    table_init(&t, column, COLUMN_CNT);
    assert_int_equal(table_row(&t), 0);
    table_set(&t, 0, "\x1b[2J\n");
    table_set(&t, 2, "1");
    table_print(out, &t, 0);
    assert_string_equal(capture_out_end(out), "NAME        PID QUEUE LOST\n\\x1b[2J\\x0a         1\n");
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    for (unsigned c = 0; c < COLUMN_CNT; c++)
        table_set(&t, c, text);
    out = capture_out();
    table_print(out, &t, 0);
    assert_in_range(strlen(capture_out_end(out)), 2 * COLUMN_CNT * 90, 2 * COLUMN_CNT * (TABLE_CELL_LEN + 1));
    table_free(&t);
}

/* The same by hand: the widths that fit, and a line at a time. */
static void test_fit_and_line(void **state)
{
    struct table t;
    unsigned width[TABLE_COLUMN_MAX];
    char line[TABLE_LINE_LEN];
    (void)state;
    fill(&t);
    table_fit(&t, 28, width);
    assert_int_equal(width[0], 7);
    assert_int_equal(width[1], 0); /* left out */
    assert_int_equal(width[2], 8);
    assert_int_equal(width[3], 4);
    assert_int_equal(table_line(&t, width, TABLE_HEADS, 28, line), 21);
    assert_string_equal(line, "NAME       QUEUE LOST");
    assert_int_equal(table_line(&t, width, 1, 28, line), 21);
    assert_string_equal(line, "bcdefgh 67890123    1");
    assert_int_equal(table_line(&t, width, 1, 10, line), 10);
    assert_string_equal(line, "bcdefgh 67");
    table_fit(&t, 0, width);
    assert_int_equal(table_line(&t, width, 0, 0, line), 29);
    assert_string_equal(line, "a       1234567        5    0");
    table_free(&t);
}

static void test_many_rows(void **state)
{
    struct table t;
    struct out *out = capture_out();
    (void)state;
    table_init(&t, column, COLUMN_CNT);
    for (unsigned i = 0; i < 200; i++) {
        char text[16];
        snprintf(text, sizeof text, "%u", i);
        assert_int_equal(table_row(&t), 0);
        table_set(&t, 0, text);
    }
    table_print(out, &t, 0);
    const char *text = capture_out_end(out);
    expect_part(text, "\n0\n1\n2\n");
    expect_part(text, "\n198\n199\n");
    table_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),         cmocka_unit_test(test_narrow),
        cmocka_unit_test(test_no_rows),       cmocka_unit_test(test_last_column_is_not_padded),
        cmocka_unit_test(test_hostile_cells), cmocka_unit_test(test_many_rows),
        cmocka_unit_test(test_strong),        cmocka_unit_test(test_fit_and_line),
    };
    return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
