/* The keys and what the columns mean; at all sizes. */
#include "page_help.h"

static void test_golden(void **state)
{
    (void)state;
    page_begin(UI_HELP);
    page_expect("help");
}

/* Scrolled to its end: that is seen, and no more than that. */
static void test_scrolled(void **state)
{
    (void)state;
    page_begin(UI_HELP);
    unsigned top_max = page_show(16, 60, false, NULL);
    expect_part(capture_text, "^C");
    expect_no_part(capture_text, "p50 p99 p99.9");
    page_ui.top = UI_TOP_MAX;
    assert_int_equal(page_show(16, 60, false, NULL), top_max);
    expect_part(capture_text, "p50 p99 p99.9");
    expect_part(capture_text, "as long or");
    expect_no_part(capture_text, "^C");
}

static void test_hostile(void **state)
{
    (void)state;
    page_expect_hostile(UI_HELP);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_scrolled),
        cmocka_unit_test(test_hostile),
    };
    alarm(120);
    return cmocka_run_group_tests_name("page_help", tests, page_setup, page_teardown);
}
