/* fake_source.h - a source that hands out what a test has written down. */
#ifndef TESTS_FAKE_SOURCE_H
#define TESTS_FAKE_SOURCE_H

#include "feed_help.h"

#include "exitcode.h"
#include "feed/source/source.h"

struct fake_step {
    enum source_result result;
    int64_t ts_ns;
    const char *symbol; /* NULL: "S" */
    uint8_t kind; /* 0: a trade */
    int64_t recv_ns;
};

struct fake_source {
    struct source src;
    const struct fake_step *step;
    size_t step_cnt; /* after them the source ends */
    size_t at;
    bool cannot_rewind;
};

static enum source_result fake_next(struct source *src, struct source_record *rec)
{
    struct fake_source *fake = src->state;
    if (fake->at == fake->step_cnt)
        return SOURCE_END;
    const struct fake_step *step = &fake->step[fake->at++];
    const char *symbol = step->symbol != NULL ? step->symbol : "S";
    if (step->result == SOURCE_BAD)
        snprintf(src->error, sizeof src->error, "%s:%zu:1: price 'x' is not a number", src->path, fake->at);
    if (step->result == SOURCE_FATAL)
        source_fail(src, EXIT_CODE_IO, "cannot read: Input/output error");
    if (step->result != SOURCE_OK)
        return step->result;
    *rec = (struct source_record){.symbol = symbol, .symbol_len = (uint8_t)strlen(symbol), .venue = ""};
    rec->tick.ts_event_ns = step->ts_ns;
    rec->ts_recv_ns = step->recv_ns;
    rec->tick.kind = step->kind != 0 ? step->kind : TR_TICK_TRADE;
    rec->tick.price_px = step->ts_ns;
    rec->tick.size_qty = TR_PX_SCALE;
    return SOURCE_OK;
}

static int fake_open(struct source *src)
{
    struct fake_source *fake = src->state;
    fake->at = 0;
    return fake->cannot_rewind ? source_fail(src, EXIT_CODE_USAGE, "cannot be read again: Illegal seek") : 0;
}

static void fake_close(struct source *src)
{
    (void)src;
}

static const struct source_ops fake_ops = {
    .name = "fake", .generates = true, .open = fake_open, .next = fake_next, .close = fake_close};

static inline void fake_init(struct fake_source *fake, const char *path, const struct fake_step *step,
                             size_t cnt)
{
    *fake = (struct fake_source){.step = step, .step_cnt = cnt};
    fake->src.ops = &fake_ops;
    fake->src.path = path;
    fake->src.state = fake;
}

#define FAKE(fake, path, steps) fake_init(fake, path, steps, sizeof(steps) / sizeof((steps)[0]))

#endif
