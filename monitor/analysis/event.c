#include "monitor/analysis/event_find.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "units.h"

const char *event_kind_name(enum event_kind kind)
{
    static const char *const name[] = {"joined", "left", "died", "evicted", "lost", "over limit", "stalled"};
    return name[kind];
}

/* --- The list ----------------------------------------------------------------------------------- */

/* Below 0: a is the older.  Those of one time have an order as well, so that the list does not dance. */
static int compare(const struct event *a, const struct event *b)
{
    if (a->at_ns != b->at_ns)
        return a->at_ns < b->at_ns ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    int by_name = strcmp(b->name, a->name);
    return by_name != 0 ? by_name : strcmp(b->text, a->text);
}

static int newest_first(const void *a, const void *b)
{
    return compare(b, a);
}

static void swap(struct event *a, struct event *b)
{
    struct event kept = *a;
    *a = *b;
    *b = kept;
}

static void sink(struct event_heap *heap)
{
    unsigned i = 0;
    for (unsigned child; (child = 2 * i + 1) < heap->cnt; i = child) {
        if (child + 1 < heap->cnt && compare(&heap->event[child + 1], &heap->event[child]) < 0)
            child++;
        if (compare(&heap->event[i], &heap->event[child]) <= 0)
            return;
        swap(&heap->event[i], &heap->event[child]);
    }
}

static void rise(struct event_heap *heap)
{
    unsigned i = heap->cnt - 1;
    while (i > 0 && compare(&heap->event[i], &heap->event[(i - 1) / 2]) < 0) {
        swap(&heap->event[i], &heap->event[(i - 1) / 2]);
        i = (i - 1) / 2;
    }
}

static void put(struct event_heap *heap, const struct event *event)
{
    if (heap->cnt < heap->max) {
        heap->event[heap->cnt++] = *event;
        rise(heap);
    } else if (heap->max > 0 && compare(event, &heap->event[0]) > 0) {
        heap->event[0] = *event;
        sink(heap);
    }
}

/* --- What happened to whom ------------------------------------------------------------------------ */

void event_tell(const struct event_subject *sub, int64_t at_ns, enum event_kind kind, enum level level,
                const char *format, ...)
{
    struct event event = {.at_ns = at_ns, .kind = kind, .level = level};
    va_list args;
    int len = snprintf(event.text, sizeof event.text, "%s ", sub->who);
    snprintf(event.name, sizeof event.name, "%s", sub->name);
    va_start(args, format);
    vsnprintf(event.text + len, sizeof event.text - (size_t)len, format, args);
    va_end(args);
    put(sub->heap, &event);
}

static void tell_death(const struct event_subject *sub, int64_t at_ns, uint32_t pid)
{
    event_tell(sub, at_ns, EVENT_DIED, sub->is_feed ? LEVEL_CRIT : LEVEL_WARN, "died (pid %u)", pid);
}

static void tell_join(const struct event_subject *sub, const struct tr_sample *before,
                      const struct tr_sample *s)
{
    char away[UNITS_MAX];
    if (before == NULL) {
        event_tell(sub, s->at_ns, EVENT_JOINED, LEVEL_OK, "joined (pid %u)", s->pid);
        return;
    }
    units_duration(away, event_time_between(s->at_ns, before->at_ns));
    event_tell(sub, s->at_ns, EVENT_JOINED, LEVEL_OK, "came back (pid %u) after %s", s->pid, away);
}

/* Who comes and goes.  A process that is killed notes nothing: that is seen by what comes after. */
void event_find_comings(const struct event_subject *sub, bool is_dead, int64_t beat_ns, uint64_t pid)
{
    const struct tr_sample *before = NULL;
    for (unsigned i = 0; i < sub->track->cnt; i++) {
        const struct tr_sample *s = past_sample(sub->track, i);
        if (s->kind == TR_SAMPLE_JOIN) {
            if (before != NULL && before->kind != TR_SAMPLE_LEAVE)
                tell_death(sub, before->at_ns, before->pid);
            tell_join(sub, before, s);
        } else if (s->kind == TR_SAMPLE_LEAVE) {
            event_tell(sub, s->at_ns, EVENT_LEFT, LEVEL_OK, "left (pid %u)", s->pid);
        }
        before = s;
    }
    if (!is_dead)
        return;
    bool is_seen = beat_ns > 0 && beat_ns <= sub->snap->view.taken_ns;
    int64_t at_ns = is_seen ? beat_ns : 0;
    if (before != NULL && before->at_ns > at_ns)
        at_ns = before->at_ns;
    tell_death(sub, at_ns, pid > UINT32_MAX ? 0 : (uint32_t)pid);
}

unsigned event_list(const struct snapshot *snap, struct event *event, unsigned max)
{
    struct event_heap heap = {.event = event, .max = max};
    for (unsigned p = 0; p < TR_LANE_MAX; p++)
        event_find_of_lane(&heap, snap, p);
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++)
        event_find_of_member(&heap, snap, c);
    qsort(event, heap.cnt, sizeof *event, newest_first);
    return heap.cnt;
}
