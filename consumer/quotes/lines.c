#include "consumer/quotes/lines.h"

#include <string.h>

#include "consumer/line.h"
#include "timetext.h"

#define PX_DECIMALS 9
#define QTY_DECIMALS 9

/* --- The best ------------------------------------------------------------------------------------- */

static void json_decimal(struct json *json, const char *key, exact_int value, unsigned decimals)
{
    char text[EXACT_TEXT_MAX];
    json_text(json, key, text, exact_text(text, value, decimals));
}

static void json_venue(struct json *json, const char *key, const struct venue *venue)
{
    if (venue != NULL)
        json_text(json, key, venue->name, venue->name_len);
    else
        json_null(json, key);
}

/* A price and a size under their keys, null where the side is absent. */
static void json_side(struct json *json, const char *const key[2], bool there, int64_t px, exact_int qty)
{
    if (there) {
        json_decimal(json, key[0], px, PX_DECIMALS);
        json_decimal(json, key[1], qty, QTY_DECIMALS);
    } else {
        json_null(json, key[0]);
        json_null(json, key[1]);
    }
}

static void json_best(struct json *json, const struct book *book)
{
    static const char *const bid[] = {"best_bid", "best_bid_size"};
    static const char *const ask[] = {"best_ask", "best_ask_size"};
    json_side(json, bid, book->bid.venue != NULL, book->bid.px, book->bid.qty);
    json_venue(json, "best_bid_venue", book->bid.venue);
    json_side(json, ask, book->ask.venue != NULL, book->ask.px, book->ask.qty);
    json_venue(json, "best_ask_venue", book->ask.venue);
}

static void csv_decimal(struct out *out, bool there, exact_int value, unsigned decimals)
{
    char text[EXACT_TEXT_MAX] = "";
    line_csv_field(out, text, there ? exact_text(text, value, decimals) : 0);
}

static void csv_best_side(struct out *out, const struct book_best *best)
{
    bool there = best->venue != NULL;
    csv_decimal(out, there, best->px, PX_DECIMALS);
    csv_decimal(out, there, best->qty, QTY_DECIMALS);
    line_csv_field(out, there ? best->venue->name : "", there ? best->venue->name_len : 0);
}

static void text_decimal(struct out *out, exact_int value, unsigned decimals)
{
    char text[EXACT_TEXT_MAX];
    out_write(out, text, exact_text(text, value, decimals));
}

static void text_best_side(struct out *out, const struct book_best *best)
{
    if (best->venue == NULL) {
        out_text(out, "-");
        return;
    }
    text_decimal(out, best->px, PX_DECIMALS);
    out_text(out, " (");
    text_decimal(out, best->qty, QTY_DECIMALS);
    out_text(out, ") ");
    out_visible(out, best->venue->name, best->venue->name_len);
}

/* --- How each line begins -------------------------------------------------------------------------- */

static int64_t time_of(const struct stage_tick *t, const struct named_book *named)
{
    return t != NULL ? t->tick->ts_event_ns : named->book.now_ns;
}

static void json_begin(struct json *json, const char *event, const struct stage_tick *t,
                       const struct named_book *named)
{
    json_open_object(json, NULL);
    json_text(json, "event", event, strlen(event));
    if (t != NULL) {
        json_text(json, "producer", t->producer, strlen(t->producer));
        json_u64(json, "seq", t->seq);
    }
    json_i64(json, "ts", time_of(t, named));
    json_text(json, "symbol", named->name->name, named->name->name_len);
}

static void csv_begin(struct out *out, const char *event, const struct stage_tick *t,
                      const struct named_book *named)
{
    char text[EXACT_TEXT_MAX];
    out_text(out, event);
    line_csv_field(out, t != NULL ? t->producer : "", t != NULL ? strlen(t->producer) : 0);
    line_csv_field(out, text, t != NULL ? exact_text(text, t->seq, 0) : 0);
    line_csv_field(out, text, exact_text(text, time_of(t, named), 0));
    line_csv_field(out, named->name->name, named->name->name_len);
}

static void text_begin(struct out *out, const struct stage_tick *t, const struct named_book *named)
{
    char time[TIME_TEXT_MAX];
    line_text_padded(out, time, time_text(time, time_of(t, named)), 31);
    if (t != NULL) {
        line_text_padded(out, t->producer, strlen(t->producer), 0);
        out_text(out, "#");
        out_u64(out, t->seq);
        out_text(out, " ");
    }
    line_text_padded(out, named->name->name, named->name->name_len, 10);
}

static void end_json(struct stage *stage)
{
    json_close_object(&stage->json);
    out_json_line(stage->out, &stage->json);
}

void lines_header(struct out *out)
{
    out_text(out, "event,producer,seq,ts,symbol,best_bid,best_bid_size,best_bid_venue,"
                  "best_ask,best_ask_size,best_ask_venue,"
                  "state,begin,end,length_ns,vanished,updates,largest,"
                  "buy_venue,buy_price,sell_venue,sell_price\n");
}

void lines_best(struct stage *stage, const struct stage_tick *t, const struct named_book *named)
{
    const struct book *book = &named->book;
    switch (stage->opt.format) {
    case FORMAT_JSON:
        json_begin(&stage->json, "quote", t, named);
        json_best(&stage->json, book);
        end_json(stage);
        break;
    case FORMAT_CSV:
        csv_begin(stage->out, "quote", t, named);
        csv_best_side(stage->out, &book->bid);
        csv_best_side(stage->out, &book->ask);
        out_text(stage->out, ",,,,,,,,,,,\n");
        break;
    case FORMAT_TEXT:
        text_begin(stage->out, t, named);
        out_text(stage->out, " best ");
        text_best_side(stage->out, &book->bid);
        out_text(stage->out, " / ");
        text_best_side(stage->out, &book->ask);
        out_text(stage->out, "\n");
        break;
    }
}

/* --- An arbitrage --------------------------------------------------------------------------------- */

static exact_int length_ns(const struct arbitrage *a)
{
    return (exact_int)a->end_ns - a->begin_ns;
}

static void json_arbitrage(struct json *json, const struct arbitrage *a, bool over)
{
    const struct cross *cross = &a->episode_largest;
    const char *state = over ? "closed" : "open";
    json_text(json, "state", state, strlen(state));
    json_i64(json, "begin", a->begin_ns);
    if (over) {
        json_i64(json, "end", a->end_ns);
        json_u64(json, "length_ns", (uint64_t)length_ns(a));
        json_bool(json, "vanished", !a->open);
    }
    json_u64(json, "updates", a->episode_update_cnt);
    json_decimal(json, "largest", cross->edge, ARBITRAGE_EDGE_DECIMALS);
    json_venue(json, "buy_venue", cross->buy);
    json_decimal(json, "buy_price", cross->buy_px, PX_DECIMALS);
    json_venue(json, "sell_venue", cross->sell);
    json_decimal(json, "sell_price", cross->sell_px, PX_DECIMALS);
}

static void csv_arbitrage(struct out *out, const struct arbitrage *a, bool over)
{
    const struct cross *cross = &a->episode_largest;
    out_text(out, over ? ",,,,,,,closed" : ",,,,,,,open");
    csv_decimal(out, true, a->begin_ns, 0);
    csv_decimal(out, over, a->end_ns, 0);
    csv_decimal(out, over, length_ns(a), 0);
    out_text(out, !over ? "," : a->open ? ",false" : ",true");
    csv_decimal(out, true, a->episode_update_cnt, 0);
    csv_decimal(out, true, cross->edge, ARBITRAGE_EDGE_DECIMALS);
    line_csv_field(out, cross->buy->name, cross->buy->name_len);
    csv_decimal(out, true, cross->buy_px, PX_DECIMALS);
    line_csv_field(out, cross->sell->name, cross->sell->name_len);
    csv_decimal(out, true, cross->sell_px, PX_DECIMALS);
}

static void text_arbitrage(struct out *out, const struct arbitrage *a, bool over)
{
    const struct cross *cross = &a->episode_largest;
    if (over) {
        out_text(out, a->open ? " ARBITRAGE still open after " : " arbitrage closed after ");
        text_decimal(out, length_ns(a), 9);
        out_text(out, "s and ");
        out_u64(out, a->episode_update_cnt);
        out_text(out, " updates, largest ");
    } else {
        out_text(out, " ARBITRAGE open, ");
    }
    text_decimal(out, cross->edge, ARBITRAGE_EDGE_DECIMALS);
    out_text(out, ": buy ");
    out_visible(out, cross->buy->name, cross->buy->name_len);
    out_text(out, " ");
    text_decimal(out, cross->buy_px, PX_DECIMALS);
    out_text(out, ", sell ");
    out_visible(out, cross->sell->name, cross->sell->name_len);
    out_text(out, " ");
    text_decimal(out, cross->sell_px, PX_DECIMALS);
}

void lines_arbitrage(struct stage *stage, const struct stage_tick *t, const struct named_book *named)
{
    const struct arbitrage *a = &named->book.arbitrage;
    bool over = !a->open || t == NULL;
    switch (stage->opt.format) {
    case FORMAT_JSON:
        json_begin(&stage->json, "arbitrage", t, named);
        json_arbitrage(&stage->json, a, over);
        end_json(stage);
        break;
    case FORMAT_CSV:
        csv_begin(stage->out, "arbitrage", t, named);
        csv_arbitrage(stage->out, a, over);
        out_text(stage->out, "\n");
        break;
    case FORMAT_TEXT:
        text_begin(stage->out, t, named);
        text_arbitrage(stage->out, a, over);
        out_text(stage->out, "\n");
        break;
    }
}

/* --- The summary ---------------------------------------------------------------------------------- */

static void json_latest(struct json *json, const struct venue *venue)
{
    static const char *const bid[] = {"bid", "bid_size"};
    static const char *const ask[] = {"ask", "ask_size"};
    json_open_object(json, venue->name);
    json_side(json, bid, venue->bid.there, venue->bid.px, venue->bid.qty);
    json_side(json, ask, venue->ask.there, venue->ask.px, venue->ask.qty);
    json_i64(json, "ts", venue->ts_event_ns);
    json_bool(json, "stale", venue->stale);
    json_u64(json, "updates", venue->quote_cnt);
    json_close_object(json);
}

static void json_edge(struct json *json, const char *key, const struct cross *cross)
{
    if (cross->buy != NULL)
        json_decimal(json, key, cross->edge, ARBITRAGE_EDGE_DECIMALS);
    else
        json_null(json, key);
}

static void json_book(struct json *json, const struct named_book *named)
{
    const struct book *book = &named->book;
    const struct arbitrage *a = &book->arbitrage;
    json_open_object(json, named->name->name);
    json_best(json, book);
    json_edge(json, "edge", &book->cross);
    json_venue(json, "buy_venue", a->open ? book->cross.buy : NULL);
    json_venue(json, "sell_venue", a->open ? book->cross.sell : NULL);
    json_open_object(json, "venues");
    for (unsigned i = 0; i < book->venues.cnt; i++)
        json_latest(json, book->venues.all[i]);
    json_close_object(json);
    json_u64(json, "updates", book->update_cnt);
    json_u64(json, "known", book->known_cnt);
    json_u64(json, "arbitrage", a->update_cnt);
    json_u64(json, "episodes", a->episode_cnt);
    json_edge(json, "largest", &a->largest);
    json_u64(json, "stale_excluded", book->stale_cnt);
    json_close_object(json);
}

void lines_summary(struct json *json, const struct books *books)
{
    json_open_object(json, "symbols");
    for (size_t i = 0; i < books_cnt(books); i++)
        json_book(json, books->all[i]);
    json_close_object(json);
}
