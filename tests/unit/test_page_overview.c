/* The overview: is all well, who is behind, who holds the feed, what was lost; at all sizes. */
#include "page_help.h"

static void test_golden(void **state)
{
    (void)state;
    page_begin(UI_OVERVIEW);
    page_expect("overview");
}

/* Whom a feed waits for is named first, then the deepest of those that gate; a lossy one is nobody's trouble. */
static void test_behind(void **state)
{
    (void)state;
    page_begin(UI_OVERVIEW);
    struct tr_member_view *screen = &page_snap.view.member[PAST_SCREEN];
    screen->lag = screen->lane[PAST_BINANCE].lag = 4400;
    page_show(24, 100, false, NULL);
    expect_part(capture_text, "\nbehind: slow 10 (0%) ");
    page_snap.view.lane[PAST_BINANCE].blocked_ns += 8 * TR_NS_PER_S; /* of the last ten */
    page_snap.view.lane[PAST_BINANCE].blocked_by_ns[PAST_SIGNALS] += 100 * TR_NS_PER_S;
    page_show(24, 100, false, NULL);
    expect_part(capture_text, "\nbehind: signals 2 (0%) ");
    expect_part(capture_text, "full, the feed waits");
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++)
        page_snap.view.member[c].used = c == PAST_SCREEN;
    page_show(24, 100, false, NULL);
    expect_part(capture_text, "\nbehind: screen 4400 ");
}

/* More than there are rows: all places used, what is not shown is counted, and the cursor is seen. */
static void test_many(void **state)
{
    (void)state;
    page_begin(UI_OVERVIEW);
    for (unsigned c = 10; c < TR_CONSUMER_MAX; c++) {
        page_snap.view.member[c] = page_snap.view.member[PAST_SIGNALS];
        snprintf(page_snap.view.member[c].name, sizeof page_snap.view.member[c].name,
                 "consumer-of-a-long-name-%u", c);
    }
    for (unsigned p = 3; p < TR_LANE_MAX; p++) {
        page_snap.view.lane[p] = page_snap.view.lane[PAST_BINANCE];
        snprintf(page_snap.view.lane[p].name, sizeof page_snap.view.lane[p].name, "feed-of-a-long-name-%u",
                 p);
        page_snap.view.lane[p].alive = p != 14;
    }
    page_show(24, 80, false, NULL);
    expect_part(capture_text, "\n feed-of-a-long-name-14 DEAD "); /* before those that are well */
    expect_part(capture_text, "\n 12 more producers\n");
    expect_part(capture_text, " more consumers: 0 above, ");
    strcpy(page_ui.selected, "consumer-of-a-long-name-63");
    page_show(24, 80, false, NULL);
    expect_part(capture_text, "\n>consumer-of-a-long-name-63 reading ");
    page_show(50, 200, false, NULL);
    expect_part(capture_text, "\n>consumer-of-a-long-name-63 ");
}

static void test_empty(void **state)
{
    (void)state;
    page_begin(UI_OVERVIEW);
    memset(page_snap.view.member, 0, sizeof page_snap.view.member);
    memset(page_snap.view.lane, 0, sizeof page_snap.view.lane);
    past_forget(page_past);
    page_snap.past = NULL;
    page_show(24, 80, false, NULL);
    expect_part(capture_text, "\nbehind: nobody reads\n");
    expect_part(capture_text, "\nno producer yet\nno consumer yet\n");
    memset(&page_snap, 0, sizeof page_snap); /* no ring yet */
    page_show(24, 80, false, "no ring yet");
    expect_part(capture_text, "\nno ring yet\n");
    expect_no_part(capture_text, "ring  ");
    page_show(9, 80, false, NULL);
    assert_memory_equal(capture_text, "needs 40 x 10\n", 14);
}

static void test_chosen(void **state)
{
    (void)state;
    page_begin(UI_OVERVIEW);
    strcpy(page_ui.filter, "s");
    page_ui.paused = page_ui.since = page_ui.exact = true;
    page_ui.back_ns = 300 * TR_NS_PER_S;
    page_show(24, 100, false, NULL);
    expect_part(capture_text, "WARN  PAUSED");
    expect_part(capture_text, "counts since 0 was pressed  filter: s\n");
    expect_part(capture_text, "min until 5m00s ago: at most ");
    expect_part(capture_text, " 10000000 ");
    strcpy(page_ui.filter, "nobody");
    page_ui.filtering = true;
    page_show(24, 80, false, "not seen while one types");
    expect_part(capture_text, "no consumer with that in its name");
    expect_part(capture_text, "\nfilter: nobody_  (Enter: take it, Esc: all)\n");
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
        cmocka_unit_test(test_behind), cmocka_unit_test(test_many),    cmocka_unit_test(test_empty),
        cmocka_unit_test(test_chosen), cmocka_unit_test(test_hostile),
    };
    alarm(120);
    return cmocka_run_group_tests_name("page_overview", tests, page_setup, page_teardown);
}
