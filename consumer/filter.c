#include "consumer/filter.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "digest.h"
#include "globs.h"

bool filter_wants(const struct filter *filter, const char *symbol, uint64_t hash)
{
    if (filter->shard_cnt != 0 && hash % filter->shard_cnt != filter->shard - 1)
        return false;
    return filter->symbols == NULL || globs_match(filter->symbols, symbol);
}

uint64_t filter_hash(const struct filter *filter)
{
    char text[GLOBS_TEXT_MAX + 64];
    if (filter->symbols == NULL && filter->shard_cnt == 0)
        return 0;
    int len = snprintf(text, sizeof text, "%u/%u %s", filter->shard, filter->shard_cnt,
                       filter->symbols != NULL ? filter->symbols : "*");
    return tr_digest_name(text, (size_t)len) | 1;
}

static int parse_number(const char **text, uint32_t *out)
{
    uint32_t value = 0;
    const char *p = *text;
    for (; *p >= '0' && *p <= '9' && value <= 65536; p++)
        value = value * 10 + (uint32_t)(*p - '0');
    if (p == *text || value == 0 || value > 65536)
        return -EINVAL;
    *text = p;
    *out = value;
    return 0;
}

int filter_parse_shard(struct filter *filter, const char *text)
{
    uint32_t shard;
    uint32_t shard_cnt;
    if (parse_number(&text, &shard) != 0 || *text++ != '/' || parse_number(&text, &shard_cnt) != 0
        || *text != '\0' || shard > shard_cnt)
        return -EINVAL;
    filter->shard = shard;
    filter->shard_cnt = shard_cnt;
    return 0;
}
