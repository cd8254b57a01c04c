/* clean: removes what no live process uses. */
#include <errno.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "exitcode.h"
#include "log.h"
#include "monitor/scan.h"
#include "monitor/verbs.h"
#include "ringerror.h"

struct cleaning {
    struct out *out;
    const char *only; /* NULL: all */
    unsigned removed_cnt;
    unsigned used_cnt; /* rings left alone */
};

static void tell_removed(struct cleaning *cl, const char *what, const char *name)
{
    out_text(cl->out, "removed ");
    out_text(cl->out, what);
    out_text(cl->out, " ");
    out_visible(cl->out, name, strlen(name));
    out_text(cl->out, "\n");
    cl->removed_cnt++;
}

static void tell_used(struct cleaning *cl, const char *name)
{
    log_info(name, "in use, left alone");
    cl->used_cnt++;
}

/* 0: removed, or in use; -errno. */
static int clean_ring(struct cleaning *cl, const char *name)
{
    struct tr_segment seg;
    int rc = tr_segment_open(&seg, name, true);
    if (rc != 0)
        return rc;
    rc = tr_segment_map(&seg);
    if (rc == 0)
        rc = tr_registry_remove_idle(&seg);
    tr_segment_close(&seg);
    if (rc == 0)
        tell_removed(cl, "ring", name);
    else if (rc == -EBUSY)
        tell_used(cl, name);
    return rc == -EBUSY || rc == -ESTALE || rc == -EAGAIN ? 0 : rc; /* the last two: others remove it */
}

static int clean_all_rings(struct cleaning *cl)
{
    struct scan_names names;
    int rc = scan_rings(&names);
    if (rc != 0)
        return rc;
    for (size_t i = 0; rc == 0 && i < names.cnt; i++) {
        int why = clean_ring(cl, names.name[i]);
        if (why != 0 && scan_is_told(why)) /* no ring, or not ours */
            log_detail(names.name[i], "left alone: %s", ringerror_text(why));
        else
            rc = why;
    }
    scan_free(&names);
    return rc;
}

/* A semaphore is an orphan if there is no ring of its name, or another one. */
static void clean_semaphore(void *arg, const char *ring, uint64_t instance, const char *sem)
{
    struct cleaning *cl = arg;
    struct tr_segment seg;
    if (cl->only != NULL && strcmp(cl->only, ring) != 0)
        return;
    int rc = tr_segment_open(&seg, ring, false);
    bool in_use = rc == 0 ? seg.header.instance == instance : rc != -ENOENT;
    if (rc == 0)
        tr_segment_close(&seg);
    char name[64];
    snprintf(name, sizeof name, "/%s", sem);
    if (!in_use && sem_unlink(name) == 0)
        tell_removed(cl, "semaphore", sem);
}

static void clean_temporary(void *arg, const char *path)
{
    if (unlink(path) == 0)
        tell_removed(arg, "temporary file", path);
}

/* Whether a ring is there that the checkpoint could belong to: each full stop may be the one between. */
static bool has_ring(const char *ring_and_id)
{
    for (const char *stop = strchr(ring_and_id, '.'); stop != NULL; stop = strchr(stop + 1, '.')) {
        char ring[TR_RING_NAME_MAX + 1];
        size_t len = (size_t)(stop - ring_and_id);
        if (len > TR_RING_NAME_MAX)
            return false;
        memcpy(ring, ring_and_id, len);
        ring[len] = '\0';
        struct tr_segment seg;
        int rc = tr_segment_open(&seg, ring, false);
        if (rc == 0)
            tr_segment_close(&seg);
        if (rc != -ENOENT && rc != -EINVAL)
            return true;
    }
    return false;
}

/* A checkpoint is of no use without its ring. */
static void clean_checkpoint(void *arg, const char *file, const char *ring_and_id)
{
    struct cleaning *cl = arg;
    size_t len = cl->only != NULL ? strlen(cl->only) : 0;
    if (cl->only != NULL && (strncmp(cl->only, ring_and_id, len) != 0 || ring_and_id[len] != '.'))
        return;
    char path[sizeof TR_SHM_DIR + 128];
    snprintf(path, sizeof path, "%s/%.120s", TR_SHM_DIR, file);
    if (!has_ring(ring_and_id) && unlink(path) == 0)
        tell_removed(cl, "checkpoint", file);
}

int verb_clean(const struct monitor_options *opt, struct out *out)
{
    struct cleaning cl = {.out = out, .only = opt->ring};
    int rc = opt->ring != NULL ? clean_ring(&cl, opt->ring) : clean_all_rings(&cl);
    if (rc == -ENOENT)
        rc = 0; /* its semaphores may still be there */
    if (rc == 0)
        rc = scan_semaphores(clean_semaphore, &cl);
    if (rc == 0)
        rc = scan_checkpoints(clean_checkpoint, &cl);
    if (rc == 0 && opt->ring == NULL)
        rc = scan_temporaries(clean_temporary, &cl);
    if (rc != 0)
        return ringerror_tell(opt->ring != NULL ? opt->ring : TR_SHM_DIR, "", rc);
    if (cl.removed_cnt + cl.used_cnt == 0)
        log_info(opt->ring != NULL ? opt->ring : TR_SHM_DIR, "nothing to remove");
    return 0;
}
