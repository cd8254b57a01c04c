/* layout.h - INTERNAL: every byte that processes share.
 *
 * One POSIX shared-memory object is one ring.  It is made of parts on pages of their own, each with ONE
 * writer; a process maps the whole object read-only and its own parts a second time read-write.  Offsets
 * only, never pointers.
 *
 *     header                      the creator, once; magic last
 *     bell                        sleepers (see below): the one page with several writers, hints only
 *     lane p: control             producer p                    } allocated when the ring
 *     consumer c: control         consumer c                    } is created
 *     lane p: symbols venues past slots  producer p             } allocated when the place
 *     consumer c: stats                consumer c               } is taken first
 *
 * Why the bell: a producer must know after every publish whether somebody sleeps, and up to 64 words on
 * 64 pages cost more than the tick.  A wrong bell costs latency (every wait is bounded), never a tick.
 *
 * Shared words and their orders.  "pairs" names the partner that makes the order right; PROTOCOL in
 * docs/DESIGN.md tells why, tests/model/ checks it.
 *
 *   label  word                 only writer   readers          store / load         pairs with
 *   S1     slot.seq (busy)      producer      lossy consumers  rlx + release fence  S3: recheck after acquire fence
 *   S2     slot.seq (done)      producer      consumers        release              S2 acquire load in look
 *   L1     lane.limit           producer      joiners          rlx, seq_cst fence   L1 acquire after C1 + fence
 *   L2     lane.hint            producer      joiners, monitor release              acquire
 *   L3     lane.state           producer      everybody        release              acquire; slot looked at again
 *   L4     lane.wait, .need     producer      consumers        release, sc fence    load after C2 + fence
 *   L5     lane.evicted[c]      producer      consumer c       rlx, before S1 fence load after the copy
 *   C1     member.lane.reg      consumer      producers        release, sc fence    acquire in both gate passes
 *   C2     member.lane.cur      consumer      producers        release              acquire in both gate passes
 *   C3     member.wait          consumer      producers        rlx, barrier         load after S2 (+ B1)
 *   C4     member.state         consumer      producers        release              acquire
 *   B1     bell.asleep          consumers     producers        locked or/and        load after S2, barrier
 *   H1     trail slots          the part's    monitor          rlx, release         acquire, fence (trail.c) */
#ifndef TR_LAYOUT_H
#define TR_LAYOUT_H

#include "base.h"
#include "hist.h"
#include "tick.h"
#include "trail.h"

#define TR_MAGIC UINT64_C(0x31474e524b434954) /* "TICKRNG1" read as little-endian */
#define TR_VERSION_MAJOR 2 /* another major: not readable */
#define TR_VERSION_MINOR 0
#define TR_SLOT_CNT_MIN UINT64_C(4)
#define TR_SLOT_CNT_MAX (UINT64_C(1) << 32)
#define TR_SYMBOL_CNT_MAX 65536 /* symbols a lane */
#define TR_VENUE_CNT_MAX 256 /* venues a lane */
#define TR_SYMBOL_LEN_MAX 71

struct tr_header {
    tr_word magic; /* the header is whole before the file has a name */
    uint32_t version_major;
    uint32_t version_minor;
    uint32_t header_len;
    uint32_t page_len; /* the creator's; parts begin at multiples of it */
    uint32_t record_len; /* bytes of a slot */
    uint32_t lane_cnt;
    uint32_t consumer_cnt;
    uint32_t creator_uid;
    uint64_t slot_cnt; /* a lane; a power of two */
    uint64_t total_len; /* bytes of the object */
    int64_t created_wall_ns;
    uint64_t instance; /* random; names the semaphores, so that an old process cannot wake a new run's */
    uint32_t reserved;
    uint32_t crc; /* CRC-32C of all bytes between magic and crc */
};

struct tr_slot {
    tr_word seq;
    tr_word word[TR_TICK_WORDS];
};

struct tr_bell {
    alignas(TR_APART) tr_word asleep; /* bit c: consumer c sleeps, or was killed asleep */
};

enum tr_lane_state { TR_LANE_FREE = 0, TR_LANE_OPEN = 1, TR_LANE_CLOSED = 2 };

/* lane.state and member.state hold an epoch (how often the place was taken) above two bits of state. */
#define TR_STATE_BITS 2

static inline uint64_t tr_state_make(uint64_t epoch, unsigned state)
{
    return epoch << TR_STATE_BITS | state;
}

static inline unsigned tr_state_of(uint64_t word)
{
    return (unsigned)(word & ((1U << TR_STATE_BITS) - 1));
}

static inline uint64_t tr_state_epoch(uint64_t word)
{
    return word >> TR_STATE_BITS;
}

/* Which input the ticks of a lane come from, so that a feed that was killed goes on where it was. */
struct tr_input_id {
    uint64_t word[6]; /* the producer's own: device, inode, size, options ...; all 0: cannot be repeated */
};

struct tr_lane_input {
    tr_word valid; /* 0 while the rest is being written */
    tr_word word[6]; /* struct tr_input_id */
    tr_word first_seq; /* the sequence at which this input began */
};

struct tr_who { /* for people; nothing is decided by it */
    tr_word pid;
    tr_word started_wall_ns;
    char name[TR_NAME_MAX + 1];
};

struct tr_lane {
    alignas(TR_APART) tr_word limit; /* no tick at or after it is being written; never lowered */
    alignas(TR_APART) tr_word hint; /* next sequence; behind by less than a batch */
    alignas(TR_APART) tr_word state;
    alignas(TR_APART) tr_word wait; /* odd: the producer sleeps */
    tr_word need; /* ... until the cursors have reached this */
    alignas(TR_APART) tr_word evicted[TR_CONSUMER_MAX]; /* registration that does not count any more */
    alignas(TR_APART) tr_word dropped_cnt;
    tr_word stall_cnt; /* how often the gate was shut */
    tr_word blocked_ns;
    tr_word rate_mhz; /* ticks per 1000 s over the last second */
    tr_word beat_ns; /* CLOCK_MONOTONIC of the last housekeeping */
    tr_word kept; /* 1: closed, and the ring is not to be removed for it */
    tr_word blocked_by_ns[TR_CONSUMER_MAX];
    tr_word blocked_by_name[TR_CONSUMER_MAX]; /* hash of the consumer's name that this time belongs to */
    struct tr_who who;
    struct tr_lane_input input;
};

enum tr_member_state { TR_MEMBER_FREE = 0, TR_MEMBER_ACTIVE = 1, TR_MEMBER_DONE = 2 };

#define TR_NOT_TOLD UINT64_MAX /* start, before the first handshake was completed */

/* A consumer's words for one lane.  Each on lines of its own: the producer of the lane reads it. */
struct tr_member_lane {
    alignas(TR_APART) tr_word reg; /* 0, or the registration that counts at the gate */
    tr_word cur; /* next sequence it will read */
    tr_word act; /* registration whose handshake was completed */
    tr_word from; /* the start, or the end of the last gap, that it gave */
    tr_word start; /* the sequence it was told first */
    tr_word lost_cnt; /* delivered = cur - start - lost */
    tr_word lost_next_cnt; /* lost_cnt once cur has reached from: makes a gap one step */
};

struct tr_member {
    struct tr_member_lane lane[TR_LANE_MAX];
    alignas(TR_APART) tr_word wait; /* odd: asleep */
    alignas(TR_APART) tr_word state;
    tr_word reg_epoch; /* registrations made so far; never goes back */
    tr_word lossy; /* 1: does not gate */
    tr_word hold_ns; /* how long its place is kept after a crash */
    tr_word filter; /* hash of what it wants to see */
    tr_word beat_ns;
    struct tr_who who;
    tr_word keeps_all; /* 1: comes back after a kill even if nothing is left to read: to see the end */
};

/* Consumer c's part for shmmon. */
struct tr_member_stats {
    tr_word high_water; /* deepest queue seen */
    tr_word high_water_ns; /* CLOCK_MONOTONIC of it */
    tr_word rate_mhz;
    tr_word busy_ns;
    tr_word idle_ns;
    tr_word blocked_ns; /* waiting for room in the next ring */
    tr_word evicted_cnt; /* how often it found itself evicted */
    struct tr_hist event; /* the venue's event to publish */
    struct tr_hist latency; /* publish to read */
    struct tr_hist service; /* processing of a tick */
    struct tr_gap_trail gaps;
    struct tr_sample_trail past;
};

struct tr_name {
    uint8_t len;
    char text[TR_SYMBOL_LEN_MAX];
};

/* A table of names: entries below cnt are whole and never change. */
struct tr_name_table {
    alignas(TR_APART) tr_word cnt; /* release after the entry; acquire before reading it */
    alignas(TR_APART) struct tr_name entry[];
};

static_assert(sizeof(struct tr_slot) == 64, "a slot is a cache line");
static_assert(sizeof(struct tr_lane) <= 4096, "a lane's control part fits the smallest page");
static_assert(sizeof(struct tr_member) <= 4096, "a consumer's control part fits the smallest page");
static_assert(sizeof(struct tr_member_lane) == TR_APART, "lanes of a consumer do not share lines");
static_assert(sizeof(struct tr_name) == TR_SYMBOL_LEN_MAX + 1, "names are packed");
static_assert(offsetof(struct tr_header, magic) == 0, "magic comes first");

/* Where the parts are.  Computed, never stored: the header holds what it is computed from. */
struct tr_map {
    uint64_t page_len;
    uint64_t slot_cnt;
    uint64_t bell_off;
    uint64_t lane_off; /* control parts, one page a lane */
    uint64_t member_off; /* control parts, one page a consumer */
    uint64_t control_end; /* everything before it is allocated at creation */
    uint64_t data_off; /* symbols, venues, past, slots of lane 0; then lane 1 ... */
    uint64_t data_len; /* of one lane */
    uint64_t venue_rel; /* offsets within a lane's data */
    uint64_t past_rel;
    uint64_t slot_rel;
    uint64_t stats_off;
    uint64_t stats_len; /* of one consumer */
    uint64_t total_len;
};

/* tr_map_compute - fills *map for a page length and number of slots.
 * Returns 0, or -EINVAL if page_len is not a power of two in [4096, 1 MiB], slot_cnt not a power of two
 * in [TR_SLOT_CNT_MIN, TR_SLOT_CNT_MAX].  No sum overflows for what it accepts. */
int tr_map_compute(struct tr_map *map, uint64_t page_len, uint64_t slot_cnt);

#endif
