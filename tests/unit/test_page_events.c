/* What happened, the newest first, and scrolled away; at all sizes. */
#include "page_help.h"

static void test_golden(void **state)
{
    (void)state;
    page_begin(UI_EVENTS);
    page_expect("events");
}

/* Scrolled to its end: that is seen, and no more than that. */
static void test_scrolled(void **state)
{
    (void)state;
    page_begin(UI_EVENTS);
    unsigned top_max = page_show(16, 60, false, NULL);
    expect_part(capture_text, "screen came back");
    expect_no_part(capture_text, "stopped joined");
    page_ui.top = UI_TOP_MAX;
    assert_int_equal(page_show(16, 60, false, NULL), top_max);
    expect_part(capture_text, "stopped joined");
    expect_part(capture_text, "above");
    expect_no_part(capture_text, "screen came back");
}

static void test_hostile(void **state)
{
    (void)state;
    page_expect_hostile(UI_EVENTS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_scrolled),
        cmocka_unit_test(test_hostile),
    };
    alarm(120);
    return cmocka_run_group_tests_name("page_events", tests, page_setup, page_teardown);
}
