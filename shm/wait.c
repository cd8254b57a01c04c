#include "wait.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/membarrier.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"

#define PATH_LEN 96
#define AUTO_SPINS 2000 /* about as long as a futex wake takes, so that auto never doubles the latency */

static struct tr_sem_name sem_name(const char *ring, uint64_t instance, char kind, unsigned idx)
{
    struct tr_sem_name name;
    snprintf(name.text, sizeof name.text, "/%s.%016llx.%c%02u", ring, (unsigned long long)instance, kind,
             idx);
    return name;
}

struct tr_sem_name tr_sem_name_lane(const char *ring, uint64_t instance, unsigned idx)
{
    return sem_name(ring, instance, 'p', idx);
}

struct tr_sem_name tr_sem_name_member(const char *ring, uint64_t instance, unsigned idx)
{
    return sem_name(ring, instance, 'c', idx);
}

static void sem_path(char path[PATH_LEN], const struct tr_sem_name *name)
{
    snprintf(path, PATH_LEN, "/dev/shm/sem.%s", name->text + 1); /* where glibc keeps it */
}

/* glibc maps whatever is there: a file shorter than a semaphore raises SIGBUS at the first use. */
static bool is_sound(const struct tr_sem_name *name)
{
    char path[PATH_LEN];
    struct stat st;
    sem_path(path, name);
    return stat(path, &st) != 0 || (S_ISREG(st.st_mode) && st.st_size >= (off_t)sizeof(sem_t));
}

static bool fill_sem(int fd, mode_t mode, gid_t gid)
{
    sem_t sem;
    if (fchmod(fd, mode) != 0) /* the umask cut it */
        return false;
    if (gid != (gid_t)-1 && fchown(fd, (uid_t)-1, gid) != 0 && errno != EPERM)
        return false;
    memset(&sem, 0, sizeof sem);
    return sem_init(&sem, 1, 0) == 0 && write(fd, &sem, sizeof sem) == (ssize_t)sizeof sem;
}

/* Puts a whole semaphore in place under its name.  sem_open with O_CREAT does the same through a file of a
 * random name, which a kill in the middle leaves behind for ever. */
static void place_sem(const struct tr_sem_name *name, mode_t mode, gid_t gid)
{
    char path[PATH_LEN];
    char self[64];
    int fd = open("/dev/shm", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0)
        return;
    sem_path(path, name);
    snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
    if (fill_sem(fd, mode, gid) && linkat(AT_FDCWD, self, AT_FDCWD, path, AT_SYMLINK_FOLLOW) != 0)
        errno = 0; /* somebody was faster, or it is left to sem_open */
    close(fd);
}

sem_t *tr_sem_open_own(const struct tr_sem_name *name, mode_t mode, gid_t gid)
{
    if (!is_sound(name))
        return NULL;
    sem_t *sem = sem_open(name->text, 0);
    if (sem == SEM_FAILED && errno == ENOENT) {
        place_sem(name, mode, gid);
        sem = sem_open(name->text, O_CREAT, mode, 0);
    }
    return sem == SEM_FAILED ? NULL : sem;
}

sem_t *tr_sem_open_peer(const struct tr_sem_name *name)
{
    if (!is_sound(name))
        return NULL;
    sem_t *sem = sem_open(name->text, 0);
    return sem == SEM_FAILED ? NULL : sem;
}

static int membarrier(int cmd)
{
    return (int)syscall(SYS_membarrier, cmd, 0, 0);
}

bool tr_wait_register(void)
{
    return membarrier(MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED) == 0;
}

bool tr_sleep_begin(tr_word *word, bool asymmetric)
{
    /* C3, L4: pairs with the waker's load after its publish; release: with `need`, which goes before it. */
    tr_store_rel(word, tr_load_rlx(word) | 1);
    atomic_thread_fence(memory_order_seq_cst);
    return !asymmetric || membarrier(MEMBARRIER_CMD_GLOBAL_EXPEDITED) == 0;
}

void tr_sleep(sem_t *sem, int64_t max_ns)
{
    if (max_ns <= 0)
        return;
    if (max_ns > TR_WAIT_MAX_NS)
        max_ns = TR_WAIT_MAX_NS;
    if (sem != NULL) {
        int64_t until_ns = tr_now_ns() + max_ns;
        struct timespec until = {.tv_sec = until_ns / TR_NS_PER_S, .tv_nsec = until_ns % TR_NS_PER_S};
        if (sem_clockwait(sem, CLOCK_MONOTONIC, &until) == 0 || errno == ETIMEDOUT || errno == EINTR)
            return;
    }
    struct timespec blind = {.tv_sec = 0, .tv_nsec = max_ns < TR_WAIT_BLIND_NS ? max_ns : TR_WAIT_BLIND_NS};
    nanosleep(&blind, NULL);
}

void tr_sleep_end(tr_word *word, sem_t *sem)
{
    uint64_t w = tr_load_rlx(word);
    tr_store_rlx(word, w + (w & 1));
    for (int i = 0; sem != NULL && i < 64 && sem_trywait(sem) == 0; i++)
        continue;
}

void tr_peer_forget(struct tr_peer *peer)
{
    if (peer->sem != NULL)
        sem_close(peer->sem);
    *peer = (struct tr_peer){0};
}

void tr_peer_wake(struct tr_peer *peer, uint64_t epoch, uint64_t word, const struct tr_sem_name *name)
{
    if (epoch != peer->epoch) {
        tr_peer_forget(peer);
        peer->epoch = epoch;
    }
    if ((word & 1) == 0 || word == peer->posted)
        return;
    if (peer->sem == NULL && !peer->tried) {
        peer->sem = tr_sem_open_peer(name);
        peer->tried = true; /* not at every publish */
    }
    if (peer->sem != NULL)
        sem_post(peer->sem); /* EOVERFLOW: it is awake enough */
    peer->posted = word;
}

bool tr_wait_pause(enum tr_wait_kind kind, uint32_t attempt)
{
    switch (kind) {
    case TR_WAIT_SPIN:
        return true;
    case TR_WAIT_YIELD:
        sched_yield();
        return true;
    case TR_WAIT_AUTO:
        return attempt < AUTO_SPINS;
    case TR_WAIT_BLOCK:
        break;
    }
    return false;
}
