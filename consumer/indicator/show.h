/* show.h - the indicators of a symbol in each of the three formats. */
#ifndef CONSUMER_SHOW_H
#define CONSUMER_SHOW_H

#include "consumer/indicator/indicator.h"
#include "json.h"
#include "out.h"

/* show_json - a key for each indicator, with an object of its windows' outputs: null where there is no value
 * yet.  summary: in the summary, where a key may be another. */
void show_json(struct json *json, const struct indicators *all, const void *state, bool summary);

/* show_csv_header, show_csv - a column for each output: a comma, and its name (sma_5, macd_12_26_9_line) or its
 * value, empty where there is none yet. */
void show_csv_header(struct out *out, const struct indicators *all);
void show_csv(struct out *out, const struct indicators *all, const void *state);

/* show_text - two blanks and SMA(window) value for each window, "-" where there is no value yet. */
void show_text(struct out *out, const struct indicators *all, const void *state);

#endif
