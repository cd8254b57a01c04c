#include "consumer/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "consumer/keeper.h"
#include "consumer/outring.h"
#include "exitcode.h"
#include "log.h"
#include "outerror.h"

#define WAIT_NS (50 * TR_NS_PER_MS)
#define SETTLE_NS (10 * TR_NS_PER_MS) /* nothing came for so long: what was read is put into a checkpoint */
#define TELL_NS TR_NS_PER_S /* a wait as long as this is told */
#define SLEEP_NS (2 * TR_NS_PER_MS) /* work shorter than that is spun: a sleeper wakes late by tens of us */

/* --- Names -------------------------------------------------------------------------------------- */

/* The symbols of a lane by number; NULL: out of memory. */
static struct symbol **symbols_of(struct run *run, unsigned p)
{
    struct run_lane *lane = &run->lane[p];
    if (lane->symbol == NULL)
        lane->symbol = calloc(TR_SYMBOL_CNT_MAX, sizeof(struct symbol *));
    return lane->symbol;
}

struct symbol *run_name_symbol(struct run *run, unsigned p, uint32_t id, const struct tr_name *name)
{
    struct symbol **known = symbols_of(run, p);
    if (known == NULL)
        return NULL;
    known[id] = symbols_get(&run->symbols, name->text, name->len, &run->filter);
    return known[id];
}

const struct run_venue *run_name_venue(struct run *run, unsigned p, uint32_t id, const struct tr_name *name)
{
    struct run_venue *venue = &run->lane[p].venue[id < TR_VENUE_CNT_MAX ? id : TR_VENUE_CNT_MAX];
    venue->text = name != NULL ? name->text : "";
    venue->len = name != NULL ? name->len : 0;
    venue->hash = tr_digest_name(venue->text, venue->len);
    return venue;
}

static const struct run_venue *venue_of(struct run *run, unsigned p, uint32_t id)
{
    const struct run_venue *known = &run->lane[p].venue[id < TR_VENUE_CNT_MAX ? id : TR_VENUE_CNT_MAX];
    if (known->text != NULL)
        return known;
    return run_name_venue(run, p, id, id < TR_VENUE_CNT_MAX ? tr_consumer_venue(run->ring, p, id) : NULL);
}

/* --- One tick ----------------------------------------------------------------------------------- */

/* Work long enough to sleep through does not burn the processor; a signal to stop ends it early, or it would hold up
 * the end of everybody. */
static void spend(const struct run *run)
{
    int64_t now_ns = tr_now_ns();
    int64_t until_ns = now_ns + run->work_ns;
    for (; now_ns < until_ns; now_ns = tr_now_ns()) {
        if (run->work_ns < SLEEP_NS)
            continue;
        if (run->stopped())
            return;
        int64_t wake_ns = until_ns - now_ns < WAIT_NS ? until_ns : now_ns + WAIT_NS;
        const struct timespec t = {.tv_sec = wake_ns / TR_NS_PER_S, .tv_nsec = wake_ns % TR_NS_PER_S};
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
    }
}

/* What most ticks do not need is not inlined into run_ticks, which has few registers. */

static __attribute__((noinline)) struct symbol *look_up_symbol(struct run *run, unsigned p, uint32_t id)
{
    const struct tr_name *name = tr_consumer_symbol(run->ring, p, id);
    return name != NULL ? run_name_symbol(run, p, id, name) : NULL;
}

static __attribute__((noinline)) int tell_no_symbol(struct run *run, unsigned p, const struct stage_tick *t)
{
    if (tr_consumer_symbol(run->ring, p, t->tick->symbol) != NULL) {
        log_error("memory", "none left for another symbol, use --symbols or --shard");
        return EXIT_CODE_FAILED;
    }
    log_error("ring", "tick %llu has a symbol without a name, the segment is corrupt",
              (unsigned long long)t->seq);
    return EXIT_CODE_PROTOCOL;
}

static __attribute__((noinline)) int tell_no_memory(const struct stage_tick *t)
{
    log_error("memory", "none left for the averages of %s, use shorter windows", t->symbol->name);
    return EXIT_CODE_FAILED;
}

static __attribute__((noinline)) uint32_t set_venue(struct run *run, unsigned p, struct stage_tick *t)
{
    const struct run_venue *venue = venue_of(run, p, t->tick->venue);
    t->venue = venue->text;
    t->venue_len = venue->len;
    return t->tick->venue;
}

static __attribute__((noinline)) void digest(struct run *run, unsigned p, const struct stage_tick *t)
{
    const struct run_venue *venue = venue_of(run, p, t->tick->venue);
    tr_digest_tick(&run->digest[p], t->tick, t->symbol->hash, venue->hash);
}

int run_ticks(struct run *run, unsigned p, const char *producer, uint64_t seq, const struct tr_tick *tick,
              uint32_t cnt)
{
    struct stage *stage = run->stage;
    int (*const stage_tick)(struct stage *, const struct stage_tick *) = stage->ops->tick;
    struct symbol *const *known = symbols_of(run, p);
    struct stage_tick t = {.producer = producer, .seq = seq, .tick = tick};
    uint32_t venue_id = UINT32_MAX; /* whose name t has */
    if (known == NULL)
        return tell_no_symbol(run, p, &t);
    for (const struct tr_tick *end = tick + cnt; tick < end; t.seq++, t.tick = ++tick) {
        struct symbol *symbol = known[tick->symbol];
        if (tr_unlikely(symbol == NULL))
            symbol = look_up_symbol(run, p, tick->symbol);
        if (tr_unlikely(symbol == NULL))
            return tell_no_symbol(run, p, &t);
        t.symbol = symbol;
        if (tr_unlikely(!symbol->wanted)) {
            run->totals.filtered++;
            continue;
        }
        if (tr_unlikely(tick->venue != venue_id))
            venue_id = set_venue(run, p, &t);
        if (tr_unlikely(run->wants_digest))
            digest(run, p, &t);
        if (tr_unlikely(symbols_update(&run->symbols, symbol, tick, &t.value) != 0))
            return tell_no_memory(&t);
        int code = stage_tick(stage, &t);
        if (tr_unlikely(code != 0))
            return code;
    }
    return 0;
}

/* --- Batches ------------------------------------------------------------------------------------ */

static void show(struct run *run, int64_t now_ns)
{
    if (run->stage->ops->show != NULL)
        run->stage->ops->show(run->stage, now_ns);
}

/* Output that cannot be written ends the run; a reader that has enough (head, q in less) ends it well. */
static int flush(struct run *run, int *code)
{
    int rc = out_flush(run->stage->out);
    if (rc == 0)
        return 0;
    *code = outerror_tell(rc);
    return -1;
}

/* Room for the producer: the cursor, or a checkpoint that moves it. */
static int give_room(struct run *run)
{
    if (run->keeper != NULL)
        return keeper_store(run->keeper, false);
    tr_consumer_flush(run->ring);
    return 0;
}

/* The output goes before the cursor: after a kill a tick is written again rather than never. */
static int handle_batch(struct run *run, struct tr_batch *b, const struct tr_tick *tick, int *code)
{
    if (run->begin_ns == 0)
        run->begin_ns = tr_now_ns();
    const char *producer = tr_consumer_lane_name(run->ring, b->lane_idx);
    if (run->work_ns > 0) /* a batch is one tick then */
        spend(run);
    *code = run_ticks(run, b->lane_idx, producer, b->seq, tick, b->cnt);
    if (*code != 0)
        return -1;
    if (flush(run, code) != 0)
        return -1;
    if (run->outring != NULL)
        *code = outring_flush(run->outring);
    if (*code != 0)
        return -1;
    run->totals.delivered += b->cnt;
    tr_advance(run->ring, b);
    /* Where a tick takes long, room at once, not a batch later. */
    if (run->work_ns > 0 || (run->keeper != NULL && keeper_is_due(run->keeper, run->ring->meter.mark_ns)))
        *code = give_room(run);
    return *code != 0 ? -1 : 0;
}

static int handle_gap(struct run *run, const struct tr_batch *b, int *code)
{
    const char *producer = tr_consumer_lane_name(run->ring, b->lane_idx);
    uint64_t lost = b->gap.to - b->gap.from;
    run->totals.lost += lost;
    run->totals.gap_cnt++;
    if (run->keeper != NULL)
        keeper_note_gap(run->keeper);
    if (run->stage->opt.format == FORMAT_JSON) {
        struct json *json = &run->stage->json;
        json_open_object(json, NULL);
        json_text(json, "event", "gap", 3);
        json_text(json, "producer", producer, strlen(producer));
        json_u64(json, "from", b->gap.from);
        json_u64(json, "to", b->gap.to - 1);
        json_u64(json, "lost", lost);
        json_close_object(json);
        out_json_line(run->stage->out, json);
        return flush(run, code);
    }
    log_warn(producer, "ticks %llu to %llu are lost (%llu)", (unsigned long long)b->gap.from,
             (unsigned long long)b->gap.to - 1, (unsigned long long)lost);
    return 0;
}

/* --- When nothing is there ---------------------------------------------------------------------- */

static void tell_dead_lanes(struct run *run, uint32_t dead)
{
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        if ((dead & ~run->told_dead) >> p & 1)
            log_warn(tr_consumer_lane_name(run->ring, p),
                     "this feed died before its end; waiting for it, start it again with the same command");
    }
    run->told_dead = dead;
}

/* Merged by event time, and others have ticks: says what they wait for, once for each feed. */
static void tell_awaited(struct run *run, uint32_t dead)
{
    const char *ring = run->ring->seg.name;
    uint32_t awaited = tr_consumer_awaited_lanes(run->ring) & ~dead; /* of those is said that they are */
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        if ((awaited & ~run->told_awaited) >> p & 1)
            log_info(ring, "waiting for feed '%s', which has published nothing newer (--order=event)",
                     tr_consumer_lane_name(run->ring, p));
    }
    run->told_awaited |= awaited;
    unsigned missing_cnt = tr_consumer_missing_lanes(run->ring);
    if (missing_cnt > 0 && !run->told_missing) {
        log_info(ring, "waiting for %u more feed%s to merge with (--order=event, --producers)", missing_cnt,
                 missing_cnt > 1 ? "s" : "");
        run->told_missing = true;
    }
}

/* Nothing came for a while.  0: go on waiting. */
static int check_patience(struct run *run, int64_t idle_since_ns)
{
    int64_t idle_ns = tr_now_ns() - idle_since_ns;
    bool is_over = run->patience_ns >= 0 && idle_ns >= run->patience_ns;
    uint32_t dead = tr_consumer_dead_lanes(run->ring);
    tell_dead_lanes(run, dead);
    if (is_over || idle_ns >= TELL_NS)
        tell_awaited(run, dead);
    if (!is_over)
        return 0;
    if (dead != 0) {
        log_error(run->ring->seg.name, "the feed died and nobody took over in time, start it again");
        return EXIT_CODE_UNAVAILABLE;
    }
    log_error(run->ring->seg.name,
              "no tick in time, see with shmmon what its feed does, or give it longer (-t)");
    return EXIT_CODE_TEMPFAIL;
}

static int check_rings(struct run *run, int64_t now_ns)
{
    int rc = tr_consumer_housekeep(run->ring, now_ns);
    if (rc == -ESTALE) {
        log_error(run->ring->seg.name, "the ring was removed while in use, start feed and consumers again");
        return EXIT_CODE_UNAVAILABLE;
    }
    if (rc == -EIO) {
        log_error(run->ring->seg.name, "the segment was truncated under us, remove it and start again");
        return EXIT_CODE_IO;
    }
    return run->outring != NULL ? outring_housekeep(run->outring, now_ns) : 0;
}

/* Whether what was read since the checkpoint holds somebody up, or could. */
static bool is_unsettled(const struct run *run)
{
    return run->keeper != NULL && tr_consumer_unflushed(run->ring) != 0;
}

static int handle_empty(struct run *run, int64_t *idle_since_ns)
{
    int64_t now_ns = tr_now_ns();
    if (*idle_since_ns == 0)
        *idle_since_ns = now_ns;
    int code = check_rings(run, now_ns);
    if (code == 0 && is_unsettled(run) && tr_consumer_is_awaited(run->ring))
        code = give_room(run);
    if (code != 0)
        return code;
    show(run, now_ns);
    int64_t max_ns = is_unsettled(run) ? SETTLE_NS : WAIT_NS;
    if (run->patience_ns >= 0 && *idle_since_ns + run->patience_ns - now_ns < max_ns)
        max_ns = *idle_since_ns + run->patience_ns - now_ns;
    if (tr_consumer_wait(run->ring, max_ns) == TR_OK)
        return 0;
    if (is_unsettled(run))
        code = give_room(run);
    /* The locks of the feeds are looked at only where waiting was in vain: not on the way of a tick. */
    return code != 0 ? code : check_patience(run, *idle_since_ns);
}

/* --- The end ------------------------------------------------------------------------------------ */

/* Ticks to the noted end: of the lane that has the fewest left, so that no batch goes beyond one. */
static uint64_t left_to_end(const struct run *run)
{
    uint64_t least = UINT64_MAX;
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        uint64_t pos = run->ring->lane[p].pos;
        uint64_t end = run->ring->end_seq[p];
        if (pos < end && end - pos < least)
            least = end - pos;
    }
    return least;
}

static bool is_at_end(const struct run *run)
{
    return left_to_end(run) == UINT64_MAX;
}

static uint32_t next_max(const struct run *run)
{
    uint64_t max = run->work_ns > 0 ? 1 : RUN_BATCH;
    if (run->count_max > 0)
        max = tr_min_u64(max, run->count_max - run->totals.delivered);
    if (run->exit_at_end)
        max = tr_min_u64(max, left_to_end(run));
    return (uint32_t)max;
}

static bool is_done(const struct run *run)
{
    return run->stopped() || (run->count_max > 0 && run->totals.delivered >= run->count_max)
           || (run->exit_at_end && is_at_end(run));
}

/* --- Loop --------------------------------------------------------------------------------------- */

void run_init(struct run *run)
{
    if (run->stage->ops->has_sma) {
        run->symbols.indicators = run->stage->opt.indicators;
        run->symbols.strategy_size = run->stage->opt.strategy.ops->state_size;
    }
    for (unsigned p = 0; p < TR_LANE_MAX; p++)
        tr_digest_init(&run->digest[p]);
    if (run->exit_at_end)
        tr_consumer_note_end(run->ring);
}

static int run_to_end(struct run *run)
{
    struct tr_tick tick[RUN_BATCH];
    struct tr_batch b;
    int64_t idle_since_ns = 0;
    int code = 0;
    while (!is_done(run)) {
        switch (tr_read(run->ring, tick, next_max(run), &b)) {
        case TR_OK:
            idle_since_ns = 0;
            if (handle_batch(run, &b, tick, &code) != 0) {
                run->is_torn = true;
                return code;
            }
            code = check_rings(run, run->ring->meter.mark_ns); /* when the batch was read */
            show(run, run->ring->meter.mark_ns);
            break;
        case TR_OVERRUN:
            if (handle_gap(run, &b, &code) != 0)
                return code;
            if (run->keeper != NULL) /* the cursor has moved over it: the checkpoint goes with it */
                code = give_room(run);
            break;
        case TR_CLOSED:
            log_info(run->ring->seg.name, "the feed has ended, everything was read");
            return 0;
        default:
            code = handle_empty(run, &idle_since_ns);
            break;
        }
        if (code != 0)
            return code;
    }
    return 0;
}

int run_loop(struct run *run)
{
    int code = run_to_end(run);
    run->end_ns = tr_now_ns();
    run->totals.elapsed_ns = run->begin_ns != 0 ? run->end_ns - run->begin_ns : 0;
    return code;
}

uint64_t run_digest(const struct run *run)
{
    struct tr_digest used[TR_LANE_MAX];
    size_t cnt = 0;
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        if (run->digest[p].tick_cnt > 0)
            used[cnt++] = run->digest[p];
    }
    if (cnt == 0)
        used[cnt++] = run->digest[0]; /* of no ticks: what a feed without any says */
    return tr_digest_combine(used, cnt);
}

void run_free(struct run *run)
{
    for (unsigned p = 0; p < TR_LANE_MAX; p++)
        free(run->lane[p].symbol);
    symbols_free(&run->symbols);
}
