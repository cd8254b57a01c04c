#include "feed/audit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "digest.h"

#define PARTS 64
#define TABLE_CNT (2 * AUDIT_SYMBOL_MAX) /* half full at most */

int audit_init(struct audit *audit)
{
    *audit = (struct audit){.symbol = calloc(TABLE_CNT, sizeof(*audit->symbol)),
                            .recent = calloc(AUDIT_RECENT_CNT, sizeof(*audit->recent))};
    if (audit->symbol != NULL && audit->recent != NULL)
        return 0;
    audit_free(audit);
    return -ENOMEM;
}

void audit_free(struct audit *audit)
{
    free(audit->symbol);
    free(audit->recent);
    audit->symbol = NULL;
    audit->recent = NULL;
}

static uint64_t mix(uint64_t a, uint64_t b)
{
    unsigned __int128 product = (unsigned __int128)(a ^ UINT64_C(0x9E3779B97F4A7C15)) * (b | 1);
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static bool is_same(const struct audit_symbol *symbol, const struct source_record *rec)
{
    return symbol->len == rec->symbol_len && symbol->venue_len == rec->venue_len
           && memcmp(symbol->name, rec->symbol, rec->symbol_len) == 0
           && memcmp(symbol->venue, rec->venue, rec->venue_len) == 0;
}

/* The entry of a symbol on its venue; NULL: there is no room for another. */
static struct audit_symbol *find(struct audit *audit, const struct source_record *rec)
{
    if (audit->latest != NULL && is_same(audit->latest, rec))
        return audit->latest;
    uint64_t hash =
        mix(tr_digest_name(rec->symbol, rec->symbol_len), tr_digest_name(rec->venue, rec->venue_len));
    uint32_t i = (uint32_t)(hash % TABLE_CNT);
    while (audit->symbol[i].len != 0 && (audit->symbol[i].hash != hash || !is_same(&audit->symbol[i], rec)))
        i = (i + 1) % TABLE_CNT;
    struct audit_symbol *symbol = &audit->symbol[i];
    if (symbol->len == 0 && audit->symbol_cnt == AUDIT_SYMBOL_MAX)
        return NULL;
    audit->latest = symbol;
    if (symbol->len != 0)
        return symbol;
    audit->symbol_cnt++;
    symbol->hash = hash;
    symbol->len = rec->symbol_len;
    memcpy(symbol->name, rec->symbol, rec->symbol_len);
    symbol->venue_len = rec->venue_len;
    memcpy(symbol->venue, rec->venue, rec->venue_len);
    return symbol;
}

static void check_time(struct audit *audit, int64_t ts_ns)
{
    bool is_first = audit->trade_cnt + audit->quote_cnt + audit->update_cnt == 0;
    int64_t step_ns = is_first ? 0 : ts_ns - audit->last_ts_ns; /* both are not before 1970: no overflow */
    if (is_first)
        audit->first_ts_ns = ts_ns;
    else if (step_ns == 0)
        audit->equal_cnt++;
    if (step_ns < 0) {
        audit->back_cnt++;
        if (-step_ns > audit->back_max_ns)
            audit->back_max_ns = -step_ns;
    }
    if (step_ns > audit->silence_ns) {
        audit->silence_ns = step_ns;
        audit->silence_ts_ns = audit->last_ts_ns;
    }
    audit->last_ts_ns = ts_ns;
}

static void check_quote(struct audit *audit, const struct tr_tick *tick)
{
    bool no_bid = (tick->flags & TR_TICK_NO_BID) != 0;
    bool no_ask = (tick->flags & TR_TICK_NO_ASK) != 0;
    audit->empty_cnt += no_bid && no_ask;
    audit->one_sided_cnt += no_bid != no_ask;
    if (no_bid || no_ask)
        return;
    audit->crossed_cnt += tick->bid_px > tick->ask_px;
    audit->locked_cnt += tick->bid_px == tick->ask_px;
}

/* Whether the number was seen lately; it is remembered from now on.  Neighbouring numbers have neighbouring
 * places, which are in the cache together, also where a venue numbers the trades of all its symbols; where each
 * symbol has numbers of its own, symbols begin at one of PARTS places. */
static bool was_seen(struct audit *audit, uint64_t hash, uint64_t id)
{
    uint64_t key = mix(hash, mix(id, id));
    uint64_t *place = &audit->recent[(id + hash % PARTS * (AUDIT_RECENT_CNT / PARTS)) % AUDIT_RECENT_CNT];
    bool seen = *place == key && key != 0;
    *place = key;
    return seen;
}

static void check_id(struct audit *audit, struct audit_symbol *symbol, uint64_t id)
{
    uint64_t last = symbol->last_id;
    if (id == 0)
        return;
    symbol->last_id = id;
    if (was_seen(audit, symbol->hash, id)) {
        audit->duplicate_cnt++;
    } else if (last != 0 && id < last) {
        audit->id_back_cnt++;
    } else if (last != 0 && id > last + 1) {
        audit->id_gap_cnt++;
        audit->id_missing_cnt += id - last - 1;
    }
}

void audit_add(struct audit *audit, const struct source_record *rec)
{
    const struct tr_tick *tick = &rec->tick;
    struct audit_symbol *symbol = find(audit, rec);
    bool is_trade = tick->kind == TR_TICK_TRADE;
    bool is_quote = tick->kind == TR_TICK_QUOTE;
    bool is_update = tick->kind == TR_TICK_UPDATE;
    check_time(audit, tick->ts_event_ns);
    audit->trade_cnt += is_trade;
    audit->quote_cnt += is_quote;
    audit->update_cnt += is_update;
    if (is_quote)
        check_quote(audit, tick);
    audit->unlisted_cnt += symbol == NULL;
    if (symbol == NULL)
        return;
    symbol->trade_cnt += is_trade;
    symbol->quote_cnt += is_quote;
    symbol->update_cnt += is_update;
    if (is_trade)
        check_id(audit, symbol, tick->id);
}

static uint64_t tick_cnt(const struct audit_symbol *symbol)
{
    return symbol->trade_cnt + symbol->quote_cnt + symbol->update_cnt;
}

uint32_t audit_busiest(const struct audit *audit, const struct audit_symbol **symbol, uint32_t max)
{
    uint32_t cnt = 0;
    for (uint32_t i = 0; i < TABLE_CNT; i++) {
        const struct audit_symbol *candidate = &audit->symbol[i];
        if (candidate->len == 0 || (cnt == max && tick_cnt(candidate) <= tick_cnt(symbol[cnt - 1])))
            continue;
        uint32_t at = cnt < max ? cnt++ : cnt - 1;
        for (; at > 0 && tick_cnt(symbol[at - 1]) < tick_cnt(candidate); at--)
            symbol[at] = symbol[at - 1];
        symbol[at] = candidate;
    }
    return cnt;
}
