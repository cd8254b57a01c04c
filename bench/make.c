#include "bench/make.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define BEGIN_NS UINT64_C(1723161255000000000)
#define STEP_NS UINT64_C(1234567)

static uint64_t next_random(struct make *make)
{
    make->random = make->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return make->random >> 33;
}

__attribute__((format(printf, 2, 3))) static void add_text(struct make *make, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf((char *)make->buf + make->len, make->cap - make->len, format, args);
    va_end(args);
    make->len += n > 0 ? (size_t)n : 0;
}

static void add_zeros(struct make *make, size_t len)
{
    memset(make->buf + make->len, 0, len);
    make->len += len;
}

static void add_bytes(struct make *make, const void *bytes, size_t len)
{
    memcpy(make->buf + make->len, bytes, len);
    make->len += len;
}

static void add_le(struct make *make, uint64_t value, unsigned byte_cnt)
{
    for (unsigned i = 0; i < byte_cnt; i++)
        make->buf[make->len++] = (unsigned char)(value >> (8 * i));
}

static void add_be(struct make *make, uint64_t value, unsigned byte_cnt)
{
    for (unsigned i = byte_cnt; i-- > 0;)
        make->buf[make->len++] = (unsigned char)(value >> (8 * i));
}

static uint64_t now_ns(const struct make *make)
{
    return BEGIN_NS + make->step * STEP_NS;
}

/* --- Text --------------------------------------------------------------------------------------- */

void make_csv(struct make *make)
{
    uint64_t r = next_random(make);
    uint64_t us = now_ns(make) / 1000;
    if (make->step == 0)
        add_text(make, "exchange,symbol,timestamp,local_timestamp,id,side,price,amount\n");
    add_text(make, "binance-futures,BTCUSDT,%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%s,%u.%02u,%u.%03u\n", us,
             us + 4000 + r % 900, 49000000 + make->step, r & 1 ? "buy" : "sell",
             9600 + (unsigned)(r >> 3) % 90, (unsigned)(r >> 9) % 100, (unsigned)(r >> 15) % 3,
             (unsigned)(r >> 17) % 1000);
}

void make_binance(struct make *make)
{
    uint64_t r = next_random(make);
    unsigned whole = 61600 + (unsigned)(r >> 3) % 250;
    add_text(make, "%" PRIu64 ",%u.%02u000000,0.%05u000,%u.%08u,%" PRIu64 ",%s,True\n",
             3744561285 + make->step, whole, (unsigned)(r >> 9) % 100, (unsigned)(r >> 13) % 100000,
             (unsigned)(r >> 11) % 900, (unsigned)(r >> 4) % 100000000, now_ns(make) / 1000000,
             r & 1 ? "True" : "False");
}

static void add_depth(struct make *make, uint64_t ns)
{
    add_text(make,
             "%" PRIu64 " {\"stream\":\"btcusdt@depth@0ms\",\"data\":{\"e\":\"depthUpdate\",\"E\":%" PRIu64
             ",\"s\":\"BTCUSDT\",\"U\":%" PRIu64 ",\"u\":%" PRIu64 ",\"b\":[",
             ns, ns / 1000000, make->step, make->step + 9);
    for (unsigned i = 0; i < 30; i++) {
        uint64_t r = next_random(make);
        if (i == 15)
            add_text(make, "],\"a\":[");
        add_text(make, "%s[\"61%03u.%02u\",\"%u.%03u\"]", i % 15 == 0 ? "" : ",", (unsigned)r % 1000,
                 (unsigned)(r >> 10) % 100, (unsigned)(r >> 17) % 9, (unsigned)(r >> 20) % 1000);
    }
    add_text(make, "]}}\n");
}

void make_json(struct make *make)
{
    uint64_t r = next_random(make);
    uint64_t ns = now_ns(make);
    unsigned px = 6160000 + (unsigned)(r >> 8) % 25000;
    if (r % 100 < 7)
        add_depth(make, ns);
    else if (r % 100 < 30)
        add_text(make,
                 "%" PRIu64 " {\"stream\":\"btcusdt@trade\",\"data\":{\"e\":\"trade\",\"E\":%" PRIu64
                 ",\"T\":%" PRIu64 ",\"s\":\"BTCUSDT\",\"t\":%" PRIu64
                 ",\"p\":\"%u.%02u\",\"q\":\"0.%03u\",\"X\":\"MARKET\",\"m\":%s}}\n",
                 ns, ns / 1000000, ns / 1000000, 5266583935 + make->step, px / 100, px % 100,
                 (unsigned)(r >> 4) % 999 + 1, r & 1 ? "true" : "false");
    else
        add_text(make,
                 "%" PRIu64
                 " {\"stream\":\"btcusdt@bookTicker\",\"data\":{\"e\":\"bookTicker\",\"u\":%" PRIu64
                 ",\"s\":\"BTCUSDT\",\"b\":\"%u.%02u\",\"B\":\"%u.%03u\",\"a\":\"%u.%02u\",\"A\":\"%u.%03u\","
                 "\"T\":%" PRIu64 ",\"E\":%" PRIu64 "}}\n",
                 ns, 5123107839020 + make->step, px / 100, px % 100, (unsigned)r % 9 + 1,
                 (unsigned)(r >> 5) % 1000, px / 100 + 1, px % 100, (unsigned)(r >> 7) % 9 + 1,
                 (unsigned)(r >> 11) % 1000, ns / 1000000, ns / 1000000);
}

/* --- DBN, version 2 ------------------------------------------------------------------------------- */

static void add_symbol(struct make *make, const char *symbol)
{
    add_bytes(make, symbol, strlen(symbol));
    add_zeros(make, 71 - strlen(symbol));
}

/* One symbol, mapped to instrument 118 for ever. */
static void add_dbn_head(struct make *make, uint16_t schema)
{
    size_t begin = make->len;
    add_bytes(make, "DBN\002\0\0\0\0GLBX.MDP3\0\0\0\0\0\0\0", 24);
    add_le(make, schema, 2);
    add_le(make, BEGIN_NS, 8);
    add_le(make, UINT64_MAX, 8);
    add_le(make, 0, 8); /* no limit */
    add_le(make, 1, 1); /* raw symbol */
    add_le(make, 0, 1); /* instrument id */
    add_le(make, 0, 1); /* no ts_out */
    add_le(make, 71, 2);
    add_zeros(make, 53);
    add_le(make, 0, 4); /* no schema definition */
    add_le(make, 1, 4);
    add_symbol(make, "ESU4");
    add_le(make, 0, 4); /* none partial */
    add_le(make, 0, 4); /* none missing */
    add_le(make, 1, 4);
    add_symbol(make, "ESU4");
    add_le(make, 1, 4);
    add_le(make, 20000101, 4);
    add_le(make, 21000101, 4);
    add_symbol(make, "118");
    size_t len = make->len - begin - 8;
    for (unsigned i = 0; i < 4; i++)
        make->buf[begin + 4 + i] = (unsigned char)(len >> (8 * i));
}

static void add_dbn_trade(struct make *make, uint8_t words, uint8_t rtype, char action, uint64_t r)
{
    uint64_t ns = now_ns(make);
    add_le(make, words, 1);
    add_le(make, rtype, 1);
    add_le(make, 1, 2);
    add_le(make, 118, 4);
    add_le(make, ns, 8);
    add_le(make, UINT64_C(5528250000000) + r % 40 * UINT64_C(250000000), 8);
    add_le(make, (r >> 8) % 90 + 1, 4);
    add_le(make, (uint64_t)action, 1);
    add_le(make, r & 1 ? 'A' : 'B', 1);
    add_le(make, 0x80, 1);
    add_le(make, 0, 1);
    add_le(make, ns + 15000, 8);
    add_le(make, 12345, 4);
    add_le(make, make->step, 4);
}

void make_dbn_trades(struct make *make)
{
    if (make->step == 0)
        add_dbn_head(make, 4);
    add_dbn_trade(make, 12, 0, 'T', next_random(make));
}

void make_dbn_mbp1(struct make *make)
{
    uint64_t r = next_random(make);
    if (make->step == 0)
        add_dbn_head(make, 1);
    add_dbn_trade(make, 20, 1, r % 20 == 0 ? 'T' : 'A', r);
    add_le(make, UINT64_C(5528000000000) + r % 40 * UINT64_C(250000000), 8);
    add_le(make, UINT64_C(5528250000000) + r % 40 * UINT64_C(250000000), 8);
    add_le(make, (r >> 9) % 99 + 1, 4);
    add_le(make, (r >> 11) % 99 + 1, 4);
    add_le(make, 5, 4);
    add_le(make, 6, 4);
}

/* --- ITCH 5.0 ------------------------------------------------------------------------------------- */

#define STOCK_CNT 500
#define LIVE_CNT 20000 /* orders that are live at a time: those that step modulo LIVE_CNT finds again */

static void add_itch_head(struct make *make, uint16_t len, char type, unsigned stock)
{
    add_be(make, len, 2);
    add_be(make, (uint64_t)type, 1);
    add_be(make, stock + 1, 2);
    add_be(make, 0, 2);
    add_be(make, UINT64_C(34200000000000) + make->step * 1000, 6);
}

static void add_stock(struct make *make, unsigned stock)
{
    char name[9];
    snprintf(name, sizeof name, "S%-7u", stock);
    add_bytes(make, name, 8);
}

static void add_directory(struct make *make)
{
    add_itch_head(make, 12, 'S', 0);
    add_be(make, 'O', 1);
    for (unsigned stock = 0; stock < STOCK_CNT; stock++) {
        add_itch_head(make, 39, 'R', stock);
        add_stock(make, stock);
        add_zeros(make, 20);
    }
}

static uint64_t spread(uint64_t step)
{
    return step * UINT64_C(0x9E3779B97F4A7C15) >> 40;
}

static unsigned stock_of(uint64_t ref)
{
    return (unsigned)(spread(ref) % STOCK_CNT);
}

static uint64_t shares_of(uint64_t ref)
{
    return 100 * (spread(ref) % 9 + 1);
}

static uint64_t price_of(uint64_t ref)
{
    uint64_t r = spread(ref);
    return 1000000 + (r & 1) * 3000 + (r >> 5) % 30 * 100;
}

static void add_order(struct make *make, uint64_t ref)
{
    add_itch_head(make, 36, 'A', stock_of(ref));
    add_be(make, ref, 8);
    add_be(make, spread(ref) & 1 ? 'S' : 'B', 1);
    add_be(make, shares_of(ref), 4);
    add_stock(make, stock_of(ref));
    add_be(make, price_of(ref), 4);
}

static void add_removal(struct make *make, char type, uint64_t ref)
{
    add_itch_head(make, type == 'D' ? 19 : type == 'X' ? 23 : 31, type, stock_of(ref));
    add_be(make, ref, 8);
    if (type != 'D')
        add_be(make, shares_of(ref), 4);
    if (type == 'E')
        add_be(make, make->step, 8);
}

static void add_replacement(struct make *make, uint64_t old_ref, uint64_t new_ref)
{
    add_itch_head(make, 35, 'U', stock_of(old_ref));
    add_be(make, old_ref, 8);
    add_be(make, new_ref, 8);
    add_be(make, shares_of(new_ref), 4);
    add_be(make, price_of(old_ref) + 100, 4);
}

static void add_hidden_trade(struct make *make, uint64_t step)
{
    add_itch_head(make, 44, 'P', stock_of(step));
    add_be(make, 0, 8);
    add_be(make, 'B', 1);
    add_be(make, shares_of(step), 4);
    add_stock(make, stock_of(step));
    add_be(make, price_of(step), 4);
    add_be(make, step, 8);
}

/* What an odd step does with the order that was added LIVE_CNT orders ago. */
static char fate_of(uint64_t step)
{
    unsigned r = (unsigned)(spread(step) >> 8) % 100;
    return r < 8 ? 'U' : r < 10 ? 'X' : r < 20 ? 'E' : 'D';
}

/* Even steps add an order, odd ones end one; one that replaced another is deleted LIVE_CNT orders later. */
void make_itch(struct make *make)
{
    uint64_t step = make->step;
    uint64_t past = 2 * LIVE_CNT;
    if (step == 0)
        add_directory(make);
    if (spread(step) % 100 < 2)
        add_hidden_trade(make, step);
    if (step % 2 == 0) {
        add_order(make, step);
        return;
    }
    if (step < past + 2)
        return;
    if (fate_of(step) == 'U')
        add_replacement(make, step - past - 1, step);
    else
        add_removal(make, fate_of(step), step - past - 1);
    if (step >= 2 * past + 2 && fate_of(step - past) == 'U')
        add_removal(make, 'D', step - past);
}
