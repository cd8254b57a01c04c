/* outbox.h - the records that one message made, until next() has handed them out one by one. */
#ifndef FEED_OUTBOX_H
#define FEED_OUTBOX_H

#include <stdlib.h>

#include "source.h"

/* All zero: empty.  Its size is bounded by that of a message (INPUT_LINE_MAX). */
struct outbox {
    struct source_record *rec;
    size_t cap;
    size_t begin; /* rec[begin, end) are still to be handed out */
    size_t end;
};

static inline bool outbox_is_empty(const struct outbox *box)
{
    return box->begin == box->end;
}

/* outbox_add - room for one more record behind those there are, all zero; NULL: out of memory. */
static inline struct source_record *outbox_add(struct outbox *box)
{
    if (box->begin == box->end)
        box->begin = box->end = 0;
    if (box->end == box->cap) {
        size_t cap = box->cap == 0 ? 16 : box->cap * 2;
        struct source_record *rec = realloc(box->rec, cap * sizeof(*rec));
        if (rec == NULL)
            return NULL;
        box->rec = rec;
        box->cap = cap;
    }
    source_record_init(&box->rec[box->end]);
    return &box->rec[box->end++];
}

/* outbox_take - hands out the first; there must be one. */
static inline void outbox_take(struct outbox *box, struct source_record *rec)
{
    *rec = box->rec[box->begin++];
}

/* outbox_clear - forgets what was not handed out: a message that turned out malformed makes none. */
static inline void outbox_clear(struct outbox *box)
{
    box->begin = box->end = 0;
}

static inline void outbox_free(struct outbox *box)
{
    free(box->rec);
    *box = (struct outbox){.cap = 0};
}

#endif
