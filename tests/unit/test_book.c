/* One symbol at several venues: the best of the latest quotes, what is stale, arbitrage; and over random
 * streams all of it against a slow model that looks through the whole history at each update. */
#include "quote_help.h"

#define S TR_NS_PER_S
#define EDGE_ONE ((exact_int)ONE * ARBITRAGE_FEE_SCALE)

static const struct book_rules plain = {.stale_ns = BOOK_STALE_OFF};

static struct book_news update(struct book *book, const struct book_rules *rules, const char *venue,
                               struct tr_tick tick)
{
    struct book_news news;
    assert_int_equal(book_update(book, rules, venue, strlen(venue), &tick, &news), 0);
    return news;
}

static void expect_best(const struct book_best *best, const char *venue, int64_t px)
{
    if (venue == NULL) {
        assert_null(best->venue);
        return;
    }
    assert_non_null(best->venue);
    assert_string_equal(best->venue->name, venue);
    assert_int_equal(best->px, px * ONE);
}

/* --- Single cases ------------------------------------------------------------------------------------ */

/* A price that was better once counts no more when its venue has said another. */
static void best_of_the_latest(void **state)
{
    struct book book = {0};
    (void)state;
    update(&book, &plain, "binance", quote_at(0, 42000, 42001));
    update(&book, &plain, "coinbase", quote_at(0, 42005, 42008));
    update(&book, &plain, "kraken", quote_at(0, 41998, 42002));
    expect_best(&book.bid, "coinbase", 42005);
    expect_best(&book.ask, "binance", 42001);
    update(&book, &plain, "coinbase", quote_at(1, 41990, 42008));
    expect_best(&book.bid, "binance", 42000);
    update(&book, &plain, "binance", quote_at(1, 41980, 42010));
    expect_best(&book.bid, "kraken", 41998);
    expect_best(&book.ask, "kraken", 42002);
    book_free(&book);
}

static void the_known_example(void **state)
{
    struct book book = {0};
    (void)state;
    for (int i = 0; i < 3; i++) {
        update(&book, &plain, "binance", quote_at(i, 42000 + 10 * i, 42001 + 10 * i));
        update(&book, &plain, "coinbase", quote_at(i, 42005 + 8 * i, 42008 + 8 * i));
        update(&book, &plain, "kraken", quote_at(i, 41998 + 12 * i, 42002 + 12 * i));
    }
    expect_best(&book.bid, "kraken", 42022);
    expect_best(&book.ask, "binance", 42021);
    assert_true(book.arbitrage.open);
    assert_string_equal(book.cross.buy->name, "binance");
    assert_string_equal(book.cross.sell->name, "kraken");
    assert_true(book.cross.edge == EDGE_ONE);
    book_free(&book);
}

static void the_same_price_is_of_the_first_by_name(void **state)
{
    struct book book = {0};
    (void)state;
    update(&book, &plain, "b", quote_at(0, 10, 11));
    assert_false(update(&book, &plain, "c", quote_at(0, 10, 11)).best);
    expect_best(&book.bid, "b", 10);
    assert_true(update(&book, &plain, "a", quote_at(0, 10, 11)).best);
    expect_best(&book.bid, "a", 10);
    expect_best(&book.ask, "a", 11);
    book_free(&book);
}

static void absent_sides(void **state)
{
    struct book book = {0};
    (void)state;
    update(&book, &plain, "a", quote_at(0, 10, 12));
    update(&book, &plain, "b", quote_at(0, NONE, 11));
    expect_best(&book.bid, "a", 10);
    expect_best(&book.ask, "b", 11);
    assert_int_equal(book.known_cnt, 1);
    assert_true(update(&book, &plain, "a", quote_at(1, NONE, NONE)).best);
    expect_best(&book.bid, NULL, 0);
    expect_best(&book.ask, "b", 11);
    assert_null(book.cross.buy);
    assert_int_equal(book.known_cnt, 1); /* one that says nothing is not known */
    book_free(&book);
}

static void what_is_news(void **state)
{
    struct book book = {0};
    struct tr_tick tick = quote_at(1, 10, 12);
    (void)state;
    assert_true(update(&book, &plain, "a", quote_at(0, 10, 12)).best);
    assert_false(update(&book, &plain, "a", tick).best);
    tick.bid_qty = 3 * ONE;
    assert_true(update(&book, &plain, "a", tick).best); /* another size */
    assert_false(update(&book, &plain, "b", quote_at(2, 9, 13)).best);
    assert_true(update(&book, &plain, "b", quote_at(2, 9, 11)).best);
    book_free(&book);
}

/* Bid above ask at one venue is its own affair; against each of the others it is one. */
static void a_venue_that_is_crossed_with_itself(void **state)
{
    struct book book = {0};
    (void)state;
    assert_int_equal(update(&book, &plain, "a", quote_at(0, 105, 100)).arbitrage, ARBITRAGE_SAME);
    assert_null(book.cross.buy);
    update(&book, &plain, "b", quote_at(0, 99, 106));
    assert_false(book.arbitrage.open);
    assert_true(book.cross.edge == -EDGE_ONE);
    update(&book, &plain, "b", quote_at(0, 103, 104));
    assert_string_equal(book.cross.buy->name, "a"); /* 100 and 103, rather than 104 and 105 */
    assert_true(book.cross.edge == 3 * EDGE_ONE);
    expect_best(&book.bid, "a", 105);
    expect_best(&book.ask, "a", 100);
    book_free(&book);
}

static void what_is_stale_does_not_count(void **state)
{
    const struct book_rules rules = {.stale_ns = 5 * S};
    struct book book = {0};
    (void)state;
    update(&book, &rules, "a", quote_at(10, 100, 101));
    update(&book, &rules, "b", quote_at(12, 102, 103));
    assert_true(book.arbitrage.open);
    update(&book, &rules, "b", quote_at(15, 102, 103));
    assert_true(book.arbitrage.open); /* just as old as may be */
    struct tr_tick tick = quote_at(15, 102, 103);
    tick.ts_event_ns++;
    assert_int_equal(update(&book, &rules, "b", tick).arbitrage, ARBITRAGE_CLOSED);
    expect_best(&book.ask, "b", 103);
    assert_int_equal(book.stale_cnt, 1);
    assert_int_equal(book.arbitrage.end_ns, tick.ts_event_ns);
    update(&book, &rules, "b", quote_at(16, 102, 103));
    assert_int_equal(book.stale_cnt, 1); /* the same quote is told once */
    assert_int_equal(book.known_cnt, 2);
    update(&book, &rules, "a", quote_at(11, 104, 105)); /* late, but 5 s old: counts */
    expect_best(&book.bid, "a", 104);
    update(&book, &rules, "a", quote_at(10, 104, 105)); /* too old when it came */
    expect_best(&book.bid, "b", 102);
    assert_int_equal(book.stale_cnt, 2);
    update(&book, &rules, "a", quote_at(9, NONE, NONE)); /* nothing is left out with it */
    assert_int_equal(book.stale_cnt, 2);
    book_free(&book);
}

static void time_does_not_go_back(void **state)
{
    const struct book_rules rules = {.stale_ns = 0};
    struct book book = {0};
    (void)state;
    update(&book, &rules, "a", quote_at(-10, 1, 2));
    assert_int_equal(book.now_ns, -10 * S);
    update(&book, &rules, "a", quote_at(5, 1, 2));
    update(&book, &rules, "b", quote_at(3, 1, 2));
    assert_int_equal(book.now_ns, 5 * S);
    struct tr_tick tick = quote_at(0, 1, 2);
    tick.ts_event_ns = INT64_MAX;
    update(&book, &rules, "a", tick);
    tick.ts_event_ns = INT64_MIN;
    update(&book, &rules, "b", tick); /* as far apart as can be */
    expect_best(&book.bid, "a", 1);
    book_free(&book);
}

static void fees_on_both_sides(void **state)
{
    const struct book_rules rules = {.stale_ns = BOOK_STALE_OFF,
                                     .fee_bps_e9 = 50 * ARBITRAGE_FEE_SCALE / 10000};
    struct book book = {0};
    (void)state;
    update(&book, &rules, "a", quote_at(0, 99, 100));
    update(&book, &rules, "b", quote_at(1, 101, 102)); /* 101 * 0.995 < 100 * 1.005 */
    assert_false(book.arbitrage.open);
    update(&book, &rules, "b", quote_at(2, 102, 103));
    assert_true(book.arbitrage.open);
    assert_true(book.cross.edge == EDGE_ONE * 99 / 100); /* 101.49 - 100.5 */
    book_free(&book);
}

/* --- The model ---------------------------------------------------------------------------------------- */

#define VENUE_CNT 5
#define STREAM_LEN 400
#define STREAM_CNT 200

static const char *const venue_name[VENUE_CNT] = {"a", "aa", "b", "c", "d"}; /* by name */

struct event {
    unsigned venue;
    struct tr_tick tick;
};

struct model {
    struct event event[STREAM_LEN];
    unsigned cnt;
    bool open;
    bool left_out[STREAM_LEN];
    uint64_t known_cnt;
    uint64_t stale_cnt;
    uint64_t arbitrage_cnt;
    uint64_t episode_cnt;
    int64_t begin_ns;
    exact_int largest;
};

static int64_t model_now(const struct model *m)
{
    int64_t now_ns = INT64_MIN;
    for (unsigned i = 0; i < m->cnt; i++)
        now_ns = m->event[i].tick.ts_event_ns > now_ns ? m->event[i].tick.ts_event_ns : now_ns;
    return now_ns;
}

/* The latest quote of a venue if it counts. */
static const struct tr_tick *model_latest(struct model *m, unsigned venue, const struct book_rules *rules)
{
    for (unsigned i = m->cnt; i-- > 0;) {
        const struct tr_tick *tick = &m->event[i].tick;
        if (m->event[i].venue != venue)
            continue;
        if ((exact_int)model_now(m) - tick->ts_event_ns <= (exact_int)rules->stale_ns)
            return tick;
        m->stale_cnt += !m->left_out[i] && tick->flags != (TR_TICK_NO_BID | TR_TICK_NO_ASK);
        m->left_out[i] = true;
        return NULL;
    }
    return NULL;
}

static bool has_bid(const struct tr_tick *tick)
{
    return tick != NULL && !(tick->flags & TR_TICK_NO_BID);
}

static bool has_ask(const struct tr_tick *tick)
{
    return tick != NULL && !(tick->flags & TR_TICK_NO_ASK);
}

static void expect_same_best(const struct tr_tick *const latest[VENUE_CNT], const struct book *book)
{
    int bid = -1;
    int ask = -1;
    for (int v = 0; v < VENUE_CNT; v++) {
        if (has_bid(latest[v]) && (bid < 0 || latest[v]->bid_px > latest[bid]->bid_px))
            bid = v;
        if (has_ask(latest[v]) && (ask < 0 || latest[v]->ask_px < latest[ask]->ask_px))
            ask = v;
    }
    expect_best(&book->bid, bid < 0 ? NULL : venue_name[bid], bid < 0 ? 0 : latest[bid]->bid_px / ONE);
    expect_best(&book->ask, ask < 0 ? NULL : venue_name[ask], ask < 0 ? 0 : latest[ask]->ask_px / ONE);
}

/* Every pair of venues. */
static bool model_edge(const struct tr_tick *const latest[VENUE_CNT], int64_t fee_bps_e9, exact_int *best)
{
    bool any = false;
    for (int buy = 0; buy < VENUE_CNT; buy++) {
        for (int sell = 0; sell < VENUE_CNT; sell++) {
            if (buy == sell || !has_ask(latest[buy]) || !has_bid(latest[sell]))
                continue;
            exact_int fees =
                (exact_int)(llabs(latest[sell]->bid_px) + llabs(latest[buy]->ask_px)) * fee_bps_e9;
            exact_int edge =
                (exact_int)(latest[sell]->bid_px - latest[buy]->ask_px) * ARBITRAGE_FEE_SCALE - fees;
            if (!any || edge > *best)
                *best = edge;
            any = true;
        }
    }
    return any;
}

static void model_update(struct model *m, const struct book_rules *rules, const struct book *book)
{
    const struct tr_tick *latest[VENUE_CNT];
    exact_int edge = 0;
    unsigned known = 0;
    for (unsigned v = 0; v < VENUE_CNT; v++) {
        latest[v] = model_latest(m, v, rules);
        known += has_bid(latest[v]) || has_ask(latest[v]);
    }
    m->known_cnt += known > 1;
    expect_same_best(latest, book);
    bool any = model_edge(latest, rules->fee_bps_e9, &edge);
    assert_int_equal(book->cross.buy != NULL, any);
    assert_true(!any || book->cross.edge == edge);
    bool open = any && edge > 0;
    if (open && !m->open) {
        m->episode_cnt++;
        m->begin_ns = model_now(m);
    }
    m->arbitrage_cnt += open;
    m->largest = open && edge > m->largest ? edge : m->largest;
    m->open = open;
}

static void expect_same(const struct model *m, const struct book *book)
{
    assert_int_equal(book->update_cnt, m->cnt);
    assert_int_equal(book->now_ns, model_now(m));
    assert_int_equal(book->known_cnt, m->known_cnt);
    assert_int_equal(book->stale_cnt, m->stale_cnt);
    assert_int_equal(book->arbitrage.open, m->open);
    assert_int_equal(book->arbitrage.update_cnt, m->arbitrage_cnt);
    assert_int_equal(book->arbitrage.episode_cnt, m->episode_cnt);
    assert_true(!m->open || book->arbitrage.begin_ns == m->begin_ns);
    assert_int_equal(book->arbitrage.largest.buy != NULL, m->episode_cnt > 0);
    assert_true(book->arbitrage.largest.edge == m->largest);
}

static struct event random_event(uint64_t *random, int64_t *ts_s)
{
    int64_t mid = (int64_t)(help_random(random) % 7) - 3; /* few prices: many are the same, some below 0 */
    int64_t half = (int64_t)(help_random(random) % 3) - (help_random(random) % 8 == 0);
    *ts_s += (int64_t)(help_random(random) % 4) - (help_random(random) % 3 == 0);
    return (struct event){
        .venue = (unsigned)(help_random(random) % VENUE_CNT),
        .tick = quote_at(*ts_s, help_random(random) % 8 == 0 ? NONE : mid - half,
                         help_random(random) % 8 == 0 ? NONE : mid + half),
    };
}

/* The book as one that was killed here and started again would have it. */
static void save_and_load(struct book *book, const struct book_rules *rules)
{
    struct state saved = {0};
    struct state loaded;
    struct book other = {0};
    state_save(&saved);
    book_keep(book, rules, &saved);
    state_load(&loaded, saved.bytes, saved.len);
    book_keep(&other, rules, &loaded);
    assert_true(state_whole(&loaded));
    assert_int_equal(other.bid.venue != NULL, book->bid.venue != NULL);
    assert_true(other.bid.qty == book->bid.qty && other.ask.qty == book->ask.qty);
    book_free(book);
    *book = other;
    state_free(&saved);
}

static void play_stream(uint64_t *random)
{
    static const int64_t fee[] = {0, 0, 1000, 2000};
    static struct model m;
    struct book book = {0};
    struct book_rules rules = {.stale_ns = BOOK_STALE_OFF};
    int64_t ts_s = (int64_t)(help_random(random) % 100) - 50;
    m = (struct model){0};
    rules.fee_bps_e9 = fee[help_random(random) % 4] * ARBITRAGE_FEE_SCALE / 10000;
    if (help_random(random) % 2 == 0)
        rules.stale_ns = help_random(random) % 20 * S;
    for (unsigned i = 0; i < STREAM_LEN; i++) {
        m.event[m.cnt++] = random_event(random, &ts_s);
        struct book_best bid = book.bid;
        struct book_best ask = book.ask;
        bool was_open = book.arbitrage.open;
        struct book_news news = update(&book, &rules, venue_name[m.event[i].venue], m.event[i].tick);
        model_update(&m, &rules, &book);
        expect_same(&m, &book);
        assert_int_equal(news.best, bid.venue != book.bid.venue || bid.px != book.bid.px
                                        || ask.venue != book.ask.venue || ask.px != book.ask.px);
        assert_int_equal(news.arbitrage, was_open == m.open ? ARBITRAGE_SAME
                                         : m.open           ? ARBITRAGE_OPENED
                                                            : ARBITRAGE_CLOSED);
        if (help_random(random) % 16 == 0)
            save_and_load(&book, &rules);
    }
    book_free(&book);
}

static void random_streams_against_the_model(void **state)
{
    uint64_t random = help_seed();
    (void)state;
    for (unsigned i = 0; i < STREAM_CNT; i++)
        play_stream(&random);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(best_of_the_latest),
        cmocka_unit_test(the_known_example),
        cmocka_unit_test(the_same_price_is_of_the_first_by_name),
        cmocka_unit_test(absent_sides),
        cmocka_unit_test(what_is_news),
        cmocka_unit_test(a_venue_that_is_crossed_with_itself),
        cmocka_unit_test(what_is_stale_does_not_count),
        cmocka_unit_test(time_does_not_go_back),
        cmocka_unit_test(fees_on_both_sides),
        cmocka_unit_test(random_streams_against_the_model),
    };
    return cmocka_run_group_tests_name("book", tests, NULL, NULL);
}
