/* Splitting of lines: against known ones, and random ones against a byte-by-byte splitter. */
#include "feed_help.h"

#include "feed/csv/csv.h"

static struct csv_field field[CSV_FIELD_MAX];

/* Splits a copy of exact size and compares with the expected fields, given joined by '|'. */
static void expect(const char *line, char separator, const char *want)
{
    size_t len = strlen(line);
    char *copy = malloc(len + 1);
    char got[2000] = "";
    size_t error_at;
    assert_non_null(copy);
    memcpy(copy, line, len);
    int cnt = csv_split(copy, len, separator, field, &error_at);
    assert_true(cnt >= 1);
    for (int i = 0; i < cnt; i++) {
        size_t n = strlen(got);
        snprintf(got + n, sizeof(got) - n, "%s%.*s", i == 0 ? "" : "|", (int)field[i].len, field[i].text);
    }
    assert_string_equal(got, want);
    free(copy);
}

static void expect_error(const char *line, int error, size_t at)
{
    char copy[100];
    size_t error_at = 99;
    snprintf(copy, sizeof(copy), "%s", line);
    assert_int_equal(csv_split(copy, strlen(copy), ',', field, &error_at), error);
    assert_int_equal(error_at, at);
}

static void test_plain(void **state)
{
    (void)state;
    expect("", ',', "");
    expect("a", ',', "a");
    expect("a,b", ',', "a|b");
    expect(",", ',', "|");
    expect(",,a,", ',', "||a|");
    expect("1234567,12345678,123456789,-1,", ',', "1234567|12345678|123456789|-1|");
    expect("a;b,c;d", ';', "a|b,c|d");
    expect("a\tb", '\t', "a|b");
    expect("12345678", ',', "12345678");
    expect("1234567,", ',', "1234567|");
    expect(",-,-,-,-", ',', "|-|-|-|-"); /* '-' follows ',' in ASCII: a sloppy search finds it too */
}

static void test_quotes(void **state)
{
    (void)state;
    expect("\"a\",b", ',', "a|b");
    expect("\"a,b\",\"\"", ',', "a,b|");
    expect("\"a\"\"b\",c", ',', "a\"b|c");
    expect("\"\"\"\"", ',', "\"");
    expect("a,\"b\"", ',', "a|b");
    expect("a\"b,c", ',', "a\"b|c"); /* a quote inside a plain field is text */
    expect("\"x\",", ',', "x|");
}

static void test_errors(void **state)
{
    (void)state;
    expect_error("a,\"b", -EINVAL, 2);
    expect_error("\"", -EINVAL, 0);
    expect_error("\"a\"\"", -EINVAL, 0);
    expect_error("\"a\"b,c", -EINVAL, 3);
}

static void test_too_many(void **state)
{
    char line[CSV_FIELD_MAX + 1];
    size_t error_at;
    (void)state;
    memset(line, ',', sizeof(line));
    assert_int_equal(csv_split(line, CSV_FIELD_MAX - 1, ',', field, &error_at), CSV_FIELD_MAX);
    assert_int_equal(csv_split(line, CSV_FIELD_MAX, ',', field, &error_at), -E2BIG);
    assert_int_equal(error_at, CSV_FIELD_MAX);
    line[0] = '"';
    line[1] = '"';
    assert_int_equal(csv_split(line, CSV_FIELD_MAX + 1, ',', field, &error_at), CSV_FIELD_MAX);
}

static void test_separator(void **state)
{
    (void)state;
    assert_int_equal(csv_separator("a,b,c", 5), ',');
    assert_int_equal(csv_separator("a;b;c", 5), ';');
    assert_int_equal(csv_separator("a\tb", 3), '\t');
    assert_int_equal(csv_separator("a", 1), ',');
    assert_int_equal(csv_separator("", 0), ',');
    assert_int_equal(csv_separator("\"a,b,c\";d", 9), ';');
    assert_int_equal(csv_separator("a,b;c", 5), ',');
}

static void test_trim(void **state)
{
    (void)state;
    struct csv_field all = csv_trim((struct csv_field){" \t ", 3});
    assert_int_equal(all.len, 0);
    struct csv_field some = csv_trim((struct csv_field){" a b\t", 5});
    assert_int_equal(some.len, 3);
    assert_memory_equal(some.text, "a b", 3);
}

/* What csv_split has to do without quotes, as plainly as it can be said. */
static void test_random_plain(void **state)
{
    uint64_t random = help_seed();
    (void)state;
    for (int i = 0; i < 50000; i++) {
        size_t len = help_random(&random) % 60;
        char *line = malloc(len + 1);
        size_t error_at;
        assert_non_null(line);
        for (size_t k = 0; k < len; k++) {
            line[k] = help_random(&random) % 4 == 0 ? ',' : (char)help_random(&random);
            if (line[k] == '"')
                line[k] = ',';
        }
        int cnt = csv_split(line, len, ',', field, &error_at);
        const char *start = line;
        int want = 0;
        for (size_t k = 0; k <= len; k++) {
            if (k < len && line[k] != ',')
                continue;
            assert_ptr_equal(field[want].text, start);
            assert_int_equal(field[want].len, line + k - start);
            start = line + k + 1;
            want++;
        }
        assert_int_equal(cnt, want);
        free(line);
    }
}

static void test_mutated(void **state)
{
    uint64_t random = help_seed();
    (void)state;
    for (int i = 0; i < HELP_FUZZ_CNT; i++) {
        char text[96] = "\"a,b\",12,\"c\"\"d\",,\"\",x\"y,\"end\"";
        size_t len = help_mutate(&random, text, strlen(text), sizeof(text) - 1);
        char *copy = malloc(len + 1);
        size_t error_at = 0;
        assert_non_null(copy);
        memcpy(copy, text, len);
        int cnt = csv_split(copy, len, ',', field, &error_at);
        assert_true(cnt == -EINVAL || (cnt >= 1 && cnt <= (int)len + 1));
        for (int k = 0; k < cnt; k++) {
            assert_true(field[k].text >= copy);
            assert_true(field[k].text + field[k].len <= copy + len);
        }
        assert_true(cnt > 0 || error_at < len);
        free(copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),        cmocka_unit_test(test_quotes),    cmocka_unit_test(test_errors),
        cmocka_unit_test(test_too_many),     cmocka_unit_test(test_separator), cmocka_unit_test(test_trim),
        cmocka_unit_test(test_random_plain), cmocka_unit_test(test_mutated),
    };
    return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
