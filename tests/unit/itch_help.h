/* itch_help.h - ITCH 5.0 messages made by hand, framed as files have them, and sources on them. */
#ifndef TESTS_ITCH_HELP_H
#define TESTS_ITCH_HELP_H

#include "source_help.h"

#include "feed/itch/itch.h"

#define TAPE_MAX 65536
#define NS_9_30 (INT64_C(34200) * 1000000000) /* the market opens */

enum tape_framing { TAPE_LENGTHS, TAPE_ZEROS, TAPE_BARE };

/* Messages behind each other, as in a file. */
struct tape {
    unsigned char byte[TAPE_MAX];
    size_t len;
    enum tape_framing framing;
};

static inline void put_big(unsigned char *at, size_t len, uint64_t value)
{
    while (len-- > 0) {
        at[len] = (unsigned char)value;
        value >>= 8;
    }
}

/* A message of any type and length, all zero behind its head. */
static inline unsigned char *tape_raw(struct tape *t, unsigned char type, size_t len, unsigned locate,
                                      int64_t ns)
{
    assert_true(t->len + len + 2 <= TAPE_MAX);
    if (t->framing != TAPE_BARE) {
        put_big(t->byte + t->len, 2, t->framing == TAPE_ZEROS ? 0 : len);
        t->len += 2;
    }
    unsigned char *msg = t->byte + t->len;
    memset(msg, 0, len);
    msg[0] = type;
    if (len >= 11) {
        put_big(msg + 1, 2, locate);
        put_big(msg + 5, 6, (uint64_t)ns);
    }
    t->len += len;
    return msg;
}

static inline unsigned char *tape_add(struct tape *t, unsigned char type, unsigned locate, int64_t ns)
{
    return tape_raw(t, type, itch_length(type), locate, ns);
}

static inline void put_symbol(unsigned char *at, const char *symbol)
{
    memset(at, ' ', 8);
    memcpy(at, symbol, strlen(symbol));
}

static inline void event(struct tape *t, char code)
{
    tape_add(t, 'S', 0, NS_9_30)[11] = (unsigned char)code;
}

static inline void directory(struct tape *t, unsigned locate, const char *symbol)
{
    put_symbol(tape_add(t, 'R', locate, NS_9_30) + 11, symbol);
}

static inline unsigned char *order(struct tape *t, unsigned locate, uint64_t ref, char side, uint32_t shares,
                                   const char *symbol, uint32_t px)
{
    unsigned char *msg = tape_add(t, 'A', locate, NS_9_30);
    put_big(msg + 11, 8, ref);
    msg[19] = (unsigned char)side;
    put_big(msg + 20, 4, shares);
    put_symbol(msg + 24, symbol);
    put_big(msg + 32, 4, px);
    return msg;
}

/* E, X and D: shares and match are left out where the type has none. */
static inline unsigned char *change(struct tape *t, char type, unsigned locate, uint64_t ref, uint32_t shares,
                                    uint64_t match)
{
    unsigned char *msg = tape_add(t, (unsigned char)type, locate, NS_9_30);
    put_big(msg + 11, 8, ref);
    if (type != 'D')
        put_big(msg + 19, 4, shares);
    if (type == 'E' || type == 'C')
        put_big(msg + 23, 8, match);
    return msg;
}

static inline unsigned char *priced(struct tape *t, unsigned locate, uint64_t ref, uint32_t shares,
                                    uint64_t match, char printable, uint32_t px)
{
    unsigned char *msg = change(t, 'C', locate, ref, shares, match);
    msg[31] = (unsigned char)printable;
    put_big(msg + 32, 4, px);
    return msg;
}

static inline unsigned char *replace(struct tape *t, unsigned locate, uint64_t old_ref, uint64_t ref,
                                     uint32_t shares, uint32_t px)
{
    unsigned char *msg = tape_add(t, 'U', locate, NS_9_30);
    put_big(msg + 11, 8, old_ref);
    put_big(msg + 19, 8, ref);
    put_big(msg + 27, 4, shares);
    put_big(msg + 31, 4, px);
    return msg;
}

static inline unsigned char *hidden(struct tape *t, unsigned locate, uint32_t shares, const char *symbol,
                                    uint32_t px, uint64_t match)
{
    unsigned char *msg = tape_add(t, 'P', locate, NS_9_30);
    msg[19] = 'B';
    put_big(msg + 20, 4, shares);
    put_symbol(msg + 24, symbol);
    put_big(msg + 32, 4, px);
    put_big(msg + 36, 8, match);
    return msg;
}

static inline unsigned char *cross(struct tape *t, unsigned locate, uint64_t shares, const char *symbol,
                                   uint32_t px, uint64_t match)
{
    unsigned char *msg = tape_add(t, 'Q', locate, NS_9_30);
    put_big(msg + 11, 8, shares);
    put_symbol(msg + 19, symbol);
    put_big(msg + 27, 4, px);
    put_big(msg + 31, 8, match);
    msg[39] = 'O';
    return msg;
}

/* A day of a few messages of all kinds: trades and quotes at places that tell how far reading came. */
static inline struct tape *small_day(struct tape *t, enum tape_framing framing)
{
    memset(t, 0, sizeof(*t));
    t->framing = framing;
    event(t, 'O');
    directory(t, 7, "ABC");
    order(t, 7, 1, 'B', 100, "ABC", 10000);
    tape_add(t, 'H', 7, NS_9_30);
    change(t, 'E', 7, 1, 40, 11);
    replace(t, 7, 1, 2, 50, 10100);
    hidden(t, 7, 5, "ABC", 10050, 12);
    cross(t, 7, 1000, "ABC", 10000, 13);
    priced(t, 7, 2, 20, 14, 'Y', 10099);
    change(t, 'X', 7, 2, 10, 0);
    change(t, 'D', 7, 2, 0, 0);
    event(t, 'C');
    return t;
}

/* Hands out one byte at a time. */
static inline ssize_t read_one(struct input *in, void *buf, size_t len)
{
    if (in->bytes_len == 0 || len == 0)
        return 0;
    *(unsigned char *)buf = *in->bytes++;
    in->bytes_len--;
    return 1;
}

/* A source on bytes in memory, named "T"; options are those in o->src.opt. */
static inline enum source_result open_bytes(struct opened *o, const void *bytes, size_t len, bool in_pieces,
                                            const char *format)
{
    strcpy(o->path, "T");
    o->src.path = o->path;
    assert_int_equal(input_open_bytes(&o->src.input, o->path, bytes, len), 0);
    if (in_pieces)
        o->src.input.read = read_one;
    return source_open(&o->src, format == NULL ? NULL : source_find(format, false));
}

/* The same on a tape, which must be of the format. */
static inline void open_tape(struct opened *o, const struct tape *t)
{
    enum source_result result = open_bytes(o, t->byte, t->len, false, "itch");
    if (result != SOURCE_OK)
        print_error("%s\n", o->src.error);
    assert_int_equal(result, SOURCE_OK);
}

static inline void expect_trade(struct opened *o, const char *symbol, int64_t price_px, int64_t size_qty,
                                uint64_t id, enum tr_tick_side side)
{
    assert_int_equal(next(o), SOURCE_OK);
    expect_names(o, symbol, "nasdaq");
    assert_int_equal(o->rec.tick.kind, TR_TICK_TRADE);
    assert_true(o->rec.tick.price_px == price_px);
    assert_true(o->rec.tick.size_qty == size_qty);
    assert_true(o->rec.tick.id == id);
    assert_int_equal(o->rec.tick.side, side);
    assert_true(o->rec.tick.ts_recv_ns == 0 && o->rec.ts_recv_ns == 0);
}

/* Prices in units of 1e-4, sizes in shares; 0: absent. */
static inline void expect_quote(struct opened *o, const char *symbol, int64_t bid, int64_t bid_shares,
                                int64_t ask, int64_t ask_shares)
{
    int flags = (bid_shares == 0 ? TR_TICK_NO_BID : 0) | (ask_shares == 0 ? TR_TICK_NO_ASK : 0);
    assert_int_equal(next(o), SOURCE_OK);
    expect_names(o, symbol, "nasdaq");
    assert_int_equal(o->rec.tick.kind, TR_TICK_QUOTE);
    assert_true(o->rec.tick.bid_px == bid * 100000 && o->rec.tick.ask_px == ask * 100000);
    assert_true(o->rec.tick.bid_qty == bid_shares * TR_PX_SCALE);
    assert_true(o->rec.tick.ask_qty == ask_shares * TR_PX_SCALE);
    assert_int_equal(o->rec.tick.flags, flags);
}

static inline void expect_end(struct opened *o)
{
    enum source_result result = next(o);
    if (result != SOURCE_END)
        print_error("%s\n", o->src.error);
    assert_int_equal(result, SOURCE_END);
}

/* How often something was noted; *first (may be NULL): where first. */
static inline uint64_t noted(const struct source *src, const char *part, uint64_t *first)
{
    for (size_t i = 0; i < SOURCE_TALLY_MAX && src->note[i].kind != NULL; i++) {
        if (strncmp(src->note[i].kind, part, strlen(part)) == 0) {
            if (first != NULL)
                *first = src->note[i].first;
            return src->note[i].cnt;
        }
    }
    return 0;
}

#endif
