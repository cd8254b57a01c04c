/* Every input that fuzzing found worth keeping (tests/fuzz/corpus/FORMAT/) is read again: sources keep their
 * contract on it. */
#include "feed_help.h"

#include <dirent.h>

#include "tests/fuzz/check.h"

#define CORPUS "tests/fuzz/corpus"
#define INPUT_MAX (1 << 20)
#define SALT_CNT 16 /* choices of options */

static uint8_t bytes[INPUT_MAX];

static size_t read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t len = fread(bytes, 1, sizeof(bytes), file);
    assert_int_equal(fclose(file), 0);
    assert_true(len < sizeof(bytes));
    return len;
}

static void try_file(const char *format, const char *path)
{
    size_t len = read_file(path);
    for (uint64_t salt = 0; salt < SALT_CNT; salt++) {
        const char *fault = check_source(format, salt, bytes, len);
        if (fault != NULL)
            fail_msg("%s as %s, salt %d: %s", path, format, (int)salt, fault);
    }
}

static unsigned try_folder(const char *format)
{
    char path[HELP_PATH_MAX];
    unsigned cnt = 0;
    snprintf(path, sizeof(path), CORPUS "/%s", format);
    DIR *dir = opendir(path);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof(path), CORPUS "/%s/%s", format, entry->d_name);
        try_file(format, path);
        cnt++;
    }
    closedir(dir);
    return cnt;
}

/* Each folder is named as a format is. */
static void test_corpus(void **state)
{
    (void)state;
    DIR *dir = opendir(CORPUS);
    if (dir == NULL) {
        print_message("skipped: no folder " CORPUS " here\n");
        skip();
    }
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        const char *format = entry->d_name;
        if (format[0] == '.')
            continue;
        assert_true(strcmp(format, "auto") == 0 || source_find(format, false) != NULL);
        unsigned cnt = try_folder(format);
        assert_true(cnt > 0);
        print_message("%s: %u inputs\n", format, cnt);
    }
    closedir(dir);
}

static void expect_fault(struct source_record rec, const char *part)
{
    const char *fault = check_record(&rec);
    assert_non_null(fault);
    assert_non_null(strstr(fault, part));
}

/* The check finds what it looks for. */
static void test_faults(void **state)
{
    struct source_record trade = {.symbol = "S", .symbol_len = 1, .venue = ""};
    (void)state;
    trade.tick = (struct tr_tick){.kind = TR_TICK_TRADE, .price_px = -1, .side = TR_SIDE_SELL};
    assert_null(check_record(&trade));
    struct source_record quote = trade;
    quote.tick = (struct tr_tick){.kind = TR_TICK_QUOTE, .flags = TR_TICK_NO_BID, .ask_px = 1};
    assert_null(check_record(&quote));
    struct source_record rec = trade;
    rec.symbol_len = 0;
    expect_fault(rec, "symbol");
    rec = trade;
    rec.venue = "\t";
    rec.venue_len = 1;
    expect_fault(rec, "venue");
    rec = trade;
    rec.tick.price_px = 0;
    expect_fault(rec, "price");
    rec = trade;
    rec.tick.size_qty = -1;
    expect_fault(rec, "size");
    rec = trade;
    rec.tick.flags = TR_TICK_HAS_RECV;
    rec.tick.ts_recv_ns = 5;
    expect_fault(rec, "receive time");
    rec = trade;
    rec.tick.ts_event_ns = -1;
    expect_fault(rec, "1970");
    rec = quote;
    rec.tick.bid_qty = 1;
    expect_fault(rec, "absent");
    rec = quote;
    rec.tick.kind = 0;
    expect_fault(rec, "neither");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_corpus),
        cmocka_unit_test(test_faults),
    };
    return cmocka_run_group_tests_name("corpus", tests, NULL, NULL);
}
