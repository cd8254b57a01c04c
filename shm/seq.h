/* seq.h - sequences.  A lane's ticks are numbered from 0 and never renumbered; the word `seq` of a slot
 * holds the number plus one of the tick that is in it, so that a fresh slot (0) holds none.  While a
 * tick is being written the word carries TR_SEQ_BUSY with it: "writing n" and "writing n + N" differ,
 * and a mark left behind by a kill is understood. */
#ifndef TR_SEQ_H
#define TR_SEQ_H

#include "base.h"

#define TR_SEQ_BUSY (UINT64_C(1) << 63)

static inline bool tr_seq_is_busy(uint64_t seq)
{
    return (seq & TR_SEQ_BUSY) != 0;
}

/* How many ticks must have been published for a slot's word to be `seq`: all before a busy one are. */
static inline uint64_t tr_seq_published(uint64_t seq)
{
    return tr_seq_is_busy(seq) ? (seq & ~TR_SEQ_BUSY) - 1 : seq;
}

#endif
