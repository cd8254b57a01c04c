#include "bench/stream.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "feed/source/source.h"

#define QUOTE_VENUES "A,B,C"
#define TRADE_VENUE "A"
#define CONFIDENCE_STEPS 1000 /* confidences of records: 0 to 0.999 */

static struct tr_name_table *new_table(uint32_t cap)
{
    size_t len = sizeof(struct tr_name_table) + cap * sizeof(struct tr_name);
    struct tr_name_table *table = aligned_alloc(TR_APART, (len + TR_APART - 1) / TR_APART * TR_APART);
    if (table != NULL)
        tr_store_rlx(&table->cnt, 0);
    return table;
}

/* A record of the same symbol, side, price and time. */
static void turn_into_record(struct tr_tick *tick, enum tr_tick_kind kind, uint64_t seq)
{
    const int64_t step_e12 = INT64_C(1000000000000) / CONFIDENCE_STEPS;
    tick->kind = (uint8_t)kind;
    tick->flags = 0;
    tick->confidence_e12 = (int64_t)(tick->id % CONFIDENCE_STEPS) * step_e12;
    tick->source_seq = seq;
    if (kind == TR_TICK_SIGNAL)
        tick->size_qty = 0;
}

static int fill(struct stream *s, enum tr_tick_kind kind, struct source *src)
{
    struct tr_symtab symbol = {0};
    struct tr_symtab venue = {0};
    struct source_record rec;
    enum tr_tick_kind wanted = kind == TR_TICK_QUOTE ? TR_TICK_QUOTE : TR_TICK_TRADE;
    uint64_t done = 0;
    int rc = tr_symtab_init(&symbol, s->symbol, TR_SYMBOL_CNT_MAX);
    if (rc == 0)
        rc = tr_symtab_init(&venue, s->venue, TR_VENUE_CNT_MAX);
    while (rc == 0 && done < s->cnt && source_next(src, &rec) == SOURCE_OK) {
        if (rec.tick.kind != wanted)
            continue;
        struct tr_tick *tick = &s->tick[done];
        *tick = rec.tick;
        rc = tr_symtab_id(&symbol, rec.symbol, rec.symbol_len, &tick->symbol);
        if (rc == 0)
            rc = tr_symtab_id(&venue, rec.venue, rec.venue_len, &tick->venue);
        if (kind != wanted)
            turn_into_record(tick, kind, done);
        done++;
    }
    tr_symtab_fini(&symbol);
    tr_symtab_fini(&venue);
    return rc;
}

int stream_make(struct stream *s, enum tr_tick_kind kind, uint64_t cnt, uint64_t symbol_cnt)
{
    char symbols[24];
    snprintf(symbols, sizeof symbols, "%llu", (unsigned long long)symbol_cnt);
    struct source src = {
        .opt = {.symbols = symbols, .venue = kind == TR_TICK_QUOTE ? QUOTE_VENUES : TRADE_VENUE, .seed = 1}};
    *s = (struct stream){
        .tick = malloc(cnt * sizeof *s->tick),
        .cnt = cnt,
        .symbol = new_table(TR_SYMBOL_CNT_MAX),
        .venue = new_table(TR_VENUE_CNT_MAX),
    };
    int rc = s->tick == NULL || s->symbol == NULL || s->venue == NULL ? -ENOMEM : 0;
    if (rc == 0 && source_open(&src, source_find("walk", true)) != SOURCE_OK)
        rc = -EINVAL;
    if (rc == 0) {
        rc = fill(s, kind, &src);
        source_close(&src);
    }
    if (rc != 0)
        stream_free(s);
    return rc;
}

void stream_free(struct stream *s)
{
    free(s->tick);
    free(s->symbol);
    free(s->venue);
    *s = (struct stream){0};
}
