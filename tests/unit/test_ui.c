/* Each key: what it changes, and where. */
#include "snapshot_help.h"

#include "monitor/screen/ui.h"

static struct snapshot snap;
static struct ui ui;

static int begin(void **state)
{
    (void)state;
    snapshot_fill(&snap);
    ui_init(&ui, TR_NS_PER_S);
    ui_sort_by(&ui, NULL); /* signals, slow-one, screen: as they came */
    return 0;
}

static void press(int key)
{
    assert_true(ui_press(&ui, key, &snap));
}

static void type(const char *text)
{
    for (; *text != '\0'; text++)
        press(*text);
}

static void expect_row(const char *name)
{
    int row = ui_selected(&ui, &snap);
    assert_true(row >= 0);
    assert_string_equal(snap.view.member[row].name, name);
}

static void test_pages(void **state)
{
    (void)state;
    static const int help[] = {'h', '?', UI_HELP_KEY};
    for (unsigned i = 0; i < 3; i++) {
        press(help[i]);
        assert_int_equal(ui.page, UI_HELP);
        press(help[(i + 1) % 3]);
        assert_int_equal(ui.page, UI_OVERVIEW);
    }
    press(UI_TAB);
    assert_int_equal(ui.page, UI_EVENTS);
    press('h');
    press(UI_ENTER); /* back */
    assert_int_equal(ui.page, UI_EVENTS);
    press(UI_TAB);
    assert_int_equal(ui.page, UI_DETAIL);
    press(UI_TAB);
    assert_int_equal(ui.page, UI_OVERVIEW);
    press(UI_ENTER);
    assert_int_equal(ui.page, UI_DETAIL);
    press(UI_ESCAPE);
    assert_int_equal(ui.page, UI_OVERVIEW);
    press(UI_TAB);
    press(UI_BACKSPACE);
    assert_int_equal(ui.page, UI_OVERVIEW);
    assert_false(ui.quit);
    press('q');
    assert_true(ui.quit);
}

static void test_rows(void **state)
{
    (void)state;
    expect_row("signals");
    press(UI_UP);
    expect_row("signals");
    press('j');
    expect_row("slow-one");
    press(UI_DOWN);
    expect_row("screen");
    press('j');
    expect_row("screen");
    press('k');
    expect_row("slow-one");
    press(UI_END);
    expect_row("screen");
    press(UI_HOME);
    expect_row("signals");
    press(UI_PAGE_DOWN);
    expect_row("screen");
    press(UI_PAGE_UP);
    expect_row("signals");
}

/* The cursor stays on the consumer, whatever the order is; so does the page about it. */
static void test_the_same_consumer(void **state)
{
    (void)state;
    press('j');
    ui_sort_by(&ui, metric_find(METRIC_CONSUMER, "lag"));
    expect_row("slow-one");
    begin(NULL);
    press(UI_ENTER); /* of the first row, which nobody chose */
    ui_sort_by(&ui, metric_find(METRIC_CONSUMER, "lag"));
    expect_row("signals");
    begin(NULL);
    press(UI_TAB);
    press(UI_TAB);
    ui_sort_by(&ui, metric_find(METRIC_CONSUMER, "lag"));
    expect_row("signals");
}

static void test_scrolling(void **state)
{
    (void)state;
    press(UI_TAB);
    press('j');
    press(UI_DOWN);
    assert_int_equal(ui.top, 2);
    press(UI_PAGE_DOWN);
    assert_int_equal(ui.top, 12);
    press(UI_PAGE_UP);
    press('k');
    press(UI_UP);
    press(UI_UP);
    assert_int_equal(ui.top, 0);
    for (int i = 0; i < 3; i++)
        press(UI_END);
    assert_int_equal(ui.top, UI_TOP_MAX);
    press(UI_HOME);
    assert_int_equal(ui.top, 0);
    press('j');
    press(UI_TAB);
    assert_int_equal(ui.top, 0); /* another page begins at its begin */
}

static void test_sort(void **state)
{
    (void)state;
    assert_null(ui_sort(&ui));
    press('>');
    assert_string_equal(ui_sort(&ui)->key, "lag");
    press('>');
    assert_string_equal(ui_sort(&ui)->key, "lag_ns");
    expect_row("slow-one");
    press('<');
    press('<');
    assert_null(ui_sort(&ui));
    press('<');
    assert_string_equal(ui_sort(&ui)->key, "id");
    ui_sort_by(&ui, metric_find(METRIC_CONSUMER, "service_ns"));
    assert_string_equal(ui_sort(&ui)->key, "service_ns");
}

static void test_filter(void **state)
{
    unsigned row[TR_CONSUMER_MAX];
    (void)state;
    press(UI_TAB);
    press('/');
    assert_int_equal(ui.page, UI_OVERVIEW);
    type("sqx");
    press(UI_BACKSPACE);
    press(UI_BACKSPACE);
    assert_false(ui.quit); /* letters are letters */
    assert_int_equal(ui_rows(&ui, &snap, row), 3);
    press('l');
    assert_int_equal(ui_rows(&ui, &snap, row), 1);
    expect_row("slow-one");
    assert_false(ui_press(&ui, 0x07, &snap));
    assert_false(ui_press(&ui, ' ', &snap));
    press(UI_ENTER);
    assert_false(ui.filtering);
    assert_string_equal(ui.filter, "sl");
    press(UI_ESCAPE);
    assert_string_equal(ui.filter, "");
    press('/');
    type("nobody");
    assert_int_equal(ui_selected(&ui, &snap), -1);
    press('j');
    assert_string_equal(ui.filter, "nobodyj");
    press(UI_DOWN);
    press(UI_ESCAPE);
    assert_false(ui.filtering);
    assert_int_equal(ui_rows(&ui, &snap, row), 3);
    press('/');
    for (int i = 0; i < UI_FILTER_MAX; i++)
        press('x');
    assert_false(ui_press(&ui, 'x', &snap));
    assert_int_equal(strlen(ui.filter), UI_FILTER_MAX);
}

static void test_choices(void **state)
{
    (void)state;
    press(' ');
    assert_true(ui.paused);
    press(' ');
    assert_false(ui.paused);
    press('0');
    assert_true(ui.since);
    press('0');
    assert_false(ui.since);
    press('e');
    assert_true(ui.exact);
    press('e');
    assert_false(ui.exact);
    assert_false(ui_press(&ui, 'x', &snap));
    assert_false(ui_press(&ui, 0, &snap));
    assert_false(ui_press(&ui, -1, &snap));
}

static void test_delay(void **state)
{
    (void)state;
    press('+');
    assert_int_equal(ui.delay_ns, 2 * TR_NS_PER_S);
    press('=');
    assert_int_equal(ui.delay_ns, 5 * TR_NS_PER_S);
    for (int i = 0; i < 20; i++)
        press('+');
    assert_int_equal(ui.delay_ns, 60 * TR_NS_PER_S);
    for (int i = 0; i < 20; i++)
        press('-');
    assert_int_equal(ui.delay_ns, 100 * TR_NS_PER_MS);
    ui.delay_ns = 3 * TR_NS_PER_S; /* as --delay said */
    press('-');
    assert_int_equal(ui.delay_ns, 2 * TR_NS_PER_S);
}

static void test_back(void **state)
{
    (void)state;
    press('p');
    press(UI_LEFT);
    assert_int_equal(ui.back_ns, 60 * TR_NS_PER_S);
    press('P');
    press(UI_RIGHT);
    press('P');
    assert_int_equal(ui.back_ns, 0);
    for (int i = 0; i < 50; i++)
        press('p');
    assert_int_equal(ui.back_ns, 600 * TR_NS_PER_S);
}

static void test_nobody(void **state)
{
    static const int key[] = {'j', 'k', UI_ENTER, UI_ESCAPE, UI_TAB, UI_TAB, UI_END, '>', '0', '/'};
    (void)state;
    memset(&snap.view, 0, sizeof snap.view);
    for (unsigned i = 0; i < sizeof key / sizeof key[0]; i++)
        press(key[i]);
    assert_int_equal(ui_selected(&ui, &snap), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_pages, begin),     cmocka_unit_test_setup(test_rows, begin),
        cmocka_unit_test_setup(test_scrolling, begin), cmocka_unit_test_setup(test_the_same_consumer, begin),
        cmocka_unit_test_setup(test_sort, begin),      cmocka_unit_test_setup(test_filter, begin),
        cmocka_unit_test_setup(test_choices, begin),   cmocka_unit_test_setup(test_delay, begin),
        cmocka_unit_test_setup(test_back, begin),      cmocka_unit_test_setup(test_nobody, begin),
    };
    return cmocka_run_group_tests_name("ui", tests, NULL, NULL);
}
