/* audit.h - what --validate finds out about the ticks of an input.  Memory does not grow with the input. */
#ifndef FEED_AUDIT_H
#define FEED_AUDIT_H

#include "feed/source/source.h"

#define AUDIT_SYMBOL_MAX 65536 /* symbols that are told apart, as many as a lane holds */
#define AUDIT_RECENT_CNT (1 << 20) /* trade numbers that are remembered, roughly the latest */

struct audit_symbol {
    uint64_t hash; /* of name and venue */
    uint64_t trade_cnt;
    uint64_t quote_cnt;
    uint64_t update_cnt;
    uint64_t last_id; /* of its latest trade, 0: none */
    uint8_t len; /* 0: free */
    uint8_t venue_len; /* 0: the input does not say */
    char name[SOURCE_SYMBOL_MAX];
    char venue[SOURCE_SYMBOL_MAX];
};

struct audit {
    uint64_t trade_cnt;
    uint64_t quote_cnt;
    uint64_t update_cnt; /* of orders */
    int64_t first_ts_ns; /* event times of the first and the last tick, in the order of the input */
    int64_t last_ts_ns;
    uint64_t back_cnt; /* times earlier than the one before */
    int64_t back_max_ns;
    uint64_t equal_cnt; /* times equal to the one before */
    int64_t silence_ns; /* longest time between two ticks, and when it began */
    int64_t silence_ts_ns;
    uint64_t crossed_cnt; /* quotes with bid > ask */
    uint64_t locked_cnt; /* bid == ask */
    uint64_t one_sided_cnt;
    uint64_t empty_cnt; /* neither side */
    uint64_t duplicate_cnt; /* trade numbers of a symbol that were there before, among those remembered */
    uint64_t id_back_cnt; /* numbers below the one before, of the symbol, that were not there before */
    uint64_t id_gap_cnt; /* jumps in the numbers of a symbol */
    uint64_t id_missing_cnt; /* numbers left out in them */
    struct audit_symbol *symbol; /* by hash; a symbol on two venues is two */
    struct audit_symbol *latest; /* that of the tick before, which most ticks repeat */
    uint32_t symbol_cnt;
    uint64_t unlisted_cnt; /* ticks of symbols beyond AUDIT_SYMBOL_MAX */
    uint64_t *recent;
};

/* audit_init - 0 or -ENOMEM; after it audit_free. */
int audit_init(struct audit *audit);

/* audit_add - takes the next tick. */
void audit_add(struct audit *audit, const struct source_record *rec);

/* audit_busiest - stores the symbols with most ticks, most first, at most max of them; returns how many. */
uint32_t audit_busiest(const struct audit *audit, const struct audit_symbol **symbol, uint32_t max);

/* audit_free - harmless when nothing is held. */
void audit_free(struct audit *audit);

#endif
