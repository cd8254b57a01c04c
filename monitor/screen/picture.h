/* picture.h - a histogram as a picture. */
#ifndef MONITOR_SCREEN_PICTURE_H
#define MONITOR_SCREEN_PICTURE_H

#include "hist.h"
#include "monitor/screen/canvas.h"

#define PICTURE_ROWS_MIN 4

/* picture_hist - times on a logarithmic axis from the smallest to the largest, each column as high as its share of the
 * highest; below it where the axis is, and marks under the median, the 99th and the 99.9th percentile.  At least
 * PICTURE_ROWS_MIN rows. */
void picture_hist(struct canvas *canvas, unsigned row, unsigned row_cnt, const struct tr_hist_snap *hist);

#endif
