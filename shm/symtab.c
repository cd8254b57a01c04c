#include "symtab.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* FNV-1a: names are short and trusted not to be chosen against us (a slow lookup, never a wrong one). */
static uint32_t hash(const char *text, size_t len)
{
    uint32_t h = 2166136261U;
    for (size_t i = 0; i < len; i++)
        h = (h ^ (uint8_t)text[i]) * 16777619U;
    return h;
}

static bool same(const struct tr_name *name, const char *text, size_t len)
{
    return name->len == len && memcmp(name->text, text, len) == 0;
}

/* The bucket that holds the name, or the empty one where it belongs. */
static uint32_t *find(const struct tr_symtab *st, const char *text, size_t len)
{
    uint32_t i = hash(text, len) & st->bucket_mask;
    while (st->bucket[i] != 0 && !same(&st->table->entry[st->bucket[i] - 1], text, len))
        i = (i + 1) & st->bucket_mask;
    return &st->bucket[i];
}

int tr_symtab_init(struct tr_symtab *st, struct tr_name_table *table, uint32_t cap)
{
    uint32_t bucket_cnt = 2 * cap; /* a power of two, at most half full */
    st->table = table;
    st->cap = cap;
    st->bucket_mask = bucket_cnt - 1;
    st->bucket = calloc(bucket_cnt, sizeof *st->bucket);
    if (st->bucket == NULL)
        return -ENOMEM;
    uint64_t cnt = tr_load_rlx(&table->cnt);
    for (uint32_t i = 0; i < cnt && i < cap; i++)
        *find(st, table->entry[i].text, table->entry[i].len) = i + 1;
    return 0;
}

void tr_symtab_fini(struct tr_symtab *st)
{
    free(st->bucket);
    st->bucket = NULL;
}

int tr_symtab_id(struct tr_symtab *st, const char *text, size_t len, uint16_t *id)
{
    if (len == 0 || len > TR_SYMBOL_LEN_MAX)
        return -EINVAL;
    uint32_t *bucket = find(st, text, len);
    if (*bucket == 0) {
        uint64_t cnt = tr_load_rlx(&st->table->cnt);
        if (cnt >= st->cap)
            return -ENOSPC;
        struct tr_name *name = &st->table->entry[cnt];
        name->len = (uint8_t)len;
        memcpy(name->text, text, len);
        tr_store_rel(&st->table->cnt,
                     cnt + 1); /* after the entry: a kill in between loses the entry, not its sense */
        *bucket = (uint32_t)cnt + 1;
    }
    *id = (uint16_t)(*bucket - 1);
    return 0;
}

const struct tr_name *tr_symtab_name(const struct tr_name_table *table, uint32_t cap, uint32_t id)
{
    if (id >= cap || id >= tr_load_acq(&table->cnt) || table->entry[id].len > TR_SYMBOL_LEN_MAX)
        return NULL;
    return &table->entry[id];
}
