#include "consumer/outring.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "exitcode.h"
#include "log.h"
#include "ringerror.h"

#define WAIT_NS (50 * TR_NS_PER_MS) /* between two looks whether to stop */
#define GRACE_NS TR_NS_PER_S /* who is told to stop still delivers what he has, but does not wait for ever */

/* --- Names -------------------------------------------------------------------------------------- */

static int tell_no_name(const struct outring *o)
{
    log_error(o->opt.ring, "more symbols (%d) or venues (%d) than a lane holds, use --symbols or --shard",
              TR_SYMBOL_CNT_MAX, TR_VENUE_CNT_MAX);
    return EXIT_CODE_TEMPFAIL;
}

static bool make_room(struct outring *o, uint32_t idx)
{
    size_t cap = o->symbol_cap != 0 ? o->symbol_cap : 64;
    while (cap <= idx)
        cap *= 2;
    uint32_t *symbol_id = realloc(o->symbol_id, cap * sizeof *symbol_id);
    if (symbol_id == NULL)
        return false;
    memset(symbol_id + o->symbol_cap, 0, (cap - o->symbol_cap) * sizeof *symbol_id);
    o->symbol_id = symbol_id;
    o->symbol_cap = cap;
    return true;
}

static int set_symbol(struct outring *o, struct tr_tick *rec, const struct symbol *symbol)
{
    if (symbol->idx >= o->symbol_cap && !make_room(o, symbol->idx)) {
        log_error("memory", "none left for another symbol, use --symbols or --shard");
        return EXIT_CODE_FAILED;
    }
    uint32_t *known = &o->symbol_id[symbol->idx];
    uint16_t id;
    if (*known == 0) {
        if (tr_producer_symbol(&o->ring, symbol->name, symbol->name_len, &id) != 0)
            return tell_no_name(o);
        *known = (uint32_t)id + 1;
    }
    rec->symbol = (uint16_t)(*known - 1);
    return 0;
}

static int set_venue(struct outring *o, struct tr_tick *rec, const struct stage_tick *t)
{
    if (t->venue == o->venue && t->venue_len == o->venue_len) {
        rec->venue = o->venue_id;
        return 0;
    }
    uint16_t id = TR_VENUE_NONE;
    if (t->venue_len > 0 && tr_producer_venue(&o->ring, t->venue, t->venue_len, &id) != 0)
        return tell_no_name(o);
    o->venue = t->venue;
    o->venue_len = t->venue_len;
    o->venue_id = rec->venue = id;
    o->venue_hash = tr_digest_name(t->venue, t->venue_len);
    return 0;
}

/* --- Waiting ------------------------------------------------------------------------------------ */

static int tell_error(const struct outring *o, int rc)
{
    if (rc == -ESTALE) {
        log_error(o->opt.ring, "the ring was removed while in use, start the stages again");
        return EXIT_CODE_UNAVAILABLE;
    }
    return ringerror_tell(o->opt.ring, o->opt.lane, rc);
}

int outring_housekeep(struct outring *o, int64_t now_ns)
{
    int rc = tr_producer_housekeep(&o->ring, now_ns);
    audience_look(&o->audience, &o->ring);
    waits_tell(&o->waits, &o->ring, now_ns, false);
    return rc == 0 ? 0 : tell_error(o, rc);
}

/* Both rings: whoever reads ours, and whoever feeds us. */
static int keep_both(struct outring *o, int64_t now_ns)
{
    int code = outring_housekeep(o, now_ns);
    if (code == 0)
        (void)tr_consumer_housekeep(o->opt.source, now_ns); /* its errors are found by who reads it */
    return code;
}

int outring_await(struct outring *o)
{
    int64_t begin_ns = tr_now_ns();
    bool told = false;
    unsigned cnt;
    if (o->ring.took_over && o->done_cnt > 0)
        return 0; /* they were there when we were killed: nothing is published before */
    while (!o->opt.stopped() && (cnt = tr_producer_consumer_cnt(&o->ring)) == 0) {
        int64_t now_ns = tr_now_ns();
        int code = keep_both(o, now_ns);
        if (code != 0)
            return code;
        if (o->opt.patience_ns >= 0 && now_ns - begin_ns >= o->opt.patience_ns) {
            log_error(o->opt.ring, "no consumer in time, start the next stage or give it longer (-t)");
            return EXIT_CODE_TEMPFAIL;
        }
        if (!told)
            log_info(o->opt.ring, "waiting for the next stage: consumer -n %s", o->opt.ring);
        told = true;
        tr_producer_nap(&o->ring, cnt, WAIT_NS);
    }
    o->audience.seen_ns = tr_now_ns(); /* it may be gone before one looks again */
    return 0;
}

/* Told as it passes, not when it is over: somebody may be looking. */
static void add_blocked(struct outring *o, int64_t *mark_ns, int64_t now_ns)
{
    tr_own_add(&o->opt.source->stats->blocked_ns, (uint64_t)(now_ns - *mark_ns));
    *mark_ns = now_ns;
}

/* The gate is shut.  0: there is room. */
static int wait_for_room(struct outring *o)
{
    int64_t begin_ns = tr_now_ns();
    int64_t mark_ns = begin_ns;
    int64_t stop_ns = 0;
    int code = 0;
    waits_begin(&o->waits, &o->ring, begin_ns);
    while (code == 0 && tr_producer_wait(&o->ring, WAIT_NS) != TR_OK) {
        int64_t now_ns = tr_now_ns();
        add_blocked(o, &mark_ns, now_ns);
        waits_look(&o->waits, &o->ring);
        if (o->opt.stopped() && stop_ns == 0)
            stop_ns = now_ns;
        bool gives_up = stop_ns != 0 && now_ns - stop_ns >= GRACE_NS;
        if (gives_up || (o->opt.patience_ns >= 0 && now_ns - begin_ns >= o->opt.patience_ns)) {
            log_error(o->opt.ring,
                      "buffer full for too long, its consumer does not read: see which with shmmon");
            code = EXIT_CODE_TEMPFAIL;
        }
        if (code == 0)
            code = keep_both(o, now_ns);
    }
    int64_t end_ns = tr_now_ns();
    waits_end(&o->waits, end_ns);
    add_blocked(o, &mark_ns, end_ns);
    return code;
}

/* --- Records ------------------------------------------------------------------------------------ */

int outring_flush(struct outring *o)
{
    uint32_t done = 0;
    int code = 0;
    while (done < o->batch_cnt && code == 0) {
        int64_t now_ns = tr_now_ns();
        for (uint32_t i = done; i < o->batch_cnt; i++)
            o->batch[i].ts_pub_ns = now_ns;
        uint32_t cnt = tr_publish_batch(&o->ring, &o->batch[done], o->batch_cnt - done);
        done += cnt;
        if (cnt == 0)
            code = wait_for_room(o);
    }
    o->batch_cnt = 0;
    return code;
}

static int put(struct stage_sink *sink, const struct tr_tick *rec, const struct stage_tick *t)
{
    struct outring *o = (struct outring *)sink;
    struct tr_tick *made = &o->batch[o->batch_cnt];
    *made = *rec;
    int code = set_symbol(o, made, t->symbol);
    if (code == 0)
        code = set_venue(o, made, t);
    if (code != 0)
        return code;
    if (o->opt.wants_digest)
        tr_digest_tick(&o->digest, made, t->symbol->hash, o->venue_hash);
    if (o->put_cnt++ < o->done_cnt)
        return 0; /* an earlier run has published it */
    return ++o->batch_cnt == OUTRING_BATCH ? outring_flush(o) : 0;
}

/* --- From opening to the end -------------------------------------------------------------------- */

int outring_open(struct outring *o, const struct outring_options *opt)
{
    *o = (struct outring){.sink = {.put = put}, .opt = *opt, .venue_id = TR_VENUE_NONE};
    o->venue_hash = tr_digest_name("", 0);
    tr_digest_init(&o->digest);
    const struct tr_producer_options join = {
        .ring = opt->ring, .name = opt->lane, .wait = opt->wait, .only_there = opt->only_there};
    int rc = tr_producer_open(&o->ring, &join);
    if (rc == -ENOENT && opt->only_there)
        return 0;
    if (rc != 0)
        return ringerror_tell(opt->ring, opt->lane, rc);
    o->is_open = true;
    if (opt->anew) /* another input comes between */
        tr_producer_input(&o->ring, &(struct tr_input_id){.word = {0}}, &o->done_cnt);
    if (tr_producer_input(&o->ring, &opt->input, &o->done_cnt))
        log_info(opt->ring, "going on after %llu records that an earlier run published",
                 (unsigned long long)o->done_cnt);
    return 0;
}

void outring_restart(struct outring *o, uint64_t put_cnt, const struct tr_digest *digest)
{
    o->put_cnt = put_cnt;
    o->digest = *digest;
    if (o->done_cnt < put_cnt)
        o->done_cnt = put_cnt;
}

void outring_diverge(struct outring *o)
{
    o->put_cnt = tr_max_u64(o->put_cnt, o->done_cnt); /* as many as the lane has */
}

static void release(struct outring *o)
{
    free(o->symbol_id);
    o->symbol_id = NULL;
    o->is_open = false;
}

void outring_close(struct outring *o)
{
    if (o->is_open) {
        waits_tell(&o->waits, &o->ring, tr_now_ns(), true);
        tr_producer_close(&o->ring, false);
    }
    release(o);
}

void outring_abandon(struct outring *o)
{
    if (o->is_open) {
        waits_tell(&o->waits, &o->ring, tr_now_ns(), true);
        tr_producer_abandon(&o->ring);
    }
    release(o);
}
