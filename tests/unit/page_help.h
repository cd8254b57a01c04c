/* page_help.h - pages drawn for the tests, from a snapshot filled by hand, at fixed sizes, with what was chosen. */
#ifndef TESTS_PAGE_HELP_H
#define TESTS_PAGE_HELP_H

#include "golden_help.h"
#include "past_help.h"
#include "monitor/screen/page.h"

static struct snapshot page_snap;
static struct past *page_past; /* of page_snap */
static struct ui page_ui;
static struct canvas page_canvas;

static inline int page_setup(void **state)
{
    (void)state;
    page_past = past_new();
    return page_past == NULL;
}

static inline int page_teardown(void **state)
{
    (void)state;
    free(page_past);
    canvas_free(&page_canvas);
    return 0;
}

/* Ten minutes of past, nothing chosen yet. */
static inline void page_begin(enum ui_page page)
{
    past_fill(&page_snap, page_past);
    ui_init(&page_ui, TR_NS_PER_S);
    page_ui.page = page;
}

/* Each cell is one printable character of one column; without ascii none of more than three bytes. */
static inline void page_expect_clean(void)
{
    size_t cnt = (size_t)page_canvas.rows * page_canvas.columns;
    for (size_t i = 0; i < cnt; i++) {
        const unsigned char *text = (const unsigned char *)page_canvas.cell[i].text;
        assert_true(text[0] >= ' ' && text[0] != 0x7f);
        assert_true(text[0] < 0x80 ? text[1] == '\0' : !page_canvas.ascii);
        assert_true((page_canvas.cell[i].style & ~STYLE_SELECTED) < STYLE_CNT);
    }
}

/* The page as text (in capture_text).  Returns how many rows can be scrolled away. */
static inline unsigned page_show(unsigned rows, unsigned columns, bool ascii, const char *message)
{
    const struct scene scene = {.snap = &page_snap, .shown = &page_snap, .ui = &page_ui};
    struct out *out = capture_out();
    page_canvas.ascii = ascii;
    assert_int_equal(canvas_resize(&page_canvas, rows, columns), 0);
    unsigned top_max = page_draw(&page_canvas, &scene, message);
    page_expect_clean();
    canvas_print(&page_canvas, out);
    capture_out_end(out);
    return top_max;
}

/* The page is what is in the golden files screen-NAME-80x24.txt, -200x50, -40x10 and -ascii. */
static inline void page_expect(const char *name)
{
    static const struct {
        const char *size;
        unsigned rows;
        unsigned columns;
        bool ascii;
    } shape[] = {{"80x24", 24, 80, false},
                 {"200x50", 50, 200, false},
                 {"40x10", 10, 40, false},
                 {"ascii", 24, 80, true}};
    char file[64];
    for (size_t i = 0; i < sizeof shape / sizeof shape[0]; i++) {
        page_show(shape[i].rows, shape[i].columns, shape[i].ascii, NULL);
        snprintf(file, sizeof file, "screen-%s-%s.txt", name, shape[i].size);
        golden_check(file, capture_text);
    }
}

/* All numbers of somebody else's making, at every size that could be too small, on each page. */
static inline void page_expect_hostile(enum ui_page page)
{
    static const uint64_t value[] = {UINT64_MAX, INT64_MAX, (uint64_t)INT64_MIN, 1};
    static const unsigned rows[] = {1, 10, 11, 24, 50};
    static const unsigned columns[] = {1, 40, 41, 80, 200, 700};
    for (unsigned i = 0; i < 16; i++) {
        page_begin(page);
        past_fill_hostile(&page_snap, page_past, value[i / 4], value[i % 4]);
        page_ui.exact = i % 2 == 1;
        page_ui.back_ns = i % 3 == 0 ? 600 * TR_NS_PER_S : 0;
        page_snap.view.slot_cnt = i < 12 ? value[i % 4] : 0;
        for (unsigned k = 0; k < 5 * 6; k++) {
            page_ui.top = k % 2 == 0 ? 0 : UI_TOP_MAX;
            page_show(rows[k % 5], columns[k / 5], k % 2 == 0, NULL);
        }
    }
}

#endif
