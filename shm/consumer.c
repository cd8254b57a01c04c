#include "consumer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int try_attach(struct tr_consumer *c, const struct tr_consumer_options *opt)
{
    int rc = tr_segment_open(&c->seg, opt->ring, true);
    if (rc == -EACCES && opt->lossy) {
        rc = tr_segment_open(&c->seg, opt->ring, false);
        c->anonymous = rc == 0;
    }
    if (rc != 0)
        return rc;
    rc = tr_segment_map(&c->seg);
    if (rc == 0 && !c->anonymous)
        rc = tr_registry_take(&c->seg, TR_PLACE_MEMBER, opt->id, &c->place);
    if (rc != 0)
        tr_segment_close(&c->seg);
    return rc;
}

static int attach(struct tr_consumer *c, const struct tr_consumer_options *opt)
{
    int64_t begin_ns = tr_now_ns();
    unsigned attempt = 0;
    int rc;
    while (tr_registry_begin_again(rc = try_attach(c, opt), begin_ns, &attempt))
        continue;
    return rc == -ESTALE ? -EAGAIN : rc;
}

/* The words of an anonymous reader: the same, where nobody sees them. */
static int make_private(struct tr_consumer *c)
{
    const struct tr_map *map = &c->seg.map;
    uint64_t len = 2 * map->page_len + map->stats_len;
    uint8_t *p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        return -errno;
    c->bell = (void *)p;
    c->member = (void *)(p + map->page_len);
    c->stats = (void *)(p + 2 * map->page_len);
    return 0;
}

static int map_own(struct tr_consumer *c)
{
    const struct tr_map *map = &c->seg.map;
    if (c->anonymous)
        return make_private(c);
    uint64_t stats_off = tr_segment_stats_off(&c->seg, c->place.idx);
    int rc = tr_segment_allocate(&c->seg, stats_off, map->stats_len);
    if (rc != 0)
        return rc;
    c->bell = tr_segment_map_own(&c->seg, map->bell_off, map->page_len);
    c->member = tr_segment_map_own(&c->seg, map->member_off + c->place.idx * map->page_len, map->page_len);
    c->stats = tr_segment_map_own(&c->seg, stats_off, map->stats_len);
    return c->bell != NULL && c->member != NULL && c->stats != NULL ? 0 : -errno;
}

static void unmap_own(struct tr_consumer *c)
{
    const struct tr_map *map = &c->seg.map;
    if (c->bell != NULL)
        munmap(c->bell, map->page_len);
    if (c->member != NULL)
        munmap(c->member, map->page_len);
    if (c->stats != NULL)
        munmap(c->stats, map->stats_len);
}

static void release(struct tr_consumer *c)
{
    for (unsigned p = 0; p < TR_LANE_MAX; p++)
        tr_peer_forget(&c->peer[p]);
    if (c->sem != NULL)
        sem_close(c->sem);
    if (!c->anonymous)
        tr_registry_leave(&c->seg, &c->place, false);
    unmap_own(c);
    tr_segment_close(&c->seg);
}

/* A place that was somebody else's, or from which we begin elsewhere: nothing of it counts. */
static void reset(struct tr_consumer *c)
{
    for (unsigned p = 0; p < TR_LANE_MAX; p++)
        tr_reader_reset(&c->member->lane[p]);
    memset(c->stats, 0, offsetof(struct tr_member_stats, past)); /* its past stays: it tells of this too */
}

/* Before anything else of it is changed: a kill from here on leaves a free place, not half of what was there; and who
 * looks on sees that it changes. */
static void free_place(struct tr_consumer *c)
{
    uint64_t epoch = tr_state_epoch(tr_load_rlx(&c->member->state));
    tr_store_rel(&c->member->state, tr_state_make(epoch, TR_MEMBER_FREE));
    atomic_thread_fence(memory_order_seq_cst);
}

static void write_name(struct tr_consumer *c)
{
    memcpy(c->member->who.name, c->place.name, sizeof c->place.name);
}

static void take_place(struct tr_consumer *c, const struct tr_consumer_options *opt)
{
    struct tr_member *m = c->member;
    uint64_t wait = tr_load_rlx(&m->wait);
    tr_store_rlx(&m->wait, wait + (wait & 1));
    atomic_fetch_and(&c->bell->asleep,
                     ~(UINT64_C(1) << c->place.idx)); /* B1: a predecessor killed asleep rang it */
    tr_store_rlx(&m->lossy, opt->lossy);
    tr_store_rlx(&m->hold_ns, (uint64_t)opt->hold_ns);
    tr_store_rlx(&m->filter, opt->filter);
    tr_store_rlx(&m->keeps_all, opt->keeps_all);
    tr_store_rlx(&m->beat_ns, (uint64_t)tr_now_ns());
    tr_store_rlx(&m->who.pid, (uint64_t)getpid());
    tr_store_rlx(&m->who.started_wall_ns, (uint64_t)tr_wall_ns());
    uint64_t epoch = tr_state_epoch(tr_load_rlx(&m->state));
    tr_store_rel(&m->state, tr_state_make(epoch + 1, TR_MEMBER_ACTIVE)); /* C4 */
}

static void fill_reader(struct tr_consumer *c, unsigned p)
{
    const struct tr_lane *lane = tr_segment_lane(&c->seg, p);
    c->lane[p] = (struct tr_reader){
        .mask = c->seg.map.slot_cnt - 1,
        .slot_cnt = c->seg.map.slot_cnt,
        .lane = lane,
        .own = &c->member->lane[p],
        .member = c->member,
        .evicted = &lane->evicted[c->place.idx],
        .gaps = &c->stats->gaps,
        .lane_idx = p,
    };
}

static void join_lanes(struct tr_consumer *c, const struct tr_consumer_options *opt, enum tr_from from,
                       uint64_t seq)
{
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        fill_reader(c, p);
        if (tr_reader_join(&c->lane[p], from, p == 0 ? seq : 0, opt->lossy, &c->gap[p]))
            c->gap_mask |= 1U << p;
        if (opt->keeps_all)
            c->lane[p].step = UINT64_MAX;
    }
    /* Our low cursors may have shut a gate: its producer must look again. */
    for (unsigned p = 0; p < TR_LANE_MAX; p++)
        tr_consumer_tell(c, p, true);
}

static bool has_several_lanes(const struct tr_consumer *c)
{
    return tr_state_of(tr_load_acq(&tr_segment_lane(&c->seg, 1)->state)) != TR_LANE_FREE;
}

/* Whether the position that this name had is the one to go on from. */
static bool resumes(const struct tr_consumer *c, const struct tr_consumer_options *opt)
{
    if (!c->place.known || opt->from == TR_FROM_OLDEST || opt->from == TR_FROM_NEWEST)
        return false;
    return opt->from == TR_FROM_RESUME || opt->seq >= tr_load_rlx(&c->member->lane[0].cur);
}

static int check_options(const struct tr_consumer *c, const struct tr_consumer_options *opt)
{
    if (opt->from == TR_FROM_SEQ && has_several_lanes(c))
        return -ESPIPE;
    if (resumes(c, opt) && tr_load_rlx(&c->member->filter) != opt->filter)
        return -ENOTUNIQ;
    return 0;
}

/* How far lane p is published, but not beyond seq.  The hint is behind if its producer was killed. */
static uint64_t published_to(const struct tr_consumer *c, unsigned p, uint64_t seq)
{
    const struct tr_lane *lane = tr_segment_lane(&c->seg, p);
    const struct tr_slot *slot = tr_segment_slots(&c->seg, p);
    bool opened = tr_state_of(tr_load_acq(&lane->state)) != TR_LANE_FREE;
    uint64_t n = tr_load_acq(&lane->hint);
    while (opened && n < seq && tr_load_acq(&slot[n & (c->seg.map.slot_cnt - 1)].seq) == n + 1)
        n++;
    return tr_min_u64(n, seq);
}

static void join(struct tr_consumer *c, const struct tr_consumer_options *opt)
{
    bool resume = resumes(c, opt);
    if (!resume) {
        free_place(c);
        reset(c);
    }
    if (!c->place.known) {
        write_name(c);
        tr_trail_begin(&c->stats->past.head);
    }
    take_place(c, opt);
    uint64_t seq = opt->from == TR_FROM_SEQ ? published_to(c, 0, opt->seq) : 0;
    join_lanes(c, opt, resume ? TR_FROM_RESUME : opt->from, seq);
    if (resume && opt->from == TR_FROM_SEQ) { /* the caller has what lies before seq: not lost, not again */
        tr_reader_skip_to(&c->lane[0], seq);
        tr_consumer_tell(c, 0, true);
    }
}

int tr_consumer_open(struct tr_consumer *c, const struct tr_consumer_options *opt)
{
    memset(c, 0, sizeof *c);
    if (tr_ring_name_check(opt->ring) != 0 || tr_place_name_check(opt->id) != 0)
        return -EINVAL;
    int rc = attach(c, opt);
    if (rc != 0)
        return rc;
    rc = map_own(c);
    if (rc == 0)
        rc = check_options(c, opt);
    if (rc != 0) {
        release(c);
        return rc;
    }
    static const struct tr_slot nothing;
    c->none = (struct tr_reader){.slot = &nothing};
    c->hot = &c->none;
    c->wait = opt->wait;
    c->lane_cnt_min = opt->lane_cnt_min != 0 ? opt->lane_cnt_min : 1;
    c->keeps_all = opt->keeps_all;
    c->order = opt->order;
    c->meter.stats = c->stats;
    c->meter.wall_minus_mono_ns = tr_wall_ns() - tr_now_ns();
    c->kept_ns = c->looked_ns = tr_now_ns();
    if (!c->anonymous)
        c->sem = tr_registry_semaphore(&c->seg, &c->place);
    join(c, opt);
    tr_consumer_note(c, TR_SAMPLE_JOIN, tr_now_ns());
    return 0;
}

void tr_consumer_close(struct tr_consumer *c)
{
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        tr_reader_leave(&c->lane[p]);
        tr_consumer_tell(c, p, true);
    }
    uint64_t epoch = tr_state_epoch(tr_load_rlx(&c->member->state));
    tr_store_rlx(&c->stats->rate_mhz, 0);
    tr_consumer_note(c, TR_SAMPLE_LEAVE, tr_now_ns());
    tr_store_rel(&c->member->state, tr_state_make(epoch, TR_MEMBER_DONE)); /* C4 */
    release(c);
}

void tr_consumer_abandon(struct tr_consumer *c)
{
    tr_store_rlx(&c->stats->rate_mhz, 0);
    tr_store_rlx(&c->member->beat_ns, (uint64_t)tr_now_ns()); /* held from now on */
    release(c);
}

bool tr_consumer_skip_to(struct tr_consumer *c, unsigned lane_idx, uint64_t seq)
{
    struct tr_reader *r = &c->lane[lane_idx];
    if (seq < r->pos || published_to(c, lane_idx, seq) != seq)
        return false;
    r->pos = seq;
    return true;
}

const struct tr_name *tr_consumer_symbol(const struct tr_consumer *c, unsigned lane_idx, uint32_t id)
{
    const void *table = c->seg.base + tr_segment_data_off(&c->seg, lane_idx);
    return tr_symtab_name(table, TR_SYMBOL_CNT_MAX, id);
}

const struct tr_name *tr_consumer_venue(const struct tr_consumer *c, unsigned lane_idx, uint32_t id)
{
    const void *table = c->seg.base + tr_segment_data_off(&c->seg, lane_idx) + c->seg.map.venue_rel;
    return tr_symtab_name(table, TR_VENUE_CNT_MAX, id);
}

const char *tr_consumer_lane_name(const struct tr_consumer *c, unsigned lane_idx)
{
    const struct tr_lane *lane = tr_segment_lane(&c->seg, lane_idx);
    return tr_state_of(tr_load_acq(&lane->state)) == TR_LANE_FREE ? "" : lane->who.name;
}

uint64_t tr_consumer_lost(const struct tr_consumer *c)
{
    uint64_t lost = 0;
    for (unsigned p = 0; p < TR_LANE_MAX; p++)
        lost += tr_load_rlx(&c->member->lane[p].lost_cnt);
    return lost;
}

uint64_t tr_consumer_lag(const struct tr_consumer *c)
{
    uint64_t lag = 0;
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        uint64_t hint = tr_load_rlx(&c->lane[p].lane->hint); /* a little behind at most */
        lag += hint > c->lane[p].pos ? hint - c->lane[p].pos : 0;
    }
    return lag;
}
