#include "itch_frame.h"

#include "stocks.h"
#include "timetext.h"

#define SURE_CNT 3 /* messages that are right, then it is ITCH */

static bool has_symbol(const unsigned char *symbol)
{
    return stock_symbol_len(symbol) > 0;
}

/* Whether the content of a message is what its type has. */
static bool looks_right(const unsigned char *msg)
{
    if ((wire_be64(msg + 3) & UINT64_C(0xFFFFFFFFFFFF)) >= (uint64_t)TIME_NS_PER_DAY)
        return false;
    switch (msg[0]) {
    case 'S':
        return msg[11] >= 'A' && msg[11] <= 'Z';
    case 'R':
        return has_symbol(msg + 11);
    case 'A':
    case 'F':
    case 'P':
        return (msg[19] == 'B' || msg[19] == 'S') && has_symbol(msg + 24);
    default:
        return true;
    }
}

/* Whether the first messages are right, or all there are and the beginning of one more. */
static bool frames_fit(enum itch_framing framing, const unsigned char *bytes, size_t len)
{
    size_t at = 0;
    for (int cnt = 0; cnt < SURE_CNT; cnt++) {
        struct itch_frame frame = itch_frame_at(framing, bytes + at, len - at);
        if (frame.kind == ITCH_FRAME_PART)
            return cnt > 0;
        if (frame.kind != ITCH_FRAME_WHOLE || itch_length(bytes[at + frame.head_len]) == 0
            || !looks_right(bytes + at + frame.head_len))
            return false;
        at += frame.len;
    }
    return true;
}

/* Without lengths little is sure: only what begins a day or a book, and no text. */
static bool fits_unframed(const unsigned char *bytes, size_t len)
{
    size_t first_len = itch_length(bytes[0]);
    return memchr("SRAF", bytes[0], 4) != NULL && len >= first_len && memchr(bytes, '\0', first_len) != NULL
           && frames_fit(ITCH_BARE, bytes, len);
}

/* The same with lengths in the wrong order: told when it is read. */
static bool fits_swapped(const unsigned char *bytes, size_t len)
{
    for (int cnt = 0; cnt < SURE_CNT; cnt++) {
        size_t want = len < ITCH_PREFIX_LEN + 1 ? 0 : itch_length(bytes[ITCH_PREFIX_LEN]);
        if (want == 0 || (size_t)(bytes[0] | bytes[1] << 8) != want || len < ITCH_PREFIX_LEN + want)
            return false;
        bytes += ITCH_PREFIX_LEN + want;
        len -= ITCH_PREFIX_LEN + want;
    }
    return true;
}

/* ITCH 4.1 begins with a second and a system event (6 bytes there): told when it is read. */
static bool fits_seconds(const unsigned char *bytes, size_t len)
{
    return len >= 10 && itch_is_seconds(wire_be16(bytes), bytes[2]) && wire_be16(bytes + 7) == 6
           && bytes[9] == 'S';
}

bool itch_detect(const char *text, size_t len)
{
    const unsigned char *bytes = (const unsigned char *)text;
    if (len < ITCH_PREFIX_LEN + 1)
        return false;
    enum itch_framing framing = wire_be16(bytes) == 0 ? ITCH_ZEROS : ITCH_LENGTHS;
    return frames_fit(framing, bytes, len) || fits_unframed(bytes, len) || fits_swapped(bytes, len)
           || fits_seconds(bytes, len);
}

enum itch_framing itch_framing_of(const unsigned char *bytes, size_t len)
{
    if (len > 0 && itch_length(bytes[0]) > 0)
        return ITCH_BARE; /* as the first byte of a length it would be a message of 16 kB and more */
    if (len > ITCH_PREFIX_LEN && wire_be16(bytes) == 0 && itch_length(bytes[ITCH_PREFIX_LEN]) > 0)
        return ITCH_ZEROS;
    return ITCH_LENGTHS;
}
