#include "feed/report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "json.h"
#include "timetext.h"

static void note_holder(struct report_blocked *entry, const struct tr_producer *ring, unsigned c)
{
    tr_registry_name(&ring->seg, TR_PLACE_MEMBER, c, entry->name);
    entry->ns = tr_registry_blocked_by_ns(&ring->seg, ring->place.idx, c);
}

void report_baseline(struct report *rep, const struct tr_producer *ring)
{
    rep->blocked_ns = tr_load_rlx(&ring->lane->blocked_ns);
    rep->stall_cnt = tr_load_rlx(&ring->lane->stall_cnt);
    rep->blocked_by_cnt = TR_CONSUMER_MAX;
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++)
        note_holder(&rep->blocked_by[c], ring, c);
}

void report_ring(struct report *rep, const struct tr_producer *ring)
{
    rep->blocked_ns = tr_load_rlx(&ring->lane->blocked_ns) - rep->blocked_ns;
    rep->stall_cnt = tr_load_rlx(&ring->lane->stall_cnt) - rep->stall_cnt;
    rep->blocked_by_cnt = 0;
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++) {
        struct report_blocked now;
        note_holder(&now, ring, c);
        if (strcmp(now.name, rep->blocked_by[c].name) == 0)
            now.ns -= rep->blocked_by[c].ns; /* else the place has changed hands, and its account with it */
        if (now.ns > 0)
            rep->blocked_by[rep->blocked_by_cnt++] = now;
    }
}

static void json_time(struct json *j, const char *key, bool known, int64_t ns)
{
    if (known)
        json_i64(j, key, ns);
    else
        json_null(j, key);
}

void report_json(struct out *out, const struct report *rep)
{
    struct json j = {0};
    json_open_object(&j, NULL);
    json_u64(&j, "published", rep->published);
    json_u64(&j, "resumed", rep->resumed);
    json_u64(&j, "dropped", rep->dropped);
    json_u64(&j, "bad", rep->counts.bad);
    json_u64(&j, "skipped", rep->counts.skipped);
    json_u64(&j, "rounded", rep->counts.rounded);
    json_u64(&j, "blocked_ns", rep->blocked_ns);
    json_u64(&j, "stalls", rep->stall_cnt);
    json_open_object(&j, "blocked_by");
    for (unsigned i = 0; i < rep->blocked_by_cnt; i++)
        json_u64(&j, rep->blocked_by[i].name, rep->blocked_by[i].ns);
    json_close_object(&j);
    json_i64(&j, "elapsed_ns", rep->elapsed_ns);
    json_time(&j, "first_ts", rep->published > 0, rep->first_ts_ns);
    json_time(&j, "last_ts", rep->published > 0, rep->last_ts_ns);
    if (rep->digest != NULL)
        json_text(&j, "digest", rep->digest, strlen(rep->digest));
    else
        json_null(&j, "digest");
    json_close_object(&j);
    out_json_line(out, &j);
    json_free(&j);
}

static void text_blocked(struct out *out, const struct report *rep)
{
    char line[160];
    snprintf(line, sizeof line, "blocked   %.3f s in %" PRIu64 " stalls\n", (double)rep->blocked_ns / 1e9,
             rep->stall_cnt);
    out_text(out, line);
    for (unsigned i = 0; i < rep->blocked_by_cnt; i++) {
        out_text(out, "  by ");
        out_visible(out, rep->blocked_by[i].name, strlen(rep->blocked_by[i].name));
        snprintf(line, sizeof line, " %.3f s\n", (double)rep->blocked_by[i].ns / 1e9);
        out_text(out, line);
    }
}

static void text_times(struct out *out, const struct report *rep)
{
    char first[TIME_TEXT_MAX];
    char last[TIME_TEXT_MAX];
    char line[160];
    time_text(first, rep->first_ts_ns);
    time_text(last, rep->last_ts_ns);
    snprintf(line, sizeof line, "events    %s to %s\n", first, last);
    out_text(out, line);
}

void report_text(struct out *out, const struct report *rep)
{
    char line[200];
    double seconds = (double)rep->elapsed_ns / 1e9;
    snprintf(line, sizeof line, "published %" PRIu64 " ticks in %.3f s (%.0f ticks/s)\n", rep->published,
             seconds, seconds > 0 ? (double)rep->published / seconds : 0);
    out_text(out, line);
    if (rep->resumed > 0) {
        snprintf(line, sizeof line, "resumed   %" PRIu64 " ticks were published before\n", rep->resumed);
        out_text(out, line);
    }
    if (rep->published > 0)
        text_times(out, rep);
    snprintf(line, sizeof line,
             "dropped   %" PRIu64 ", bad %" PRIu64 ", skipped %" PRIu64 ", rounded %" PRIu64 "\n",
             rep->dropped, rep->counts.bad, rep->counts.skipped, rep->counts.rounded);
    out_text(out, line);
    text_blocked(out, rep);
    if (rep->digest != NULL) {
        out_text(out, "digest    ");
        out_text(out, rep->digest);
        out_text(out, "\n");
    }
}
