/* Reading ahead changes nothing of what comes: records, names, errors and the end are in their places. */
#include "feed_help.h"

#include "feed/ahead.h"

#define RECORD_CNT 1000
#define BAD_AT 37 /* this one is malformed */

/* A source that has one name in memory at a time, as a file has. */
struct numbers {
    struct source src;
    int at;
    char name[16];
};

static enum source_result numbers_next(struct source *src, struct source_record *rec)
{
    struct numbers *numbers = src->state;
    memset(numbers->name, '#', sizeof(numbers->name));
    if (numbers->at == RECORD_CNT)
        return SOURCE_END;
    int i = numbers->at++;
    if (i == BAD_AT)
        return source_bad(src, BAD_NUMBER, 1, "number %d is none", i);
    source_record_init(rec);
    rec->tick.kind = TR_TICK_TRADE;
    rec->tick.ts_event_ns = i;
    rec->symbol = numbers->name;
    rec->symbol_len = (uint8_t)snprintf(numbers->name, sizeof(numbers->name), "S%d", i);
    rec->venue = numbers->name;
    rec->venue_len = 1;
    return SOURCE_OK;
}

static int numbers_open(struct source *src)
{
    ((struct numbers *)src->state)->at = 0;
    return 0;
}

static void numbers_close(struct source *src)
{
    (void)src;
}

static const struct source_ops numbers_ops = {
    .name = "numbers", .generates = true, .open = numbers_open, .next = numbers_next, .close = numbers_close};

static struct merge merge;
static struct ahead ahead;
static struct numbers numbers;

static int open_all(void **state)
{
    (void)state;
    merge = (struct merge){.input_cnt = 0};
    numbers = (struct numbers){.src = {.ops = &numbers_ops, .path = "numbers", .state = &numbers}};
    numbers.src.input.name = "numbers";
    merge_add(&merge, &numbers.src);
    return ahead_open(&ahead, &merge);
}

static int close_all(void **state)
{
    (void)state;
    ahead_close(&ahead);
    return 0;
}

static void expect(int i)
{
    const struct source_record *rec;
    struct source *culprit = NULL;
    char name[16];
    enum source_result result = ahead_next(&ahead, &merge, &rec, &culprit);
    if (i == BAD_AT || i == RECORD_CNT) {
        assert_int_equal(result, i == BAD_AT ? SOURCE_BAD : SOURCE_END);
        assert_null(rec);
        if (i == BAD_AT)
            assert_non_null(strstr(culprit->error, "number 37 is none"));
        return;
    }
    snprintf(name, sizeof(name), "S%d", i);
    assert_int_equal(result, SOURCE_OK);
    while (ahead_read(&ahead, &merge)) /* as far as it goes, while the caller still has the record */
        continue;
    assert_int_equal(rec->tick.ts_event_ns, i);
    assert_int_equal(rec->symbol_len, strlen(name));
    assert_memory_equal(rec->symbol, name, strlen(name));
    assert_int_equal(rec->venue_len, 1);
    assert_memory_equal(rec->venue, "S", 1);
}

static void all_in_order(void **state)
{
    (void)state;
    for (int i = 0; i <= RECORD_CNT; i++)
        expect(i);
}

static void reads_no_further_than_there_is_room(void **state)
{
    unsigned cnt = 0;
    (void)state;
    for (int i = 0; i <= BAD_AT + 1; i++)
        expect(i);
    while (ahead_read(&ahead, &merge))
        cnt++;
    assert_int_equal(cnt, 0); /* expect has filled it */
    assert_int_equal(numbers.at, BAD_AT + 2 + AHEAD_MAX - 1);
}

static void begins_again(void **state)
{
    struct source *culprit;
    (void)state;
    for (int i = 0; i < 10; i++)
        expect(i);
    assert_int_equal(merge_rewind(&merge, &culprit), 0);
    ahead_clear(&ahead);
    for (int i = 0; i <= RECORD_CNT; i++)
        expect(i);
}

static void a_pipe_is_not_read_ahead(void **state)
{
    static const struct source_ops reads = {.name = "reads", .next = numbers_next, .close = numbers_close};
    (void)state;
    ahead_close(&ahead);
    numbers.src.ops = &reads;
    numbers.src.input.start = -1;
    numbers.src.input.buf = numbers.name;
    assert_int_equal(ahead_open(&ahead, &merge), 0);
    expect(0);
    assert_false(ahead_read(&ahead, &merge));
    assert_int_equal(numbers.at, 1);
    expect(1);
}

/* An archive whose first member is of no known format is open without one. */
static void between_members(void **state)
{
    (void)state;
    ahead_close(&ahead);
    numbers.src.ops = NULL;
    assert_int_equal(ahead_open(&ahead, &merge), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(all_in_order, open_all, close_all),
        cmocka_unit_test_setup_teardown(reads_no_further_than_there_is_room, open_all, close_all),
        cmocka_unit_test_setup_teardown(begins_again, open_all, close_all),
        cmocka_unit_test_setup_teardown(between_members, open_all, close_all),
        cmocka_unit_test_setup_teardown(a_pipe_is_not_read_ahead, open_all, close_all),
    };
    return cmocka_run_group_tests_name("ahead", tests, NULL, NULL);
}
