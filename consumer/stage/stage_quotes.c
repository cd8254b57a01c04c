/* quotes: the latest quote of each venue, the best bid and ask, and arbitrage between venues. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "consumer/quotes/board.h"
#include "consumer/quotes/lines.h"
#include "consumer/quotes/tables.h"
#include "exitcode.h"
#include "log.h"

struct quotes {
    struct books books;
    bool has_board; /* instead of lines */
    struct board board;
    struct out *out;
};

static void clear_board(void *arg)
{
    struct quotes *q = arg;
    board_clear(&q->board, q->out);
}

static int quotes_open(struct stage *stage)
{
    struct quotes *q = calloc(1, sizeof *q);
    if (q == NULL) {
        log_error("memory", "none left");
        return EXIT_CODE_FAILED;
    }
    q->books.aliases = stage->opt.aliases;
    q->books.rules.stale_ns = stage->opt.stale_ns < 0 ? BOOK_STALE_OFF : (uint64_t)stage->opt.stale_ns;
    q->books.rules.fee_bps_e9 = stage->opt.trade.paper.fee_bps_e9;
    q->out = stage->out;
    q->has_board = stage->opt.format == FORMAT_TEXT && out_is_terminal(stage->out->fd);
    if (q->has_board)
        log_clear_with(clear_board, q);
    stage->state = q;
    return 0;
}

static void quotes_close(struct stage *stage)
{
    struct quotes *q = stage->state;
    if (q == NULL)
        return; /* memory was out */
    if (q->has_board)
        log_clear_with(NULL, NULL);
    books_free(&q->books);
    free(q);
    stage->state = NULL;
}

static void quotes_header(struct stage *stage)
{
    lines_header(stage->out);
}

static int tell_refused(const struct named_book *named, int rc)
{
    if (rc == -ENOSPC) {
        log_error(named->name->name, "has quotes of more than %d venues, read fewer of them at a time",
                  VENUES_MAX);
        return EXIT_CODE_TEMPFAIL;
    }
    log_error("memory", "none left for another symbol or venue, use --symbols or --shard");
    return EXIT_CODE_FAILED;
}

/* A quote whose venue the input does not say is of the feed it came from. */
static int quotes_tick(struct stage *stage, const struct stage_tick *t)
{
    struct quotes *q = stage->state;
    struct book_news news;
    if (t->tick->kind != TR_TICK_QUOTE)
        return stage_check_tick(stage, t);
    struct named_book *named = books_get(&q->books, t->symbol);
    if (named == NULL)
        return tell_refused(NULL, -ENOMEM);
    const char *venue = t->venue_len > 0 ? t->venue : t->producer;
    size_t venue_len = t->venue_len > 0 ? t->venue_len : strlen(t->producer);
    int rc = book_update(&named->book, &q->books.rules, venue, venue_len, t->tick, &news);
    if (rc != 0)
        return tell_refused(named, rc);
    if (q->has_board || stage->silent)
        return 0;
    if (news.best)
        lines_best(stage, t, named);
    if (news.arbitrage != ARBITRAGE_SAME)
        lines_arbitrage(stage, t, named);
    return 0;
}

static void quotes_show(struct stage *stage, int64_t now_ns)
{
    struct quotes *q = stage->state;
    if (q->has_board && !stage->silent)
        board_show(&q->board, stage->out, &q->books, now_ns);
}

/* An episode that is still open has a line, too. */
static void quotes_end(struct stage *stage)
{
    struct quotes *q = stage->state;
    if (stage->silent)
        return;
    if (q->has_board)
        board_finish(&q->board, stage->out, &q->books);
    for (size_t i = 0; i < books_cnt(&q->books); i++) {
        if (q->books.all[i]->book.arbitrage.open && !q->has_board)
            lines_arbitrage(stage, NULL, q->books.all[i]);
    }
}

static void quotes_summary_symbols(struct stage *stage, struct json *json)
{
    const struct quotes *q = stage->state;
    lines_summary(json, &q->books);
}

static void quotes_summary_table(const struct stage *stage, struct out *out)
{
    const struct quotes *q = stage->state;
    tables_summary(out, &q->books);
}

static void quotes_keep(struct stage *stage, struct state *state)
{
    struct quotes *q = stage->state;
    books_keep(&q->books, state);
}

const struct stage_ops stage_quotes = {
    .name = "quotes",
    .help = "latest quote of each venue, best bid and ask, arbitrage",
    .open = quotes_open,
    .header = quotes_header,
    .tick = quotes_tick,
    .summary_symbols = quotes_summary_symbols,
    .summary_table = quotes_summary_table,
    .end = quotes_end,
    .show = quotes_show,
    .keep = quotes_keep,
    .close = quotes_close,
};
