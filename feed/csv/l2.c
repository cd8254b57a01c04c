#include "l2.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "feed/source/levels.h"

#define BUCKET_FIRST_CNT 64
#define MILLI_QTY INT64_C(1000000) /* units of 1e-9 in one of 1e-3 */

enum { BID, ASK };

struct l2_book {
    uint64_t hash; /* of the names */
    char symbol[SOURCE_SYMBOL_MAX];
    char venue[SOURCE_SYMBOL_MAX];
    uint8_t symbol_len;
    uint8_t venue_len;
    bool is_snapshot; /* the last row was one of a snapshot */
    int64_t ts_event_ns; /* of the last row */
    int64_t ts_recv_ns;
    struct levels side[2]; /* quantities as coded */
    struct tr_tick quote; /* the last one told */
};

/* --- Sizes of both units in one number ------------------------------------------------------------ */

#define CODE_TINY 1 /* a size that is there, but too small for 1e-9 */

static int64_t to_milli(int64_t qty, uint64_t *rounded_cnt)
{
    int64_t rest = qty % MILLI_QTY;
    qty /= MILLI_QTY;
    *rounded_cnt += rest != 0;
    return qty + (rest > MILLI_QTY / 2 || (rest == MILLI_QTY / 2 && (qty & 1) != 0));
}

/* Levels hold one positive number: the size, and its unit in the lowest bit. */
static int64_t code_of(const struct l2_level *level, uint64_t *rounded_cnt)
{
    if (level->is_gone)
        return 0;
    if (level->qty == 0)
        return CODE_TINY;
    if (!level->is_milli && level->qty > INT64_MAX / 2)
        return to_milli(level->qty, rounded_cnt) * 2 + 1;
    return level->qty * 2 + level->is_milli;
}

static bool is_milli(const struct level *level)
{
    return level != NULL && level->qty != CODE_TINY && (level->qty & 1) != 0;
}

/* The size, in units of 1e-3 if so wanted. */
static int64_t qty_of(const struct level *level, bool as_milli, uint64_t *rounded_cnt)
{
    int64_t qty = level->qty / 2;
    return as_milli && !is_milli(level) ? to_milli(qty, rounded_cnt) : qty;
}

/* --- Quotes --------------------------------------------------------------------------------------- */

static struct tr_tick quote_of(const struct l2_book *book, uint64_t *rounded_cnt)
{
    const struct level *bid = levels_best(&book->side[BID]);
    const struct level *ask = levels_best(&book->side[ASK]);
    bool milli = is_milli(bid) || is_milli(ask);
    struct tr_tick tick = {.kind = TR_TICK_QUOTE, .ts_event_ns = book->ts_event_ns};
    tick.flags = (uint16_t)((milli ? TR_TICK_SIZE_MILLI : 0) | (bid == NULL ? TR_TICK_NO_BID : 0)
                            | (ask == NULL ? TR_TICK_NO_ASK : 0));
    if (bid != NULL) {
        tick.bid_px = bid->px;
        tick.bid_qty = qty_of(bid, milli, rounded_cnt);
    }
    if (ask != NULL) {
        tick.ask_px = ask->px;
        tick.ask_qty = qty_of(ask, milli, rounded_cnt);
    }
    return tick;
}

static bool same_quote(const struct tr_tick *a, const struct tr_tick *b)
{
    return a->flags == b->flags && a->bid_px == b->bid_px && a->bid_qty == b->bid_qty
           && a->ask_px == b->ask_px && a->ask_qty == b->ask_qty;
}

bool l2_end(struct l2 *l2, struct source_record *quote, uint64_t *rounded_cnt)
{
    struct l2_book *book = l2->open;
    if (book == NULL)
        return false;
    l2->open = NULL;
    uint64_t lost_cnt = 0;
    struct tr_tick tick = quote_of(book, &lost_cnt);
    if (same_quote(&tick, &book->quote))
        return false;
    *rounded_cnt += lost_cnt;
    book->quote = tick;
    *quote = (struct source_record){
        .tick = tick,
        .symbol = book->symbol,
        .venue = book->venue,
        .symbol_len = book->symbol_len,
        .venue_len = book->venue_len,
        .ts_recv_ns = book->ts_recv_ns,
    };
    return true;
}

/* --- Books by name -------------------------------------------------------------------------------- */

static uint64_t hash_name(uint64_t hash, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001B3); /* FNV-1a */
    return (hash ^ len) * UINT64_C(0x100000001B3);
}

static bool has_names(const struct l2_book *book, const struct source_record *rec)
{
    return book->symbol_len == rec->symbol_len && book->venue_len == rec->venue_len
           && memcmp(book->symbol, rec->symbol, rec->symbol_len) == 0
           && memcmp(book->venue, rec->venue, rec->venue_len) == 0;
}

/* The bucket of the book of these names, or the empty one where it belongs. */
static struct l2_book **find(const struct l2 *l2, uint64_t hash, const struct source_record *rec)
{
    uint32_t i = (uint32_t)(hash >> 32) & (l2->bucket_cnt - 1);
    while (l2->bucket[i] != NULL && !(l2->bucket[i]->hash == hash && has_names(l2->bucket[i], rec)))
        i = (i + 1) & (l2->bucket_cnt - 1);
    return &l2->bucket[i];
}

static int make_room(struct l2 *l2)
{
    if (l2->book_cnt * 2 < l2->bucket_cnt)
        return 0;
    struct l2 wider = {.bucket_cnt = l2->bucket_cnt == 0 ? BUCKET_FIRST_CNT : l2->bucket_cnt * 2};
    wider.bucket = calloc(wider.bucket_cnt, sizeof(struct l2_book *));
    if (wider.bucket == NULL)
        return -ENOMEM;
    for (uint32_t i = 0; i < l2->bucket_cnt; i++) {
        struct l2_book *book = l2->bucket[i];
        if (book == NULL)
            continue;
        const struct source_record names = {.symbol = book->symbol,
                                            .venue = book->venue,
                                            .symbol_len = book->symbol_len,
                                            .venue_len = book->venue_len};
        *find(&wider, book->hash, &names) = book;
    }
    free(l2->bucket);
    l2->bucket = wider.bucket;
    l2->bucket_cnt = wider.bucket_cnt;
    return 0;
}

static int add_book(struct l2 *l2, struct l2_book **bucket, uint64_t hash, const struct source_record *rec)
{
    if (l2->book_cnt == L2_BOOK_MAX)
        return -ENOSPC;
    struct l2_book *book = calloc(1, sizeof(*book));
    if (book == NULL)
        return -ENOMEM;
    book->hash = hash;
    book->symbol_len = rec->symbol_len;
    book->venue_len = rec->venue_len;
    memcpy(book->symbol, rec->symbol, rec->symbol_len);
    memcpy(book->venue, rec->venue, rec->venue_len);
    book->side[BID].is_bid = true;
    book->quote.flags = TR_TICK_NO_BID | TR_TICK_NO_ASK;
    *bucket = book;
    l2->book_cnt++;
    return 0;
}

static int open_book(struct l2 *l2, const struct source_record *rec)
{
    int rc = make_room(l2);
    if (rc != 0)
        return rc;
    uint64_t hash = hash_name(UINT64_C(0xCBF29CE484222325), rec->symbol, rec->symbol_len);
    hash = hash_name(hash, rec->venue, rec->venue_len);
    struct l2_book **bucket = find(l2, hash, rec);
    if (*bucket == NULL)
        rc = add_book(l2, bucket, hash, rec);
    if (rc == 0)
        l2->open = *bucket;
    return rc;
}

void l2_free(struct l2 *l2)
{
    for (uint32_t i = 0; i < l2->bucket_cnt; i++) {
        struct l2_book *book = l2->bucket[i];
        if (book == NULL)
            continue;
        levels_free(&book->side[BID]);
        levels_free(&book->side[ASK]);
        free(book);
    }
    free(l2->bucket);
    *l2 = (struct l2){.open = NULL};
}

/* --- Rows ----------------------------------------------------------------------------------------- */

/* Whether a row goes on with the message of the book's last row. */
static bool goes_on(const struct l2_book *book, const struct source_record *rec, bool is_snapshot)
{
    bool same_ts = book->ts_event_ns == rec->tick.ts_event_ns;
    bool same_recv = book->ts_recv_ns == rec->ts_recv_ns;
    if (book->is_snapshot != is_snapshot)
        return false;
    return is_snapshot ? same_ts || (same_recv && rec->ts_recv_ns != 0) : same_ts && same_recv;
}

int l2_row(struct l2 *l2, const struct source_record *rec, bool is_snapshot, struct source_record *quote,
           bool *has_quote, uint64_t *rounded_cnt)
{
    *has_quote = false;
    if (l2->open == NULL || !has_names(l2->open, rec) || !goes_on(l2->open, rec, is_snapshot)) {
        *has_quote = l2_end(l2, quote, rounded_cnt);
        int rc = open_book(l2, rec);
        if (rc != 0)
            return rc;
        if (is_snapshot && !goes_on(l2->open, rec, is_snapshot)) {
            levels_clear(&l2->open->side[BID]);
            levels_clear(&l2->open->side[ASK]);
        }
    }
    l2->open->is_snapshot = is_snapshot;
    l2->open->ts_event_ns = rec->tick.ts_event_ns;
    l2->open->ts_recv_ns = rec->ts_recv_ns;
    return 0;
}

int l2_set(struct l2 *l2, const struct l2_level *level, uint64_t *rounded_cnt)
{
    struct levels *side = &l2->open->side[level->is_bid ? BID : ASK];
    uint32_t cap = side->cap;
    int rc = levels_set(side, level->px, code_of(level, rounded_cnt));
    l2->level_cap += side->cap - cap;
    return rc == 0 && l2->level_cap > L2_LEVEL_MAX ? -ENOSPC : rc;
}
