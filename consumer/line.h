/* line.h - a tick or record in each of the three formats, without the end of the line: a stage adds what is its
 * own. */
#ifndef CONSUMER_LINE_H
#define CONSUMER_LINE_H

#include "consumer/stage/stage.h"

/* line_event - what a line of JSON is about: "tick", an order's "update", or a record's kind: "signal", "order",
 * "fill". */
const char *line_event(const struct tr_tick *tick);

/* line_json - the fields of the tick into the open object. */
void line_json(struct json *json, const struct stage_tick *t);

/* line_csv_header, line_csv - columns, separated by commas. */
void line_csv_header(struct out *out);
void line_csv(struct out *out, const struct stage_tick *t);

/* line_csv_record_header, line_csv_record - more columns, each after a comma, for signals, orders and fills. */
void line_csv_record_header(struct out *out);
void line_csv_record(struct out *out, const struct tr_tick *tick);

/* line_csv_field - a comma, and a text in quotes where it needs them; control characters as \xNN, so that a
 * row is one line and a name cannot steer the terminal. */
void line_csv_field(struct out *out, const char *text, size_t len);

/* line_text - time, producer and sequence, symbol, venue, and what it is: aligned for a terminal. */
void line_text(struct out *out, const struct stage_tick *t);

/* line_text_padded - the text, and blanks up to the width. */
void line_text_padded(struct out *out, const char *text, size_t len, size_t width);

/* line_value_text - the value of the symbol's series that this tick made (a price, a mid). */
size_t line_value_text(char *text, const struct stage_tick *t);

#endif
