/* observe_help.h - a ring of 16 slots that nobody is in, its maker's handle and an observer's. */
#ifndef TESTS_OBSERVE_HELP_H
#define TESTS_OBSERVE_HELP_H

#include "shm_help.h"

#include "observe.h"

static char ring[TR_RING_NAME_MAX + 1];
static struct tr_view *view;
static struct tr_segment seg; /* the maker's */
static struct tr_segment eye; /* the observer's */

static inline int make_ring(void **state)
{
    const struct tr_segment_options opt = {.slot_cnt = 16, .mode = 0600, .gid = (gid_t)-1};
    (void)state;
    view = malloc(sizeof *view);
    int rc = tr_segment_create(&seg, help_ring_name(ring, "obs"), &opt);
    if (rc == 0)
        rc = tr_segment_map(&seg);
    return rc == 0 ? tr_observe_open(&eye, ring) : rc;
}

static inline int remove_ring(void **state)
{
    free(view);
    tr_observe_close(&eye);
    tr_segment_close(&seg);
    return help_teardown(state);
}

#endif
