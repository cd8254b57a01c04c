#include "checkpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "digest.h"
#include "segment.h"

#define MAGIC UINT64_C(0x54504b43474e5254) /* "TRNGCKPT" read as little-endian */

struct head {
    uint64_t magic;
    uint64_t instance;
    uint64_t tag;
    uint64_t gen;
    uint64_t len;
    uint64_t sum; /* of the bytes, and of the words above */
};

static uint64_t sum_of(const struct head *head, const void *bytes)
{
    const uint64_t word[] = {head->magic, head->instance, head->tag,
                             head->gen,   head->len,      tr_digest_name(bytes, head->len)};
    return tr_digest_name((const char *)word, sizeof word);
}

static int open_copy(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    struct stat st;
    if (fd < 0)
        return -errno;
    int rc = fstat(fd, &st) != 0 ? -errno : 0;
    if (rc == 0 && (!S_ISREG(st.st_mode) || st.st_uid != geteuid()))
        rc = -EPERM;
    if (rc == 0)
        return fd;
    close(fd);
    return rc;
}

int tr_checkpoint_open(struct tr_checkpoint *cp, const char *ring, const char *id, uint64_t instance,
                       uint64_t tag)
{
    *cp = (struct tr_checkpoint){.fd = {-1, -1}, .instance = instance, .tag = tag};
    if (tr_ring_name_check(ring) != 0 || tr_place_name_check(id) != 0)
        return -EINVAL;
    for (int i = 0; i < 2; i++) {
        snprintf(cp->path[i], sizeof cp->path[i], "%s/%s%s.%s.%d", TR_SHM_DIR, TR_CHECKPOINT_PREFIX, ring, id,
                 i);
        cp->fd[i] = open_copy(cp->path[i]);
        if (cp->fd[i] < 0) {
            int rc = cp->fd[i];
            tr_checkpoint_close(cp);
            return rc;
        }
    }
    return 0;
}

static int read_all(int fd, void *bytes, size_t len, off_t at)
{
    for (size_t done = 0; done < len;) {
        ssize_t n = pread(fd, (char *)bytes + done, len - done, at + (off_t)done);
        if (n == 0)
            return -ENOENT;
        if (n < 0 && errno != EINTR)
            return -errno;
        done += n > 0 ? (size_t)n : 0;
    }
    return 0;
}

static int write_all(int fd, const void *bytes, size_t len, off_t at)
{
    for (size_t done = 0; done < len;) {
        ssize_t n = pwrite(fd, (const char *)bytes + done, len - done, at + (off_t)done);
        if (n < 0 && errno != EINTR)
            return -errno;
        done += n > 0 ? (size_t)n : 0;
    }
    return 0;
}

/* The head of a copy of this run of the ring; what it says of the bytes is not checked yet. */
static bool read_head(const struct tr_checkpoint *cp, int i, struct head *head)
{
    struct stat st;
    return read_all(cp->fd[i], head, sizeof *head, 0) == 0 && head->magic == MAGIC
           && head->instance == cp->instance && fstat(cp->fd[i], &st) == 0
           && (uint64_t)st.st_size >= sizeof *head && head->len <= (uint64_t)st.st_size - sizeof *head;
}

static int read_copy(const struct tr_checkpoint *cp, int i, const struct head *head, uint8_t **bytes)
{
    uint8_t *got = malloc(head->len != 0 ? head->len : 1);
    if (got == NULL)
        return -ENOMEM;
    int rc = read_all(cp->fd[i], got, head->len, sizeof *head);
    if (rc == 0 && sum_of(head, got) != head->sum)
        rc = -ENOENT; /* a kill came while it was written */
    if (rc != 0) {
        free(got);
        return rc;
    }
    *bytes = got;
    return 0;
}

int tr_checkpoint_load(struct tr_checkpoint *cp, uint8_t **bytes, size_t *len)
{
    struct head head[2];
    bool there[2];
    int rc = -ENOENT;
    for (int i = 0; i < 2; i++) {
        bool ours = read_head(cp, i, &head[i]);
        there[i] = ours && head[i].tag == cp->tag;
        if (ours && !there[i])
            rc = -ENOTUNIQ;
    }
    int newer = there[1] && (!there[0] || head[1].gen > head[0].gen);
    for (int attempt = 0; attempt < 2; attempt++) {
        int i = attempt == 0 ? newer : !newer;
        if (!there[i])
            continue;
        int got = read_copy(cp, i, &head[i], bytes);
        if (got == -ENOENT)
            continue;
        if (got == 0) {
            *len = head[i].len;
            cp->gen = head[i].gen;
        }
        return got;
    }
    return rc;
}

int tr_checkpoint_store(struct tr_checkpoint *cp, const void *bytes, size_t len)
{
    struct head head = {
        .magic = MAGIC, .instance = cp->instance, .tag = cp->tag, .gen = cp->gen + 1, .len = len};
    int fd = cp->fd[head.gen % 2];
    head.sum = sum_of(&head, bytes);
    /* The bytes first: until the head is there the old one's sum does not fit them. */
    int rc = write_all(fd, bytes, len, sizeof head);
    if (rc == 0)
        rc = write_all(fd, &head, sizeof head, 0);
    if (rc == 0)
        cp->gen = head.gen;
    return rc;
}

void tr_checkpoint_close(struct tr_checkpoint *cp)
{
    for (int i = 0; i < 2; i++) {
        if (cp->fd[i] >= 0)
            close(cp->fd[i]);
        cp->fd[i] = -1;
    }
}

void tr_checkpoint_remove(struct tr_checkpoint *cp)
{
    for (int i = 0; i < 2; i++)
        unlink(cp->path[i]);
    tr_checkpoint_close(cp);
}
