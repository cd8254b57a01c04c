/* segment.h - the shared-memory object: made, found, checked, mapped, removed.
 *
 * A ring is made nameless and linked to its name when it is whole, so a half-made one is never seen.
 * Whoever opens one copies the header once, checks the copy, and uses only the copy.
 *
 * All calls: one thread at a time a handle; they may block in the kernel, none waits for a process. */
#ifndef TR_SEGMENT_H
#define TR_SEGMENT_H

#include <sys/types.h>

#include "layout.h"

#define TR_SHM_DIR "/dev/shm"

struct tr_segment {
    int fd;
    char name[TR_RING_NAME_MAX + 1];
    struct tr_header header; /* private copy, checked */
    struct tr_map map;
    const uint8_t *base; /* the whole object, read-only; NULL before tr_segment_map */
};

/* tr_ring_name_check - 0 if name may name a ring: [A-Za-z0-9_-][A-Za-z0-9._-]{0,26}, not "sem.*"; else
 * -EINVAL. */
int tr_ring_name_check(const char *name);

/* tr_place_name_check - 0 if name may name a producer or consumer: [A-Za-z0-9._-]{1,31}; else -EINVAL. */
int tr_place_name_check(const char *name);

struct tr_segment_options {
    uint64_t slot_cnt; /* a power of two */
    mode_t mode; /* permission bits of the object, whatever the umask */
    gid_t gid; /* (gid_t)-1: the creator's */
};

/* tr_segment_create - makes a ring and gives it the name.
 * Returns 0, *seg open for writing and mapped; -EEXIST: the name is taken; -ENOSPC: /dev/shm is
 * full; -EINVAL: bad name or geometry; other -errno.  On failure nothing is left behind. */
int tr_segment_create(struct tr_segment *seg, const char *name, const struct tr_segment_options *opt);

/* tr_segment_open - finds a ring by name and checks it.
 * Returns 0, *seg open (for writing if asked) and not yet mapped; -ENOENT: there is none; -EACCES: no
 * permission; -EPERM: the name is squatted (not a regular file, or open to all and neither ours nor
 * root's); -EPROTONOSUPPORT: of another version, told in seg->header; -EBADMSG: not a ring or corrupt. */
int tr_segment_open(struct tr_segment *seg, const char *name, bool write);

/* tr_segment_map - maps the whole object read-only, if it is not yet.  0 or -errno. */
int tr_segment_map(struct tr_segment *seg);

/* tr_segment_map_own - maps a part a second time for its one writer; the memory is present.
 * off and len multiples of the page length.  Returns NULL with errno set on failure; munmap ends it. */
void *tr_segment_map_own(const struct tr_segment *seg, uint64_t off, uint64_t len);

/* tr_segment_allocate - gives a part its memory: after 0 no access to it can fail for want of memory.
 * -ENOSPC: /dev/shm is full. */
int tr_segment_allocate(const struct tr_segment *seg, uint64_t off, uint64_t len);

/* tr_segment_access - who may use the object: permission bits, and the group if it is not the caller's own
 * ((gid_t)-1), for what belongs to the ring beside it. */
void tr_segment_access(const struct tr_segment *seg, mode_t *mode, gid_t *gid);

/* tr_segment_is_named - whether the object surely still has its name. */
bool tr_segment_is_named(const struct tr_segment *seg);

/* tr_segment_is_taken_away - whether it surely has not.  (Neither, while nobody can tell: a file that cannot
 * be looked at.) */
bool tr_segment_is_taken_away(const struct tr_segment *seg);

/* tr_segment_is_whole - whether the object still has its length (false: it was truncated; touching it
 * beyond the end raises SIGBUS). */
bool tr_segment_is_whole(const struct tr_segment *seg);

/* tr_segment_unlink - takes the name away; the caller holds all locks. */
int tr_segment_unlink(const struct tr_segment *seg);

/* tr_segment_check - whether one may go on: 0; -EIO: it was truncated; -ESTALE: its name is gone or leads
 * elsewhere. */
int tr_segment_check(const struct tr_segment *seg);

void tr_segment_close(struct tr_segment *seg);

/* The parts, in the read-only mapping. */
static inline const struct tr_bell *tr_segment_bell(const struct tr_segment *seg)
{
    return (const struct tr_bell *)(const void *)(seg->base + seg->map.bell_off);
}

static inline const struct tr_lane *tr_segment_lane(const struct tr_segment *seg, unsigned lane_idx)
{
    return (const struct tr_lane *)(const void *)(seg->base + seg->map.lane_off
                                                  + lane_idx * seg->map.page_len);
}

static inline const struct tr_member *tr_segment_member(const struct tr_segment *seg, unsigned member_idx)
{
    return (const struct tr_member *)(const void *)(seg->base + seg->map.member_off
                                                    + member_idx * seg->map.page_len);
}

static inline uint64_t tr_segment_data_off(const struct tr_segment *seg, unsigned lane_idx)
{
    return seg->map.data_off + lane_idx * seg->map.data_len;
}

static inline const struct tr_sample_trail *tr_segment_lane_past(const struct tr_segment *seg,
                                                                 unsigned lane_idx)
{
    return (const struct tr_sample_trail *)(const void *)(seg->base + tr_segment_data_off(seg, lane_idx)
                                                          + seg->map.past_rel);
}

static inline uint64_t tr_segment_stats_off(const struct tr_segment *seg, unsigned member_idx)
{
    return seg->map.stats_off + member_idx * seg->map.stats_len;
}

static inline const struct tr_member_stats *tr_segment_stats(const struct tr_segment *seg,
                                                             unsigned member_idx)
{
    return (const struct tr_member_stats *)(const void *)(seg->base + tr_segment_stats_off(seg, member_idx));
}

static inline const struct tr_slot *tr_segment_slots(const struct tr_segment *seg, unsigned lane_idx)
{
    return (const struct tr_slot *)(const void *)(seg->base + tr_segment_data_off(seg, lane_idx)
                                                  + seg->map.slot_rel);
}

#endif
