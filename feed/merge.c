#include "feed/merge.h"

#include <stddef.h>

void merge_add(struct merge *m, struct source *source)
{
    m->input[m->input_cnt++] = (struct merge_input){.source = source};
}

static int64_t order_ns(const struct merge *m, const struct source_record *rec)
{
    return m->by_receive && rec->ts_recv_ns != 0 ? rec->ts_recv_ns : rec->tick.ts_event_ns;
}

static enum source_result fill(const struct merge *m, struct merge_input *in)
{
    enum source_result result = source_next(in->source, &in->rec);
    in->has_rec = result == SOURCE_OK;
    in->ended = result == SOURCE_END;
    if (in->has_rec)
        in->ts_ns = order_ns(m, &in->rec);
    return result == SOURCE_END ? SOURCE_OK : result;
}

static struct merge_input *earliest(struct merge *m)
{
    struct merge_input *best = NULL;
    for (unsigned i = 0; i < m->input_cnt; i++) {
        struct merge_input *in = &m->input[i];
        if (in->has_rec && (best == NULL || in->ts_ns < best->ts_ns))
            best = in;
    }
    return best;
}

enum source_result merge_next(struct merge *m, const struct source_record **rec, struct source **culprit)
{
    *rec = NULL;
    if (m->given != NULL)
        m->given->has_rec = false;
    m->given = NULL;
    for (unsigned i = 0; i < m->input_cnt; i++) {
        struct merge_input *in = &m->input[i];
        if (in->has_rec || in->ended)
            continue;
        *culprit = in->source;
        enum source_result result = fill(m, in);
        if (result != SOURCE_OK)
            return result;
    }
    m->given = earliest(m);
    if (m->given == NULL)
        return SOURCE_END;
    *rec = &m->given->rec;
    return SOURCE_OK;
}

int merge_rewind(struct merge *m, struct source **culprit)
{
    m->given = NULL;
    for (unsigned i = 0; i < m->input_cnt; i++) {
        struct merge_input *in = &m->input[i];
        *culprit = in->source;
        int rc = source_rewind(in->source);
        if (rc != 0)
            return rc;
        in->has_rec = in->ended = false;
    }
    return 0;
}
