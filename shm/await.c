/* await.c - waiting for a ring that is not there yet.  (Declared in consumer.h.) */
#include <errno.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <stdio.h>

#include "consumer.h"

#define LOOK_NS (100 * TR_NS_PER_MS) /* where the kernel tells nothing, or something was linked unseen */

static bool is_there(const char *ring)
{
    char path[sizeof TR_SHM_DIR + TR_RING_NAME_MAX + 2];
    struct stat st;
    snprintf(path, sizeof path, "%s/%s", TR_SHM_DIR, ring);
    return lstat(path, &st) == 0;
}

static int wait_for_change(int fd, int64_t max_ns)
{
    char events[4096];
    struct pollfd p = {.fd = fd, .events = POLLIN};
    struct timespec t = {.tv_sec = max_ns / TR_NS_PER_S, .tv_nsec = max_ns % TR_NS_PER_S};
    int n = ppoll(&p, fd >= 0 ? 1 : 0, &t, NULL);
    if (n < 0)
        return -errno;
    if (n > 0 && read(fd, events, sizeof events) < 0)
        return -errno;
    return 0;
}

int tr_ring_await(const char *ring, int64_t max_ns)
{
    if (tr_ring_name_check(ring) != 0)
        return -EINVAL;
    int64_t until_ns = tr_now_ns() + max_ns;
    int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (fd >= 0 && inotify_add_watch(fd, TR_SHM_DIR, IN_CREATE | IN_MOVED_TO) < 0) {
        close(fd);
        fd = -1; /* looked for every LOOK_NS, then */
    }
    int rc = 0;
    while (rc == 0 && !is_there(ring)) {
        int64_t left_ns = until_ns - tr_now_ns();
        rc = left_ns <= 0 ? -ETIMEDOUT : wait_for_change(fd, left_ns < LOOK_NS ? left_ns : LOOK_NS);
    }
    if (fd >= 0)
        close(fd);
    return rc;
}
