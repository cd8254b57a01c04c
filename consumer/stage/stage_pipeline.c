/* pipeline: signals, risk and execute in one process.  Each is handed what it would read from the ring of the one
 * before, so the lines are those of execute at the end of three processes. */
#include <stdlib.h>

#include "consumer/stage/stage.h"
#include "exitcode.h"
#include "log.h"

/* What a ring is between two processes: the records of one stage become the input of the next. */
struct link {
    struct stage_sink sink; /* first: the sink of the stage before is this link */
    struct stage *next;
    const char *producer; /* a lane has the name of the stage that writes it */
    uint64_t seq;
};

/* What the last stage makes is the pipeline's. */
struct outlet {
    struct stage_sink sink; /* first: the sink of the last stage is this outlet */
    const struct stage *pipeline; /* whose own sink may be set later */
};

struct pipeline {
    struct stage signals;
    struct stage risk;
    struct stage execute;
    struct link to_risk;
    struct link to_execute;
    struct outlet outlet;
};

static int put(struct stage_sink *sink, const struct tr_tick *rec, const struct stage_tick *t)
{
    struct link *link = (struct link *)sink;
    struct stage_tick next = *t;
    next.tick = rec;
    next.seq = link->seq++;
    next.producer = link->producer;
    next.value = SYMBOL_VALUE_NONE;
    return link->next->ops->tick(link->next, &next);
}

static int put_out(struct stage_sink *sink, const struct tr_tick *rec, const struct stage_tick *t)
{
    const struct stage *pipeline = ((struct outlet *)sink)->pipeline;
    return pipeline->sink != NULL ? pipeline->sink->put(pipeline->sink, rec, t) : 0;
}

static void join(struct link *link, struct stage *from, struct stage *to)
{
    *link = (struct link){.sink = {.put = put}, .next = to, .producer = from->ops->name};
    from->sink = &link->sink;
    from->silent = true;
}

/* Their order. */
#define STAGE_CNT 3
static void stages_of(struct pipeline *p, struct stage *all[STAGE_CNT])
{
    all[0] = &p->signals;
    all[1] = &p->risk;
    all[2] = &p->execute;
}

static void pipeline_close(struct stage *stage)
{
    struct pipeline *p = stage->state;
    struct stage *all[STAGE_CNT];
    if (p == NULL)
        return;
    stages_of(p, all);
    for (unsigned i = 0; i < STAGE_CNT; i++) {
        if (all[i]->ops->close != NULL)
            all[i]->ops->close(all[i]);
        json_free(&all[i]->json);
    }
    free(p);
    stage->state = NULL;
}

static int pipeline_open(struct stage *stage)
{
    struct pipeline *p = calloc(1, sizeof *p);
    struct stage *all[STAGE_CNT];
    int code = 0;
    if (p == NULL) {
        log_error("memory", "none left, try again later");
        return EXIT_CODE_FAILED;
    }
    p->signals = (struct stage){.ops = &stage_signals, .opt = stage->opt, .out = stage->out};
    p->risk = (struct stage){.ops = &stage_risk, .opt = stage->opt, .out = stage->out};
    p->execute = (struct stage){.ops = &stage_execute, .opt = stage->opt, .out = stage->out};
    join(&p->to_risk, &p->signals, &p->risk);
    join(&p->to_execute, &p->risk, &p->execute);
    p->outlet = (struct outlet){.sink = {.put = put_out}, .pipeline = stage};
    p->execute.sink = &p->outlet.sink;
    stage->state = p;
    stages_of(p, all);
    for (unsigned i = 0; i < STAGE_CNT && code == 0; i++)
        code = all[i]->ops->open != NULL ? all[i]->ops->open(all[i]) : 0;
    return code;
}

static void pipeline_header(struct stage *stage)
{
    struct pipeline *p = stage->state;
    stage_execute.header(&p->execute);
}

static int pipeline_tick(struct stage *stage, const struct stage_tick *t)
{
    struct pipeline *p = stage->state;
    int code = stage_check_tick(stage, t);
    return code != 0 ? code : stage_signals.tick(&p->signals, t);
}

static void pipeline_summary(struct stage *stage, struct json *json)
{
    struct pipeline *p = stage->state;
    stage_signals.summary(&p->signals, json);
}

static void pipeline_summary_end(struct stage *stage, struct json *json)
{
    struct pipeline *p = stage->state;
    stage_risk.summary_end(&p->risk, json);
    stage_execute.summary(&p->execute, json);
}

static void pipeline_summary_text(const struct stage *stage, struct out *out)
{
    const struct pipeline *p = stage->state;
    stage_signals.summary_text(&p->signals, out);
    stage_risk.summary_text(&p->risk, out);
    stage_execute.summary_text(&p->execute, out);
}

static void pipeline_summary_table(const struct stage *stage, struct out *out)
{
    const struct pipeline *p = stage->state;
    stage_execute.summary_table(&p->execute, out);
}

static void pipeline_keep(struct stage *stage, struct state *state)
{
    struct pipeline *p = stage->state;
    struct stage *all[STAGE_CNT];
    stages_of(p, all);
    for (unsigned i = 0; i < STAGE_CNT; i++) {
        state_bytes(state, &all[i]->buy_cnt, sizeof all[i]->buy_cnt);
        state_bytes(state, &all[i]->sell_cnt, sizeof all[i]->sell_cnt);
        if (all[i]->ops->keep != NULL)
            all[i]->ops->keep(all[i], state);
    }
    state_bytes(state, &p->to_risk.seq, sizeof p->to_risk.seq);
    state_bytes(state, &p->to_execute.seq, sizeof p->to_execute.seq);
}

const struct stage_ops stage_pipeline = {
    .name = "pipeline",
    .help = "signals, risk and execute in one process",
    .writes = TR_TICK_FILL,
    .has_sma = true,
    .open = pipeline_open,
    .header = pipeline_header,
    .tick = pipeline_tick,
    .summary = pipeline_summary,
    .summary_end = pipeline_summary_end,
    .summary_text = pipeline_summary_text,
    .summary_table = pipeline_summary_table,
    .keep = pipeline_keep,
    .close = pipeline_close,
};
