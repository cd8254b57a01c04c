#include "monitor/past.h"

#include <stdlib.h>
#include <string.h>

#define PART 64 /* samples read at a time */

struct past *past_new(void)
{
    return calloc(1, sizeof(struct past));
}

static void forget(struct past_track *track)
{
    track->name[0] = '\0';
    track->nr = 0;
    track->first = 0;
    track->cnt = 0;
}

void past_forget(struct past *past)
{
    for (unsigned p = 0; p < TR_LANE_MAX; p++)
        forget(&past->lane[p]);
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++)
        forget(&past->member[c]);
}

void past_add(struct past_track *track, const struct tr_sample *sample)
{
    unsigned i = (track->first + track->cnt) % TR_SAMPLE_CNT;
    track->sample[i] = *sample;
    if (track->cnt < TR_SAMPLE_CNT)
        track->cnt++;
    else
        track->first = (track->first + 1) % TR_SAMPLE_CNT;
}

static void read_track(struct past_track *track, const struct tr_segment *seg, enum tr_place_kind kind,
                       unsigned idx, const char *name)
{
    struct tr_sample sample[PART];
    unsigned cnt;
    if (strcmp(track->name, name) != 0) { /* the place is another's now */
        forget(track);
        strcpy(track->name, name);
    }
    while ((cnt = tr_observe_past(seg, kind, idx, &track->nr, sample, PART)) > 0) {
        for (unsigned i = 0; i < cnt; i++)
            past_add(track, &sample[i]);
    }
}

void past_read(struct past *past, const struct tr_segment *seg, const struct tr_view *view)
{
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        if (view->lane[p].used)
            read_track(&past->lane[p], seg, TR_PLACE_LANE, p, view->lane[p].name);
    }
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++) {
        if (view->member[c].used)
            read_track(&past->member[c], seg, TR_PLACE_MEMBER, c, view->member[c].name);
    }
}

const struct tr_sample *past_sample(const struct past_track *track, unsigned i)
{
    return &track->sample[(track->first + i) % TR_SAMPLE_CNT];
}

int past_index(const struct past_track *track, int64_t at_ns)
{
    int low = 0;
    int high = (int)track->cnt;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (past_sample(track, (unsigned)middle)->at_ns <= at_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low - 1;
}

/* The number at at_ns of one that was a at a_ns and b at b_ns. */
static uint64_t between(uint64_t a, int64_t a_ns, uint64_t b, int64_t b_ns, int64_t at_ns)
{
    if (b <= a || b_ns <= a_ns || at_ns <= a_ns)
        return a;
    if (at_ns >= b_ns)
        return b;
    double share = ((double)at_ns - (double)a_ns) / ((double)b_ns - (double)a_ns);
    double grown = (double)(b - a) * share;
    return grown >= (double)(b - a) ? b : a + (uint64_t)grown;
}

static uint64_t sum_of(const struct tr_sample *sample, size_t offset)
{
    uint64_t sum;
    memcpy(&sum, (const char *)sample + offset, sizeof sum);
    return sum;
}

uint64_t past_sum(const struct past_track *track, size_t offset, uint64_t now_sum, int64_t now_ns,
                  int64_t at_ns)
{
    int i = past_index(track, at_ns);
    if (track->cnt == 0)
        return now_sum;
    if (i < 0)
        return sum_of(past_sample(track, 0), offset);
    const struct tr_sample *s = past_sample(track, (unsigned)i);
    if ((unsigned)i + 1 == track->cnt)
        return between(sum_of(s, offset), s->at_ns, now_sum, now_ns, at_ns);
    const struct tr_sample *next = past_sample(track, (unsigned)i + 1);
    return between(sum_of(s, offset), s->at_ns, sum_of(next, offset), next->at_ns, at_ns);
}
