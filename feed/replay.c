#include "feed/replay.h"

#include <poll.h>
#include <time.h>

#include "exitcode.h"
#include "log.h"

#define CLOSE_NS TR_NS_PER_MS /* housekeeping, which takes a moment, ends so long before a tick is due */
#define NAP_NS (50 * TR_NS_PER_MS) /* between two looks whether to stop, while a tick is not due */
#define LISTEN_MS 50 /* ... and while a pipe is silent */
#define KEEP_RECORDS 4096 /* records read, wanted or not, from one look after the rings to the next */
#define BAD_TOLD_MAX 20 /* malformed records that are told one by one */
#define PROGRESS_NS (200 * TR_NS_PER_MS)

/* Returns the exit code of the first ring that has an error; the others are flushed as well. */
static int flush(struct replay *r)
{
    int code = 0;
    for (unsigned i = 0; i < r->pub_cnt; i++) {
        int rc = publisher_flush(&r->pub[i]);
        if (rc != 0 && code == 0)
            code = publisher_tell(&r->pub[i], rc);
    }
    return code;
}

static int housekeep(struct replay *r)
{
    int code = 0;
    int64_t now_ns = tr_now_ns();
    for (unsigned i = 0; i < r->pub_cnt && code == 0; i++) {
        int rc = publisher_housekeep(&r->pub[i], now_ns);
        if (rc != 0)
            code = publisher_tell(&r->pub[i], rc);
    }
    return code;
}

/* One ring is full: the others get what was read for them, and stay alive.  Their errors come again. */
static void offer_others(void *arg, const struct publisher *pub)
{
    struct replay *r = arg;
    for (unsigned i = 0; i < r->pub_cnt; i++)
        if (&r->pub[i] != pub)
            (void)publisher_offer(&r->pub[i]);
}

/* Reading may take for ever (a pipe): what came before is published first, and the house is kept. */
static bool wait_for_bytes(struct input *in, void *arg)
{
    struct replay *r = arg;
    struct pollfd p = {.fd = in->fd, .events = POLLIN};
    if (r->flush_code == 0)
        r->flush_code = flush(r);
    if (r->flush_code == 0)
        r->flush_code = housekeep(r); /* of a file nothing may be wanted for long */
    while (r->flush_code == 0 && !r->stopped()) {
        if (poll(&p, 1, LISTEN_MS) > 0)
            return true;
        r->flush_code = housekeep(r);
    }
    return false;
}

static void show_progress(struct replay *r, int64_t now_ns, int64_t ts_event_ns)
{
    if (r->progress == NULL || now_ns - r->progress_ns < PROGRESS_NS)
        return;
    r->progress_ns = now_ns;
    r->progress(r->progress_arg, now_ns, ts_event_ns);
}

static void nap_until(int64_t ns)
{
    struct timespec t = {.tv_sec = ns / TR_NS_PER_S, .tv_nsec = ns % TR_NS_PER_S};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t,
                    NULL); /* a signal ends it early: the caller looks again */
}

/* The last stretch before a tick is due: nothing else is done in it, so that it is not late. */
static void wait_closely(struct replay *r, int64_t due_ns)
{
    int64_t wake_ns = due_ns - r->pace.spin_ns;
    int64_t now_ns;
    while ((now_ns = tr_now_ns()) < due_ns && !r->stopped())
        if (now_ns < wake_ns)
            nap_until(wake_ns);
}

/* Not beyond the last tick that is wanted: what is behind it is neither malformed nor skipped. */
static bool may_read_ahead(const struct replay *r)
{
    return r->count_max == 0 || r->tick_cnt + ahead_cnt(&r->ahead) + 1 < r->count_max;
}

/* Waits until the tick is due; what was read before it is published first. */
static int wait_until_due(struct replay *r, const struct source_record *rec)
{
    int64_t now_ns = tr_now_ns();
    int64_t due_ns = pace_due_ns(&r->pace, rec->tick.ts_event_ns, now_ns);
    int code = due_ns > now_ns ? flush(r) : 0;
    while (code == 0 && !r->stopped() && (now_ns = tr_now_ns()) < due_ns - CLOSE_NS) {
        if (may_read_ahead(r) && ahead_read(&r->ahead, &r->merge)) {
            code = housekeep(r);
            continue;
        }
        show_progress(r, now_ns, rec->tick.ts_event_ns);
        nap_until(due_ns - CLOSE_NS - now_ns < NAP_NS ? due_ns - CLOSE_NS : now_ns + NAP_NS);
        code = housekeep(r);
    }
    if (code != 0)
        return code;
    show_progress(r, now_ns, rec->tick.ts_event_ns); /* where ticks are closer than CLOSE_NS, only here */
    wait_closely(r, due_ns);
    if (!r->stopped())
        tr_hist_add(&r->late, tr_now_ns() - due_ns, 1);
    return 0;
}

/* Without a ring: what a run that publishes would report, and more. */
static void note_record(struct replay *r, const struct source_record *rec)
{
    audit_add(&r->audit, rec);
    if (r->wants_digest)
        tr_digest_tick(&r->digest, &rec->tick, tr_digest_name(rec->symbol, rec->symbol_len),
                       tr_digest_name(rec->venue, rec->venue_len));
}

/* The ring that a symbol belongs to. */
static struct publisher *publisher_of(struct replay *r, const struct source_record *rec)
{
    if (r->pub_cnt == 1)
        return r->pub;
    return &r->pub[tr_digest_name(rec->symbol, rec->symbol_len) % r->pub_cnt];
}

static int publish_record(struct replay *r, const struct source_record *rec)
{
    struct publisher *pub = publisher_of(r, rec);
    bool seen = publisher_is_seen(pub);
    if (!seen && r->pace.kind != PACE_MAX) {
        int code = wait_until_due(r, rec);
        if (code != 0 || r->stopped())
            return code;
    }
    r->tick_cnt++;
    int rc = publisher_add(pub, rec);
    if (!seen && pub->batch_cnt == 0)
        show_progress(r, tr_now_ns(), rec->tick.ts_event_ns);
    return rc == 0 ? 0 : publisher_tell(pub, rc);
}

/* One record that is wanted. */
static int take_record(struct replay *r, const struct source_record *rec)
{
    if (r->pub_cnt > 0)
        return publish_record(r, rec);
    r->tick_cnt++;
    note_record(r, rec);
    return 0;
}

/* A malformed record, or input that cannot go on.  0: go on after it. */
static int take_error(struct replay *r, const struct source *culprit, enum source_result result)
{
    int code = result == SOURCE_FATAL ? culprit->exit_code : EXIT_CODE_DATA;
    if (result == SOURCE_BAD && r->skip_bad) {
        r->counts.bad++;
        if (r->counts.bad <= BAD_TOLD_MAX)
            log_warn(culprit->error, r->pub_cnt == 0 ? "malformed" : "passed over");
        if (r->counts.bad == BAD_TOLD_MAX)
            log_warn("input", "further malformed records are only counted");
        return 0;
    }
    r->counts.bad += result == SOURCE_BAD;
    log_error(culprit->error, result == SOURCE_BAD
                                  ? "malformed: correct it, or pass over it with --on-bad=skip"
                                  : "cannot go on");
    return code;
}

static bool is_done(const struct replay *r)
{
    return r->stopped() || (r->count_max > 0 && r->tick_cnt >= r->count_max);
}

/* The input once, from where it is.  *ended: its end was reached. */
static int run_pass(struct replay *r, bool *ended)
{
    uint64_t record_cnt = 0;
    *ended = false;
    while (!is_done(r)) {
        const struct source_record *rec;
        struct source *culprit;
        int code = 0;
        enum source_result result = ahead_next(&r->ahead, &r->merge, &rec, &culprit);
        if (r->flush_code != 0)
            return r->flush_code;
        if (result == SOURCE_END) {
            *ended = true;
            return 0;
        }
        if (result == SOURCE_AGAIN)
            continue;
        if (result != SOURCE_OK)
            code = take_error(r, culprit, result);
        else if (select_wants(&r->select, rec))
            code = take_record(r, rec);
        else
            r->counts.skipped++;
        if (code == 0 && ++record_cnt % KEEP_RECORDS == 0) {
            code = housekeep(r);
            show_progress(r, tr_now_ns(), rec != NULL ? rec->tick.ts_event_ns : 0);
        }
        if (code != 0)
            return code;
    }
    return 0;
}

static int begin_again(struct replay *r)
{
    struct source *culprit;
    int rc;
    while ((rc = merge_rewind(&r->merge, &culprit)) > 0)
        if (r->stopped())
            return 0;
    if (rc < 0) {
        log_error(culprit->error, "--repeat needs a file that stays as it is");
        return culprit->exit_code;
    }
    ahead_clear(&r->ahead);
    pace_rewind(&r->pace);
    return 0;
}

static void watch_waits(struct replay *r)
{
    for (unsigned i = 0; r->pub_cnt > 1 && i < r->pub_cnt; i++) {
        r->pub[i].waiting = offer_others;
        r->pub[i].waiting_arg = r;
    }
    for (unsigned i = 0; i < r->merge.input_cnt; i++) {
        struct input *in = &r->merge.input[i].source->input;
        in->before_read = wait_for_bytes;
        in->before_read_arg = r;
    }
}

static void sum_counts(struct replay *r)
{
    for (unsigned i = 0; i < r->merge.input_cnt; i++) {
        r->counts.rounded += r->merge.input[i].source->counts.rounded_cnt;
        r->counts.skipped += r->merge.input[i].source->counts.skipped_cnt;
        r->counts.zero += r->merge.input[i].source->counts.zero_cnt;
    }
}

static void tell_nothing(const struct replay *r)
{
    if (r->counts.skipped > 0)
        log_warn("input", "no tick: %llu records are none, or not wanted",
                 (unsigned long long)r->counts.skipped);
    else
        log_warn("input", "no records");
}

int replay_run(struct replay *r)
{
    bool ended = true;
    int code = 0;
    watch_waits(r);
    for (uint64_t pass = 1; code == 0; pass++) {
        uint64_t before = r->tick_cnt;
        code = run_pass(r, &ended);
        if (code != 0 || !ended || pass == r->pass_cnt || is_done(r) || r->tick_cnt == before)
            break; /* the last: an input without a single tick would be repeated for ever */
        code = flush(r);
        if (code == 0 && !is_done(r))
            code = begin_again(r);
    }
    int flushed = flush(r); /* after an error too: what was whole is delivered */
    sum_counts(r);
    if (code == 0 && ended && r->tick_cnt == 0)
        tell_nothing(r);
    return code != 0 ? code : flushed;
}
