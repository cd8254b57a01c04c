/* lines.h - what the stage `quotes` writes: a line where the best has changed, a line where an arbitrage
 * begins and where it ends, in each of the three formats; and its part of the JSON summary. */
#ifndef CONSUMER_QUOTES_LINES_H
#define CONSUMER_QUOTES_LINES_H

#include "consumer/quotes/books.h"
#include "consumer/stage/stage.h"

/* lines_header - the columns of CSV. */
void lines_header(struct out *out);

/* lines_best - the best bid and ask after the tick. */
void lines_best(struct stage *stage, const struct stage_tick *t, const struct named_book *named);

/* lines_arbitrage - the present episode, or the last where it is over.  t NULL: the input has ended. */
void lines_arbitrage(struct stage *stage, const struct stage_tick *t, const struct named_book *named);

/* lines_summary - the object "symbols" of the summary. */
void lines_summary(struct json *json, const struct books *books);

#endif
