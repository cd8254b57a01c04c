#include "feed/select.h"

#include <string.h>

#include "globs.h"

static bool wants_symbol(struct select *sel, const struct source_record *rec)
{
    if (sel->symbols == NULL)
        return true;
    if (strlen(sel->last_symbol) != rec->symbol_len
        || memcmp(sel->last_symbol, rec->symbol, rec->symbol_len) != 0) {
        memcpy(sel->last_symbol, rec->symbol, rec->symbol_len);
        sel->last_symbol[rec->symbol_len] = '\0';
        sel->last_wanted = globs_match(sel->symbols, sel->last_symbol);
    }
    return sel->last_wanted;
}

bool select_wants(struct select *sel, const struct source_record *rec)
{
    int64_t ts_ns = rec->tick.ts_event_ns;
    if ((sel->only_trades && rec->tick.kind != TR_TICK_TRADE)
        || (sel->only_quotes && rec->tick.kind != TR_TICK_QUOTE))
        return false;
    if ((sel->from_ns != 0 && ts_ns < sel->from_ns) || (sel->to_ns != 0 && ts_ns >= sel->to_ns))
        return false;
    if (!wants_symbol(sel, rec))
        return false;
    if (sel->skip_cnt == 0)
        return true;
    sel->skip_cnt--;
    return false;
}
