/* One consumer: why it is slow, its time, its latencies, its ledger, its events; at all sizes. */
#include "page_help.h"

static void test_golden(void **state)
{
    (void)state;
    page_begin(UI_DETAIL);
    page_expect("detail");
}

/* One that lives, was replayed, and lost ticks; to the end of the page. */
static void test_living(void **state)
{
    (void)state;
    page_begin(UI_DETAIL);
    strcpy(page_ui.selected, "stopped");
    page_snap.view.member[PAST_STOPPED].event.clamped_cnt = page_snap.view.member[PAST_STOPPED].event.cnt;
    page_ui.top = UI_TOP_MAX;
    unsigned top_max = page_show(30, 80, false, NULL);
    assert_true(top_max > 0);
    expect_part(capture_text, "consumer stopped lost 6904 ticks of binance");
    page_ui.top = 0;
    assert_int_equal(page_show(30, 80, false, NULL), top_max);
    expect_part(capture_text, "replayed: events were long ago");
    expect_part(capture_text, "  idle      67.5%  ");
    expect_part(capture_text, "lost 6904: 299997 to 306900");
}

static void test_gone(void **state)
{
    (void)state;
    page_begin(UI_DETAIL);
    strcpy(page_ui.selected, "whoever");
    page_show(24, 80, false, NULL);
    expect_part(capture_text, "\nthis consumer is not there any more\n");
    memset(page_snap.view.member, 0, sizeof page_snap.view.member);
    page_ui.selected[0] = '\0';
    page_show(24, 80, false, NULL);
    expect_part(capture_text, "\nno consumer yet\n");
}

static void test_hostile(void **state)
{
    (void)state;
    page_expect_hostile(UI_DETAIL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_living),
        cmocka_unit_test(test_gone),
        cmocka_unit_test(test_hostile),
    };
    alarm(120);
    return cmocka_run_group_tests_name("page_detail", tests, page_setup, page_teardown);
}
