/* itch_frame.h - where the messages of an ITCH file begin and end, and which files are of that kind.
 *
 * BinaryFILE (NASDAQ, BinaryFILE specification 1.00): two bytes of length, highest first, then the message; a
 * length of 0 ends the session.  Some programs write files with 0 in every length, or leave the lengths out:
 * there the type of a message tells it. */
#ifndef FEED_ITCH_FRAME_H
#define FEED_ITCH_FRAME_H

#include "feed/source/wire.h"
#include "itch.h"

#define ITCH_PREFIX_LEN 2
#define ITCH_UNKNOWN_MAX 512 /* bytes of a message of unknown type: those known have at most 50 */

enum itch_framing {
    ITCH_LENGTHS,
    ITCH_ZEROS, /* every length is 0 */
    ITCH_BARE, /* no lengths */
};

/* What begins at some place of the input. */
enum itch_frame_kind {
    ITCH_FRAME_WHOLE,
    ITCH_FRAME_PART, /* len: bytes that it needs as far as one sees now */
    ITCH_FRAME_END, /* of the session; nothing may follow */
    ITCH_FRAME_BROKEN, /* neither its length nor its type can be */
};

struct itch_frame {
    enum itch_frame_kind kind;
    size_t head_len;
    size_t len; /* with its head */
};

/* itch_is_seconds - ITCH 4.1 and older have messages with the second, and nanoseconds only in the others. */
static inline bool itch_is_seconds(uint16_t length, unsigned char type)
{
    return length == 5 && type == 'T';
}

/* itch_body_length - bytes of a message of that type behind that length (0: it tells nothing); 0: that cannot
 * be. */
static inline size_t itch_body_length(uint16_t length, unsigned char type)
{
    size_t by_type = itch_length(type);
    if (tr_likely(length == by_type) || length == 0)
        return by_type;
    return by_type == 0 && length <= ITCH_UNKNOWN_MAX && !itch_is_seconds(length, type) ? length : 0;
}

/* itch_frame_at - what these bytes (len >= 1) begin with. */
static inline struct itch_frame itch_frame_at(enum itch_framing framing, const unsigned char *bytes,
                                              size_t len)
{
    struct itch_frame frame = {.head_len = framing == ITCH_BARE ? 0 : ITCH_PREFIX_LEN};
    frame.len = frame.head_len + 1;
    frame.kind = ITCH_FRAME_PART;
    if (len < frame.len)
        return frame;
    uint16_t length = framing == ITCH_BARE ? 0 : wire_be16(bytes);
    size_t body_len = itch_body_length(length, bytes[frame.head_len]);
    if (tr_unlikely(body_len == 0)) {
        frame.kind = framing == ITCH_LENGTHS && length == 0 ? ITCH_FRAME_END : ITCH_FRAME_BROKEN;
        return frame;
    }
    frame.len = frame.head_len + body_len;
    frame.kind = len < frame.len ? ITCH_FRAME_PART : ITCH_FRAME_WHOLE;
    return frame;
}

/* itch_framing_of - that of a file which begins so and is known to be of the format. */
enum itch_framing itch_framing_of(const unsigned char *bytes, size_t len);

/* itch_detect - whether a file that begins so is of the format: three messages are whole and right, or all there
 * are.  True also for what only seems so and is refused when it is read: ITCH 4.1, and lengths with the low byte
 * first. */
bool itch_detect(const char *text, size_t len);

#endif
