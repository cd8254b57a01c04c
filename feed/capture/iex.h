/* iex.h - segments of the IEX transport protocol with TOPS or DEEP messages, as ticks.
 *
 * Sources: the Investors Exchange Transport Protocol (IEX-TP), TOPS (1.5 and 1.6) and DEEP (1.0)
 * Specifications.  Trade reports are trades, quote updates (TOPS) and what price level updates (DEEP) do to the
 * best prices are quotes.  A message may be longer than it is known to be: IEX adds fields at its end. */
#ifndef FEED_IEX_H
#define FEED_IEX_H

#include "feed/source/source.h"

enum iex_kind {
    IEX_NONE, /* no segment of IEX-TP */
    IEX_FOREIGN, /* a segment with messages of another protocol (DEEP+, TOPS before 1.5) */
    IEX_READ,
};

struct iex;

/* iex_new - nothing seen yet; names that id has no venue for are of "iex".  NULL: out of memory. */
struct iex *iex_new(struct source *src, const struct source_identity *id);

/* iex_kind - what a datagram is by its first bytes. */
enum iex_kind iex_kind(const unsigned char *payload, size_t len);

/* iex_begin - takes a datagram that is IEX_READ, which begins at offset of the input and was received at
 * ts_recv_ns (0: not known); its bytes must stay until iex_next has told its end.
 * SOURCE_OK; SOURCE_BAD: lengths that do not fit, nothing is taken. */
enum source_result iex_begin(struct iex *iex, const unsigned char *payload, size_t len, uint64_t offset,
                             int64_t ts_recv_ns);

/* iex_next - the next record of that datagram; its names lie in it.
 * SOURCE_OK; SOURCE_END: no more; SOURCE_BAD: a malformed message, the next call goes on after it;
 * SOURCE_FATAL: out of memory, or a table is full. */
enum source_result iex_next(struct iex *iex, struct source_record *rec);

/* iex_free - harmless on NULL. */
void iex_free(struct iex *iex);

#endif
