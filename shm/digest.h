/* digest.h - one number for a stream of ticks: two streams with the same ticks in the same order have the
 * same digest, on any machine; any other pair has it by chance of about 2^-64.  It finds mistakes, it is
 * no protection against somebody who makes them on purpose.
 *
 * Hashed are the canonical fields: event time, kind, side, flags, the prices and sizes, a trade's number,
 * its receive time if flagged, and the names of symbol and venue with their lengths.  Not hashed: the ids
 * (they differ from ring to ring) and the publish time.
 *
 * The construction: a tick is eight 64-bit words w0..w7 = event time; kind | side << 8 | flags << 16;
 * the four words of the union (receive time 0 unless flagged); symbol's hash; venue's hash.  With
 * fold(a, b) = low xor high half of the 128-bit product,
 *     tick  = sum over i of fold(w[2i] ^ K[2i], w[2i+1] ^ K[2i+1])
 *     state = rotl(state ^ tick, 29) * M + A      value = mix(state ^ mix(count of ticks))
 * so that only one multiplication a tick waits for the tick before.  Bytes of names are taken eight at a
 * time, the first the lowest.  All is arithmetic on numbers, so byte order does not matter. */
#ifndef TR_DIGEST_H
#define TR_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#include "tick.h"

#define TR_DIGEST_TEXT_LEN 16

struct tr_digest {
    uint64_t state;
    uint64_t tick_cnt;
};

/* tr_digest_init - the digest of no ticks. */
void tr_digest_init(struct tr_digest *digest);

/* tr_digest_name - the hash of a name for tr_digest_tick; compute it once a name, not once a tick. */
uint64_t tr_digest_name(const char *text, size_t len);

/* tr_digest_tick - adds the next tick, whose symbol and venue have these name hashes. */
void tr_digest_tick(struct tr_digest *digest, const struct tr_tick *tick, uint64_t symbol_hash,
                    uint64_t venue_hash);

/* tr_digest_value - the digest of the ticks so far; more may be added after it. */
uint64_t tr_digest_value(const struct tr_digest *digest);

/* tr_digest_combine - the digest of several lanes, whose order among each other means nothing: the sum
 * modulo 2^64 of their values.  One lane: its own value; no lane: 0. */
uint64_t tr_digest_combine(const struct tr_digest *lane, size_t lane_cnt);

/* tr_digest_text - the value as 16 hexadecimal digits and a NUL. */
void tr_digest_text(uint64_t value, char text[TR_DIGEST_TEXT_LEN + 1]);

#endif
