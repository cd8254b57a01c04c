/* monitor_help.h - rings for the tests of shmmon: feeds and consumers of this process or of a child that
 * dies, and a /dev/shm of our own. */
#ifndef TESTS_MONITOR_HELP_H
#define TESTS_MONITOR_HELP_H

#include <dirent.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>

#include "capture_help.h"
#include "crc32c.h"
#include "log.h"
#include "monitor/snapshot.h"
#include "tickring.h"

#define SHM_PATH_LEN 256

/* A name that no other run has. */
static inline const char *ring_name(const char *tag)
{
    static char name[4][TR_RING_NAME_MAX + 1];
    static unsigned turn;
    char *to = name[turn++ % 4];
    snprintf(to, sizeof name[0], "ut%d-%s", getpid(), tag);
    assert_int_equal(tr_ring_name_check(to), 0);
    return to;
}

static inline void feed_open(struct tr_producer *p, const char *ring, const char *lane, uint64_t slot_cnt)
{
    const struct tr_producer_options opt = {.ring = ring, .name = lane, .slot_cnt = slot_cnt};
    assert_int_equal(tr_producer_open(p, &opt), 0);
}

static inline void feed_ticks(struct tr_producer *p, uint64_t cnt)
{
    const struct tr_tick tick = {.ts_pub_ns = tr_now_ns(), .kind = TR_TICK_TRADE};
    for (uint64_t i = 0; i < cnt; i++)
        assert_int_equal(tr_publish(p, &tick), TR_OK);
}

static inline void reader_open(struct tr_consumer *c, const char *ring, const char *id)
{
    const struct tr_consumer_options opt = {.ring = ring, .id = id, .hold_ns = 60 * TR_NS_PER_S};
    assert_int_equal(tr_consumer_open(c, &opt), 0);
}

static inline void reader_ticks(struct tr_consumer *c, uint64_t cnt)
{
    struct tr_tick tick[16];
    struct tr_batch b;
    while (cnt > 0) {
        assert_int_equal(tr_read(c, tick, (uint32_t)(cnt < 16 ? cnt : 16), &b), TR_OK);
        tr_advance(c, &b);
        cnt -= b.cnt;
    }
    tr_consumer_flush(c);
}

/* A consumer that joins and is then killed; its place is held for so long. */
static inline void reader_dies_held(const char *ring, const char *id, int64_t hold_ns)
{
    static struct tr_consumer c;
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        const struct tr_consumer_options opt = {.ring = ring, .id = id, .hold_ns = hold_ns};
        _exit(tr_consumer_open(&c, &opt) == 0 ? 0 : 1);
    }
    assert_int_equal(capture_wait(pid), 0);
}

static inline void reader_dies(const char *ring, const char *id)
{
    reader_dies_held(ring, id, 60 * TR_NS_PER_S);
}

/* A feed that publishes cnt ticks and is then killed. */
static inline void feed_dies(const char *ring, const char *lane, uint64_t slot_cnt, uint64_t cnt)
{
    static struct tr_producer p;
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        const struct tr_tick tick = {.kind = TR_TICK_TRADE};
        const struct tr_producer_options opt = {.ring = ring, .name = lane, .slot_cnt = slot_cnt};
        if (tr_producer_open(&p, &opt) != 0)
            _exit(1);
        while (cnt-- > 0)
            tr_publish(&p, &tick);
        _exit(0);
    }
    assert_int_equal(capture_wait(pid), 0);
}

/* The writable words of a ring, for what only a faulty or hostile process would write. */
struct scribble {
    struct tr_segment seg;
    uint8_t *base; /* everything before the ticks */
};

static inline void scribble_open(struct scribble *s, const char *ring)
{
    assert_int_equal(tr_segment_open(&s->seg, ring, true), 0);
    s->base = tr_segment_map_own(&s->seg, 0, s->seg.map.control_end);
    assert_non_null(s->base);
}

static inline struct tr_lane *scribble_lane(const struct scribble *s, unsigned idx)
{
    return (void *)(s->base + s->seg.map.lane_off + idx * s->seg.map.page_len);
}

static inline struct tr_member *scribble_member(const struct scribble *s, unsigned idx)
{
    return (void *)(s->base + s->seg.map.member_off + idx * s->seg.map.page_len);
}

static inline void scribble_close(struct scribble *s)
{
    munmap(s->base, s->seg.map.control_end);
    tr_segment_close(&s->seg);
}

static inline void shm_path(char path[SHM_PATH_LEN], const char *file)
{
    snprintf(path, SHM_PATH_LEN, "%s/%s", TR_SHM_DIR, file);
}

static inline void shm_write(const char *file, const void *bytes, size_t len)
{
    char path[SHM_PATH_LEN];
    shm_path(path, file);
    int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, len), len);
    close(fd);
}

static inline bool shm_exists(const char *file)
{
    char path[SHM_PATH_LEN];
    struct stat st;
    shm_path(path, file);
    return lstat(path, &st) == 0;
}

/* Sets the time of a file's last change so many seconds back. */
static inline void shm_age(const char *file, time_t age_s)
{
    char path[SHM_PATH_LEN];
    struct timespec time_of[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = time(NULL) - age_s}};
    shm_path(path, file);
    assert_int_equal(utimensat(AT_FDCWD, path, time_of, AT_SYMLINK_NOFOLLOW), 0);
}

static inline void shm_remove(const char *file)
{
    char path[SHM_PATH_LEN];
    shm_path(path, file);
    assert_int_equal(unlink(path), 0);
}

/* Changes a word of the header and makes its checksum right again where asked. */
static inline void header_write(const char *ring, size_t offset, uint32_t value, bool right_crc)
{
    char path[SHM_PATH_LEN];
    struct tr_header h;
    shm_path(path, ring);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(pread(fd, &h, sizeof h, 0), sizeof h);
    memcpy((char *)&h + offset, &value, sizeof value);
    size_t from = offsetof(struct tr_header, version_major);
    if (right_crc)
        h.crc = tr_crc32c(0, (const uint8_t *)&h + from, offsetof(struct tr_header, crc) - from);
    assert_int_equal(pwrite(fd, &h, sizeof h, 0), sizeof h);
    close(fd);
}

static inline bool write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    if (fd >= 0)
        close(fd);
    return ok;
}

/* Without root: root of a namespace of users that has nobody else. */
static inline bool become_root_of_nobody(void)
{
    char uid_map[32];
    char gid_map[32];
    snprintf(uid_map, sizeof uid_map, "0 %u 1", getuid());
    snprintf(gid_map, sizeof gid_map, "0 %u 1", getgid());
    return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 && write_file("/proc/self/setgroups", "deny")
           && write_file("/proc/self/uid_map", uid_map) && write_file("/proc/self/gid_map", gid_map);
}

/* Gives this process an empty /dev/shm of its own, so that what lies in the machine's neither disturbs the
 * test nor is cleaned away by it.  false: not possible here. */
static inline bool own_shm(void)
{
    if (unshare(CLONE_NEWNS) != 0 && !become_root_of_nobody())
        return false;
    return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0
           && mount("tickring-test", TR_SHM_DIR, "tmpfs", 0, "mode=1777,size=256m") == 0;
}

static bool has_own_shm;

static inline int own_shm_setup(void **state)
{
    (void)state;
    has_own_shm = own_shm();
    return 0;
}

/* What a failed test has left behind. */
static inline int own_shm_teardown(void **state)
{
    char prefix[2][32];
    char path[SHM_PATH_LEN + NAME_MAX];
    (void)state;
    snprintf(prefix[0], sizeof prefix[0], "ut%d-", getpid());
    snprintf(prefix[1], sizeof prefix[1], "sem.ut%d-", getpid());
    DIR *dir = opendir(TR_SHM_DIR);
    for (const struct dirent *e; dir != NULL && (e = readdir(dir)) != NULL;) {
        for (int i = 0; i < 2; i++) {
            snprintf(path, sizeof path, "%s/%s", TR_SHM_DIR, e->d_name);
            if (strncmp(e->d_name, prefix[i], strlen(prefix[i])) == 0)
                unlink(path);
        }
    }
    if (dir != NULL)
        closedir(dir);
    return 0;
}

static inline void need_own_shm(void)
{
    if (has_own_shm)
        return;
    print_message("skipped: no /dev/shm of its own to be had (needs root or user namespaces)\n");
    skip();
}

#endif
