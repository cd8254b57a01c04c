/* The overview: is all well, who is behind, who holds the feed, what was lost; at all sizes. */
#include "page_help.h"

static void test_golden(void **state)
{
    (void)state;
    page_begin(UI_OVERVIEW);
    page_expect("overview");
}

static void test_hostile(void **state)
{
    (void)state;
    page_expect_hostile(UI_OVERVIEW);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_hostile),
    };
    alarm(120);
    return cmocka_run_group_tests_name("page_overview", tests, page_setup, page_teardown);
}
