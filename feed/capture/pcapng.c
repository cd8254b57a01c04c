/* The blocks of a pcapng file.  Source: draft-ietf-opsawg-pcapng. */
#include "capture_read.h"

#include "exitcode.h"
#include "timetext.h"

#define MAGIC_ORDER 0x1A2B3C4Du /* in a section header */

enum block_type {
    BLOCK_INTERFACE = 1,
    BLOCK_OLD_PACKET = 2,
    BLOCK_SIMPLE_PACKET = 3,
    BLOCK_ENHANCED_PACKET = 6,
    BLOCK_SECTION = 0x0A0D0D0A, /* the same in both byte orders */
};

#define BLOCK_HEAD_LEN 8 /* type and length */
#define BLOCK_TAIL_LEN 4 /* the length again */
#define BLOCK_MIN (BLOCK_HEAD_LEN + BLOCK_TAIL_LEN)
#define SECTION_LEN 16 /* body before the options */
#define SECTION_MAJOR 1
#define INTERFACE_LEN 8 /* body before the options */
#define PACKET_HEAD_LEN 20 /* body before the bytes of an enhanced or old packet */
#define SIMPLE_HEAD_LEN 4

#define OPTION_END 0
#define OPTION_TIME_RESOLUTION 9 /* if_tsresol */
#define OPTION_TIME_OFFSET 14 /* if_tsoffset */
#define OPTION_HEAD_LEN 4
#define RESOLUTION_DEFAULT 6
#define RESOLUTION_BINARY 0x80 /* the exponent is of 2, not of 10 */
#define RESOLUTION_MAX 28 /* what is finer than 10^-28 s has no nanosecond in 64 bits */

/* The body of a block, which is whole. */
struct block {
    const unsigned char *body;
    size_t len;
    uint64_t offset; /* of the body */
};

static size_t padded(size_t len)
{
    return (len + 3) & ~(size_t)3;
}

bool pcapng_is_section(const unsigned char *bytes, size_t len)
{
    if (wire_le32(bytes) != BLOCK_SECTION)
        return false;
    return len < BLOCK_MIN || wire_le32(bytes + BLOCK_HEAD_LEN) == MAGIC_ORDER
           || wire_be32(bytes + BLOCK_HEAD_LEN) == MAGIC_ORDER;
}

static bool set_resolution(struct capture_interface *to, uint8_t resolution)
{
    uint8_t exponent = resolution & (uint8_t)~RESOLUTION_BINARY;
    to->mul = TIME_NS_PER_S;
    to->div = 1;
    to->shift = 0;
    if (resolution & RESOLUTION_BINARY) {
        to->shift = exponent;
        return true;
    }
    for (unsigned i = 0; i < exponent && i < RESOLUTION_MAX; i++) {
        if (to->mul > 1)
            to->mul /= 10;
        else
            to->div *= 10;
    }
    return exponent <= RESOLUTION_MAX;
}

static enum source_result take_option(struct capture *cap, struct source *src, struct capture_interface *to,
                                      uint16_t code, const unsigned char *value, uint16_t len,
                                      uint64_t offset)
{
    if (code == OPTION_TIME_RESOLUTION && (len != 1 || !set_resolution(to, value[0])))
        return source_fail_at(src, offset, "a time resolution of an interface that is not read");
    if (code == OPTION_TIME_OFFSET && len != 8)
        return source_fail_at(src, offset, "a time offset of %u bytes, expected 8", len);
    if (code == OPTION_TIME_OFFSET)
        to->offset_s = (int64_t)capture_get64(cap, value);
    return SOURCE_OK;
}

static enum source_result take_options(struct capture *cap, struct source *src, struct capture_interface *to,
                                       const unsigned char *options, size_t len, uint64_t offset)
{
    for (size_t at = 0; at + OPTION_HEAD_LEN <= len;) {
        uint16_t code = capture_get16(cap, options + at);
        uint16_t value_len = capture_get16(cap, options + at + 2);
        size_t value_at = at + OPTION_HEAD_LEN;
        if (code == OPTION_END)
            return SOURCE_OK;
        if (value_len > len - value_at)
            return source_fail_at(src, offset + at, "an option of %u bytes goes beyond its block", value_len);
        enum source_result result =
            take_option(cap, src, to, code, options + value_at, value_len, offset + at);
        if (result != SOURCE_OK)
            return result;
        at = value_at + padded(value_len);
    }
    return SOURCE_OK;
}

static enum source_result take_interface(struct capture *cap, struct source *src, const struct block *block)
{
    if (block->len < INTERFACE_LEN)
        return source_fail_at(src, block->offset, "an interface description of %zu bytes", block->len);
    if (cap->interface_cnt == CAPTURE_INTERFACE_MAX) {
        source_fail(src, EXIT_CODE_TEMPFAIL, "more than %d interfaces", CAPTURE_INTERFACE_MAX);
        return SOURCE_FATAL;
    }
    struct capture_interface *to = &cap->interface[cap->interface_cnt++];
    to->link = capture_get16(cap, block->body);
    to->snap_len = capture_get32(cap, block->body + 4);
    to->offset_s = 0;
    set_resolution(to, RESOLUTION_DEFAULT);
    return take_options(cap, src, to, block->body + INTERFACE_LEN, block->len - INTERFACE_LEN,
                        block->offset + INTERFACE_LEN);
}

/* 0 for a time that has no nanoseconds in 64 bits. */
static int64_t block_time(struct source *src, const struct capture_interface *from, uint64_t t,
                          uint64_t offset)
{
    unsigned __int128 ns = (unsigned __int128)t * from->mul >> from->shift;
    if (from->div > 1) /* then mul is 1 and shift 0 */
        ns = (uint64_t)ns / from->div;
    __int128 all_ns = (__int128)ns + (__int128)from->offset_s * TIME_NS_PER_S;
    if (all_ns >= 0 && all_ns <= INT64_MAX)
        return (int64_t)all_ns;
    source_note_at(src, "packet time outside 1970 to 2262", offset);
    return 0;
}

static enum source_result take_packet(struct capture *cap, struct source *src, const struct block *block,
                                      bool is_old, struct capture_packet *packet)
{
    const unsigned char *body = block->body;
    if (block->len < PACKET_HEAD_LEN)
        return source_fail_at(src, block->offset, "a packet block with a body of %zu bytes", block->len);
    uint32_t len = capture_get32(cap, body + 12);
    if (len > CAPTURE_PACKET_MAX)
        return capture_too_long(src, block->offset + 12, len);
    if (padded(len) > block->len - PACKET_HEAD_LEN)
        return source_fail_at(src, block->offset + 12, "a packet of %u bytes goes beyond its block", len);
    uint32_t id = is_old ? capture_get16(cap, body) : capture_get32(cap, body);
    if (id >= cap->interface_cnt)
        return source_bad_at(src, BAD_MESSAGE, block->offset, "interface %u of only %u", id,
                             cap->interface_cnt);
    uint64_t t = (uint64_t)capture_get32(cap, body + 4) << 32 | capture_get32(cap, body + 8);
    *packet = (struct capture_packet){
        .bytes = body + PACKET_HEAD_LEN,
        .len = len,
        .is_cut = capture_get32(cap, body + 16) > len,
        .link = cap->interface[id].link,
        .ts_ns = block_time(src, &cap->interface[id], t, block->offset),
        .offset = block->offset + PACKET_HEAD_LEN,
    };
    return SOURCE_OK;
}

/* A simple packet tells neither its time nor how much of it was captured. */
static enum source_result take_simple(struct capture *cap, struct source *src, const struct block *block,
                                      struct capture_packet *packet)
{
    if (block->len < SIMPLE_HEAD_LEN)
        return source_fail_at(src, block->offset, "a packet block with an empty body");
    if (cap->interface_cnt == 0)
        return source_bad_at(src, BAD_MESSAGE, block->offset, "a packet before any interface");
    uint32_t wire_len = capture_get32(cap, block->body);
    uint32_t snap_len = cap->interface[0].snap_len;
    uint32_t len = snap_len != 0 && snap_len < wire_len ? snap_len : wire_len;
    if (len > CAPTURE_PACKET_MAX)
        return capture_too_long(src, block->offset, len);
    if (padded(len) > block->len - SIMPLE_HEAD_LEN)
        return source_fail_at(src, block->offset, "a packet of %u bytes goes beyond its block", len);
    source_note_at(src, "packet without a time", block->offset);
    *packet = (struct capture_packet){
        .bytes = block->body + SIMPLE_HEAD_LEN,
        .len = len,
        .is_cut = wire_len > len,
        .link = cap->interface[0].link,
        .offset = block->offset + SIMPLE_HEAD_LEN,
    };
    return SOURCE_OK;
}

static enum source_result take_section(struct capture *cap, struct source *src, const struct block *block)
{
    if (block->len < SECTION_LEN)
        return source_fail_at(src, block->offset, "a section header with a body of %zu bytes", block->len);
    uint16_t major = capture_get16(cap, block->body + 4);
    if (major != SECTION_MAJOR)
        return source_fail_at(src, block->offset + 4, "pcapng of version %u, only %d is read", major,
                              SECTION_MAJOR);
    cap->in_section = true;
    cap->interface_cnt = 0;
    return SOURCE_OK;
}

/* What a whole block says.  SOURCE_OK without bytes in packet: it was no packet. */
static enum source_result take_block(struct capture *cap, struct source *src, uint32_t type,
                                     const struct block *block, struct capture_packet *packet)
{
    switch (type) {
    case BLOCK_SECTION:
        return take_section(cap, src, block);
    case BLOCK_INTERFACE:
        return take_interface(cap, src, block);
    case BLOCK_SIMPLE_PACKET:
        return take_simple(cap, src, block, packet);
    default:
        return take_packet(cap, src, block, type == BLOCK_OLD_PACKET, packet);
    }
}

static enum source_result unequal_lengths(struct source *src, uint64_t offset, uint32_t len,
                                          uint32_t tail_len)
{
    return source_fail_at(src, offset, "the block says %u bytes at its beginning, %u at its end", len,
                          tail_len);
}

/* What is left of a block that is not read, in pieces as they come. */
static enum source_result pass_block(struct capture *cap, struct source *src)
{
    while (cap->pass_len > 0) {
        const unsigned char *bytes;
        size_t len;
        bool at_tail = cap->pass_len == BLOCK_TAIL_LEN;
        enum source_result result = source_bytes(src, at_tail ? BLOCK_TAIL_LEN : 1, &bytes, &len);
        if (result == SOURCE_END)
            return source_fail_at(src, cap->pass_offset, "the last block is cut: %zu of %u bytes",
                                  cap->pass_total_len - cap->pass_len + len, cap->pass_total_len);
        if (result != SOURCE_OK)
            return result;
        if (at_tail && capture_get32(cap, bytes) != cap->pass_total_len)
            return unequal_lengths(src, cap->pass_offset, cap->pass_total_len, capture_get32(cap, bytes));
        size_t left_len = at_tail ? BLOCK_TAIL_LEN : cap->pass_len - BLOCK_TAIL_LEN;
        size_t n = len < left_len ? len : left_len;
        input_take(&src->input, n);
        cap->pass_len -= (uint32_t)n;
    }
    return SOURCE_OK;
}

static bool is_known_block(uint32_t type)
{
    return type == BLOCK_SECTION || type == BLOCK_INTERFACE || type == BLOCK_OLD_PACKET
           || type == BLOCK_SIMPLE_PACKET || type == BLOCK_ENHANCED_PACKET;
}

/* Type and length of the block that begins here; a section header also tells the byte order. */
static enum source_result block_head(struct capture *cap, struct source *src, const unsigned char *bytes,
                                     uint32_t *type, uint32_t *len)
{
    uint64_t offset = input_offset(&src->input);
    *type = capture_get32(cap, bytes);
    if (*type == BLOCK_SECTION) {
        cap->is_big = wire_be32(bytes + BLOCK_HEAD_LEN) == MAGIC_ORDER;
        if (!cap->is_big && wire_le32(bytes + BLOCK_HEAD_LEN) != MAGIC_ORDER)
            return source_fail_at(src, offset + BLOCK_HEAD_LEN, "a section header without its byte order");
    } else if (!cap->in_section) {
        return source_fail_at(src, offset, "no section header at the beginning");
    }
    *len = capture_get32(cap, bytes + 4);
    uint32_t max = is_known_block(*type) ? INPUT_LINE_MAX : CAPTURE_BLOCK_MAX;
    if (*len < BLOCK_MIN || *len % 4 != 0 || *len > max)
        return source_fail_at(src, offset + 4,
                              "a block of %u bytes, expected %d to %u"
                              " in steps of 4",
                              *len, BLOCK_MIN, max);
    return SOURCE_OK;
}

static enum source_result next_block(struct capture *cap, struct source *src, struct capture_packet *packet)
{
    const unsigned char *bytes;
    size_t len;
    uint32_t type = 0;
    uint32_t whole_len = 0;
    enum source_result result = capture_bytes(src, BLOCK_MIN, &bytes, &len);
    if (result == SOURCE_OK)
        result = block_head(cap, src, bytes, &type, &whole_len);
    if (result != SOURCE_OK)
        return result;
    if (!is_known_block(type)) {
        cap->pass_len = cap->pass_total_len = whole_len;
        cap->pass_offset = input_offset(&src->input);
        return SOURCE_OK;
    }
    if (len < whole_len)
        result = capture_bytes(src, whole_len, &bytes, &len);
    if (result != SOURCE_OK)
        return result;
    uint64_t offset = input_offset(&src->input);
    uint32_t tail_len = capture_get32(cap, bytes + whole_len - BLOCK_TAIL_LEN);
    if (tail_len != whole_len)
        return unequal_lengths(src, offset, whole_len, tail_len);
    cap->held_len = whole_len;
    struct block block = {bytes + BLOCK_HEAD_LEN, whole_len - BLOCK_MIN, offset + BLOCK_HEAD_LEN};
    return take_block(cap, src, type, &block, packet);
}

enum source_result pcapng_next(struct capture *cap, struct source *src, struct capture_packet *packet)
{
    enum source_result result;
    packet->bytes = NULL;
    do {
        input_take(&src->input, cap->held_len);
        cap->held_len = 0;
        result = pass_block(cap, src);
        if (result == SOURCE_OK)
            result = next_block(cap, src, packet);
    } while (result == SOURCE_OK && packet->bytes == NULL);
    return result;
}
