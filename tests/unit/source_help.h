/* source_help.h - opening sources on text in tests, and what they hand out. */
#ifndef TESTS_SOURCE_HELP_H
#define TESTS_SOURCE_HELP_H

#include "feed_help.h"

#include "feed/source/source.h"

struct opened {
    char path[HELP_PATH_MAX];
    struct source src;
    struct source_record rec;
};

/* Opens text as format (NULL: detected) with the options already in o->src.opt. */
static inline enum source_result open_text_as(struct opened *o, const char *format, const char *text,
                                              size_t len)
{
    help_file(o->path, text, len);
    o->src.path = o->path;
    return source_open(&o->src, format == NULL ? NULL : source_find(format, false));
}

static inline void close_text(struct opened *o)
{
    source_close(&o->src);
    unlink(o->path);
}

static inline enum source_result next(struct opened *o)
{
    return source_next(&o->src, &o->rec);
}

static inline void expect_names(const struct opened *o, const char *symbol, const char *venue)
{
    assert_int_equal(o->rec.symbol_len, strlen(symbol));
    assert_memory_equal(o->rec.symbol, symbol, strlen(symbol));
    assert_int_equal(o->rec.venue_len, strlen(venue));
    assert_memory_equal(o->rec.venue, venue, strlen(venue));
}

/* The error is that of this place in the file (":line:column:") and says `part`. */
static inline void expect_error(const struct opened *o, const char *place, const char *part)
{
    size_t path_len = strlen(o->path);
    if (strncmp(o->src.error, o->path, path_len) != 0 || strstr(o->src.error, part) == NULL
        || strncmp(o->src.error + path_len, place, strlen(place)) != 0)
        print_error("%s (wanted %s ... %s)\n", o->src.error, place, part);
    assert_memory_equal(o->src.error, o->path, path_len);
    assert_memory_equal(o->src.error + path_len, place, strlen(place));
    assert_non_null(strstr(o->src.error, part));
    assert_null(strchr(o->src.error, '\n'));
}

static inline void expect_bad(struct opened *o, const char *place, const char *part)
{
    assert_int_equal(next(o), SOURCE_BAD);
    expect_error(o, place, part);
}

/* Reads mutations of text to their end: no crash, no endless run, every tick sane. */
static inline void fuzz_source(const char *format, const char *text, const struct source_options *opt)
{
    uint64_t random = help_seed();
    struct opened o = {.src.opt = *opt};
    help_file(o.path, "", 0);
    o.src.path = o.path;
    for (int i = 0; i < HELP_FUZZ_CNT; i++) {
        char changed[1024];
        size_t len = strlen(text);
        memcpy(changed, text, len);
        len = help_mutate(&random, changed, len, sizeof(changed));
        help_write(o.path, changed, len);
        o.src.exit_code = 0;
        enum source_result result = source_open(&o.src, source_find(format, false));
        if (result == SOURCE_END) {
            assert_int_equal(len, 0);
            continue;
        }
        if (result != SOURCE_OK) {
            assert_int_equal(result, SOURCE_FATAL);
            assert_in_range(o.src.exit_code, 64, 66);
            continue;
        }
        size_t cnt = 0;
        while ((result = next(&o)) == SOURCE_OK || result == SOURCE_BAD) {
            assert_true(++cnt <= len);
            if (result == SOURCE_OK) {
                assert_true(source_name_ok(o.rec.symbol, o.rec.symbol_len));
                assert_true(o.rec.tick.ts_event_ns >= 0);
                assert_true(o.rec.tick.kind == TR_TICK_TRADE || o.rec.tick.kind == TR_TICK_QUOTE);
            }
        }
        assert_int_equal(result, SOURCE_END);
        source_close(&o.src);
    }
    unlink(o.path);
}

#endif
