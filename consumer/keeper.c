#include "consumer/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exitcode.h"
#include "log.h"
#include "ringerror.h"

#define STORE_NS (100 * TR_NS_PER_MS) /* a successor has no more than this to do again, if ticks are rare */

bool keeper_can_append(int fd)
{
    struct stat st;
    int flags = fcntl(fd, F_GETFL);
    return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && flags >= 0 && (flags & O_APPEND) != 0;
}

static void keep_totals(struct state *s, struct totals *totals)
{
    state_bytes(s, &totals->delivered, sizeof totals->delivered);
    state_bytes(s, &totals->lost, sizeof totals->lost);
    state_bytes(s, &totals->filtered, sizeof totals->filtered);
    state_bytes(s, &totals->gap_cnt, sizeof totals->gap_cnt);
}

/* Everything, in either direction.  seq: the position in each lane; at: the length of the file. */
static void keep_run(struct keeper *k, uint64_t seq[TR_LANE_MAX], uint64_t *at)
{
    struct state *s = &k->state;
    struct run *run = k->run;
    state_bytes(s, &k->ended, sizeof k->ended);
    state_bytes(s, &k->mixed, sizeof k->mixed);
    state_bytes(s, seq, TR_LANE_MAX * sizeof *seq);
    state_bytes(s, at, sizeof *at);
    state_bytes(s, &k->put_cnt, sizeof k->put_cnt);
    state_bytes(s, &k->digest, sizeof k->digest);
    keep_totals(s, &run->totals);
    state_bytes(s, run->digest, sizeof run->digest);
    symbols_keep(&run->symbols, &run->filter, s);
    state_bytes(s, &run->stage->buy_cnt, sizeof run->stage->buy_cnt);
    state_bytes(s, &run->stage->sell_cnt, sizeof run->stage->sell_cnt);
    if (run->stage->ops->keep != NULL)
        run->stage->ops->keep(run->stage, s);
}

static int tell_error(struct keeper *k, int rc)
{
    k->failed = true;
    log_error(k->file.path[0], "the checkpoint cannot be kept: %s, %s", strerror(-rc),
              rc == -ENOSPC ? "free space there: shmmon clean"
                            : "see whose it is, and whether it can be written");
    return ringerror_code(rc);
}

static void note_lanes(struct keeper *k)
{
    if (k->mixed || tr_consumer_lane_cnt(k->run->ring) <= k->lane_cnt)
        return;
    k->mixed = true;
    log_warn(k->run->ring->seg.name,
             "more than %u feeds: after a kill some lines or records may come twice, see --order=event",
             k->lane_cnt);
}

static int store(struct keeper *k, bool ended)
{
    struct tr_consumer *ring = k->run->ring;
    uint64_t seq[TR_LANE_MAX];
    for (unsigned p = 0; p < TR_LANE_MAX; p++)
        seq[p] = ring->lane[p].pos;
    note_lanes(k);
    uint64_t at = k->run->stage->out->written;
    if (k->outring != NULL) {
        k->put_cnt = k->outring->put_cnt;
        k->digest = k->outring->digest;
    }
    k->ended = ended;
    state_save(&k->state);
    keep_run(k, seq, &at);
    int rc = state_whole(&k->state) ? tr_checkpoint_store(&k->file, k->state.bytes, k->state.len) : -ENOMEM;
    if (rc != 0)
        return rc;
    k->stored_ns = tr_now_ns();
    if (!ended)
        tr_consumer_flush(ring);
    return 0;
}

int keeper_store(struct keeper *k, bool ended)
{
    int rc = store(k, ended);
    return rc == 0 ? 0 : tell_error(k, rc);
}

void keeper_leave(struct keeper *k)
{
    if (!k->run->is_torn && !k->ended && !k->failed)
        (void)store(k, false);
    tr_consumer_abandon(k->run->ring);
}

bool keeper_is_due(const struct keeper *k, int64_t now_ns)
{
    const struct tr_consumer *ring = k->run->ring;
    uint64_t cnt = tr_consumer_unflushed(ring);
    return cnt != 0 && (cnt >= ring->seg.map.slot_cnt / 2 || now_ns - k->stored_ns >= STORE_NS);
}

static uint64_t file_len_of(const struct out *out)
{
    struct stat st;
    return keeper_can_append(out->fd) && fstat(out->fd, &st) == 0 ? (uint64_t)st.st_size : 0;
}

/* Whether the file's last line is torn: it cannot be read through a descriptor that appends. */
static bool is_torn(int fd, uint64_t len)
{
    char path[32];
    char last = '\n';
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    bool known = file >= 0 && (len == 0 || pread(file, &last, 1, (off_t)len - 1) == 1);
    if (file >= 0)
        close(file);
    return !known || last != '\n';
}

/* Goes on behind all that the file has. */
static void append(struct out *out)
{
    uint64_t len = file_len_of(out);
    out->skip = 0;
    out->written = len;
    if (!keeper_can_append(out->fd) || !is_torn(out->fd, len))
        return;
    out_text(out, "\n");
    out_flush(out); /* no checkpoint may come in between: it would not count this byte; its error is kept */
}

/* Lines after the checkpoint that the file has already.  Of a pipe, a terminal or a new file (>) nobody knows. */
static void skip_lines(const struct keeper *k, uint64_t at)
{
    struct out *out = k->run->stage->out;
    uint64_t len = file_len_of(out);
    if (!k->same) {
        append(out);
        return;
    }
    out->written = at;
    if (!keeper_can_append(out->fd))
        return;
    if (len < at)
        log_warn("output", "the file is shorter than what was written to it: the beginning is not there");
    else
        out->skip = len - at;
}

/* What lies between the checkpoint and the lane's oldest tick is lost, but for what the ring tells itself. */
static void skip_ticks(struct keeper *k, unsigned p, uint64_t seq)
{
    struct run *run = k->run;
    const struct tr_consumer *ring = run->ring;
    if (tr_consumer_skip_to(run->ring, p, seq))
        return;
    uint64_t to = (ring->gap_mask >> p & 1) != 0 ? ring->gap[p].from : ring->lane[p].pos;
    if (to <= seq)
        return;
    k->same = false;
    run->totals.lost += to - seq;
    run->totals.gap_cnt++;
    log_warn(tr_consumer_lane_name(ring, p), "ticks %llu to %llu are lost (%llu): away too long",
             (unsigned long long)seq, (unsigned long long)to - 1, (unsigned long long)(to - seq));
}

static int load(struct keeper *k, const uint8_t *bytes, size_t len)
{
    uint64_t seq[TR_LANE_MAX];
    uint64_t at;
    state_load(&k->state, bytes, len);
    keep_run(k, seq, &at);
    bool whole = state_whole(&k->state);
    k->state = (struct state){0};
    if (!whole) {
        log_error(k->run->ring->seg.name, "the checkpoint of an earlier run cannot be read, remove %s and %s",
                  k->file.path[0], k->file.path[1]);
        return EXIT_CODE_PROTOCOL;
    }
    k->same = !k->mixed;
    for (unsigned p = 0; p < TR_LANE_MAX; p++)
        skip_ticks(k, p, seq[p]);
    skip_lines(k, at);
    k->found = true;
    log_info(k->run->ring->seg.name,
             "going on after %llu ticks, where an earlier run of this command stopped",
             (unsigned long long)k->run->totals.delivered);
    return 0;
}

int keeper_open(struct keeper *k, struct run *run, const char *id, unsigned lane_cnt, uint64_t tag)
{
    const struct tr_segment *seg = &run->ring->seg;
    uint8_t *bytes;
    size_t len;
    *k = (struct keeper){.run = run, .lane_cnt = lane_cnt};
    int rc = tr_checkpoint_open(&k->file, seg->name, id, seg->header.instance, tag);
    if (rc != 0)
        return tell_error(k, rc);
    rc = tr_checkpoint_load(&k->file, &bytes, &len);
    if (rc == 0) {
        int code = load(k, bytes, len);
        free(bytes);
        return code;
    }
    if (rc == -ENOTUNIQ)
        log_warn(seg->name,
                 "an earlier run with another command or version was killed: what it knew is not gone on "
                 "with, and what it wrote last may come twice");
    else if (rc != -ENOENT)
        return tell_error(k, rc);
    run->stage->out->written = file_len_of(run->stage->out);
    return keeper_store(k, false); /* before the first line: where the file began */
}

void keeper_note_gap(struct keeper *k)
{
    struct out *out = k->run->stage->out;
    out_flush(out); /* what comes before the gap is made again; its error is kept */
    if (out->skip != 0)
        append(out);
    if (k->run->outring != NULL)
        outring_diverge(k->run->outring);
    k->same = false;
}

void keeper_close(struct keeper *k, bool done)
{
    if (done)
        tr_checkpoint_remove(&k->file);
    else
        tr_checkpoint_close(&k->file);
    state_free(&k->state);
}
