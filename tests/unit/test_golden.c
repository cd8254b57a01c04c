/* Every way to show a ring, of one saved snapshot, byte for byte (tests/unit/golden). */
#include "golden_help.h"
#include "snapshot_help.h"

#include "monitor/view/view.h"

static struct snapshot snap;

static const char *shown(const struct view_ops *view)
{
    struct out *out = capture_out();
    if (view->begin != NULL)
        view->begin(out);
    view->show(out, &snap);
    return capture_out_end(out);
}

static void test_plain(void **state)
{
    (void)state;
    snapshot_fill(&snap);
    golden_check("plain.txt", shown(&view_plain));
}

static void test_json(void **state)
{
    (void)state;
    snapshot_fill(&snap);
    golden_check("snapshot.json", shown(&view_json));
}

static void test_csv(void **state)
{
    (void)state;
    snapshot_fill(&snap);
    golden_check("snapshot.csv", shown(&view_csv));
}

static void test_prometheus(void **state)
{
    (void)state;
    snapshot_fill(&snap);
    golden_check("snapshot.prom", shown(&view_prometheus));
}

static void test_prometheus_down(void **state)
{
    (void)state;
    struct out *out = capture_out();
    prometheus_down(out, "ticks");
    golden_check("down.prom", capture_out_end(out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_csv),
        cmocka_unit_test(test_prometheus),
        cmocka_unit_test(test_prometheus_down),
    };
    return cmocka_run_group_tests_name("golden", tests, NULL, NULL);
}
