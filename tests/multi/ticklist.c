#include "tests/multi/ticklist.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/multi/textfile.h"

static const char header[] = "producer,seq,ts,venue,symbol,kind,price,size,side,bid,bid_size,ask,ask_size";

enum column {
    COLUMN_PRODUCER,
    COLUMN_SEQ,
    COLUMN_TS,
    COLUMN_VENUE,
    COLUMN_SYMBOL,
    COLUMN_KIND,
    COLUMN_PRICE,
    COLUMN_SIZE,
    COLUMN_SIDE,
    COLUMN_BID,
    COLUMN_BID_SIZE,
    COLUMN_ASK,
    COLUMN_ASK_SIZE,
    COLUMN_CNT
};

/* A name with a comma would stand in quotes: none of the recorded ones has one. */
static void split(char *line, const char *field[COLUMN_CNT])
{
    unsigned cnt = 0;
    for (char *next = line; next != NULL && cnt < COLUMN_CNT; cnt++)
        field[cnt] = strsep(&next, ",");
    if (cnt != COLUMN_CNT || strchr(field[COLUMN_ASK_SIZE], ',') != NULL)
        fail_msg("print: not %d columns, beginning with %s", COLUMN_CNT, line);
}

static fixed number(const char *text)
{
    fixed value;
    if (!fixed_parse(text, &value))
        fail_msg("print: %s is no number", text);
    return value;
}

static enum tick_side side(const char *text)
{
    if (text[0] == '\0')
        return SIDE_NONE;
    if (strcmp(text, "buy") == 0)
        return SIDE_BUY;
    assert_string_equal(text, "sell");
    return SIDE_SELL;
}

static struct quote_side quote_side(const char *price, const char *size)
{
    if (price[0] == '\0') {
        assert_string_equal(size, "");
        return (struct quote_side){0};
    }
    return (struct quote_side){.is_there = true, .price = number(price), .size = number(size)};
}

static struct tick parse_tick(char *line, size_t seq)
{
    const char *field[COLUMN_CNT];
    split(line, field);
    struct tick tick = {
        .ts_ns = strtoll(field[COLUMN_TS], NULL, 10),
        .venue = field[COLUMN_VENUE],
        .symbol = field[COLUMN_SYMBOL],
        .is_trade = strcmp(field[COLUMN_KIND], "trade") == 0,
    };
    assert_int_equal(strtoull(field[COLUMN_SEQ], NULL, 10), seq);
    if (tick.is_trade) {
        tick.price = number(field[COLUMN_PRICE]);
        tick.size = number(field[COLUMN_SIZE]);
        tick.side = side(field[COLUMN_SIDE]);
        return tick;
    }
    assert_string_equal(field[COLUMN_KIND], "quote");
    tick.bid = quote_side(field[COLUMN_BID], field[COLUMN_BID_SIZE]);
    tick.ask = quote_side(field[COLUMN_ASK], field[COLUMN_ASK_SIZE]);
    return tick;
}

static void add_tick(struct ticklist *list, struct tick tick)
{
    if (list->cnt == list->cap) {
        list->cap = list->cap == 0 ? 1024 : 2 * list->cap;
        list->tick = realloc(list->tick, list->cap * sizeof *list->tick);
        assert_non_null(list->tick);
    }
    list->tick[list->cnt++] = tick;
}

static int compare(const void *a, const void *b)
{
    const struct tick *const *x = a;
    const struct tick *const *y = b;
    int order = strcmp((*x)->symbol, (*y)->symbol);
    return order != 0 ? order : (*x > *y) - (*x < *y);
}

static void sort_by_symbol(struct ticklist *list)
{
    list->by_symbol = malloc((list->cnt + 1) * sizeof(*list->by_symbol));
    assert_non_null(list->by_symbol);
    for (size_t i = 0; i < list->cnt; i++)
        list->by_symbol[i] = &list->tick[i];
    qsort(list->by_symbol, list->cnt, sizeof(*list->by_symbol), compare);
}

void ticklist_read(struct ticklist *list, const char *path)
{
    *list = (struct ticklist){.text = textfile_read(path)};
    char *next = list->text;
    assert_string_equal(strsep(&next, "\n"), header);
    while (next != NULL && next[0] != '\0')
        add_tick(list, parse_tick(strsep(&next, "\n"), list->cnt));
    sort_by_symbol(list);
}

void ticklist_free(struct ticklist *list)
{
    free(list->text);
    free(list->tick);
    free(list->by_symbol);
    *list = (struct ticklist){0};
}

static void add_value(struct series *series, fixed value)
{
    struct span *span = &series->value;
    if (series->cnt == 0)
        *span = (struct span){.first = value, .high = value, .low = value};
    span->last = value;
    span->high = value > span->high ? value : span->high;
    span->low = value < span->low ? value : span->low;
    series->latest[series->cnt++ % TALLY_LAST_MAX] = value;
}

fixed series_mean(const struct series *series, size_t n, unsigned decimals)
{
    fixed sum = 0;
    size_t cnt = n < series->cnt ? n : series->cnt;
    assert_true(cnt > 0 && n <= TALLY_LAST_MAX);
    for (size_t i = series->cnt - cnt; i < series->cnt; i++)
        sum += series->latest[i % TALLY_LAST_MAX];
    return fixed_mean(sum, cnt, decimals);
}

static void tally_trade(struct tally *tally, const struct tick *trade)
{
    tally->trade_cnt++;
    tally->side_cnt[trade->side]++;
    tally->volume += trade->size;
    tally->notional += fixed_product(trade->price, trade->size);
    add_value(&tally->price, trade->price);
}

static void tally_quote(struct tally *tally, const struct tick *quote)
{
    tally->quote_cnt++;
    tally->bid_volume += quote->bid.size;
    tally->ask_volume += quote->ask.size;
    tally->last_quote = quote;
    if (!quote->bid.is_there || !quote->ask.is_there) {
        tally->one_sided_cnt++;
        return;
    }
    fixed spread = quote->ask.price - quote->bid.price;
    bool is_first = tally->mid.cnt == 0;
    tally->spread_min = is_first || spread < tally->spread_min ? spread : tally->spread_min;
    tally->spread_max = is_first || spread > tally->spread_max ? spread : tally->spread_max;
    tally->crossed_cnt += spread < 0;
    tally->locked_cnt += spread == 0;
    add_value(&tally->mid, (quote->bid.price + quote->ask.price) / 2);
}

void tally_tick(struct tally *tally, const struct tick *tick)
{
    if (tally->last == NULL)
        tally->first = tick;
    tally->backward_cnt += tally->last != NULL && tick->ts_ns < tally->last->ts_ns;
    tally->last = tick;
    if (tick->is_trade)
        tally_trade(tally, tick);
    else
        tally_quote(tally, tick);
}

fixed tally_vwap(const struct tally *tally)
{
    return fixed_ratio(tally->notional, tally->volume, 12);
}
