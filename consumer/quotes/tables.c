#include "consumer/quotes/tables.h"

#include <stdio.h>
#include <string.h>

#include "table.h"
#include "units.h"

#define PX_DECIMALS 9
#define QTY_DECIMALS 9

static void set_decimal(struct table *t, unsigned column, exact_int value, unsigned decimals)
{
    char text[EXACT_TEXT_MAX];
    exact_text(text, value, decimals);
    table_set(t, column, text);
}

static char *duration(char text[UNITS_MAX], int64_t from_ns, int64_t to_ns)
{
    uint64_t ns = (uint64_t)to_ns - (uint64_t)from_ns;
    return units_duration(text, ns > INT64_MAX ? INT64_MAX : (int64_t)ns);
}

/* The price, and the venue in the column behind it. */
static void set_best(struct table *t, unsigned column, const struct book_best *best)
{
    if (best->venue == NULL) {
        table_set(t, column, "-");
        return;
    }
    set_decimal(t, column, best->px, PX_DECIMALS);
    table_set(t, column + 1, best->venue->name);
}

/* A line that wraps would be two: what is wider than the terminal is cut. */
static unsigned write_table(struct out *out, const struct table *t, unsigned columns, size_t left_out,
                            const char *what)
{
    char text[96];
    table_print(out, t, columns);
    if (left_out == 0)
        return t->row_cnt + 1;
    int len = snprintf(text, sizeof text, "... and %zu more %s", left_out, what);
    out_write(out, text, (size_t)len < columns ? (size_t)len : columns);
    out_text(out, "\n");
    return t->row_cnt + 2;
}

/* --- The best of each symbol ------------------------------------------------------------------------ */

enum {
    B_SYMBOL,
    B_BID,
    B_BID_AT,
    B_ASK,
    B_ASK_AT,
    B_SPREAD,
    B_EDGE,
    B_EPISODES,
    B_ARBITRAGE,
    B_BUY,
    B_SELL,
    B_CNT
};

/* The first to go on a narrow terminal: where to buy and sell, which nearly always are where the best are. */
static const struct table_column best_column[B_CNT] = {
    [B_SYMBOL] = {.head = "SYMBOL", .width_min = 7, .left = true},
    [B_BID] = {.head = "BEST BID"},
    [B_BID_AT] = {.head = "AT", .width_min = 7, .left = true},
    [B_ASK] = {.head = "BEST ASK"},
    [B_ASK_AT] = {.head = "AT", .width_min = 7, .left = true},
    [B_SPREAD] = {.head = "SPREAD", .rank = 2},
    [B_EDGE] = {.head = "EDGE", .width_min = 6},
    [B_EPISODES] = {.head = "EPISODES", .rank = 1},
    [B_ARBITRAGE] = {.head = "ARBITRAGE", .left = true},
    [B_BUY] = {.head = "BUY AT", .rank = 4, .left = true},
    [B_SELL] = {.head = "SELL AT", .rank = 3, .left = true},
};

static void set_symbol(struct table *t, const struct named_book *named)
{
    const struct book *book = &named->book;
    table_set(t, B_SYMBOL, named->name->name);
    set_best(t, B_BID, &book->bid);
    set_best(t, B_ASK, &book->ask);
    if (book->bid.venue != NULL && book->ask.venue != NULL)
        set_decimal(t, B_SPREAD, (exact_int)book->ask.px - book->bid.px, PX_DECIMALS);
    if (book->cross.buy != NULL)
        set_decimal(t, B_EDGE, book->cross.edge, ARBITRAGE_EDGE_DECIMALS);
    set_decimal(t, B_EPISODES, book->arbitrage.episode_cnt, 0);
}

/* Readable without the reverse video, too: YES, and for how long. */
static void set_arbitrage(struct table *t, const struct book *book)
{
    char length[UNITS_MAX];
    char text[UNITS_MAX + 8] = "YES ";
    if (!book->arbitrage.open)
        return;
    strcat(text, duration(length, book->arbitrage.begin_ns, book->now_ns));
    table_set(t, B_ARBITRAGE, text);
    table_set(t, B_BUY, book->cross.buy->name);
    table_set(t, B_SELL, book->cross.sell->name);
    table_strong(t);
}

/* What is left out from the first-th on: an arbitrage is not to be missed. */
static void name_left_out(char *text, size_t size, const struct books *books, size_t first)
{
    size_t open_cnt = 0;
    for (size_t i = first; i < books_cnt(books); i++)
        open_cnt += books->all[i]->book.arbitrage.open;
    if (open_cnt > 0)
        snprintf(text, size, "symbols, %zu with an arbitrage", open_cnt);
    else
        snprintf(text, size, "symbols");
}

unsigned tables_best(struct out *out, const struct books *books, size_t cnt, unsigned columns)
{
    char left_out[48];
    struct table t;
    table_init(&t, best_column, B_CNT);
    for (size_t i = 0; i < cnt && table_row(&t) == 0; i++) {
        set_symbol(&t, books->all[i]);
        set_arbitrage(&t, &books->all[i]->book);
    }
    name_left_out(left_out, sizeof left_out, books, t.row_cnt);
    unsigned line_cnt = write_table(out, &t, columns, books_cnt(books) - t.row_cnt, left_out);
    table_free(&t);
    return line_cnt;
}

/* --- The latest quote of each venue ------------------------------------------------------------------ */

enum { V_SYMBOL, V_VENUE, V_BID, V_BID_SIZE, V_ASK, V_ASK_SIZE, V_AGE, V_NOTE, V_CNT };

static const struct table_column venue_column[V_CNT] = {
    [V_SYMBOL] = {.head = "SYMBOL", .width_min = 7, .left = true},
    [V_VENUE] = {.head = "VENUE", .width_min = 7, .left = true},
    [V_BID] = {.head = "BID", .width_min = 8},
    [V_BID_SIZE] = {.head = "SIZE", .width_min = 7, .rank = 2},
    [V_ASK] = {.head = "ASK", .width_min = 8},
    [V_ASK_SIZE] = {.head = "SIZE", .width_min = 7, .rank = 2},
    [V_AGE] = {.head = "AGE", .width_min = 6},
    [V_NOTE] = {.head = "", .rank = 1, .left = true},
};

static void set_side(struct table *t, unsigned column, const struct venue_side *side)
{
    if (!side->there) {
        table_set(t, column, "-");
        return;
    }
    set_decimal(t, column, side->px, PX_DECIMALS);
    set_decimal(t, column + 1, side->qty, QTY_DECIMALS);
}

static const char *note(const struct book *book, const struct venue *venue)
{
    if (venue->stale)
        return "stale";
    if (book->bid.venue == venue)
        return book->ask.venue == venue ? "best bid, ask" : "best bid";
    return book->ask.venue == venue ? "best ask" : "";
}

static void set_venue(struct table *t, const struct named_book *named, const struct venue *venue)
{
    char age[UNITS_MAX];
    table_set(t, V_SYMBOL, named->name->name);
    table_set(t, V_VENUE, venue->name);
    set_side(t, V_BID, &venue->bid);
    set_side(t, V_ASK, &venue->ask);
    table_set(t, V_AGE, duration(age, venue->ts_event_ns, named->book.now_ns));
    table_set(t, V_NOTE, note(&named->book, venue));
}

unsigned tables_venues(struct out *out, const struct books *books, size_t cnt, size_t all, unsigned columns)
{
    struct table t;
    table_init(&t, venue_column, V_CNT);
    for (size_t i = 0; i < books_cnt(books); i++) {
        const struct venues *venues = &books->all[i]->book.venues;
        for (unsigned v = 0; v < venues->cnt && t.row_cnt < cnt && table_row(&t) == 0; v++)
            set_venue(&t, books->all[i], venues->all[v]);
    }
    unsigned line_cnt = write_table(out, &t, columns, all - t.row_cnt, "quotes of venues");
    table_free(&t);
    return line_cnt;
}

/* --- The summary ---------------------------------------------------------------------------------- */

enum {
    S_SYMBOL,
    S_BID,
    S_BID_AT,
    S_ASK,
    S_ASK_AT,
    S_UPDATES,
    S_ARBITRAGE,
    S_EPISODES,
    S_LARGEST,
    S_STALE,
    S_CNT
};

static const struct table_column summary_column[S_CNT] = {
    [S_SYMBOL] = {.head = "symbol", .left = true},
    [S_BID] = {.head = "best bid"},
    [S_BID_AT] = {.head = "at", .left = true},
    [S_ASK] = {.head = "best ask"},
    [S_ASK_AT] = {.head = "at", .left = true},
    [S_UPDATES] = {.head = "updates"},
    [S_ARBITRAGE] = {.head = "arbitrage"},
    [S_EPISODES] = {.head = "episodes"},
    [S_LARGEST] = {.head = "largest"},
    [S_STALE] = {.head = "stale"},
};

static void set_book(struct table *t, const struct named_book *named)
{
    const struct book *book = &named->book;
    table_set(t, S_SYMBOL, named->name->name);
    set_best(t, S_BID, &book->bid);
    set_best(t, S_ASK, &book->ask);
    set_decimal(t, S_UPDATES, book->update_cnt, 0);
    set_decimal(t, S_ARBITRAGE, book->arbitrage.update_cnt, 0);
    set_decimal(t, S_EPISODES, book->arbitrage.episode_cnt, 0);
    if (book->arbitrage.largest.buy != NULL)
        set_decimal(t, S_LARGEST, book->arbitrage.largest.edge, ARBITRAGE_EDGE_DECIMALS);
    set_decimal(t, S_STALE, book->stale_cnt, 0);
}

void tables_summary(struct out *out, const struct books *books)
{
    struct table t;
    table_init(&t, summary_column, S_CNT);
    for (size_t i = 0; i < books_cnt(books) && table_row(&t) == 0; i++)
        set_book(&t, books->all[i]);
    if (t.row_cnt > 0)
        table_print(out, &t, 0);
    table_free(&t);
}
