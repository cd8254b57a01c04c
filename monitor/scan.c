#include "monitor/scan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define SEM_PREFIX "sem."
#define TEMP_PREFIX ".tickring." /* a ring being made where files cannot be nameless (shm/segment.c) */
#define TEMP_TAIL_LEN 6
#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
#define SEM_TAIL_LEN (1 + 16 + 4) /* .instance.pNN */

static int compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

static int add(struct scan_names *names, const char *name)
{
    void *grown = realloc(names->name, (names->cnt + 1) * sizeof names->name[0]);
    if (grown == NULL)
        return -ENOMEM;
    names->name = grown;
    strcpy(names->name[names->cnt++], name);
    return 0;
}

/* NULL at the end, and where the rest cannot be read: then *rc says why. */
static const struct dirent *next_entry(DIR *dir, int *rc)
{
    errno = 0;
    const struct dirent *entry = readdir(dir);
    if (entry == NULL)
        *rc = -errno;
    return entry;
}

bool scan_is_told(int rc)
{
    switch (-rc) {
    case ENOENT: /* removed since the directory was read */
    case EACCES:
    case EPERM:
    case EBADMSG:
    case EPROTONOSUPPORT:
    case EIO:
        return true;
    default:
        return false;
    }
}

int scan_rings(struct scan_names *names)
{
    *names = (struct scan_names){0};
    DIR *dir = opendir(TR_SHM_DIR);
    if (dir == NULL)
        return -errno;
    const struct dirent *entry;
    int rc = 0;
    while (rc == 0 && (entry = next_entry(dir, &rc)) != NULL) {
        if (tr_ring_name_check(entry->d_name) == 0)
            rc = add(names, entry->d_name);
    }
    closedir(dir);
    if (rc != 0)
        scan_free(names);
    if (names->cnt > 0)
        qsort(names->name, names->cnt, sizeof names->name[0], compare);
    return rc;
}

void scan_free(struct scan_names *names)
{
    free(names->name);
    *names = (struct scan_names){0};
}

/* "sem.RING.0123456789abcdef.p00" taken apart; false: not of that form. */
static bool parse_semaphore(const char *file, char ring[TR_RING_NAME_MAX + 1], uint64_t *instance)
{
    size_t len = strlen(file);
    size_t prefix = strlen(SEM_PREFIX);
    if (strncmp(file, SEM_PREFIX, prefix) != 0 || len <= prefix + SEM_TAIL_LEN)
        return false;
    size_t ring_len = len - prefix - SEM_TAIL_LEN;
    const char *tail = file + prefix + ring_len;
    char digits[17];
    if (ring_len > TR_RING_NAME_MAX || tail[0] != '.' || tail[17] != '.' || strchr("pc", tail[18]) == NULL)
        return false;
    memcpy(ring, file + prefix, ring_len);
    ring[ring_len] = '\0';
    memcpy(digits, tail + 1, 16);
    digits[16] = '\0';
    *instance = strtoull(digits, NULL, 16);
    return strspn(digits, "0123456789abcdef") == 16 && strspn(tail + 19, "0123456789") == 2;
}

int scan_semaphores(void (*each)(void *arg, const char *ring, uint64_t instance, const char *sem), void *arg)
{
    DIR *dir = opendir(TR_SHM_DIR);
    if (dir == NULL)
        return -errno;
    const struct dirent *entry;
    int rc = 0;
    while ((entry = next_entry(dir, &rc)) != NULL) {
        char ring[TR_RING_NAME_MAX + 1];
        uint64_t instance;
        if (parse_semaphore(entry->d_name, ring, &instance))
            each(arg, ring, instance, entry->d_name + strlen(SEM_PREFIX));
    }
    closedir(dir);
    return rc;
}

/* ".tickring." and the six letters of mkstemp. */
static bool is_temporary(const char *file)
{
    size_t prefix = strlen(TEMP_PREFIX);
    return strncmp(file, TEMP_PREFIX, prefix) == 0 && strlen(file) == prefix + TEMP_TAIL_LEN
           && strspn(file + prefix, LETTERS) == TEMP_TAIL_LEN;
}

/* Whether it is a file that nobody has changed for SCAN_TEMP_AGE_S. */
static bool is_left_behind(int dir_fd, const char *file)
{
    struct stat st;
    if (fstatat(dir_fd, file, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode))
        return false;
    return time(NULL) - st.st_mtime >= SCAN_TEMP_AGE_S;
}

int scan_temporaries(void (*each)(void *arg, const char *path), void *arg)
{
    DIR *dir = opendir(TR_SHM_DIR);
    if (dir == NULL)
        return -errno;
    const struct dirent *entry;
    int rc = 0;
    while ((entry = next_entry(dir, &rc)) != NULL) {
        char path[sizeof TR_SHM_DIR + sizeof TEMP_PREFIX + TEMP_TAIL_LEN];
        if (!is_temporary(entry->d_name) || !is_left_behind(dirfd(dir), entry->d_name))
            continue;
        snprintf(path, sizeof path, "%s/%.*s", TR_SHM_DIR, (int)(sizeof TEMP_PREFIX - 1 + TEMP_TAIL_LEN),
                 entry->d_name);
        each(arg, path);
    }
    closedir(dir);
    return rc;
}

#define CHECKPOINT_MAX (TR_RING_NAME_MAX + 1 + TR_NAME_MAX) /* RING.ID */

/* ".tickring.RING.ID.0" or ".1".  Full stops may be in both names: where one ends is not to be seen. */
static bool parse_checkpoint(const char *file, char ring_and_id[CHECKPOINT_MAX + 1])
{
    size_t prefix = strlen(TR_CHECKPOINT_PREFIX);
    size_t len = strlen(file);
    if (strncmp(file, TR_CHECKPOINT_PREFIX, prefix) != 0 || len < prefix + 5
        || len - prefix - 2 > CHECKPOINT_MAX)
        return false;
    if (strcmp(file + len - 2, ".0") != 0 && strcmp(file + len - 2, ".1") != 0)
        return false;
    memcpy(ring_and_id, file + prefix, len - prefix - 2);
    ring_and_id[len - prefix - 2] = '\0';
    return strchr(ring_and_id, '.') != NULL;
}

int scan_checkpoints(void (*each)(void *arg, const char *file, const char *ring_and_id), void *arg)
{
    DIR *dir = opendir(TR_SHM_DIR);
    if (dir == NULL)
        return -errno;
    const struct dirent *entry;
    int rc = 0;
    while ((entry = next_entry(dir, &rc)) != NULL) {
        char ring_and_id[CHECKPOINT_MAX + 1];
        if (parse_checkpoint(entry->d_name, ring_and_id))
            each(arg, entry->d_name, ring_and_id);
    }
    closedir(dir);
    return rc;
}
