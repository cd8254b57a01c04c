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

const struct tr_sample *past_before(const struct past_track *track, int64_t at_ns)
{
    for (unsigned i = track->cnt; i-- > 0;) {
        if (past_sample(track, i)->at_ns <= at_ns)
            return past_sample(track, i);
    }
    return NULL;
}
