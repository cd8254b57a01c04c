#include "tests/multi/factcheck.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/multi/facttime.h"

#define FACT_MEAN_DECIMALS 10 /* of the averages in facts.json */
#define SUMMARY_MEAN_DECIMALS 12

static void tell_wrong(struct factcheck *check, const char *key, const char *expected, const char *actual)
{
    check->wrong_cnt++;
    print_error("%s: %s: %s expected, %s found\n", check->where, key, expected != NULL ? expected : "none",
                actual != NULL ? actual : "none");
}

void factcheck_value(struct factcheck *check, const char *key, const char *text, const fixed *value)
{
    char actual[FIXED_TEXT_MAX];
    fixed expected;
    check->cnt++;
    if (text == NULL && value == NULL)
        return;
    if (text == NULL || value == NULL || !fixed_parse(text, &expected) || expected != *value)
        tell_wrong(check, key, text, value != NULL ? fixed_text(actual, *value) : NULL);
}

static fixed as_fixed(size_t cnt)
{
    return (fixed)cnt * fixed_unit(0);
}

void factcheck_count(struct factcheck *check, const char *key, const char *text, size_t cnt)
{
    fixed value = as_fixed(cnt);
    factcheck_value(check, key, text, &value);
}

/* --- The keys of facts.json ------------------------------------------------------------------------ */

static fixed mean(const struct series *series, size_t n, unsigned decimals)
{
    return series->cnt > 0 ? series_mean(series, n, decimals) : 0;
}

static fixed vwap(const struct tally *tally)
{
    return tally->volume > 0 ? tally_vwap(tally) : 0;
}

static void check_numbers(struct factcheck *check, const struct jsondoc *facts, const struct tally *t)
{
    const struct span *price = &t->price.value;
    bool traded = t->price.cnt > 0;
    bool quoted = t->mid.cnt > 0;
    const struct {
        const char *key;
        bool is_there;
        fixed value;
    } number[] = {
        {"trades", true, as_fixed(t->trade_cnt)},
        {"quotes", true, as_fixed(t->quote_cnt)},
        {"first_price", traded, price->first},
        {"close_first", traded, price->first},
        {"last_price", traded, price->last},
        {"close_last", traded, price->last},
        {"high", traded, price->high},
        {"low", traded, price->low},
        {"volume", true, t->volume},
        {"base_volume", true, t->volume},
        {"notional", true, t->notional},
        {"vwap", t->volume > 0, vwap(t)},
        {"sma5", traded, mean(&t->price, 5, FACT_MEAN_DECIMALS)},
        {"sma5_close", traded, mean(&t->price, 5, FACT_MEAN_DECIMALS)},
        {"sma20", traded, mean(&t->price, 20, FACT_MEAN_DECIMALS)},
        {"sma20_close", traded, mean(&t->price, 20, FACT_MEAN_DECIMALS)},
        {"mid_sma5", quoted, mean(&t->mid, 5, FACT_MEAN_DECIMALS)},
        {"mid_sma20", quoted, mean(&t->mid, 20, FACT_MEAN_DECIMALS)},
        {"min_spread", quoted, t->spread_min},
        {"max_spread", quoted, t->spread_max},
        {"crossed", true, as_fixed(t->crossed_cnt)},
        {"locked", true, as_fixed(t->locked_cnt)},
        {"one_sided", true, as_fixed(t->one_sided_cnt)},
        {"sum_bid_volume_rounded4", true, fixed_mean(t->bid_volume, 1, 4)},
        {"sum_ask_volume_rounded4", true, fixed_mean(t->ask_volume, 1, 4)},
    };
    for (size_t i = 0; i < sizeof(number) / sizeof(number[0]); i++) {
        const struct jsondoc *fact = jsondoc_get(facts, number[i].key);
        if (fact != NULL)
            factcheck_value(check, number[i].key, jsondoc_text(fact),
                            number[i].is_there ? &number[i].value : NULL);
    }
}

static void check_quote_side(struct factcheck *check, const char *key, const struct jsondoc *fact, size_t at,
                             const struct quote_side *side)
{
    const char *price = jsondoc_text(jsondoc_item(fact, at));
    const char *size = jsondoc_text(jsondoc_item(fact, at + 1));
    factcheck_value(check, key, price, &side->price); /* 0, as that of a side that is not there */
    factcheck_value(check, key, size != NULL && size[0] == '\0' ? "0" : size, &side->size);
}

static void check_quote(struct factcheck *check, const char *key, const struct jsondoc *facts,
                        const struct tick *quote)
{
    const struct jsondoc *fact = jsondoc_get(facts, key);
    if (fact == NULL)
        return;
    if (quote == NULL || quote->is_trade || jsondoc_cnt(fact) != 4) {
        tell_wrong(check, key, "a quote", NULL);
        return;
    }
    check_quote_side(check, key, fact, 0, &quote->bid);
    check_quote_side(check, key, fact, 2, &quote->ask);
}

/* The taker's side, as the publishers of the files write it: who bought or sold, whether the buyer is the
 * maker, B and A of DBN, the direction of LOBSTER's resting order. */
static enum tick_side side_named(const char *name)
{
    static const char *const buy[] = {"buy", "b", "B", "False", "0", "-1"};
    static const char *const sell[] = {"sell", "s", "A", "True", "1"};
    for (size_t i = 0; i < sizeof(buy) / sizeof(buy[0]); i++) {
        if (strcmp(name, buy[i]) == 0)
            return SIDE_BUY;
    }
    for (size_t i = 0; i < sizeof(sell) / sizeof(sell[0]); i++) {
        if (strcmp(name, sell[i]) == 0)
            return SIDE_SELL;
    }
    return SIDE_NONE;
}

/* Where a file has letters of exchanges in place of sides (TAQ), some mean no side. */
static bool are_sides(const struct jsondoc *sides)
{
    for (size_t i = 0; i < jsondoc_cnt(sides); i++) {
        if (side_named(jsondoc_key(sides, i)) == SIDE_NONE)
            return false;
    }
    return sides != NULL;
}

static enum tick_side other_side(enum tick_side side)
{
    return side == SIDE_BUY ? SIDE_SELL : SIDE_BUY;
}

static void check_sides(struct factcheck *check, const struct jsondoc *facts, const struct tally *tally,
                        const struct file_row *row)
{
    const struct jsondoc *sides = jsondoc_get(facts, "sides");
    if (!are_sides(sides))
        return;
    for (size_t i = 0; i < jsondoc_cnt(sides); i++) {
        const char *name = jsondoc_key(sides, i);
        enum tick_side taker = row->are_makers ? other_side(side_named(name)) : side_named(name);
        factcheck_count(check, name, jsondoc_text(jsondoc_item(sides, i)), tally->side_cnt[taker]);
    }
    factcheck_count(check, "without a side", "0", tally->side_cnt[SIDE_NONE]);
}

static void check_time(struct factcheck *check, const char *key, const struct jsondoc *facts,
                       const struct tick *tick, const struct file_row *row)
{
    const char *text = jsondoc_text(jsondoc_get(facts, key));
    char actual[32];
    int64_t ns;
    if (text == NULL)
        return;
    check->cnt++;
    snprintf(actual, sizeof actual, "%" PRId64, tick != NULL ? tick->ts_ns : -1);
    if (!facttime_parse(text, row->time, row->time_base, &ns) || tick == NULL || tick->ts_ns != ns)
        tell_wrong(check, key, text, actual);
}

static void check_times(struct factcheck *check, const struct jsondoc *facts, const struct tally *tally,
                        const struct file_row *row)
{
    const struct jsondoc *backward = jsondoc_get(facts, "ts_backward");
    check_time(check, "first_ts", facts, tally->first, row);
    check_time(check, "last_ts", facts, tally->last, row);
    if (backward != NULL)
        factcheck_count(check, "ts_backward", jsondoc_text(backward), tally->backward_cnt);
}

void factcheck_facts(struct factcheck *check, const struct jsondoc *facts, const struct tally *tally,
                     const struct file_row *row)
{
    size_t before = check->cnt;
    check_numbers(check, facts, tally);
    check_quote(check, "first_bid_bidq_ask_askq", facts, tally->first);
    check_quote(check, "last_bid_bidq_ask_askq", facts, tally->last);
    check_sides(check, facts, tally, row);
    if (row->time != FACT_TIME_NONE)
        check_times(check, facts, tally, row);
    if (check->cnt == before)
        tell_wrong(check, "facts", "some", NULL);
}

/* --- What the programs report ------------------------------------------------------------------------ */

static void check_member(struct factcheck *check, const struct jsondoc *summary, const char *key,
                         const fixed *value)
{
    factcheck_value(check, key, jsondoc_text(jsondoc_get(summary, key)), value);
}

static void check_summary_series(struct factcheck *check, const struct jsondoc *summary,
                                 const struct series *series)
{
    const struct jsondoc *sma = jsondoc_get(summary, "sma");
    const struct span *span = &series->value;
    bool is_there = series->cnt > 0;
    fixed mean_5 = mean(series, 5, SUMMARY_MEAN_DECIMALS);
    fixed mean_20 = mean(series, 20, SUMMARY_MEAN_DECIMALS);
    check_member(check, summary, "first", is_there ? &span->first : NULL);
    check_member(check, summary, "last", is_there ? &span->last : NULL);
    check_member(check, summary, "high", is_there ? &span->high : NULL);
    check_member(check, summary, "low", is_there ? &span->low : NULL);
    check_member(check, sma, "5", is_there ? &mean_5 : NULL);
    check_member(check, sma, "20", is_there ? &mean_20 : NULL);
}

static void check_member_count(struct factcheck *check, const struct jsondoc *summary, const char *key,
                               size_t cnt)
{
    fixed value = as_fixed(cnt);
    check_member(check, summary, key, &value);
}

void factcheck_reports(struct factcheck *check, const struct jsondoc *report, const struct jsondoc *summary,
                       size_t cnt)
{
    check_member_count(check, report, "published", cnt);
    check_member_count(check, report, "bad", 0);
    check_member_count(check, report, "dropped", 0);
    check_member_count(check, summary, "delivered", cnt);
    check_member_count(check, summary, "lost", 0);
}

void factcheck_symbol(struct factcheck *check, const struct jsondoc *summary, const struct tally *tally)
{
    const struct tick *quote = tally->last_quote;
    fixed mean_price = vwap(tally);
    check_member_count(check, summary, "trades", tally->trade_cnt);
    check_member_count(check, summary, "quotes", tally->quote_cnt);
    check_member(check, summary, "volume", &tally->volume);
    check_member(check, summary, "notional", &tally->notional);
    check_member(check, summary, "vwap", tally->volume > 0 ? &mean_price : NULL);
    check_member(check, summary, "last_bid", quote != NULL && quote->bid.is_there ? &quote->bid.price : NULL);
    check_member(check, summary, "last_ask", quote != NULL && quote->ask.is_there ? &quote->ask.price : NULL);
    check_summary_series(check, summary, tally->trade_cnt > 0 ? &tally->price : &tally->mid);
}
