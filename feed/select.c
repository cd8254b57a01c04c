#include "feed/select.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

int select_check_symbols(const char *text)
{
    size_t len = strlen(text);
    if (len >= SELECT_TEXT_MAX)
        return -E2BIG;
    if (len == 0 || text[0] == ',' || text[len - 1] == ',' || strstr(text, ",,") != NULL)
        return -EINVAL;
    return 0;
}

static bool matches_any(const char *list, const char *symbol)
{
    char pattern[SELECT_TEXT_MAX];
    while (*list != '\0') {
        size_t len = strcspn(list, ",");
        memcpy(pattern, list, len);
        pattern[len] = '\0';
        if (fnmatch(pattern, symbol, 0) == 0)
            return true;
        list += len + (list[len] == ',');
    }
    return false;
}

static bool wants_symbol(struct select *sel, const struct source_record *rec)
{
    if (sel->symbols == NULL)
        return true;
    if (strlen(sel->last_symbol) != rec->symbol_len
        || memcmp(sel->last_symbol, rec->symbol, rec->symbol_len) != 0) {
        memcpy(sel->last_symbol, rec->symbol, rec->symbol_len);
        sel->last_symbol[rec->symbol_len] = '\0';
        sel->last_wanted = matches_any(sel->symbols, sel->last_symbol);
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
