#include "monitor/screen/picture.h"

#include <math.h>
#include <stdio.h>

#include "units.h"

#define COLUMN_MAX 512
#define MARGIN 2

struct picture {
    unsigned columns;
    double low; /* logarithms of the edges, to base 2 */
    double high;
    double sum[COLUMN_MAX]; /* of each column */
};

static double position(uint64_t ns)
{
    return log2((double)ns + 1);
}

/* The first and the last bucket that has anything: false: none has. */
static bool find_ends(const struct tr_hist_snap *hist, unsigned *first, unsigned *last)
{
    bool found = false;
    for (unsigned i = 0; i < TR_HIST_BUCKET_CNT; i++) {
        if (hist->bucket[i] == 0)
            continue;
        *first = found ? *first : i;
        *last = i;
        found = true;
    }
    return found;
}

static unsigned column_of(const struct picture *pic, uint64_t ns)
{
    double share = (position(ns) - pic->low) / (pic->high - pic->low);
    share = share < 0 ? 0 : share;
    unsigned column = (unsigned)(share * pic->columns);
    return column < pic->columns ? column : pic->columns - 1;
}

/* A bucket is wider than a column where there is room, and narrower where not: its count is spread over what it covers. */
static void spread(struct picture *pic, const struct tr_hist_snap *hist)
{
    for (unsigned i = 0; i < TR_HIST_BUCKET_CNT; i++) {
        if (hist->bucket[i] == 0)
            continue;
        unsigned from = column_of(pic, tr_hist_low_ns(i));
        unsigned to = column_of(pic, tr_hist_low_ns(i + 1) - 1);
        for (unsigned c = from; c <= to; c++)
            pic->sum[c] += (double)hist->bucket[i] / (to - from + 1);
    }
}

static void draw_columns(struct canvas *canvas, unsigned bottom, unsigned height, const struct picture *pic)
{
    double most = 0;
    for (unsigned c = 0; c < pic->columns; c++)
        most = pic->sum[c] > most ? pic->sum[c] : most;
    for (unsigned c = 0; c < pic->columns; c++) {
        double share = 1000 * pic->sum[c] / most;
        unsigned permille =
            share > 0 && share < 1 ? 1 : (unsigned)share; /* a single one in a million is seen */
        canvas_column(canvas, bottom, MARGIN + c, height, permille, STYLE_GOOD);
    }
}

static void draw_mark(struct canvas *canvas, unsigned row, const struct picture *pic,
                      const struct tr_hist_snap *hist, uint64_t num, uint64_t den, const char *name)
{
    unsigned column = column_of(pic, (uint64_t)tr_hist_percentile(hist, num, den));
    canvas_format(canvas, row, MARGIN + column, STYLE_HEAD, "%s%s", canvas->ascii ? "^" : "↑", name);
}

void picture_hist(struct canvas *canvas, unsigned row, unsigned row_cnt, const struct tr_hist_snap *hist)
{
    struct picture pic = {.columns = canvas->columns - 2 * MARGIN};
    unsigned first = 0;
    unsigned last = 0;
    char text[UNITS_MAX];
    if (row_cnt < PICTURE_ROWS_MIN || canvas->columns < 20)
        return;
    if (!find_ends(hist, &first, &last)) {
        canvas_text(canvas, row, MARGIN, STYLE_DIM, "nothing was measured yet");
        return;
    }
    pic.columns = pic.columns < COLUMN_MAX ? pic.columns : COLUMN_MAX;
    pic.low = position(tr_hist_low_ns(first));
    pic.high = position(tr_hist_low_ns(last + 1));
    spread(&pic, hist);
    unsigned bottom = row + row_cnt - 3;
    draw_columns(canvas, bottom, row_cnt - 2, &pic);
    draw_mark(canvas, bottom + 1, &pic, hist, 999, 1000, "p99.9");
    draw_mark(canvas, bottom + 1, &pic, hist, 99, 100, "p99");
    draw_mark(canvas, bottom + 1, &pic, hist, 50, 100, "p50");
    canvas_text(canvas, bottom + 2, MARGIN, STYLE_DIM, units_duration(text, (int64_t)tr_hist_low_ns(first)));
    canvas_right(canvas, bottom + 2, MARGIN + pic.columns, STYLE_DIM,
                 units_duration(text, (int64_t)hist->max_ns));
}
