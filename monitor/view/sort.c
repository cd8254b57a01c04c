#include "monitor/view/sort.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_key(const struct metric *metric)
{
    return metric->scope == METRIC_CONSUMER && metric->key[0] != '\0';
}

const struct metric *sort_find(const char *key)
{
    return key[0] != '\0' ? metric_find(METRIC_CONSUMER, key) : NULL;
}

char *sort_keys(char *text, size_t size)
{
    size_t len = 0;
    text[0] = '\0';
    for (unsigned i = 0; i < metric_cnt && len < size; i++) {
        if (!is_key(&metric_table[i]))
            continue;
        int n = snprintf(text + len, size - len, "%s%s", len > 0 ? ", " : "", metric_table[i].key);
        len += n > 0 ? (size_t)n : 0;
    }
    return text;
}

static uint64_t number(const struct metric *key, const struct metric_at *at)
{
    if (key->type == METRIC_HISTOGRAM)
        return (uint64_t)tr_hist_percentile(key->hist(at), 99, 100);
    /* Signed ones in the order of unsigned ones: the sign is the highest bit, turned over. */
    return key->value(at) ^ (metric_is_signed(key) ? UINT64_C(1) << 63 : 0);
}

/* What one consumer is sorted by. */
struct item {
    unsigned idx;
    uint64_t number;
    const char *text;
    const char *name;
};

static int compare(const void *a, const void *b)
{
    const struct item *x = a;
    const struct item *y = b;
    if (x->number != y->number)
        return x->number > y->number ? -1 : 1;
    int by_text = strcmp(x->text, y->text);
    int by_name = by_text != 0 ? by_text : strcmp(x->name, y->name);
    return by_name != 0 ? by_name : (x->idx > y->idx) - (x->idx < y->idx);
}

unsigned sort_members(const struct snapshot *snap, const struct metric *key, unsigned idx[TR_CONSUMER_MAX])
{
    struct item item[TR_CONSUMER_MAX];
    unsigned cnt = 0;
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++) {
        const struct metric_at at = {.snap = snap, .member_idx = c};
        if (!snap->view.member[c].used)
            continue;
        bool is_text = key != NULL && key->type == METRIC_TEXT;
        item[cnt++] = (struct item){.idx = c,
                                    .number = key == NULL || is_text ? 0 : number(key, &at),
                                    .text = is_text ? key->text(&at) : "",
                                    .name = snap->view.member[c].name};
    }
    if (key != NULL)
        qsort(item, cnt, sizeof item[0], compare);
    for (unsigned i = 0; i < cnt; i++)
        idx[i] = item[i].idx;
    return cnt;
}
