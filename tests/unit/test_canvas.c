/* Cells: nothing is drawn beyond them, nothing in them that a terminal would obey; bars, columns, wrapped texts. */
#include "capture_help.h"

#include "monitor/screen/canvas.h"

static struct canvas canvas;

static void begin(unsigned rows, unsigned columns, bool ascii)
{
    canvas.ascii = ascii;
    assert_int_equal(canvas_resize(&canvas, rows, columns), 0);
}

static void expect(const char *want)
{
    struct out *out = capture_out();
    canvas_print(&canvas, out);
    assert_string_equal(capture_out_end(out), want);
}

static void test_text(void **state)
{
    (void)state;
    begin(2, 8, false);
    assert_int_equal(canvas_text(&canvas, 0, 1, STYLE_HEAD, "abc"), 4);
    assert_int_equal(canvas_text(&canvas, 1, 5, STYLE_WARN, "defgh"), 10);
    canvas_text(&canvas, 2, 0, STYLE_WARN, "below");
    canvas_text(&canvas, UINT32_MAX, UINT32_MAX, STYLE_WARN, "far");
    canvas_text(&canvas, 0, 8, STYLE_WARN, "beside");
    expect(" abc\n     def\n");
    assert_int_equal(canvas.cell[0].style, STYLE_PLAIN);
    assert_int_equal(canvas.cell[1].style, STYLE_HEAD);
    assert_int_equal(canvas_format(&canvas, 0, 0, STYLE_PLAIN, "%d-%s", 12, "x"), 4);
    canvas_right(&canvas, 1, 4, STYLE_PLAIN, "10");
    canvas_right(&canvas, 1, 4, STYLE_PLAIN, "12345"); /* no room */
    expect("12-x\n  10 def\n");
    canvas_style(&canvas, 0, 6, 5, STYLE_CRIT | STYLE_SELECTED);
    assert_int_equal(canvas.cell[7].style, STYLE_CRIT | STYLE_SELECTED);
    assert_int_equal(canvas.cell[8].style, STYLE_PLAIN); /* the next row */
    canvas_clear(&canvas);
    expect("\n\n");
}

/* Control characters, bytes that are no characters, and those of no or two columns. */
static void test_hostile(void **state)
{
    (void)state;
    begin(1, 12, false);
    canvas_text(&canvas, 0, 0, STYLE_PLAIN, "\033[2J\n\x7f\xff\xc3");
    expect("?[2J????\n");
    begin(1, 12, false);
    assert_int_equal(
        canvas_text(&canvas, 0, 0, STYLE_PLAIN, "\u00e9\u4e2d\u0301\u202e\xc2\x85\u2588\U0001f600!"), 8);
    expect("\u00e9????\u2588?!\n");
    begin(1, 12, true);
    canvas_text(&canvas, 0, 0, STYLE_PLAIN, "a\u00e9\u2588b");
    expect("a??b\n");
}

static void test_wrap(void **state)
{
    (void)state;
    begin(5, 10, false);
    assert_int_equal(canvas_wrap(&canvas, 0, 2, STYLE_PLAIN, "one two three  four"), 3);
    expect("  one two\n  three\n  four\n\n\n");
    begin(5, 10, false);
    assert_int_equal(canvas_wrap(&canvas, 1, 5, STYLE_PLAIN, "\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9 abcdefg"),
                     4);
    expect("\n     \u00e9\u00e9\u00e9\u00e9\u00e9\n     \u00e9\n     abcde\n     fg\n");
    assert_int_equal(canvas_wrap(&canvas, canvas.rows, 5, STYLE_PLAIN, "one two"), 2);
    assert_int_equal(canvas_wrap(&canvas, 0, 500, STYLE_PLAIN, "abc"), 3);
    assert_int_equal(canvas_wrap(&canvas, 0, 0, STYLE_PLAIN, ""), 1);
    expect("\n     \u00e9\u00e9\u00e9\u00e9\u00e9\n     \u00e9\n     abcde\n     fg\n");
}

static void test_bars(void **state)
{
    (void)state;
    begin(1, 10, false);
    canvas_bar(&canvas, 0, 1, 8, 500, STYLE_GOOD);
    expect(" \u2588\u2588\u2588\u2588....\n");
    canvas_bar(&canvas, 0, 1, 8, 1, STYLE_GOOD);
    expect(" \u258f.......\n");
    canvas_bar(&canvas, 0, 1, 8, 0, STYLE_GOOD);
    expect(" ........\n");
    canvas_bar(&canvas, 0, 1, 20, UINT32_MAX, STYLE_GOOD);
    expect(" \u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\n");
    begin(4, 6, false);
    canvas_column(&canvas, 3, 0, 4, 1000, STYLE_GOOD);
    canvas_column(&canvas, 3, 1, 4, 500, STYLE_GOOD);
    canvas_column(&canvas, 3, 2, 4, 1, STYLE_GOOD);
    canvas_column(&canvas, 3, 3, 4, 0, STYLE_GOOD);
    canvas_column(&canvas, 0, 4, 4, 1000, STYLE_GOOD); /* more than there is */
    expect("\u2588   \u2588\n\u2588\n\u2588\u2588\n\u2588\u2588\u2581\n");
    begin(2, 2, true);
    canvas_column(&canvas, 1, 0, 2, 600, STYLE_GOOD);
    expect("#\n#\n");
}

static void test_no_room(void **state)
{
    (void)state;
    begin(0, 0, false);
    canvas_text(&canvas, 0, 0, STYLE_PLAIN, "abc");
    canvas_bar(&canvas, 0, 0, 5, 500, STYLE_PLAIN);
    canvas_wrap(&canvas, 0, 0, STYLE_PLAIN, "abc def");
    expect("");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text), cmocka_unit_test(test_hostile), cmocka_unit_test(test_wrap),
        cmocka_unit_test(test_bars), cmocka_unit_test(test_no_room),
    };
    int rc = cmocka_run_group_tests_name("canvas", tests, NULL, NULL);
    canvas_free(&canvas);
    return rc;
}
