#include "sequence.h"

#include <stdbool.h>
#include <string.h>

static bool is_of(const struct sequence_stream *stream, const unsigned char *key)
{
    return memcmp(stream->key, key, SEQUENCE_KEY_LEN) == 0;
}

/* NULL: not met yet. */
static struct sequence_stream *find(struct sequences *seen, const unsigned char *key)
{
    if (seen->cnt > 0 && is_of(&seen->stream[seen->last], key))
        return &seen->stream[seen->last];
    for (uint32_t i = 0; i < seen->cnt; i++) {
        if (is_of(&seen->stream[i], key)) {
            seen->last = i;
            return &seen->stream[i];
        }
    }
    return NULL;
}

static void add(struct sequences *seen, const unsigned char *key, uint64_t next)
{
    uint32_t i = seen->oldest;
    if (seen->cnt < SEQUENCE_STREAM_MAX)
        i = seen->cnt++;
    else
        seen->oldest = (seen->oldest + 1) % SEQUENCE_STREAM_MAX;
    memcpy(seen->stream[i].key, key, SEQUENCE_KEY_LEN);
    seen->stream[i].next = next;
    seen->last = i;
}

enum sequence_result sequence_check(struct sequences *seen, const unsigned char key[SEQUENCE_KEY_LEN],
                                    uint64_t first, uint32_t cnt)
{
    uint64_t next;
    if (__builtin_add_overflow(first, cnt, &next))
        next = UINT64_MAX;
    struct sequence_stream *stream = find(seen, key);
    if (stream == NULL) {
        add(seen, key, next);
        return SEQUENCE_IN_ORDER;
    }
    uint64_t expected = stream->next;
    if (next > expected)
        stream->next = next;
    return first > expected ? SEQUENCE_GAP : first < expected ? SEQUENCE_BACK : SEQUENCE_IN_ORDER;
}
