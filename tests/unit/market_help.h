/* market_help.h - made markets: opened by name, and a number for what they make. */
#ifndef TESTS_MARKET_HELP_H
#define TESTS_MARKET_HELP_H

#include "source_help.h"

static inline enum source_result open_market(struct source *src, const char *name, struct source_options opt)
{
    *src = (struct source){.opt = opt};
    return source_open(src, source_find(name, true));
}

/* A number for what a record holds. */
static inline uint64_t hash_record(uint64_t hash, const struct source_record *rec)
{
    for (int i = 0; i < 4; i++)
        hash = (hash ^ rec->tick.word[i]) * UINT64_C(1099511628211);
    hash = (hash ^ (uint64_t)rec->tick.ts_event_ns) * UINT64_C(1099511628211);
    hash = (hash ^ (uint64_t)(rec->tick.kind | rec->tick.side << 8)) * UINT64_C(1099511628211);
    for (size_t i = 0; i < rec->symbol_len; i++)
        hash = (hash ^ (unsigned char)rec->symbol[i]) * UINT64_C(1099511628211);
    for (size_t i = 0; i < rec->venue_len; i++)
        hash = (hash ^ (unsigned char)rec->venue[i]) * UINT64_C(1099511628211);
    return hash;
}

static inline uint64_t hash_stream(struct source *src, size_t cnt)
{
    uint64_t hash = 0;
    struct source_record rec;
    for (size_t i = 0; i < cnt; i++) {
        assert_int_equal(src->ops->next(src, &rec), SOURCE_OK);
        hash = hash_record(hash, &rec);
    }
    return hash;
}

/* The same seed makes the same again, in another source and after a rewind; another seed makes others. */
static inline void expect_repeatable(const char *name)
{
    struct source a;
    struct source b;
    struct source c;
    assert_int_equal(open_market(&a, name, (struct source_options){.seed = 1}), SOURCE_OK);
    assert_int_equal(open_market(&b, name, (struct source_options){.seed = 1}), SOURCE_OK);
    assert_int_equal(open_market(&c, name, (struct source_options){.seed = 2}), SOURCE_OK);
    uint64_t hash = hash_stream(&a, 1000);
    assert_true(hash == hash_stream(&b, 1000));
    assert_true(hash != hash_stream(&c, 1000));
    assert_int_equal(source_rewind(&a), 0);
    assert_true(hash == hash_stream(&a, 1000));
    source_close(&a);
    source_close(&b);
    source_close(&c);
}

/* The stream of seed 1 as it always was: another one would break what users wrote down. */
static inline void expect_known_stream(const char *name, uint64_t known_hash)
{
    struct source src;
    assert_int_equal(open_market(&src, name, (struct source_options){.seed = 1}), SOURCE_OK);
    uint64_t hash = hash_stream(&src, 100000);
    if (hash != known_hash)
        print_error("hash of seed 1 is now %#llx\n", (unsigned long long)hash);
    assert_true(hash == known_hash);
    source_close(&src);
}

#endif
