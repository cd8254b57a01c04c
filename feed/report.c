#include "feed/report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "feed/audit_report.h"
#include "json.h"
#include "timetext.h"

void report_baseline(struct report_ring *rep, const struct tr_producer *ring)
{
    memcpy(rep->name, ring->seg.name, sizeof rep->name);
    rep->blocked_ns = tr_load_rlx(&ring->lane->blocked_ns);
    rep->stall_cnt = tr_load_rlx(&ring->lane->stall_cnt);
    rep->blocked_by_cnt = TR_CONSUMER_MAX;
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++)
        rep->blocked_by[c] = wait_account_of(ring, c);
}

void report_ring(struct report_ring *rep, const struct tr_producer *ring)
{
    rep->blocked_ns = tr_load_rlx(&ring->lane->blocked_ns) - rep->blocked_ns;
    rep->stall_cnt = tr_load_rlx(&ring->lane->stall_cnt) - rep->stall_cnt;
    rep->blocked_by_cnt = 0;
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++) {
        struct wait_account held = wait_account_since(ring, c, &rep->blocked_by[c]);
        if (held.ns > 0)
            rep->blocked_by[rep->blocked_by_cnt++] = held;
    }
}

/* Consumers of one name on several rings are one here; more names than there is room for are left out. */
static void add_blocked(struct report_ring *all, const struct wait_account *blocked)
{
    unsigned i = 0;
    while (i < all->blocked_by_cnt && strcmp(all->blocked_by[i].name, blocked->name) != 0)
        i++;
    if (i == TR_CONSUMER_MAX)
        return;
    if (i < all->blocked_by_cnt)
        all->blocked_by[i].ns += blocked->ns;
    else
        all->blocked_by[all->blocked_by_cnt++] = *blocked;
}

void report_sum(struct report *rep)
{
    struct report_ring *all = &rep->all;
    *all = (struct report_ring){.blocked_by_cnt = 0};
    for (unsigned i = 0; i < rep->ring_cnt; i++) {
        const struct report_ring *ring = &rep->ring[i];
        if (ring->published > 0 && (all->published == 0 || ring->first_ts_ns < all->first_ts_ns))
            all->first_ts_ns = ring->first_ts_ns;
        if (ring->published > 0 && (all->published == 0 || ring->last_ts_ns > all->last_ts_ns))
            all->last_ts_ns = ring->last_ts_ns;
        all->published += ring->published;
        all->resumed += ring->resumed;
        all->dropped += ring->dropped;
        all->blocked_ns += ring->blocked_ns;
        all->stall_cnt += ring->stall_cnt;
        all->digest += ring->digest; /* as tr_digest_combine */
        for (unsigned k = 0; k < ring->blocked_by_cnt; k++)
            add_blocked(all, &ring->blocked_by[k]);
    }
}

static void json_time(struct json *j, const char *key, bool known, int64_t ns)
{
    if (known)
        json_i64(j, key, ns);
    else
        json_null(j, key);
}

static void json_blocked(struct json *j, const struct report_ring *ring)
{
    json_u64(j, "blocked_ns", ring->blocked_ns);
    json_u64(j, "stalls", ring->stall_cnt);
    json_open_object(j, "blocked_by");
    for (unsigned i = 0; i < ring->blocked_by_cnt; i++)
        json_u64(j, ring->blocked_by[i].name, ring->blocked_by[i].ns);
    json_close_object(j);
}

static void json_digest(struct json *j, const struct report *rep, uint64_t digest)
{
    char text[TR_DIGEST_TEXT_LEN + 1];
    tr_digest_text(digest, text);
    if (rep->has_digest)
        json_text(j, "digest", text, strlen(text));
    else
        json_null(j, "digest");
}

static void json_late(struct json *j, const struct tr_hist *late)
{
    struct tr_hist_snap snap;
    if (late == NULL) {
        json_null(j, "late_ns");
        return;
    }
    tr_hist_snapshot(late, &snap);
    json_open_object(j, "late_ns");
    json_u64(j, "count", snap.cnt);
    json_i64(j, "p50", tr_hist_percentile(&snap, 50, 100));
    json_i64(j, "p99", tr_hist_percentile(&snap, 99, 100));
    json_i64(j, "p999", tr_hist_percentile(&snap, 999, 1000));
    json_u64(j, "max", snap.max_ns);
    json_close_object(j);
}

static void json_tallies(struct json *j, const char *key, const struct report *rep, bool bad)
{
    json_open_array(j, key);
    for (unsigned i = 0; rep->merge != NULL && i < rep->merge->input_cnt; i++) {
        const struct source *src = rep->merge->input[i].source;
        const struct source_tally *tally = bad ? src->bad : src->note;
        for (unsigned k = 0; k < SOURCE_TALLY_MAX && tally[k].kind != NULL; k++) {
            json_open_object(j, NULL);
            json_text(j, "file", src->input.name, strlen(src->input.name));
            json_text(j, "kind", tally[k].kind, strlen(tally[k].kind));
            json_u64(j, "count", tally[k].cnt);
            json_u64(j, tally[k].by_line ? "line" : "offset", tally[k].first);
            json_close_object(j);
        }
    }
    json_close_array(j);
}

static void json_rings(struct json *j, const struct report *rep)
{
    if (rep->ring_cnt < 2)
        return;
    json_open_array(j, "rings");
    for (unsigned i = 0; i < rep->ring_cnt; i++) {
        const struct report_ring *ring = &rep->ring[i];
        json_open_object(j, NULL);
        json_text(j, "ring", ring->name, strlen(ring->name));
        json_u64(j, "published", ring->published);
        json_u64(j, "resumed", ring->resumed);
        json_u64(j, "dropped", ring->dropped);
        json_blocked(j, ring);
        json_digest(j, rep, ring->digest);
        json_close_object(j);
    }
    json_close_array(j);
}

void report_json(struct out *out, const struct report *rep)
{
    const struct report_ring *all = &rep->all;
    struct json j = {0};
    json_open_object(&j, NULL);
    json_u64(&j, "published", all->published);
    json_u64(&j, "resumed", all->resumed);
    json_u64(&j, "dropped", all->dropped);
    json_u64(&j, "bad", rep->counts.bad);
    json_u64(&j, "skipped", rep->counts.skipped);
    json_u64(&j, "rounded", rep->counts.rounded);
    json_blocked(&j, all);
    json_i64(&j, "elapsed_ns", rep->elapsed_ns);
    json_time(&j, "first_ts", all->published > 0, all->first_ts_ns);
    json_time(&j, "last_ts", all->published > 0, all->last_ts_ns);
    json_digest(&j, rep, all->digest);
    json_late(&j, rep->late);
    json_tallies(&j, "bad_kinds", rep, true);
    json_tallies(&j, "notes", rep, false);
    json_rings(&j, rep);
    if (rep->audit != NULL)
        audit_json(&j, rep->audit, &rep->counts);
    json_close_object(&j);
    out_json_line(out, &j);
    json_free(&j);
}

static void text_blocked(struct out *out, const struct report_ring *ring)
{
    out_format(out, "blocked   %.3f s in %" PRIu64 " stalls\n", (double)ring->blocked_ns / 1e9,
               ring->stall_cnt);
    for (unsigned i = 0; i < ring->blocked_by_cnt; i++) {
        out_format(out, "  waited %.3f s for consumer '", (double)ring->blocked_by[i].ns / 1e9);
        out_visible(out, ring->blocked_by[i].name, strlen(ring->blocked_by[i].name));
        out_text(out, "' (buffer full)\n");
    }
}

static void text_times(struct out *out, const struct report_ring *all)
{
    char first[TIME_TEXT_MAX];
    char last[TIME_TEXT_MAX];
    time_text(first, all->first_ts_ns);
    time_text(last, all->last_ts_ns);
    out_format(out, "events    %s to %s\n", first, last);
}

static void text_late(struct out *out, const struct tr_hist *late)
{
    struct tr_hist_snap snap;
    tr_hist_snapshot(late, &snap);
    out_format(out, "late      p50 %.1f us, p99 %.1f us, max %.1f us\n",
               (double)tr_hist_percentile(&snap, 50, 100) / 1e3,
               (double)tr_hist_percentile(&snap, 99, 100) / 1e3, (double)snap.max_ns / 1e3);
}

static void text_tallies(struct out *out, const char *what, const struct source *src,
                         const struct source_tally *tally)
{
    for (unsigned k = 0; k < SOURCE_TALLY_MAX && tally[k].kind != NULL; k++) {
        out_format(out, "%s", what);
        out_visible(out, src->input.name, strlen(src->input.name));
        out_format(out, ": %s: %" PRIu64 ", first at %s %" PRIu64 "\n", tally[k].kind, tally[k].cnt,
                   tally[k].by_line ? "line" : "byte", tally[k].first);
    }
}

static void text_rings(struct out *out, const struct report *rep)
{
    char digest[TR_DIGEST_TEXT_LEN + 1];
    for (unsigned i = 0; rep->ring_cnt > 1 && i < rep->ring_cnt; i++) {
        const struct report_ring *ring = &rep->ring[i];
        tr_digest_text(ring->digest, digest);
        out_format(out, "  %s: published %" PRIu64 ", dropped %" PRIu64 ", blocked %.3f s%s%s\n", ring->name,
                   ring->published, ring->dropped, (double)ring->blocked_ns / 1e9,
                   rep->has_digest ? ", digest " : "", rep->has_digest ? digest : "");
    }
}

void report_text(struct out *out, const struct report *rep)
{
    const struct report_ring *all = &rep->all;
    char digest[TR_DIGEST_TEXT_LEN + 1];
    double seconds = (double)rep->elapsed_ns / 1e9;
    out_format(out, "%s %" PRIu64 " ticks in %.3f s (%.0f ticks/s)\n",
               rep->audit != NULL ? "read     " : "published", all->published, seconds,
               seconds > 0 ? (double)all->published / seconds : 0);
    text_rings(out, rep);
    if (all->resumed > 0)
        out_format(out, "resumed   %" PRIu64 " ticks were published before\n", all->resumed);
    if (all->published > 0)
        text_times(out, all);
    out_format(out, "dropped   %" PRIu64 ", bad %" PRIu64 ", skipped %" PRIu64 ", rounded %" PRIu64 "\n",
               all->dropped, rep->counts.bad, rep->counts.skipped, rep->counts.rounded);
    if (rep->audit != NULL)
        audit_text(out, rep->audit, &rep->counts);
    else
        text_blocked(out, all);
    if (rep->late != NULL)
        text_late(out, rep->late);
    for (unsigned i = 0; rep->merge != NULL && i < rep->merge->input_cnt; i++) {
        const struct source *src = rep->merge->input[i].source;
        text_tallies(out, "malformed ", src, src->bad);
        text_tallies(out, "note      ", src, src->note);
    }
    tr_digest_text(all->digest, digest);
    if (rep->has_digest)
        out_format(out, "digest    %s\n", digest);
}
