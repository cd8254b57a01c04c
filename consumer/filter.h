/* filter.h - which symbols a consumer wants: a list of globs, and a share of all by hash. */
#ifndef CONSUMER_FILTER_H
#define CONSUMER_FILTER_H

#include <stdbool.h>
#include <stdint.h>

struct filter {
    const char *symbols; /* a checked list of globs (globs.h); NULL: all */
    uint32_t shard; /* 1 .. shard_cnt */
    uint32_t shard_cnt; /* 0: no shards */
};

/* filter_wants - hash: tr_digest_name of the symbol, so a shard has the same symbols everywhere. */
bool filter_wants(const struct filter *filter, const char *symbol, uint64_t hash);

/* filter_hash - tells filters apart: two consumers of one name must want the same. */
uint64_t filter_hash(const struct filter *filter);

/* filter_parse_shard - "I/N", 1 <= I <= N <= 65536.  0 or -EINVAL. */
int filter_parse_shard(struct filter *filter, const char *text);

#endif
