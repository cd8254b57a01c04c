#include "producer.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "clock.h"

int tr_producer_symbol(struct tr_producer *p, const char *text, size_t len, uint16_t *id)
{
    return tr_symtab_id(&p->symbols, text, len, id);
}

int tr_producer_venue(struct tr_producer *p, const char *text, size_t len, uint16_t *id)
{
    return tr_symtab_id(&p->venues, text, len, id);
}

/* A ring of another size that nobody is in and nobody comes back to is only a leftover. */
static int check_geometry(const struct tr_segment *seg, const struct tr_producer_options *opt)
{
    if (opt->slot_cnt == 0 || opt->slot_cnt == seg->header.slot_cnt)
        return 0;
    return tr_registry_remove_spent(seg) == -EBUSY ? -EDOM : -EAGAIN;
}

static int open_or_create(struct tr_producer *p, const struct tr_producer_options *opt)
{
    int rc = tr_segment_open(&p->seg, opt->ring, true);
    p->created = rc == -ENOENT && !opt->only_there;
    if (!p->created)
        return rc;
    const struct tr_segment_options fresh = {
        .slot_cnt = opt->slot_cnt != 0 ? opt->slot_cnt : TR_SLOT_CNT_DEFAULT,
        .mode = opt->mode != 0 ? opt->mode : 0600,
        .gid = opt->gid != NULL ? *opt->gid : (gid_t)-1,
    };
    rc = tr_segment_create(&p->seg, opt->ring, &fresh);
    return rc == -EEXIST ? -EAGAIN : rc; /* somebody was faster: open his */
}

/* One try: 0, -EAGAIN or -ESTALE to begin again, other -errno. */
static int try_attach(struct tr_producer *p, const struct tr_producer_options *opt)
{
    int rc = open_or_create(p, opt);
    if (rc != 0)
        return rc; /* nothing is open */
    rc = tr_segment_map(&p->seg);
    if (rc == 0)
        rc = check_geometry(&p->seg, opt);
    if (rc == 0)
        rc = tr_registry_take(&p->seg, TR_PLACE_LANE, opt->name, &p->place);
    if (rc == 0)
        return 0;
    if (p->created) /* by this call, and for nothing */
        tr_registry_leave(&p->seg, NULL, false);
    tr_segment_close(&p->seg);
    return rc;
}

static int attach(struct tr_producer *p, const struct tr_producer_options *opt)
{
    int64_t begin_ns = tr_now_ns();
    unsigned attempt = 0;
    int rc;
    while (tr_registry_begin_again(rc = try_attach(p, opt), begin_ns, &attempt))
        continue;
    return rc == -ESTALE ? -EAGAIN : rc;
}

/* Maps what we own.  The bell is the one page that others write as well. */
static int map_own(struct tr_producer *p)
{
    const struct tr_map *map = &p->seg.map;
    uint64_t data_off = tr_segment_data_off(&p->seg, p->place.idx);
    int rc = tr_segment_allocate(&p->seg, data_off, map->data_len);
    if (rc != 0)
        return rc;
    p->bell = tr_segment_map_own(&p->seg, map->bell_off, map->page_len);
    p->lane = tr_segment_map_own(&p->seg, map->lane_off + p->place.idx * map->page_len, map->page_len);
    p->data = tr_segment_map_own(&p->seg, data_off, map->data_len);
    p->past = (struct tr_sample_trail *)(void *)(p->data + map->past_rel);
    return p->bell != NULL && p->lane != NULL && p->data != NULL ? 0 : -errno;
}

static int take_names(struct tr_producer *p)
{
    void *symbols = p->data;
    void *venues = p->data + p->seg.map.venue_rel;
    int rc = tr_symtab_init(&p->symbols, symbols, TR_SYMBOL_CNT_MAX);
    return rc == 0 ? tr_symtab_init(&p->venues, venues, TR_VENUE_CNT_MAX) : rc;
}

static void begin_lane(struct tr_producer *p)
{
    uint64_t state = tr_load_rlx(&p->lane->state);
    p->took_over = tr_state_of(state) == TR_LANE_OPEN;
    if (!p->took_over) /* what ended is not gone on with: a kill before our own input is told must not say so */
        tr_store_rel(&p->lane->input.valid, 0);
    if (!p->place.known) {
        memcpy(p->lane->who.name, p->place.name, sizeof p->place.name);
        tr_trail_begin(&p->past->head);
    }
    tr_store_rlx(&p->lane->who.pid, (uint64_t)getpid());
    tr_store_rlx(&p->lane->who.started_wall_ns, (uint64_t)tr_wall_ns());
    tr_store_rlx(&p->lane->beat_ns, (uint64_t)tr_now_ns());
    tr_store_rlx(&p->lane->rate_mhz, 0);
    const struct tr_writer_memory mem = {
        .slot = (struct tr_slot *)(void *)(p->data + p->seg.map.slot_rel),
        .slot_cnt = p->seg.map.slot_cnt,
        .lane = p->lane,
        .lane_idx = p->place.idx,
        .bell = p->bell,
        .member = (const uint8_t *)tr_segment_member(&p->seg, 0),
        .member_stride = p->seg.map.page_len,
    };
    tr_writer_init(&p->w, &mem);
    p->w.fenced = !tr_wait_register();
    /* L3: after name, symbols and slots are there; pairs with the acquire load of whoever reads the lane. */
    tr_store_rel(&p->lane->state, tr_state_make(tr_state_epoch(state) + 1, TR_LANE_OPEN));
}

/* Every consumer that sleeps must look: a lane is new, was taken over, or has closed. */
static void wake_all(struct tr_producer *p)
{
    atomic_thread_fence(
        memory_order_seq_cst); /* after the store of state; pairs with the sleeper's barrier */
    tr_producer_wake(p);
}

static void unmap_own(struct tr_producer *p)
{
    const struct tr_map *map = &p->seg.map;
    tr_symtab_fini(&p->symbols);
    tr_symtab_fini(&p->venues);
    if (p->data != NULL)
        munmap(p->data, map->data_len);
    if (p->lane != NULL)
        munmap(p->lane, map->page_len);
    if (p->bell != NULL)
        munmap(p->bell, map->page_len);
}

static void release(struct tr_producer *p, bool keep)
{
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++)
        tr_peer_forget(&p->peer[c]);
    if (p->sem != NULL)
        sem_close(p->sem);
    tr_registry_leave(&p->seg, &p->place, keep);
    unmap_own(p);
    tr_segment_close(&p->seg);
}

int tr_producer_open(struct tr_producer *p, const struct tr_producer_options *opt)
{
    memset(p, 0, sizeof *p);
    if (tr_ring_name_check(opt->ring) != 0 || tr_place_name_check(opt->name) != 0)
        return -EINVAL;
    int rc = attach(p, opt);
    if (rc != 0)
        return rc;
    rc = map_own(p);
    if (rc == 0)
        rc = take_names(p);
    if (rc != 0) {
        release(p, false);
        return rc;
    }
    p->wait = opt->wait;
    p->stall_timeout_ns = opt->stall_timeout_ns;
    p->sem = tr_registry_semaphore(&p->seg, &p->place);
    begin_lane(p);
    p->kept_next = p->w.next;
    p->kept_ns = p->looked_ns = tr_now_ns();
    tr_producer_note(p, TR_SAMPLE_JOIN, p->kept_ns);
    wake_all(p); /* a kill may have come between our predecessor's last store and its post */
    return 0;
}

static bool same_input(const struct tr_lane_input *in, const struct tr_input_id *id)
{
    uint64_t any = 0;
    for (int i = 0; i < 6; i++) {
        any |= id->word[i];
        if (tr_load_rlx(&in->word[i]) != id->word[i])
            return false;
    }
    return any != 0 && tr_load_rlx(&in->valid) != 0;
}

bool tr_producer_input(struct tr_producer *p, const struct tr_input_id *id, uint64_t *done_cnt)
{
    struct tr_lane_input *in = &p->lane->input;
    if (p->took_over && same_input(in, id)) {
        *done_cnt = p->w.next - tr_load_rlx(&in->first_seq);
        return true;
    }
    tr_store_rel(&in->valid, 0);
    for (int i = 0; i < 6; i++)
        tr_store_rel(&in->word[i], id->word[i]);
    tr_store_rel(&in->first_seq, p->w.next);
    tr_store_rel(&in->valid, 1); /* a kill before it: an input that cannot be resumed, never a wrong one */
    *done_cnt = 0;
    return false;
}

void tr_producer_wake(struct tr_producer *p)
{
    uint64_t asleep = tr_load_rlx(&p->bell->asleep); /* B1 */
    while (asleep != 0) {
        unsigned c = (unsigned)__builtin_ctzll(asleep);
        asleep &= asleep - 1;
        uint64_t word = tr_load_acq(&tr_writer_member(&p->w, c)->wait); /* C3 */
        if ((word & 1) == 0 || word == p->peer[c].posted)
            continue;
        const struct tr_sem_name name = tr_sem_name_member(p->seg.name, p->seg.header.instance, c);
        uint64_t epoch = tr_state_epoch(tr_load_acq(&tr_writer_member(&p->w, c)->state)); /* C4 */
        tr_peer_wake(&p->peer[c], epoch, word, &name);
    }
}

void tr_producer_drop(struct tr_producer *p, uint64_t cnt)
{
    tr_own_add(&p->lane->dropped_cnt, cnt);
}

bool tr_producer_lag(const struct tr_producer *p, unsigned c, uint64_t *lag)
{
    uint64_t cur;
    if (!tr_writer_counts(&p->w, c, &cur))
        return false;
    *lag = cur < p->w.next ? p->w.next - cur : 0;
    return true;
}

bool tr_producer_is_drained(const struct tr_producer *p)
{
    for (uint32_t c = 0; c < TR_CONSUMER_MAX; c++) {
        uint64_t cur;
        if (tr_writer_counts(&p->w, c, &cur) && cur < p->w.next)
            return false;
    }
    return true;
}

/* Whether consumer c has its place in this lane's stream: what is published from now on is its own.  Being
 * in the ring is not enough, it joins its lanes after that. */
static bool has_joined(const struct tr_producer *p, uint32_t c)
{
    const struct tr_member *m = tr_segment_member(&p->seg, c);
    const struct tr_member_lane *ml = &m->lane[p->w.lane_idx];
    if (tr_state_of(tr_load_acq(&m->state)) != TR_MEMBER_ACTIVE) /* C4 */
        return false;
    if (tr_load_rlx(&m->lossy) != 0)
        return tr_load_acq(&ml->start) != TR_NOT_TOLD;
    return tr_writer_counts(&p->w, c, NULL) && tr_load_rlx(&ml->act) == tr_load_rlx(&ml->reg);
}

unsigned tr_producer_consumer_cnt(const struct tr_producer *p)
{
    unsigned cnt = 0;
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++)
        cnt += has_joined(p, c) && tr_registry_is_held(&p->seg, TR_PLACE_MEMBER, c) != 0;
    return cnt;
}

void tr_producer_close(struct tr_producer *p, bool keep)
{
    uint64_t epoch = tr_state_epoch(tr_load_rlx(&p->lane->state));
    tr_writer_tell(&p->w);
    tr_store_rlx(&p->lane->rate_mhz, 0);
    tr_producer_note(p, TR_SAMPLE_LEAVE, tr_now_ns());
    tr_store_rlx(&p->lane->kept, keep);
    tr_store_rel(&p->lane->state, tr_state_make(epoch, TR_LANE_CLOSED)); /* L3: after the last tick */
    wake_all(p);
    release(p, keep);
}

void tr_producer_abandon(struct tr_producer *p)
{
    tr_writer_tell(&p->w);
    wake_all(p);
    release(p, true);
}
