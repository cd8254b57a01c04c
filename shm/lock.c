#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define LOCK_BASE ((off_t)1 << 40)
#define LOCK_LANE LOCK_BASE
#define LOCK_MEMBER (LOCK_LANE + TR_LANE_MAX)
#define LOCK_NAME_PRODUCER ((off_t)1 << 60)
#define LOCK_NAME_CONSUMER ((off_t)1 << 61)

off_t tr_lock_lane(unsigned lane_idx)
{
    return LOCK_LANE + (off_t)lane_idx;
}

off_t tr_lock_member(unsigned member_idx)
{
    return LOCK_MEMBER + (off_t)member_idx;
}

/* FNV-1a (Fowler, Noll, Vo), cut to 59 bits: two names of one ring will not meet. */
static off_t name_hash(const char *name)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (; *name != '\0'; name++)
        h = (h ^ (uint8_t)*name) * UINT64_C(0x100000001b3);
    return (off_t)(h >> 5);
}

off_t tr_lock_producer_name(const char *name)
{
    return LOCK_NAME_PRODUCER + name_hash(name);
}

off_t tr_lock_consumer_name(const char *name)
{
    return LOCK_NAME_CONSUMER + name_hash(name);
}

static struct flock lock_range(short type, off_t start, off_t len)
{
    struct flock l;
    memset(&l, 0, sizeof l); /* l_pid must be 0 */
    l.l_type = type;
    l.l_whence = SEEK_SET;
    l.l_start = start;
    l.l_len = len; /* 0: to the end of all offsets */
    return l;
}

static int set_lock(int fd, short type, off_t start, off_t len)
{
    struct flock l = lock_range(type, start, len);
    while (fcntl(fd, F_OFD_SETLK, &l) != 0) {
        if (errno != EINTR)
            return errno == EACCES || errno == EAGAIN ? -EBUSY : -errno;
    }
    return 0;
}

/* Who holds any of these bytes: as F_OFD_GETLK tells it. */
static int get_lock(int fd, off_t start, off_t len, struct flock *l)
{
    *l = lock_range(F_WRLCK, start, len);
    while (fcntl(fd, F_OFD_GETLK, l) != 0) {
        if (errno != EINTR)
            return -errno;
    }
    return 0;
}

int tr_lock_take(int fd, off_t byte)
{
    int rc = set_lock(fd, F_WRLCK, byte, 1);
    if (rc != -EBUSY)
        return rc;
    /* Held by one process, or all bytes by one that removes the ring? */
    struct flock l;
    rc = get_lock(fd, byte, 1, &l);
    if (rc != 0)
        return rc;
    if (l.l_type == F_UNLCK || l.l_len != 1)
        return -EAGAIN;
    return -EBUSY;
}

int tr_lock_take_all(int fd)
{
    int rc = set_lock(fd, F_WRLCK, LOCK_BASE, 0);
    if (rc != -EBUSY)
        return rc;
    struct flock l;
    rc = get_lock(fd, LOCK_BASE, 0, &l);
    if (rc != 0)
        return rc;
    return l.l_type == F_UNLCK || l.l_len == 0 ? -EAGAIN
                                               : -EBUSY; /* another removes the ring, or someone is in */
}

void tr_lock_drop(int fd, off_t byte)
{
    set_lock(fd, F_UNLCK, byte, 1);
}

void tr_lock_drop_all(int fd)
{
    set_lock(fd, F_UNLCK, LOCK_BASE, 0);
}

int tr_lock_is_held(int fd, off_t byte)
{
    struct flock l;
    int rc = get_lock(fd, byte, 1, &l);
    return rc != 0 ? rc : l.l_type != F_UNLCK;
}
