/* board.h - the books as a table on a terminal, drawn over itself: for people, never part of the output. */
#ifndef CONSUMER_QUOTES_BOARD_H
#define CONSUMER_QUOTES_BOARD_H

#include "consumer/quotes/books.h"
#include "out.h"

/* All zero: nothing is drawn. */
struct board {
    unsigned line_cnt; /* drawn, and the cursor is below them */
    unsigned columns; /* of the terminal then */
    unsigned rows;
    uint64_t update_cnt; /* of all books then */
    int64_t drawn_ns;
};

/* board_show - draws the books at now_ns (monotonic clock), unless nothing has changed or the last time is less
 * than a tenth of a second ago. */
void board_show(struct board *board, struct out *out, const struct books *books, int64_t now_ns);

/* board_finish - draws the last state, which stays, and an empty line. */
void board_finish(struct board *board, struct out *out, const struct books *books);

/* board_clear - takes it off the terminal: something else is to be written there. */
void board_clear(struct board *board, struct out *out);

#endif
