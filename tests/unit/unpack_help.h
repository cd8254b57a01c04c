/* unpack_help.h - compressed bytes of tests: what they unpack to, in pieces, cut and damaged anywhere. */
#ifndef TESTS_UNPACK_HELP_H
#define TESTS_UNPACK_HELP_H

#include "feed_help.h"

#include "feed/input/input.h"
#include "feed/input/unpack.h"

/* Bytes that a test puts together. */
struct packed {
    unsigned char *bytes; /* of malloc */
    size_t len;
    size_t cap;
};

static inline unsigned char *packed_room(struct packed *p, size_t len)
{
    if (p->len + len >= p->cap) {
        p->cap = (p->len + len) * 2 + 64;
        p->bytes = realloc(p->bytes, p->cap);
        assert_non_null(p->bytes);
    }
    return p->bytes + p->len;
}

static inline void packed_add(struct packed *p, const void *bytes, size_t len)
{
    memcpy(packed_room(p, len), bytes, len);
    p->len += len;
}

static inline void packed_number(struct packed *p, uint64_t value, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)(i < 8 ? value >> 8 * i : 0);
        packed_add(p, &byte, 1);
    }
}

static inline void packed_free(struct packed *p)
{
    free(p->bytes);
    *p = (struct packed){0};
}

/* Lines of a kind that compress to about a third, some of them again and again. */
static inline void help_text(struct packed *text, size_t len, uint64_t seed)
{
    while (text->len < len) {
        char line[64];
        uint64_t random = help_random(&seed);
        int n = snprintf(line, sizeof(line), "17000%05llu,SYM%llu,%llu.25,2\n",
                         (unsigned long long)random % 100000, (unsigned long long)random % 7,
                         (unsigned long long)random % 977);
        packed_add(text, line, (size_t)n);
    }
    text->len = len;
}

/* How the bytes arrive. */
struct arrival {
    size_t step; /* at most so many at once; 0: all */
    bool interrupted; /* before every read comes a signal, or the caller does not want to read */
};

static struct arrival help_arrival;
static unsigned help_read_cnt;

static inline ssize_t help_read(struct input *in, void *buf, size_t len)
{
    if (help_arrival.interrupted && ++help_read_cnt % 2 == 0) {
        errno = EINTR;
        return -1;
    }
    size_t n = help_arrival.step > 0 && help_arrival.step < len ? help_arrival.step : len;
    n = n < in->bytes_len ? n : in->bytes_len;
    memcpy(buf, in->bytes, n);
    in->bytes += n;
    in->bytes_len -= n;
    return (ssize_t)n;
}

static inline bool help_before_read(struct input *in, void *arg)
{
    unsigned *cnt = arg;
    (void)in;
    return ++*cnt % 3 != 0;
}

struct unpacked {
    struct packed text; /* of all members */
    unsigned member_cnt;
    enum input_result result;
    char damage[INPUT_DAMAGE_MAX];
    int64_t damage_at;
    bool was_packed;
    bool was_odd;
    uint64_t file_offset;
};

static inline enum input_result unpack_member(struct unpacked *u, struct input *in)
{
    for (;;) {
        const unsigned char *bytes;
        size_t len;
        enum input_result result = input_bytes(in, 1, &bytes, &len);
        if (result == INPUT_AGAIN)
            continue;
        if (result != INPUT_OK)
            return result;
        packed_add(&u->text, bytes, len);
        input_take(in, len);
    }
}

static inline struct unpacked unpack_as(const void *bytes, size_t len, struct arrival arrival)
{
    struct unpacked u = {.damage_at = -1};
    struct input in;
    unsigned before_cnt = 0;
    assert_int_equal(input_open_bytes(&in, "packed", bytes, len), 0);
    help_arrival = arrival;
    in.read = help_read;
    if (arrival.interrupted) {
        in.before_read = help_before_read;
        in.before_read_arg = &before_cnt;
    }
    do {
        u.result = unpack_member(&u, &in);
        u.member_cnt += in.member != NULL;
        while (u.result == INPUT_END && (u.result = input_next_member(&in)) == INPUT_AGAIN)
            u.result = INPUT_END;
    } while (u.result == INPUT_OK);
    memcpy(u.damage, in.damage, sizeof(u.damage));
    u.damage_at = u.result == INPUT_DAMAGED ? in.damage_at : -1;
    u.was_packed = in.unpack != NULL;
    u.was_odd = in.odd != NULL;
    u.file_offset = input_file_offset(&in);
    input_close(&in);
    return u;
}

static inline struct unpacked unpack_all(const void *bytes, size_t len)
{
    return unpack_as(bytes, len, (struct arrival){0});
}

static inline bool is_prefix(const struct packed *prefix, const struct packed *text)
{
    return prefix->len <= text->len
           && (prefix->len == 0 || memcmp(prefix->bytes, text->bytes, prefix->len) == 0);
}

static inline bool is_same(const struct packed *a, const struct packed *b)
{
    return a->len == b->len && is_prefix(a, b);
}

static inline void expect_text(const struct unpacked *u, const struct packed *text)
{
    if (u->result != INPUT_END)
        print_error("result %d: @%lld %s\n", (int)u->result, (long long)u->damage_at, u->damage);
    assert_int_equal(u->result, INPUT_END);
    assert_int_equal(u->text.len, text->len);
    assert_true(is_prefix(&u->text, text));
}

/* All at once, in pieces, byte by byte, and with an interruption before every read. */
static inline void expect_unpacks(const struct packed *p, const struct packed *text)
{
    static const struct arrival arrival[] = {{0, false}, {1, false}, {1, true}, {7, true}, {4096, true}};
    for (size_t i = 0; i < sizeof(arrival) / sizeof(arrival[0]); i++) {
        struct unpacked u = unpack_as(p->bytes, p->len, arrival[i]);
        expect_text(&u, text);
        assert_true(u.was_packed);
        assert_int_equal(u.file_offset, p->len);
        packed_free(&u.text);
    }
}

static inline ssize_t read_then_silence(struct input *in, void *buf, size_t len)
{
    if (in->bytes_len > 0) {
        help_arrival = (struct arrival){0};
        return help_read(in, buf, len);
    }
    errno = EINTR;
    return -1;
}

/* In the middle of it many signals come in a row, and no bytes. */
static inline void expect_patience(const struct packed *p, const struct packed *text)
{
    struct input in;
    const unsigned char *bytes;
    size_t len;
    for (size_t begin = 1; begin < p->len; begin += p->len / 8) {
        assert_int_equal(input_open_bytes(&in, "packed", p->bytes, p->len), 0);
        ssize_t (*plain)(struct input *, void *, size_t) = in.read;
        in.bytes_len = begin;
        in.read = read_then_silence;
        for (int i = 0; i < 30; i++)
            assert_int_equal(input_bytes(&in, text->len + 1, &bytes, &len), INPUT_AGAIN);
        in.bytes_len = p->len - begin;
        in.read = plain;
        assert_int_equal(input_bytes(&in, text->len, &bytes, &len), INPUT_OK);
        assert_memory_equal(bytes, text->bytes, text->len);
        input_close(&in);
    }
}

/* Damaged at `at` (-1: anywhere); what came out is the beginning of the text. */
static inline void expect_damaged(const struct packed *p, const struct packed *text, int64_t at,
                                  const char *why)
{
    struct unpacked u = unpack_all(p->bytes, p->len);
    if (u.result != INPUT_DAMAGED || strstr(u.damage, why) == NULL || (at >= 0 && u.damage_at != at))
        print_error("result %d: @%lld %s (wanted %s)\n", (int)u.result, (long long)u.damage_at, u.damage,
                    why);
    assert_int_equal(u.result, INPUT_DAMAGED);
    assert_non_null(strstr(u.damage, why));
    assert_true(at < 0 || u.damage_at == at);
    assert_true(is_prefix(&u.text, text));
    packed_free(&u.text);
}

/* Cut anywhere behind the first `begin` bytes, which tell what it is, it is told to be cut; at `whole` (0: none)
 * the file ends as a shorter one would. */
static inline void expect_cuts_told(const struct packed *p, const struct packed *text, size_t begin,
                                    size_t whole)
{
    for (size_t len = begin; len < p->len; len++) {
        struct unpacked u = unpack_as(p->bytes, len, (struct arrival){len % 3 == 0 ? 1 : 0, len % 2 == 0});
        bool told = u.result == INPUT_DAMAGED && strstr(u.damage, "ends in the middle") != NULL;
        if (told == (len == whole) || !is_prefix(&u.text, text))
            print_error("cut at %zu of %zu: result %d, %zu bytes, %s\n", len, p->len, (int)u.result,
                        u.text.len, u.damage);
        assert_true(is_prefix(&u.text, text));
        assert_int_equal(u.result, len == whole ? INPUT_END : INPUT_DAMAGED);
        assert_true(told == (len != whole));
        assert_true(!told || u.damage_at == (int64_t)len);
        packed_free(&u.text);
    }
}

/* With one bit changed there is an error, or the text is the same; the number of errors. */
static inline size_t expect_flips_told(const struct packed *p, const struct packed *text)
{
    size_t told = 0;
    for (size_t i = 0; i < p->len * 8; i++) {
        p->bytes[i / 8] ^= (unsigned char)(1U << i % 8);
        struct unpacked u = unpack_all(p->bytes, p->len);
        bool same = u.result == INPUT_END && is_same(&u.text, text);
        bool cut_short = u.result == INPUT_END && u.was_odd && is_prefix(&u.text, text);
        if (u.was_packed && u.result != INPUT_DAMAGED && !same && !cut_short)
            print_error("bit %zu of byte %zu: result %d, %zu bytes\n", i % 8, i / 8, (int)u.result,
                        u.text.len);
        assert_true(!u.was_packed || u.result == INPUT_DAMAGED || same || cut_short);
        told += u.result == INPUT_DAMAGED;
        packed_free(&u.text);
        p->bytes[i / 8] ^= (unsigned char)(1U << i % 8);
    }
    return told;
}

/* What a program writes to its standard output; skips the test where there is no such program. */
static inline struct packed help_output(const char *program, const char *command)
{
    struct packed out = {0};
    char probe[HELP_PATH_MAX];
    snprintf(probe, sizeof(probe), "command -v %s >/dev/null", program);
    if (system(probe) != 0) {
        print_message("skipped: no program %s\n", program);
        skip();
    }
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    for (size_t n = 1; n > 0; out.len += n)
        n = fread(packed_room(&out, 65536), 1, 65536, pipe);
    assert_int_equal(pclose(pipe), 0);
    return out;
}

/* A real file unpacks to what the program says. */
static inline void expect_real(const char *name, const char *program, const char *options)
{
    char path[HELP_PATH_MAX];
    char command[HELP_PATH_MAX * 2];
    help_real(path, name);
    snprintf(command, sizeof(command), "%s %s '%s'", program, options, path);
    struct packed want = help_output(program, command);
    snprintf(command, sizeof(command), "cat '%s'", path);
    struct packed file = help_output("cat", command);
    assert_true(want.len > 0);
    for (size_t step = 0; step <= 4096; step += 4096) {
        struct unpacked u = unpack_as(file.bytes, file.len, (struct arrival){step, step > 0});
        expect_text(&u, &want);
        packed_free(&u.text);
    }
    packed_free(&want);
    packed_free(&file);
}

#endif
