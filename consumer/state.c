#include "consumer/state.h"

#include <stdlib.h>
#include <string.h>

#define CAP_FIRST 4096

void state_save(struct state *s)
{
    s->loading = false;
    s->failed = false;
    s->len = 0;
}

void state_load(struct state *s, const uint8_t *bytes, size_t len)
{
    *s = (struct state){.loading = true, .bytes = (uint8_t *)(uintptr_t)bytes, .len = len};
}

static bool make_room(struct state *s, size_t len)
{
    size_t cap = s->cap != 0 ? s->cap : CAP_FIRST;
    while (cap - s->len < len)
        cap *= 2;
    if (cap == s->cap)
        return true;
    uint8_t *bytes = realloc(s->bytes, cap);
    if (bytes == NULL)
        return false;
    s->bytes = bytes;
    s->cap = cap;
    return true;
}

static void save_bytes(struct state *s, const void *field, size_t len)
{
    if (!s->failed && !make_room(s, len))
        s->failed = true;
    if (s->failed || len == 0)
        return;
    memcpy(s->bytes + s->len, field, len);
    s->len += len;
}

static void load_bytes(struct state *s, void *field, size_t len)
{
    if (s->len - s->pos < len)
        s->failed = true;
    if (len == 0)
        return;
    if (s->failed) {
        memset(field, 0, len);
        return;
    }
    memcpy(field, s->bytes + s->pos, len);
    s->pos += len;
}

void state_bytes(struct state *s, void *field, size_t len)
{
    if (s->loading)
        load_bytes(s, field, len);
    else
        save_bytes(s, field, len);
}

uint64_t state_cnt(struct state *s, uint64_t cnt, uint64_t max)
{
    state_bytes(s, &cnt, sizeof cnt);
    if (s->loading && cnt > max) {
        s->failed = true;
        return 0;
    }
    return cnt;
}

bool state_whole(const struct state *s)
{
    return !s->failed && (!s->loading || s->pos == s->len);
}

void state_free(struct state *s)
{
    if (!s->loading)
        free(s->bytes);
    *s = (struct state){0};
}
