/* capture_read.h - what the readers of the two capture formats share; nobody else needs it. */
#ifndef FEED_CAPTURE_READ_H
#define FEED_CAPTURE_READ_H

#include "capture.h"
#include "feed/source/wire.h"

static inline uint16_t capture_get16(const struct capture *cap, const unsigned char *at)
{
    return cap->is_big ? wire_be16(at) : wire_le16(at);
}

static inline uint32_t capture_get32(const struct capture *cap, const unsigned char *at)
{
    return cap->is_big ? wire_be32(at) : wire_le32(at);
}

static inline uint64_t capture_get64(const struct capture *cap, const unsigned char *at)
{
    return cap->is_big ? wire_be64(at) : wire_le64(at);
}

/* capture_bytes - source_bytes for what has to be whole: SOURCE_END only before its first byte, else FATAL. */
static inline enum source_result capture_bytes(struct source *src, size_t want, const unsigned char **bytes,
                                               size_t *len)
{
    enum source_result result = source_bytes(src, want, bytes, len);
    if (result != SOURCE_END || *len == 0)
        return result;
    return source_fail_at(src, input_offset(&src->input), "the last packet is cut: %zu of %zu bytes", *len,
                          want);
}

/* capture_too_long - the error of a length, at offset, that no packet has. */
static inline enum source_result capture_too_long(struct source *src, uint64_t offset, uint32_t len)
{
    return source_fail_at(src, offset, "a packet of %u bytes, more than %d: is this where a packet begins?",
                          len, CAPTURE_PACKET_MAX);
}

/* pcapng_is_section - whether these bytes, at least 4, begin a pcapng file. */
bool pcapng_is_section(const unsigned char *bytes, size_t len);

/* pcapng_next - capture_next for a pcapng file. */
enum source_result pcapng_next(struct capture *cap, struct source *src, struct capture_packet *packet);

#endif
