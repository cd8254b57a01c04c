#include "segment.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "crc32c.h"

#define PATH_LEN (sizeof TR_SHM_DIR + 64)

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-'
           || c == '.';
}

static int check_name(const char *name, size_t max)
{
    size_t len = strlen(name);
    if (len == 0 || len > max)
        return -EINVAL;
    for (size_t i = 0; i < len; i++) {
        if (!is_name_char(name[i]))
            return -EINVAL;
    }
    return 0;
}

int tr_ring_name_check(const char *name)
{
    if (name[0] == '.' || strncmp(name, "sem.", 4) == 0) /* sem.*: where glibc keeps semaphores */
        return -EINVAL;
    return check_name(name, TR_RING_NAME_MAX);
}

int tr_place_name_check(const char *name)
{
    return check_name(name, TR_NAME_MAX);
}

static void ring_path(char *path, const char *name)
{
    snprintf(path, PATH_LEN, "%s/%s", TR_SHM_DIR, name);
}

static uint32_t header_crc(const struct tr_header *h)
{
    const uint8_t *bytes = (const uint8_t *)h;
    size_t from = offsetof(struct tr_header, version_major);
    return tr_crc32c(0, bytes + from, offsetof(struct tr_header, crc) - from);
}

/* Before the kernel has gathered enough, a signal ends the wait. */
static int fill_random(void *to, size_t len)
{
    ssize_t n;
    do {
        n = getrandom(to, len, 0);
    } while (n < 0 && errno == EINTR);
    if (n < 0)
        return -errno;
    return (size_t)n == len ? 0 : -EIO;
}

static int fill_header(struct tr_header *h, const struct tr_map *map)
{
    memset(h, 0, sizeof *h);
    h->version_major = TR_VERSION_MAJOR;
    h->version_minor = TR_VERSION_MINOR;
    h->header_len = sizeof *h;
    h->page_len = (uint32_t)map->page_len;
    h->record_len = sizeof(struct tr_slot);
    h->lane_cnt = TR_LANE_MAX;
    h->consumer_cnt = TR_CONSUMER_MAX;
    h->creator_uid = (uint32_t)geteuid();
    h->slot_cnt = map->slot_cnt;
    h->total_len = map->total_len;
    h->created_wall_ns = tr_wall_ns();
    int rc = fill_random(&h->instance, sizeof h->instance);
    if (rc != 0)
        return rc;
    h->crc = header_crc(h);
    tr_store_rlx(&h->magic, TR_MAGIC);
    return 0;
}

int tr_segment_allocate(const struct tr_segment *seg, uint64_t off, uint64_t len)
{
    int rc;
    do {
        rc = posix_fallocate(seg->fd, (off_t)off, (off_t)len);
    } while (rc == EINTR);
    return -rc;
}

/* Everything but the name. */
static int build(struct tr_segment *seg, const struct tr_segment_options *opt)
{
    if (fchmod(seg->fd, opt->mode) != 0)
        return -errno;
    if (opt->gid != (gid_t)-1 && fchown(seg->fd, (uid_t)-1, opt->gid) != 0)
        return -errno;
    if (ftruncate(seg->fd, (off_t)seg->map.total_len) != 0)
        return -errno;
    int rc = tr_segment_allocate(seg, 0, seg->map.control_end);
    if (rc == 0)
        rc = fill_header(&seg->header, &seg->map);
    if (rc != 0)
        return rc;
    ssize_t n = pwrite(seg->fd, &seg->header, sizeof seg->header, 0);
    if (n < 0)
        return -errno;
    if (n != (ssize_t)sizeof seg->header)
        return -EIO;
    return tr_segment_map(seg); /* while it has no name: a ring in vain is gone with its maker */
}

/* Links the nameless file.  -EEXIST: somebody was faster. */
static int give_name(int fd, const char *path)
{
    char self[64];
    snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
    return linkat(AT_FDCWD, self, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0 ? 0 : -errno;
}

static int create_nameless(struct tr_segment *seg, const char *path, const struct tr_segment_options *opt)
{
    seg->fd = open(TR_SHM_DIR, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (seg->fd < 0)
        return -errno;
    int rc = build(seg, opt);
    return rc == 0 ? give_name(seg->fd, path) : rc;
}

/* Where a file cannot be nameless (no O_TMPFILE, no /proc): under a temporary name. */
static int create_renamed(struct tr_segment *seg, const char *path, const struct tr_segment_options *opt)
{
    char temp[PATH_LEN];
    snprintf(temp, sizeof temp, "%s/.tickring.XXXXXX", TR_SHM_DIR);
    seg->fd = mkostemp(temp, O_CLOEXEC);
    if (seg->fd < 0)
        return -errno;
    int rc = build(seg, opt);
    if (rc == 0 && link(temp, path) != 0)
        rc = -errno;
    unlink(temp);
    return rc;
}

int tr_segment_create(struct tr_segment *seg, const char *name, const struct tr_segment_options *opt)
{
    memset(seg, 0, sizeof *seg);
    seg->fd = -1;
    if (tr_ring_name_check(name) != 0)
        return -EINVAL;
    int rc = tr_map_compute(&seg->map, (uint64_t)sysconf(_SC_PAGESIZE), opt->slot_cnt);
    if (rc != 0)
        return rc;
    strcpy(seg->name, name);
    char path[PATH_LEN];
    ring_path(path, name);
    rc = create_nameless(seg, path, opt);
    if (rc == -EOPNOTSUPP || rc == -EISDIR || rc == -ENOENT) {
        tr_segment_close(seg);
        rc = create_renamed(seg, path, opt);
    }
    if (rc != 0)
        tr_segment_close(seg);
    return rc;
}

static int check_file(const struct stat *st)
{
    if (!S_ISREG(st->st_mode))
        return -EPERM;
    bool theirs = st->st_uid != geteuid() && st->st_uid != 0;
    return theirs && (st->st_mode & S_IWOTH) != 0 ? -EPERM : 0;
}

static int check_header(struct tr_segment *seg, uint64_t file_len)
{
    struct tr_header *h = &seg->header;
    if (tr_load_rlx(&h->magic) != TR_MAGIC)
        return -EBADMSG;
    if (h->version_major != TR_VERSION_MAJOR)
        return -EPROTONOSUPPORT;
    if (h->crc != header_crc(h) || h->header_len != sizeof *h)
        return -EBADMSG;
    if (h->record_len != sizeof(struct tr_slot) || h->lane_cnt != TR_LANE_MAX
        || h->consumer_cnt != TR_CONSUMER_MAX)
        return -EPROTONOSUPPORT;
    if (tr_map_compute(&seg->map, h->page_len, h->slot_cnt) != 0)
        return -EBADMSG;
    if (seg->map.page_len % (uint64_t)sysconf(_SC_PAGESIZE) != 0)
        return -EBADMSG;
    return seg->map.total_len == h->total_len && h->total_len == file_len ? 0 : -EBADMSG;
}

/* Reads the header with pread: that raises no SIGBUS, whatever the file is. */
static int read_and_check(struct tr_segment *seg)
{
    struct stat st;
    if (fstat(seg->fd, &st) != 0)
        return -errno;
    int rc = check_file(&st);
    if (rc != 0)
        return rc;
    ssize_t n = pread(seg->fd, &seg->header, sizeof seg->header, 0);
    if (n < 0)
        return -errno;
    if ((size_t)n < sizeof seg->header)
        return -EBADMSG;
    return check_header(seg, (uint64_t)st.st_size);
}

int tr_segment_open(struct tr_segment *seg, const char *name, bool write)
{
    memset(seg, 0, sizeof *seg);
    seg->fd = -1;
    if (tr_ring_name_check(name) != 0)
        return -EINVAL;
    strcpy(seg->name, name);
    char path[PATH_LEN];
    ring_path(path, name);
    /* O_NONBLOCK: a FIFO under the name must not hang us. */
    seg->fd = open(path, (write ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (seg->fd < 0)
        return errno == ELOOP || errno == EISDIR || errno == ENXIO ? -EPERM : -errno;
    int rc = read_and_check(seg);
    if (rc != 0) {
        close(seg->fd);
        seg->fd = -1;
    }
    return rc;
}

/* EAGAIN is for locked memory that is out (mlockall); of us it would say "begin again". */
static void *map(const struct tr_segment *seg, uint64_t off, uint64_t len, int prot, int flags)
{
    void *p = mmap(NULL, len, prot, MAP_SHARED | flags, seg->fd, (off_t)off);
    if (p != MAP_FAILED)
        return p;
    if (errno == EAGAIN)
        errno = ENOMEM;
    return NULL;
}

int tr_segment_map(struct tr_segment *seg)
{
    if (seg->base != NULL)
        return 0;
    seg->base = map(seg, 0, seg->map.total_len, PROT_READ, MAP_NORESERVE);
    return seg->base != NULL ? 0 : -errno;
}

void *tr_segment_map_own(const struct tr_segment *seg, uint64_t off, uint64_t len)
{
    return map(seg, off, len, PROT_READ | PROT_WRITE, MAP_POPULATE);
}

void tr_segment_access(const struct tr_segment *seg, mode_t *mode, gid_t *gid)
{
    struct stat st;
    bool known = fstat(seg->fd, &st) == 0;
    *mode = known ? st.st_mode & 0666 : 0600;
    *gid = known && st.st_gid != getegid() ? st.st_gid : (gid_t)-1;
}

enum found { FOUND_OURS, FOUND_NOT_OURS, FOUND_UNKNOWN };

/* What the name leads to. */
static enum found look_up(const struct tr_segment *seg)
{
    char path[PATH_LEN];
    struct stat ours;
    struct stat named;
    ring_path(path, seg->name);
    if (fstat(seg->fd, &ours) != 0)
        return FOUND_UNKNOWN;
    if (lstat(path, &named) != 0)
        return errno == ENOENT ? FOUND_NOT_OURS : FOUND_UNKNOWN;
    bool same = ours.st_nlink > 0 && ours.st_ino == named.st_ino && ours.st_dev == named.st_dev;
    return same ? FOUND_OURS : FOUND_NOT_OURS;
}

bool tr_segment_is_named(const struct tr_segment *seg)
{
    return look_up(seg) == FOUND_OURS;
}

bool tr_segment_is_taken_away(const struct tr_segment *seg)
{
    return look_up(seg) == FOUND_NOT_OURS;
}

bool tr_segment_is_whole(const struct tr_segment *seg)
{
    struct stat st;
    return fstat(seg->fd, &st) == 0 && (uint64_t)st.st_size >= seg->map.total_len;
}

int tr_segment_check(const struct tr_segment *seg)
{
    if (!tr_segment_is_whole(seg))
        return -EIO;
    return tr_segment_is_taken_away(seg) ? -ESTALE : 0;
}

int tr_segment_unlink(const struct tr_segment *seg)
{
    char path[PATH_LEN];
    ring_path(path, seg->name);
    return unlink(path) == 0 ? 0 : -errno;
}

void tr_segment_close(struct tr_segment *seg)
{
    if (seg->base != NULL)
        munmap((void *)(uintptr_t)seg->base, seg->map.total_len);
    if (seg->fd >= 0)
        close(seg->fd);
    seg->base = NULL;
    seg->fd = -1;
}
