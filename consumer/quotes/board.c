#include "consumer/quotes/board.h"

#include <stdio.h>

#include "consumer/quotes/tables.h"
#include "timetext.h"

#define INTERVAL_NS (100 * INT64_C(1000000))

/* --- A frame --------------------------------------------------------------------------------------- */

struct totals_now {
    uint64_t update_cnt;
    size_t venue_cnt; /* in all books */
    int64_t now_ns; /* the latest */
};

static struct totals_now add_up(const struct books *books)
{
    struct totals_now sum = {.now_ns = INT64_MIN};
    for (size_t i = 0; i < books_cnt(books); i++) {
        const struct book *book = &books->all[i]->book;
        sum.update_cnt += book->update_cnt;
        sum.venue_cnt += book->venues.cnt;
        if (book->update_cnt > 0 && book->now_ns > sum.now_ns)
            sum.now_ns = book->now_ns;
    }
    return sum;
}

/* How many of cnt rows a table of so many lines shows below its head: where it is cut, a line says so. */
static size_t rows_in(size_t lines, size_t cnt)
{
    if (cnt < lines)
        return cnt;
    return lines > 2 ? lines - 2 : 0;
}

static unsigned write_title(struct out *out, const struct books *books, const struct totals_now *sum,
                            unsigned columns)
{
    char time[TIME_TEXT_MAX] = "no quote yet";
    if (sum->update_cnt > 0)
        time_text(time, sum->now_ns);
    char text[128];
    int len = snprintf(text, sizeof text, "quotes: %zu symbols, %llu updates, %s", books_cnt(books),
                       (unsigned long long)sum->update_cnt, time);
    out_write(out, text, (size_t)len < columns ? (size_t)len : columns);
    out_text(out, "\n");
    return 1;
}

/* The symbols get what the venues leave of the room, but at least two thirds of it if they need them. */
static unsigned write_frame(struct out *out, const struct books *books, const struct totals_now *sum,
                            unsigned columns, size_t room)
{
    size_t symbol_cnt = books_cnt(books);
    size_t venue_lines = sum->venue_cnt + 2; /* an empty line, the head */
    size_t lines = room - 1 - (venue_lines < room / 3 ? venue_lines : room / 3);
    lines = symbol_cnt + 1 < lines ? symbol_cnt + 1 : lines;
    unsigned line_cnt = write_title(out, books, sum, columns);
    line_cnt += tables_best(out, books, rows_in(lines, symbol_cnt), columns);
    if (line_cnt + 3 > room || sum->venue_cnt == 0)
        return line_cnt;
    size_t left = room - line_cnt - 1;
    out_text(out, "\n");
    return line_cnt + 1 + tables_venues(out, books, rows_in(left, sum->venue_cnt), sum->venue_cnt, columns);
}

/* --- Drawing --------------------------------------------------------------------------------------- */

void board_clear(struct board *board, struct out *out)
{
    if (board->line_cnt > 0)
        out_format(out, "\r\033[%uA\033[J", board->line_cnt);
    board->line_cnt = 0;
    out_flush(out);
}

/* The old frame goes and the new one comes in one write: nothing flickers.  After a change of size the lines of
 * the old one are anywhere: all is cleared. */
static void draw(struct board *board, struct out *out, const struct books *books,
                 const struct totals_now *sum)
{
    unsigned columns = out_columns(out->fd);
    unsigned rows = out_rows(out->fd);
    columns = columns > 1 ? columns : 80;
    rows = rows > 5 ? rows : 24;
    out_flush(out);
    if (board->line_cnt > 0 && (columns != board->columns || rows != board->rows))
        out_text(out, "\033[H\033[J");
    else if (board->line_cnt > 0)
        out_format(out, "\r\033[%uA\033[J", board->line_cnt);
    board->line_cnt = write_frame(out, books, sum, columns - 1, rows - 1);
    board->columns = columns;
    board->rows = rows;
    board->update_cnt = sum->update_cnt;
    out_flush(out);
}

void board_show(struct board *board, struct out *out, const struct books *books, int64_t now_ns)
{
    if (board->drawn_ns != 0 && now_ns - board->drawn_ns < INTERVAL_NS)
        return;
    struct totals_now sum = add_up(books);
    if (sum.update_cnt == board->update_cnt && board->line_cnt > 0)
        return;
    board->drawn_ns = now_ns;
    draw(board, out, books, &sum);
}

void board_finish(struct board *board, struct out *out, const struct books *books)
{
    struct totals_now sum = add_up(books);
    draw(board, out, books, &sum);
    out_text(out, "\n");
    board->line_cnt = 0;
}
