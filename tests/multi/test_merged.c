/* Recorded quotes of several venues, merged by the time of receiving: the best bid and ask over all venues go
 * through what is known of them (README.md beside the files).  It depends on the order of every quote. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/multi/factcheck.h"
#include "tests/multi/filerun.h"
#include "tests/multi/proc.h"

#define VENUE_MAX 3
#define PATH_LEN 512
#define SKIPPED 77

static const char *data;

/* What is known: after each quote with all venues known, best bid (highest) and best ask (lowest) of their
 * latest quotes. */
struct merged {
    const char *venue[VENUE_MAX];
    const char *file[VENUE_MAX];
    const char *quotes; /* all of them */
    const char *known; /* with all venues known */
    const char *crossed; /* best bid > best ask */
    const char *episodes; /* of being so */
    const char *gap; /* the largest; its bid and ask */
    const char *gap_bid;
    const char *gap_ask;
    const char *best_bid; /* in the end */
    const char *best_ask;
};

#define SPOT "binance_ws/spot_btcusdt_20240808.gz"
#define USDM "binance_ws/usdm_btcusdt_20240808.gz"
#define COINM "binance_ws/cm_btcusd_perp_20240808.gz"

static const struct merged merged_table[] = {
    {{"spot", "usdm"},
     {SPOT, USDM},
     "94129",
     "93851",
     "93804",
     "7",
     "68.07",
     "61718.07",
     "61650",
     "61685.99",
     "61659.8"},
    {{"spot", "cm"},
     {SPOT, COINM},
     "47176",
     "46822",
     "46634",
     "25",
     "35.2",
     "61630.2",
     "61595",
     "61685.99",
     "61668.7"},
    {{"spot", "usdm", "cm"},
     {SPOT, USDM, COINM},
     "113265",
     "112646",
     "112646",
     "1",
     "71.4",
     "61671.4",
     "61600",
     "61685.99",
     "61659.8"},
};

struct book {
    const struct tick *latest[VENUE_MAX];
    fixed bid; /* the best ones, if all venues are known */
    fixed ask;
    size_t quote_cnt;
    size_t known_cnt;
    size_t crossed_cnt;
    size_t episode_cnt;
    bool is_crossed;
    fixed gap; /* the largest, and the two prices of it */
    fixed gap_bid;
    fixed gap_ask;
};

static unsigned venue_of(const struct merged *m, const struct tick *quote)
{
    for (unsigned v = 0; v < VENUE_MAX && m->venue[v] != NULL; v++) {
        if (strcmp(quote->venue, m->venue[v]) == 0)
            return v;
    }
    fail_msg("%s: no such venue", quote->venue);
    return 0;
}

/* False: a venue is not known yet. */
static bool find_best(struct book *book, const struct merged *m)
{
    for (unsigned v = 0; v < VENUE_MAX && m->venue[v] != NULL; v++) {
        const struct tick *latest = book->latest[v];
        if (latest == NULL)
            return false;
        book->bid = v == 0 || latest->bid.price > book->bid ? latest->bid.price : book->bid;
        book->ask = v == 0 || latest->ask.price < book->ask ? latest->ask.price : book->ask;
    }
    return true;
}

static void book_quote(struct book *book, const struct merged *m, const struct tick *quote)
{
    book->quote_cnt++;
    book->latest[venue_of(m, quote)] = quote;
    if (!find_best(book, m))
        return;
    book->known_cnt++;
    bool is_crossed = book->bid > book->ask;
    book->crossed_cnt += is_crossed;
    book->episode_cnt += is_crossed && !book->is_crossed;
    book->is_crossed = is_crossed;
    if (book->bid - book->ask <= book->gap)
        return;
    book->gap = book->bid - book->ask;
    book->gap_bid = book->bid;
    book->gap_ask = book->ask;
}

static void play_merged(struct filerun *run, const struct merged *m)
{
    char venue[VENUE_MAX][32];
    char path[VENUE_MAX][PATH_LEN];
    const char *args[FILERUN_ARG_MAX] = {"--quotes", "--merge-by=receive"};
    size_t cnt = 2;
    for (unsigned v = 0; v < VENUE_MAX && m->venue[v] != NULL; v++) {
        snprintf(venue[v], sizeof venue[v], "--venue=%s", m->venue[v]);
        snprintf(path[v], sizeof path[v], "%s/%s", data, m->file[v]);
        args[cnt++] = venue[v];
        args[cnt++] = path[v];
    }
    filerun_play(run, args);
}

static void test_merged(void **state)
{
    const struct merged *m = *state;
    struct factcheck check = {.where = "merged"};
    struct filerun run = {0};
    struct book book = {0};
    filerun_skip_unreadable(m->file[0]);
    play_merged(&run, m);
    factcheck_reports(&check, run.report, run.summary, run.ticks.cnt);
    for (size_t i = 0; i < run.ticks.cnt; i++)
        book_quote(&book, m, &run.ticks.tick[i]);
    factcheck_count(&check, "quotes", m->quotes, book.quote_cnt);
    factcheck_count(&check, "all venues known", m->known, book.known_cnt);
    factcheck_count(&check, "crossed", m->crossed, book.crossed_cnt);
    factcheck_count(&check, "episodes", m->episodes, book.episode_cnt);
    factcheck_value(&check, "largest gap", m->gap, &book.gap);
    factcheck_value(&check, "its bid", m->gap_bid, &book.gap_bid);
    factcheck_value(&check, "its ask", m->gap_ask, &book.gap_ask);
    factcheck_value(&check, "best bid", m->best_bid, &book.bid);
    factcheck_value(&check, "best ask", m->best_ask, &book.ask);
    filerun_free(&run);
    assert_int_equal(check.wrong_cnt, 0);
}

int main(void)
{
    data = filerun_data();
    if (data == NULL)
        return SKIPPED;
    const struct CMUnitTest tests[] = {
        {"spot and USD-M", test_merged, NULL, NULL, (void *)(uintptr_t)&merged_table[0]},
        {"spot and COIN-M", test_merged, NULL, NULL, (void *)(uintptr_t)&merged_table[1]},
        {"spot, USD-M and COIN-M", test_merged, NULL, NULL, (void *)(uintptr_t)&merged_table[2]},
    };
    return cmocka_run_group_tests_name("merged", tests, filerun_setup, filerun_teardown);
}
