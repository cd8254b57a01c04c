#include "consumer/summary.h"

#include <string.h>

#include "consumer/indicator/show.h"
#include "consumer/line.h"
#include "decimal.h"
#include "log.h"

typedef size_t text_fn(char *out, const struct symbol_stats *stats);

static void json_half(struct json *json, const char *key, const struct symbol_stats *stats, exact_int half)
{
    char text[EXACT_TEXT_MAX];
    json_text_or_null(json, key, text, stats->value_cnt > 0 ? exact_half_text(text, half) : 0);
}

static void json_stats_text(struct json *json, const char *key, text_fn *make,
                            const struct symbol_stats *stats)
{
    char text[EXACT_TEXT_MAX];
    json_text_or_null(json, key, text, make(text, stats));
}

static void json_symbol(struct json *json, const struct stage *stage, const struct symbol *symbol)
{
    const struct symbol_stats *stats = &symbol->stats;
    char text[EXACT_TEXT_MAX];
    json_open_object(json, symbol->name);
    json_u64(json, "trades", stats->trade_cnt);
    json_u64(json, "quotes", stats->quote_cnt);
    json_half(json, "first", stats, stats->first);
    json_half(json, "last", stats, stats->last);
    json_half(json, "high", stats, stats->high);
    json_half(json, "low", stats, stats->low);
    json_text(json, "volume", text, exact_text(text, stats->volume, 9));
    json_text(json, "notional", text, exact_wide_text(text, stats->notional, 18));
    json_stats_text(json, "vwap", symbol_stats_vwap_text, stats);
    if (stage->ops->has_sma)
        show_json(json, stage->opt.indicators, symbol->state, true);
    json_stats_text(json, "last_bid", symbol_stats_bid_text, stats);
    json_stats_text(json, "last_ask", symbol_stats_ask_text, stats);
    json_close_object(json);
}

/* Whether it shows the totals of each symbol; records of other stages make no series of values. */
static bool has_series(const struct stage *stage)
{
    return stage->ops->reads == 0 && stage->ops->summary_symbols == NULL;
}

static void json_symbols(struct json *json, const struct stage *stage, const struct symbols *symbols)
{
    json_open_object(json, "symbols");
    for (size_t i = 0; i < symbols->cnt; i++) {
        if (symbols->all[i]->wanted)
            json_symbol(json, stage, symbols->all[i]);
    }
    json_close_object(json);
}

void summary_json(struct json *json, struct stage *stage, const struct symbols *symbols,
                  const struct totals *totals)
{
    json_open_object(json, NULL);
    json_text(json, "event", "summary", 7);
    json_text(json, "stage", stage->ops->name, strlen(stage->ops->name));
    json_u64(json, "delivered", totals->delivered);
    json_u64(json, "lost", totals->lost);
    json_u64(json, "filtered", totals->filtered);
    if (stage->ops->summary != NULL)
        stage->ops->summary(stage, json);
    if (has_series(stage))
        json_symbols(json, stage, symbols);
    if (stage->ops->summary_symbols != NULL)
        stage->ops->summary_symbols(stage, json);
    if (stage->ops->summary_end != NULL)
        stage->ops->summary_end(stage, json);
    if (totals->digest != NULL)
        json_text(json, "digest", totals->digest, strlen(totals->digest));
    json_close_object(json);
}

/* --- For people ------------------------------------------------------------------------------- */

static const char *const column_name[] = {"symbol", "trades", "quotes", "first", "last",
                                          "high",   "low",    "volume", "vwap"};
#define COLUMN_CNT (sizeof column_name / sizeof column_name[0])
#define CELL_MAX (4 * SYMBOL_NAME_MAX + 2) /* bytes of a name's text with the NUL, if all of it is \xNN */

static_assert(CELL_MAX >= EXACT_TEXT_MAX, "a cell holds any number");

static size_t half_text(char *text, const struct symbol_stats *stats, exact_int half)
{
    return stats->value_cnt > 0 ? exact_half_text(text, half) : 0;
}

/* The text of one cell, fit for a terminal; "" if there is nothing to tell. */
static size_t cell(char text[CELL_MAX], const struct symbol *symbol, size_t column)
{
    const struct symbol_stats *stats = &symbol->stats;
    text[0] = '\0';
    switch (column) {
    case 0:
        return log_visible(text, CELL_MAX, symbol->name, symbol->name_len);
    case 1:
        return decimal_text(text, (int64_t)stats->trade_cnt, 0);
    case 2:
        return decimal_text(text, (int64_t)stats->quote_cnt, 0);
    case 3:
        return half_text(text, stats, stats->first);
    case 4:
        return half_text(text, stats, stats->last);
    case 5:
        return half_text(text, stats, stats->high);
    case 6:
        return half_text(text, stats, stats->low);
    case 7:
        return exact_text(text, stats->volume, 9);
    default:
        return symbol_stats_vwap_text(text, stats);
    }
}

/* A symbol of which there were only records or updates of orders has no totals. */
static bool has_row(const struct symbol *symbol)
{
    return symbol->wanted && (symbol->stats.trade_cnt > 0 || symbol->stats.quote_cnt > 0);
}

static void widen(size_t width[COLUMN_CNT], const struct symbol *symbol)
{
    char text[CELL_MAX];
    for (size_t column = 0; column < COLUMN_CNT; column++) {
        size_t len = cell(text, symbol, column);
        width[column] = len > width[column] ? len : width[column];
    }
}

/* Returns whether the table has a row. */
static bool measure(const struct symbols *symbols, size_t width[COLUMN_CNT])
{
    bool any = false;
    for (size_t column = 0; column < COLUMN_CNT; column++)
        width[column] = strlen(column_name[column]);
    for (size_t i = 0; i < symbols->cnt; i++) {
        if (!has_row(symbols->all[i]))
            continue;
        any = true;
        widen(width, symbols->all[i]);
    }
    return any;
}

static void write_blanks(struct out *out, size_t cnt)
{
    while (cnt-- > 0)
        out_write(out, " ", 1);
}

static void write_cell(struct out *out, const char *text, size_t len, size_t width, size_t column)
{
    if (column > 0)
        write_blanks(out, 2 + width - len);
    out_write(out, text, len);
    if (column == 0)
        write_blanks(out, width - len);
}

static void write_symbol(struct out *out, const struct stage *stage, const struct symbol *symbol,
                         const size_t width[COLUMN_CNT])
{
    char text[CELL_MAX];
    for (size_t column = 0; column < COLUMN_CNT; column++) {
        size_t len = cell(text, symbol, column);
        write_cell(out, text, len, width[column], column);
    }
    if (stage->ops->has_sma)
        show_text(out, stage->opt.indicators, symbol->state);
    out_text(out, "\n");
}

static void write_counts(struct out *out, const struct stage *stage, const struct totals *totals)
{
    out_text(out, stage->ops->name);
    out_text(out, ": delivered ");
    out_u64(out, totals->delivered);
    out_text(out, ", lost ");
    out_u64(out, totals->lost);
    if (totals->filtered > 0) {
        out_text(out, ", not wanted ");
        out_u64(out, totals->filtered);
    }
    if (stage->ops->summary_text != NULL)
        stage->ops->summary_text(stage, out);
    if (totals->digest != NULL) {
        out_text(out, ", digest ");
        out_text(out, totals->digest);
    }
    out_text(out, "\n");
}

static void write_symbols(struct out *out, const struct stage *stage, const struct symbols *symbols)
{
    size_t width[COLUMN_CNT];
    bool any = measure(symbols, width);
    for (size_t column = 0; any && column < COLUMN_CNT; column++)
        write_cell(out, column_name[column], strlen(column_name[column]), width[column], column);
    if (any)
        out_text(out, "\n");
    for (size_t i = 0; i < symbols->cnt; i++) {
        if (has_row(symbols->all[i]))
            write_symbol(out, stage, symbols->all[i], width);
    }
}

void summary_text(struct out *out, const struct stage *stage, const struct symbols *symbols,
                  const struct totals *totals)
{
    if (has_series(stage))
        write_symbols(out, stage, symbols);
    if (stage->ops->summary_table != NULL)
        stage->ops->summary_table(stage, out);
    write_counts(out, stage, totals);
}

void summary_csv(struct out *out, const struct symbols *symbols)
{
    char text[CELL_MAX];
    for (size_t column = 0; column < COLUMN_CNT; column++) {
        out_text(out, column > 0 ? "," : "");
        out_text(out, column_name[column]);
    }
    out_text(out, "\n");
    for (size_t i = 0; i < symbols->cnt; i++) {
        const struct symbol *symbol = symbols->all[i];
        if (!has_row(symbol))
            continue;
        out_csv(out, symbol->name, symbol->name_len);
        for (size_t column = 1; column < COLUMN_CNT; column++)
            line_csv_field(out, text, cell(text, symbol, column));
        out_text(out, "\n");
    }
}
