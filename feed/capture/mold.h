/* mold.h - MoldUDP64 packets with NASDAQ ITCH 5.0 messages, as ticks.
 *
 * Source: MoldUDP64 Protocol Specification, downstream packets.  Each session has a book of its own and is of
 * one day: that of the command line or the file's name, else the day in New York on which its first packet was
 * captured. */
#ifndef FEED_MOLD_H
#define FEED_MOLD_H

#include "feed/source/source.h"

#define MOLD_SESSION_MAX 16 /* that have not told their end */

enum mold_kind {
    MOLD_NONE,
    MOLD_DAMAGED, /* of a session that is known, but its messages do not fill it */
    MOLD_PACKET,
};

struct mold;

/* mold_new - no session yet; venue and, if it has one, the day are those of id.  NULL: out of memory. */
struct mold *mold_new(struct source *src, const struct source_identity *id);

/* mold_kind - what a datagram to this UDP port is: one is a packet if its messages fill it exactly. */
enum mold_kind mold_kind(const struct mold *mold, const unsigned char *payload, size_t len, uint16_t port);

/* mold_begin - takes a datagram that is a MOLD_PACKET, which begins at offset of the input and was received at
 * ts_recv_ns (0: not known); its bytes must stay until mold_next has told its end.
 * SOURCE_OK; SOURCE_FATAL: out of memory, or more than MOLD_SESSION_MAX sessions. */
enum source_result mold_begin(struct mold *mold, const unsigned char *payload, size_t len, uint16_t port,
                              uint64_t offset, int64_t ts_recv_ns);

/* mold_next - the next record of that datagram.  SOURCE_OK; SOURCE_END: no more; SOURCE_BAD and SOURCE_FATAL
 * as itch_message. */
enum source_result mold_next(struct mold *mold, struct source_record *rec);

/* mold_free - harmless on NULL. */
void mold_free(struct mold *mold);

#endif
