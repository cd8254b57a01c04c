/* packet_help.h - captures made byte by byte for tests, and sources opened on them. */
#ifndef TESTS_PACKET_HELP_H
#define TESTS_PACKET_HELP_H

#include "source_help.h"

#include "exitcode.h"

struct bytes {
    size_t len;
    unsigned char at[1 << 18];
};

static inline void add(struct bytes *b, const void *data, size_t len)
{
    assert_true(b->len + len <= sizeof(b->at));
    memcpy(b->at + b->len, data, len);
    b->len += len;
}

static inline void add_text(struct bytes *b, const char *text)
{
    add(b, text, strlen(text));
}

static inline void put(unsigned char *at, bool big, uint64_t value, size_t len)
{
    for (size_t i = 0; i < len; i++)
        at[i] = (unsigned char)(value >> 8 * (big ? len - 1 - i : i));
}

static inline void add_int(struct bytes *b, bool big, uint64_t value, size_t len)
{
    unsigned char bytes[8];
    put(bytes, big, value, len);
    add(b, bytes, len);
}

static inline void add_le(struct bytes *b, uint64_t value, size_t len)
{
    add_int(b, false, value, len);
}

static inline void add_be(struct bytes *b, uint64_t value, size_t len)
{
    add_int(b, true, value, len);
}

/* Layers around what is behind: the payload's bytes must be added next. */

static inline void add_udp(struct bytes *b, uint16_t port, size_t payload_len)
{
    add_be(b, 1000, 2);
    add_be(b, port, 2);
    add_be(b, 8 + payload_len, 2);
    add_be(b, 0, 2);
}

static inline void add_ipv4(struct bytes *b, uint8_t protocol, size_t payload_len)
{
    add_be(b, 0x45, 1);
    add_be(b, 0, 1);
    add_be(b, 20 + payload_len, 2);
    add_be(b, 0x12344000, 4); /* an identification, "do not fragment" */
    add_be(b, 1, 1);
    add_be(b, protocol, 1);
    add_be(b, 0, 2);
    add_be(b, 0x0A000001, 4);
    add_be(b, 0xE9000001, 4);
}

static inline void add_ethernet(struct bytes *b, uint16_t type)
{
    add_text(b, "\x01\x01\x5E\x01\x01\x01\x02\x02\x02\x02\x02\x02");
    add_be(b, type, 2);
}

#define PACKET_HEADERS_LEN (14 + 20 + 8)

/* The Ethernet packet of a datagram. */
static inline void add_packet(struct bytes *b, uint16_t port, const struct bytes *payload)
{
    add_ethernet(b, 0x0800);
    add_ipv4(b, 17, 8 + payload->len);
    add_udp(b, port, payload->len);
    add(b, payload->at, payload->len);
}

/* pcap. */

#define MAGIC_US 0xA1B2C3D4
#define MAGIC_NS 0xA1B23C4D

static inline void add_pcap(struct bytes *b, bool big, uint32_t magic, uint32_t link)
{
    add_int(b, big, magic, 4);
    add_int(b, big, 2, 2);
    add_int(b, big, 4, 2);
    add_int(b, big, 0, 8);
    add_int(b, big, 65535, 4);
    add_int(b, big, link, 4);
}

static inline void add_record_head(struct bytes *b, bool big, uint32_t s, uint32_t fraction, size_t len,
                                   size_t wire_len)
{
    add_int(b, big, s, 4);
    add_int(b, big, fraction, 4);
    add_int(b, big, len, 4);
    add_int(b, big, wire_len, 4);
}

#define RECORD_S 1499697226u /* 2017-07-10T14:33:46Z */

/* A record of a datagram in Ethernet, captured at RECORD_S and one microsecond. */
static inline void add_record(struct bytes *b, uint16_t port, const struct bytes *payload)
{
    size_t len = PACKET_HEADERS_LEN + payload->len;
    add_record_head(b, false, RECORD_S, 1, len, len);
    add_packet(b, port, payload);
}

/* pcapng. */

static inline size_t block_begin(struct bytes *b, bool big, uint32_t type)
{
    size_t at = b->len;
    add_int(b, big, type, 4);
    add_int(b, big, 0, 4);
    return at;
}

static inline void block_end(struct bytes *b, bool big, size_t at)
{
    while (b->len % 4 != at % 4)
        add_le(b, 0, 1);
    size_t len = b->len - at + 4;
    put(b->at + at + 4, big, len, 4);
    add_int(b, big, len, 4);
}

static inline void add_section(struct bytes *b, bool big)
{
    size_t at = block_begin(b, big, 0x0A0D0D0A);
    add_int(b, big, 0x1A2B3C4D, 4);
    add_int(b, big, 1, 2);
    add_int(b, big, 0, 2);
    add_int(b, big, UINT64_MAX, 8);
    block_end(b, big, at);
}

/* options: as they lie in the block, NULL: none. */
static inline void add_interface(struct bytes *b, bool big, uint16_t link, uint32_t snap_len,
                                 const struct bytes *options)
{
    size_t at = block_begin(b, big, 1);
    add_int(b, big, link, 2);
    add_int(b, big, 0, 2);
    add_int(b, big, snap_len, 4);
    if (options != NULL)
        add(b, options->at, options->len);
    block_end(b, big, at);
}

static inline void add_enhanced(struct bytes *b, bool big, uint32_t interface, uint64_t t, size_t wire_len,
                                const void *packet, size_t len)
{
    size_t at = block_begin(b, big, 6);
    add_int(b, big, interface, 4);
    add_int(b, big, t >> 32, 4);
    add_int(b, big, t, 4);
    add_int(b, big, len, 4);
    add_int(b, big, wire_len, 4);
    add(b, packet, len);
    block_end(b, big, at);
}

/* IEX-TP. */

#define TOPS_1_5 0x8002
#define TOPS 0x8003
#define DEEP 0x8004

static inline void add_iex_symbol(struct bytes *b, const char *symbol)
{
    char padded[9];
    snprintf(padded, sizeof(padded), "%-8s", symbol);
    add(b, padded, 8);
}

/* A message: its length, and what all have. */
static inline void add_iex_head(struct bytes *b, size_t len, char type, uint8_t flags, int64_t ts_ns,
                                const char *symbol)
{
    add_le(b, len, 2);
    add(b, &type, 1);
    add_le(b, flags, 1);
    add_le(b, (uint64_t)ts_ns, 8);
    add_iex_symbol(b, symbol);
}

static inline void add_iex_trade(struct bytes *b, int64_t ts_ns, const char *symbol, uint32_t size,
                                 int64_t price, uint64_t id)
{
    add_iex_head(b, 38, 'T', 0x40, ts_ns, symbol);
    add_le(b, size, 4);
    add_le(b, (uint64_t)price, 8);
    add_le(b, id, 8);
}

static inline void add_iex_quote(struct bytes *b, int64_t ts_ns, const char *symbol, uint32_t bid_size,
                                 int64_t bid, int64_t ask, uint32_t ask_size)
{
    add_iex_head(b, 42, 'Q', 0, ts_ns, symbol);
    add_le(b, bid_size, 4);
    add_le(b, (uint64_t)bid, 8);
    add_le(b, (uint64_t)ask, 8);
    add_le(b, ask_size, 4);
}

static inline void add_iex_level(struct bytes *b, char side, bool is_end, int64_t ts_ns, const char *symbol,
                                 uint32_t size, int64_t price)
{
    add_iex_head(b, 30, side, is_end, ts_ns, symbol);
    add_le(b, size, 4);
    add_le(b, (uint64_t)price, 8);
}

static inline void add_iex_segment(struct bytes *b, uint16_t protocol, uint32_t session, uint64_t sequence,
                                   const struct bytes *messages, unsigned cnt)
{
    add_le(b, 1, 2);
    add_le(b, protocol, 2);
    add_le(b, 1, 4);
    add_le(b, session, 4);
    add_le(b, messages->len, 2);
    add_le(b, cnt, 2);
    add_le(b, 0, 8);
    add_le(b, sequence, 8);
    add_le(b, UINT64_C(1499697226594103034), 8);
    add(b, messages->at, messages->len);
}

/* MoldUDP64 and ITCH. */

static inline void add_mold(struct bytes *b, const char *session, uint64_t sequence, unsigned cnt,
                            const struct bytes *messages)
{
    assert_int_equal(strlen(session), 10);
    add_text(b, session);
    add_be(b, sequence, 8);
    add_be(b, cnt, 2);
    add(b, messages->at, messages->len);
}

/* A hidden trade of ABC at 1.2345. */
static inline void add_itch_trade(struct bytes *b, uint64_t since_midnight_ns, uint32_t shares,
                                  uint64_t match)
{
    add_be(b, 44, 2);
    add_text(b, "P");
    add_be(b, 7, 2);
    add_be(b, 0, 2);
    add_be(b, since_midnight_ns, 6);
    add_be(b, 0, 8);
    add_text(b, "B");
    add_be(b, shares, 4);
    add_text(b, "ABC     ");
    add_be(b, 12345, 4);
    add_be(b, match, 8);
}

/* Sources on bytes. */

/* Makes b the input of a source, to be opened with source_open. */
static inline void give_bytes(struct opened *o, const struct bytes *b)
{
    snprintf(o->path, sizeof(o->path), "capture");
    o->src.path = o->path;
    assert_int_equal(input_open_bytes(&o->src.input, o->path, b->at, b->len), 0);
}

static inline enum source_result open_bytes(struct opened *o, const struct bytes *b)
{
    give_bytes(o, b);
    return source_open(&o->src, source_find("pcap", false));
}

static inline void open_capture(struct opened *o, const struct bytes *b)
{
    enum source_result result = open_bytes(o, b);
    if (result != SOURCE_OK)
        print_error("%s\n", o->src.error);
    assert_int_equal(result, SOURCE_OK);
}

static inline void expect_fatal(struct opened *o, int exit_code, const char *place, const char *part)
{
    assert_int_equal(next(o), SOURCE_FATAL);
    expect_error(o, place, part);
    assert_int_equal(o->src.exit_code, exit_code);
}

static inline void expect_next(struct opened *o, enum source_result want)
{
    enum source_result result = next(o);
    if (result != want && (result == SOURCE_BAD || result == SOURCE_FATAL))
        print_error("%s\n", o->src.error);
    assert_int_equal(result, want);
}

/* How often a note of this kind was made. */
static inline uint64_t note_cnt(const struct source *src, const char *kind)
{
    for (size_t i = 0; i < SOURCE_TALLY_MAX && src->note[i].kind != NULL; i++)
        if (strcmp(src->note[i].kind, kind) == 0)
            return src->note[i].cnt;
    return 0;
}

#endif
