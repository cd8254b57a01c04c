/* itch.h - messages of NASDAQ TotalView-ITCH 5.0 as ticks.  Framing is the caller's: a file has length
 * prefixes, a capture has MoldUDP64 packets.
 *
 * Source: NASDAQ TotalView-ITCH 5.0 specification.  Trades are E, C (printable), P and Q; quotes are the best
 * bid and ask of the book that A, F, E, C, X, D and U make. */
#ifndef FEED_ITCH_H
#define FEED_ITCH_H

#include "feed/source/outbox.h"
#include "feed/source/source.h"

struct itch;

extern const uint8_t itch_lengths[256]; /* for itch_length */

/* itch_length - bytes of a message of this type, 0: no type of ITCH 5.0. */
static inline size_t itch_length(unsigned char type)
{
    return itch_lengths[type];
}

#define ITCH_DAY_MAX_NS (INT64_MAX - 3 * INT64_C(86400000000000)) /* later days are not known */

/* itch_new - a decoder with an empty book; venue and day (up to ITCH_DAY_MAX_NS) are those of id, which is
 * copied.  NULL: out of memory. */
struct itch *itch_new(struct source *src, const struct source_identity *id);

/* itch_expect - this message will be handed to itch_message soon: what it is about comes into the cache. */
void itch_expect(const struct itch *itch, const unsigned char *msg, size_t len);

/* itch_message - takes one whole message (len >= 1), which begins at offset of the input, and adds the records
 * it makes, none or more, to box; their names stay valid as long as the decoder.
 * SOURCE_OK; SOURCE_BAD: a message of wrong length or content, nothing was added and the book is as before;
 * SOURCE_FATAL: out of memory, or a table is full. */
enum source_result itch_message(struct itch *itch, const unsigned char *msg, size_t len, uint64_t offset,
                                struct outbox *box);

/* itch_is_closed - whether the last system event was the one that ends the day's messages. */
bool itch_is_closed(const struct itch *itch);

/* itch_free - harmless on NULL. */
void itch_free(struct itch *itch);

#endif
