#include "consumer/quotes/book.h"

/* The best two venues of a side, NULL: none.  Two, because the best bid and the best ask of one venue are no
 * arbitrage, but each may be one with the next best of the other side. */
struct top {
    const struct venue *first;
    const struct venue *second;
};

static bool counts(const struct book *book, const struct venue *venue, const struct book_rules *rules)
{
    return (uint64_t)book->now_ns - (uint64_t)venue->ts_event_ns <= rules->stale_ns;
}

static void offer_bid(struct top *top, const struct venue *venue)
{
    if (!venue->bid.there)
        return;
    if (top->first == NULL || venue->bid.px > top->first->bid.px) {
        top->second = top->first;
        top->first = venue;
    } else if (top->second == NULL || venue->bid.px > top->second->bid.px) {
        top->second = venue;
    }
}

static void offer_ask(struct top *top, const struct venue *venue)
{
    if (!venue->ask.there)
        return;
    if (top->first == NULL || venue->ask.px < top->first->ask.px) {
        top->second = top->first;
        top->first = venue;
    } else if (top->second == NULL || venue->ask.px < top->second->ask.px) {
        top->second = venue;
    }
}

/* Takes the cross of these two if it is one of two venues and better. */
static void offer_cross(struct cross *best, const struct venue *buy, const struct venue *sell,
                        int64_t fee_bps_e9)
{
    if (buy == NULL || sell == NULL || buy == sell)
        return;
    exact_int edge = arbitrage_edge(sell->bid.px, buy->ask.px, fee_bps_e9);
    if (best->buy == NULL || edge > best->edge)
        *best = (struct cross){buy, sell, buy->ask.px, sell->bid.px, edge};
}

static struct cross best_cross(const struct top *bid, const struct top *ask, int64_t fee_bps_e9)
{
    struct cross best = {0};
    offer_cross(&best, ask->first, bid->first, fee_bps_e9);
    if (ask->first == bid->first) {
        offer_cross(&best, ask->second, bid->first, fee_bps_e9);
        offer_cross(&best, ask->first, bid->second, fee_bps_e9);
    }
    return best;
}

/* Finds out all that follows from the venues and the time.  Returns how many venues count. */
static unsigned evaluate(struct book *book, const struct book_rules *rules)
{
    struct top bid = {0};
    struct top ask = {0};
    unsigned cnt = 0;
    for (unsigned i = 0; i < book->venues.cnt; i++) {
        const struct venue *venue = book->venues.all[i];
        if (!counts(book, venue, rules))
            continue;
        cnt += venue->bid.there || venue->ask.there;
        offer_bid(&bid, venue);
        offer_ask(&ask, venue);
    }
    book->bid = (struct book_best){0};
    book->ask = (struct book_best){0};
    if (bid.first != NULL)
        book->bid = (struct book_best){bid.first, bid.first->bid.px, bid.first->bid.qty};
    if (ask.first != NULL)
        book->ask = (struct book_best){ask.first, ask.first->ask.px, ask.first->ask.qty};
    book->cross = best_cross(&bid, &ask, rules->fee_bps_e9);
    return cnt;
}

static void mark_stale(struct book *book, const struct book_rules *rules)
{
    for (unsigned i = 0; i < book->venues.cnt; i++) {
        struct venue *venue = book->venues.all[i];
        if (venue->stale || counts(book, venue, rules))
            continue;
        venue->stale = true;
        book->stale_cnt += venue->bid.there || venue->ask.there;
    }
}

static bool is_same(const struct book_best *a, const struct book_best *b)
{
    return a->venue == b->venue && a->px == b->px && a->qty == b->qty;
}

int book_update(struct book *book, const struct book_rules *rules, const char *venue, size_t venue_len,
                const struct tr_tick *tick, struct book_news *news)
{
    const struct book_best bid = book->bid;
    const struct book_best ask = book->ask;
    struct venue *from;
    int rc = venues_get(&book->venues, venue, venue_len, &from);
    if (rc != 0)
        return rc;
    venue_quote(from, tick);
    if (book->update_cnt++ == 0 || tick->ts_event_ns > book->now_ns)
        book->now_ns = tick->ts_event_ns;
    mark_stale(book, rules);
    book->known_cnt += evaluate(book, rules) > 1;
    news->best = !is_same(&bid, &book->bid) || !is_same(&ask, &book->ask);
    news->arbitrage = arbitrage_update(&book->arbitrage, &book->cross, book->now_ns);
    return 0;
}

void book_keep(struct book *book, const struct book_rules *rules, struct state *state)
{
    venues_keep(&book->venues, state);
    state_bytes(state, &book->update_cnt, sizeof book->update_cnt);
    state_bytes(state, &book->known_cnt, sizeof book->known_cnt);
    state_bytes(state, &book->stale_cnt, sizeof book->stale_cnt);
    state_bytes(state, &book->now_ns, sizeof book->now_ns);
    arbitrage_keep(&book->arbitrage, &book->venues, state);
    if (state->loading)
        evaluate(book, rules);
}

void book_free(struct book *book)
{
    venues_free(&book->venues);
    *book = (struct book){0};
}
