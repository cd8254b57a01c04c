/* bare_help.h - what the tests of text without a header share: bad rows, other ends of lines, cut input. */
#ifndef TESTS_BARE_HELP_H
#define TESTS_BARE_HELP_H

#include "source_help.h"

#define BARE_HELP_MAX 64 /* records of a text */

struct bad_row {
    const char *row;
    const char *place; /* in a file where it is the second line */
    const char *part; /* of the message */
};

static inline void open_ok(struct opened *o, const char *format, const char *text)
{
    enum source_result result = open_text_as(o, format, text, strlen(text));
    if (result != SOURCE_OK)
        print_error("%s\n", o->src.error);
    assert_int_equal(result, SOURCE_OK);
}

static inline void expect_tick(struct opened *o)
{
    enum source_result result = next(o);
    if (result != SOURCE_OK)
        print_error("%s\n", o->src.error);
    assert_int_equal(result, SOURCE_OK);
}

/* A bad row between two good ones: it is told with its place, and both others are read. */
static inline void expect_bad_rows(const char *format, const struct source_options *opt, const char *good,
                                   const struct bad_row *bad, size_t cnt)
{
    for (size_t i = 0; i < cnt; i++) {
        struct opened o = {.src.opt = *opt};
        char text[1024];
        snprintf(text, sizeof(text), "%s\n%s\n%s\n", good, bad[i].row, good);
        open_ok(&o, format, text);
        expect_tick(&o);
        expect_bad(&o, bad[i].place, bad[i].part);
        expect_tick(&o);
        assert_int_equal(next(&o), SOURCE_END);
        close_text(&o);
    }
}

static ssize_t (*read_many)(struct input *in, void *buf, size_t len);

static inline ssize_t read_one(struct input *in, void *buf, size_t len)
{
    return read_many(in, buf, len > 1 ? 1 : len);
}

/* Reads bytes to their end; bad rows make no record.  Returns how many records there are. */
static inline size_t read_all(const char *format, const struct source_options *opt, const char *bytes,
                              size_t len, bool in_pieces, struct tr_tick tick[BARE_HELP_MAX])
{
    struct source src = {.path = "data", .opt = *opt};
    struct source_record rec;
    size_t cnt = 0;
    enum source_result result;
    assert_int_equal(input_open_bytes(&src.input, "data", bytes, len), 0);
    if (in_pieces) {
        read_many = src.input.read;
        src.input.read = read_one;
    }
    if (source_open(&src, format == NULL ? NULL : source_find(format, false)) != SOURCE_OK)
        return 0;
    while ((result = source_next(&src, &rec)) == SOURCE_OK || result == SOURCE_BAD) {
        if (result == SOURCE_OK) {
            assert_true(cnt < BARE_HELP_MAX);
            tick[cnt++] = rec.tick;
        }
    }
    source_close(&src);
    return cnt;
}

static inline void expect_same(const char *format, const struct source_options *opt, const char *text,
                               bool in_pieces, const struct tr_tick *want, size_t want_cnt)
{
    struct tr_tick tick[BARE_HELP_MAX];
    assert_int_equal(read_all(format, opt, text, strlen(text), in_pieces, tick), want_cnt);
    assert_memory_equal(tick, want, want_cnt * sizeof(tick[0]));
}

/* Lines of text end with LF; with other ends, with blank lines and in pieces of one byte they say the same. */
static inline void expect_any_line_end(const char *format, const struct source_options *opt, const char *text)
{
    struct tr_tick want[BARE_HELP_MAX];
    char changed[4096] = "\n\r\n";
    size_t cnt = read_all(format, opt, text, strlen(text), false, want);
    size_t len = 3;
    assert_true(cnt > 0);
    expect_same(NULL, opt, text, true, want, cnt);
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '\n')
            changed[len++] = '\r';
        changed[len++] = *p;
    }
    changed[len] = '\0';
    expect_same(NULL, opt, changed, false, want, cnt);
    changed[len - 2] = '\0'; /* without the last end */
    expect_same(format, opt, changed, false, want, cnt);
    memcpy(changed + len - 2, "\n\n \n\t\r\n\n", sizeof("\n\n \n\t\r\n\n"));
    expect_same(format, opt, changed, true, want, cnt);
}

/* Cut at every byte: whole rows before it are read as they are.  Returns how often a row that was cut was
 * still taken for one, which only the rows' last field allows. */
static inline size_t count_cut_rows(const char *format, const struct source_options *opt, const char *text)
{
    struct tr_tick want[BARE_HELP_MAX];
    struct tr_tick tick[BARE_HELP_MAX];
    size_t cut_cnt = 0;
    read_all(format, opt, text, strlen(text), false, want);
    for (size_t len = 0; len <= strlen(text); len++) {
        size_t cnt = read_all(format, opt, text, len, false, tick);
        size_t line_cnt = 0;
        for (size_t i = 0; i < len; i++)
            line_cnt += text[i] == '\n';
        assert_in_range(cnt, line_cnt, line_cnt + 1);
        assert_memory_equal(tick, want, line_cnt * sizeof(tick[0]));
        cut_cnt += cnt > line_cnt && memcmp(&tick[line_cnt], &want[line_cnt], sizeof(tick[0])) != 0;
    }
    return cut_cnt;
}

#endif
