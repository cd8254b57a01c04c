#include "monitor/screen/picture.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

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

/* Where the names of a mark begin: behind it, or before it where there is no room. */
static unsigned names_column(const struct picture *pic, unsigned column, size_t len)
{
    return column + 1 + len <= pic->columns ? column + 1 : column - (unsigned)len;
}

static void draw_mark(struct canvas *canvas, unsigned row, const struct picture *pic, unsigned column,
                      const char *names)
{
    canvas_text(canvas, row, MARGIN + column, STYLE_HEAD, canvas->ascii ? "^" : "↑");
    canvas_text(canvas, row, MARGIN + names_column(pic, column, strlen(names)), STYLE_HEAD, names);
}

/* Marks that are too close to each other for their names share one, under the first. */
static void draw_marks(struct canvas *canvas, unsigned row, const struct picture *pic,
                       const struct tr_hist_snap *hist)
{
    static const struct {
        uint64_t num;
        uint64_t den;
        const char *name;
    } mark[] = {{50, 100, "p50"}, {99, 100, "p99"}, {999, 1000, "p99.9"}};
    char names[32] = "";
    unsigned begin = 0;
    for (unsigned i = 0; i < sizeof mark / sizeof mark[0]; i++) {
        unsigned column = column_of(pic, (uint64_t)tr_hist_percentile(hist, mark[i].num, mark[i].den));
        size_t len = strlen(names);
        if (i > 0 && column > begin + len + 1
            && names_column(pic, column, strlen(mark[i].name)) > begin + len + 1) {
            draw_mark(canvas, row, pic, begin, names);
            len = 0;
        }
        begin = len == 0 ? column : begin;
        snprintf(names + len, sizeof names - len, "%s%s", len > 0 ? " " : "", mark[i].name);
    }
    draw_mark(canvas, row, pic, begin, names);
}

/* Below: the ends, and powers of ten between them. */
static void draw_axis(struct canvas *canvas, unsigned row, const struct picture *pic, uint64_t low_ns,
                      uint64_t high_ns)
{
    static const char *const power[] = {"10ns", "100ns", "1us", "10us", "100us", "1ms",
                                        "10ms", "100ms", "1s",  "10s",  "100s"};
    char text[UNITS_MAX];
    unsigned end = MARGIN + pic->columns - (unsigned)strlen(units_duration(text, (int64_t)high_ns));
    canvas_text(canvas, row, end, STYLE_DIM, text);
    unsigned column = canvas_text(canvas, row, MARGIN, STYLE_DIM, units_duration(text, (int64_t)low_ns));
    uint64_t ns = 10;
    for (unsigned i = 0; i < sizeof power / sizeof power[0]; i++, ns *= 10) {
        unsigned at = MARGIN + column_of(pic, ns);
        if (ns <= low_ns || at <= column || at + 1 + strlen(power[i]) >= end)
            continue;
        canvas_text(canvas, row, at, STYLE_DIM, canvas->ascii ? "|" : "│");
        column = canvas_text(canvas, row, at + 1, STYLE_DIM, power[i]);
    }
}

void picture_hist(struct canvas *canvas, unsigned row, unsigned row_cnt, const struct tr_hist_snap *hist)
{
    struct picture pic = {.columns = canvas->columns - 2 * MARGIN};
    unsigned first = 0;
    unsigned last = 0;
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
    draw_marks(canvas, bottom + 1, &pic, hist);
    draw_axis(canvas, bottom + 2, &pic, tr_hist_low_ns(first), hist->max_ns);
}
