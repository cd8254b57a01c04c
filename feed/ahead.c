#include "feed/ahead.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int ahead_open(struct ahead *ahead, const struct merge *m)
{
    *ahead = (struct ahead){.queue = NULL};
    for (unsigned i = 0; i < m->input_cnt; i++) {
        const struct input *in = &m->input[i].source->input;
        if (in->buf != NULL && in->start < 0)
            return 0;
    }
    ahead->queue = malloc(AHEAD_MAX * sizeof(*ahead->queue));
    return ahead->queue != NULL ? 0 : -ENOMEM;
}

/* Takes a copy, names and all: those of a source are gone with its next record. */
static void store(struct ahead_record *to, const struct source_record *rec)
{
    to->rec = *rec;
    memcpy(to->symbol, rec->symbol, rec->symbol_len);
    memcpy(to->venue, rec->venue, rec->venue_len);
    to->rec.symbol = to->symbol;
    to->rec.venue = to->venue;
}

bool ahead_read(struct ahead *ahead, struct merge *m)
{
    const struct source_record *rec;
    /* One place is left free: that of the record which the caller has. */
    if (ahead->queue == NULL || ahead->has_result || ahead->end - ahead->begin >= AHEAD_MAX - 1)
        return false;
    ahead->result = merge_next(m, &rec, &ahead->culprit);
    ahead->has_result = ahead->result != SOURCE_OK;
    if (!ahead->has_result)
        store(&ahead->queue[ahead->end++ % AHEAD_MAX], rec);
    return !ahead->has_result;
}

enum source_result ahead_next(struct ahead *ahead, struct merge *m, const struct source_record **rec,
                              struct source **culprit)
{
    if (ahead->queue == NULL)
        return merge_next(m, rec, culprit);
    if (ahead->begin == ahead->end)
        ahead_read(ahead, m); /* not handed out as it is: the next reading ahead would write over it */
    if (ahead->begin != ahead->end) {
        *rec = &ahead->queue[ahead->begin++ % AHEAD_MAX].rec;
        return SOURCE_OK;
    }
    *rec = NULL;
    *culprit = ahead->culprit;
    ahead->has_result = false;
    return ahead->result;
}

void ahead_clear(struct ahead *ahead)
{
    ahead->begin = ahead->end = 0;
    ahead->has_result = false;
}

void ahead_close(struct ahead *ahead)
{
    free(ahead->queue);
    ahead->queue = NULL;
}
