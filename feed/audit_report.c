#include "feed/audit_report.h"

#include <inttypes.h>
#include <string.h>

#include "timetext.h"

#define BUSIEST_MAX 10 /* symbols that are named */

/* Rows and messages: those that made ticks, those that made none, and those that were malformed. */
static uint64_t row_cnt(const struct audit *audit, const struct replay_counts *counts)
{
    return audit->trade_cnt + audit->quote_cnt + audit->update_cnt + counts->skipped + counts->bad;
}

static void json_busiest(struct json *j, const struct audit *audit)
{
    const struct audit_symbol *symbol[BUSIEST_MAX];
    uint32_t cnt = audit_busiest(audit, symbol, BUSIEST_MAX);
    json_open_array(j, "busiest");
    for (uint32_t i = 0; i < cnt; i++) {
        json_open_object(j, NULL);
        json_text(j, "symbol", symbol[i]->name, symbol[i]->len);
        json_text(j, "venue", symbol[i]->venue, symbol[i]->venue_len);
        json_u64(j, "trades", symbol[i]->trade_cnt);
        json_u64(j, "quotes", symbol[i]->quote_cnt);
        json_u64(j, "updates", symbol[i]->update_cnt);
        json_close_object(j);
    }
    json_close_array(j);
}

void audit_json(struct json *j, const struct audit *audit, const struct replay_counts *counts)
{
    json_open_object(j, "audit");
    json_u64(j, "rows", row_cnt(audit, counts));
    json_u64(j, "trades", audit->trade_cnt);
    json_u64(j, "quotes", audit->quote_cnt);
    json_u64(j, "updates", audit->update_cnt);
    json_u64(j, "symbols", audit->symbol_cnt);
    json_u64(j, "unlisted", audit->unlisted_cnt);
    json_u64(j, "time_reversals", audit->back_cnt);
    json_i64(j, "largest_reversal_ns", audit->back_max_ns);
    json_u64(j, "equal_times", audit->equal_cnt);
    json_i64(j, "longest_silence_ns", audit->silence_ns);
    json_i64(j, "longest_silence_ts", audit->silence_ts_ns);
    json_u64(j, "duplicate_ids", audit->duplicate_cnt);
    json_u64(j, "id_reversals", audit->id_back_cnt);
    json_u64(j, "id_gaps", audit->id_gap_cnt);
    json_u64(j, "missing_ids", audit->id_missing_cnt);
    json_u64(j, "crossed", audit->crossed_cnt);
    json_u64(j, "locked", audit->locked_cnt);
    json_u64(j, "one_sided", audit->one_sided_cnt);
    json_u64(j, "empty", audit->empty_cnt);
    json_u64(j, "zero", counts->zero);
    json_busiest(j, audit);
    json_close_object(j);
}

static void text_symbols(struct out *out, const struct audit *audit)
{
    const struct audit_symbol *symbol[BUSIEST_MAX];
    uint32_t cnt = audit_busiest(audit, symbol, BUSIEST_MAX);
    out_format(out, "symbols   %" PRIu32 ":", audit->symbol_cnt);
    for (uint32_t i = 0; i < cnt; i++) {
        out_text(out, i == 0 ? " " : ", ");
        out_visible(out, symbol[i]->name, symbol[i]->len);
        if (symbol[i]->venue_len > 0) {
            out_text(out, "@");
            out_visible(out, symbol[i]->venue, symbol[i]->venue_len);
        }
        out_format(out, " %" PRIu64, symbol[i]->trade_cnt + symbol[i]->quote_cnt + symbol[i]->update_cnt);
    }
    out_text(out, audit->symbol_cnt > cnt ? " ...\n" : "\n");
    if (audit->unlisted_cnt > 0)
        out_format(out, "          and %" PRIu64 " ticks of more symbols than are told apart\n",
                   audit->unlisted_cnt);
}

static void text_order(struct out *out, const struct audit *audit)
{
    char when[TIME_TEXT_MAX];
    time_text(when, audit->silence_ts_ns);
    out_format(out, "times     %" PRIu64 " back (at most %.6f s), %" PRIu64 " equal to the one before\n",
               audit->back_cnt, (double)audit->back_max_ns / 1e9, audit->equal_cnt);
    out_format(out, "silence   at most %.6f s", (double)audit->silence_ns / 1e9);
    if (audit->silence_ns > 0)
        out_format(out, ", from %s", when);
    out_text(out, "\n");
}

void audit_text(struct out *out, const struct audit *audit, const struct replay_counts *counts)
{
    out_format(out,
               "rows      %" PRIu64 ": %" PRIu64 " trades, %" PRIu64 " quotes, %" PRIu64
               " without a tick, %" PRIu64 " malformed\n",
               row_cnt(audit, counts), audit->trade_cnt, audit->quote_cnt, counts->skipped, counts->bad);
    if (audit->update_cnt > 0)
        out_format(out, "updates   %" PRIu64 " of orders\n", audit->update_cnt);
    text_symbols(out, audit);
    text_order(out, audit);
    out_format(out,
               "ids       %" PRIu64 " duplicate, %" PRIu64 " back, %" PRIu64 " missing in %" PRIu64 " gaps\n",
               audit->duplicate_cnt, audit->id_back_cnt, audit->id_missing_cnt, audit->id_gap_cnt);
    out_format(
        out, "quotes    %" PRIu64 " crossed, %" PRIu64 " locked, %" PRIu64 " one-sided, %" PRIu64 " empty\n",
        audit->crossed_cnt, audit->locked_cnt, audit->one_sided_cnt, audit->empty_cnt);
    out_format(out, "zero      %" PRIu64 " trades with a price or size of zero\n", counts->zero);
}
