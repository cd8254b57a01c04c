/* A histogram as a picture: marks where the percentiles are, names that do not overlap, nothing beyond its rows. */
#include "capture_help.h"

#include "monitor/screen/picture.h"

static struct canvas canvas;
static struct tr_hist_snap hist;

static int begin(void **state)
{
    (void)state;
    memset(&hist, 0, sizeof hist);
    return 0;
}

static void add(uint64_t ns, uint64_t cnt)
{
    hist.bucket[tr_hist_index(ns)] += cnt;
    hist.cnt += cnt;
    hist.sum_ns += ns * cnt;
    hist.max_ns = ns > hist.max_ns ? ns : hist.max_ns;
}

static const char *show(unsigned rows, unsigned columns, bool ascii)
{
    struct out *out = capture_out();
    canvas.ascii = ascii;
    assert_int_equal(canvas_resize(&canvas, rows, columns), 0);
    picture_hist(&canvas, 0, rows, &hist);
    canvas_print(&canvas, out);
    return capture_out_end(out);
}

static void test_marks(void **state)
{
    (void)state;
    add(1000, 900);
    add(100000, 90);
    add(10000000, 10);
    assert_string_equal(show(5, 60, true), "  #\n"
                                           "  #\n"
                                           "  #                          #                           #\n"
                                           "  ^p50                       ^p99                   p99.9^\n"
                                           "  992ns        |10us         |100us        |1ms     10.0ms\n");
}

/* Close to each other, in the middle and at the end. */
static void test_marks_together(void **state)
{
    (void)state;
    add(100, 1);
    add(1000, 100000);
    add(10000, 1);
    const char *text = show(5, 60, true);
    expect_part(text, " ^p50 p99 p99.9\n");
    begin(NULL);
    add(100, 1);
    add(10000, 100000);
    expect_part(show(5, 60, true), " p50 p99 p99.9^\n");
}

static void test_shape(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3; i++)
        add(i == 0 ? 100 : i == 1 ? 3000 : 90000, i == 1 ? 1000000 : 1);
    const char *text = show(6, 40, false);
    expect_part(text, "\u2588"); /* the highest */
    expect_part(text, "\u2581"); /* one in a million */
    expect_part(text, "\u2191p50");
}

static void test_nothing(void **state)
{
    (void)state;
    assert_string_equal(show(4, 60, false), "  nothing was measured yet\n\n\n\n");
    add(5, 1);
    assert_string_equal(show(3, 60, false), "\n\n\n"); /* too small */
    assert_string_equal(show(4, 19, false), "\n\n\n\n");
}

static void test_hostile(void **state)
{
    (void)state;
    for (unsigned columns = 20; columns < 700; columns += 17) {
        memset(&hist, 0xff, sizeof hist);
        show(8, columns, false);
        begin(NULL);
        add(TR_HIST_VALUE_MAX, 1);
        hist.max_ns = UINT64_MAX;
        hist.cnt = UINT64_MAX;
        show(8, columns, false);
        hist.cnt = 0;
        show(8, columns, true);
        add(0, UINT64_MAX);
        show(8, columns, true);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_marks, begin),   cmocka_unit_test_setup(test_marks_together, begin),
        cmocka_unit_test_setup(test_shape, begin),   cmocka_unit_test_setup(test_nothing, begin),
        cmocka_unit_test_setup(test_hostile, begin),
    };
    int rc = cmocka_run_group_tests_name("picture", tests, NULL, NULL);
    canvas_free(&canvas);
    return rc;
}
