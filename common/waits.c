#include "waits.h"

#include <string.h>

#include "log.h"

#define LOOK_NS TR_NS_PER_S /* a wait this long is told; then after twice the time, and so on */
#define QUIET_NS TR_NS_PER_S /* room for so long: the wait is over */
#define TELL_NS (TR_NS_PER_S / 2) /* what was shorter is not told when it is over */

struct wait_account wait_account_of(const struct tr_producer *ring, unsigned c)
{
    struct wait_account account;
    tr_registry_name(&ring->seg, TR_PLACE_MEMBER, c, account.name);
    account.ns = tr_registry_blocked_by_ns(&ring->seg, ring->place.idx, c);
    return account;
}

struct wait_account wait_account_since(const struct tr_producer *ring, unsigned c,
                                       const struct wait_account *before)
{
    struct wait_account now = wait_account_of(ring, c);
    if (strcmp(now.name, before->name) == 0)
        now.ns -= before->ns;
    return now;
}

void waits_begin(struct waits *w, const struct tr_producer *ring, int64_t now_ns)
{
    waits_tell(w, ring, now_ns, false);
    w->is_waiting = true;
    if (w->is_on) {
        waits_look(w, ring); /* many short ones are a long one */
        return;
    }
    w->is_on = true;
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++) {
        w->before[c] = wait_account_of(ring, c);
        w->next_ns[c] = LOOK_NS;
    }
}

void waits_end(struct waits *w, int64_t now_ns)
{
    w->is_waiting = false;
    w->end_ns = now_ns;
}

void waits_look(struct waits *w, const struct tr_producer *ring)
{
    unsigned c = ring->stalled_by;
    if (c == TR_NOBODY)
        return;
    struct wait_account waited = wait_account_since(ring, c, &w->before[c]);
    if (waited.ns < (uint64_t)w->next_ns[c])
        return;
    bool alive = tr_registry_is_held(&ring->seg, TR_PLACE_MEMBER, c) == 1;
    log_warn(ring->seg.name, "waiting for consumer '%s' (%s) %.1f s: buffer full", waited.name,
             alive ? "alive" : "died, its place is held", (double)waited.ns / 1e9);
    w->next_ns[c] *= 2;
}

void waits_tell(struct waits *w, const struct tr_producer *ring, int64_t now_ns, bool is_last)
{
    if (!w->is_on || w->is_waiting || (!is_last && now_ns - w->end_ns < QUIET_NS))
        return;
    w->is_on = false;
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++) {
        struct wait_account waited = wait_account_since(ring, c, &w->before[c]);
        if (waited.ns >= (uint64_t)TELL_NS)
            log_info(ring->seg.name, "waited %.1f s for consumer '%s' (buffer full)", (double)waited.ns / 1e9,
                     waited.name);
    }
}
