/* feed_help.h - what the tests of sources share: files of text, real files, seeded mutations. */
#ifndef TESTS_FEED_HELP_H
#define TESTS_FEED_HELP_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#define HELP_PATH_MAX 512
#define HELP_FUZZ_CNT 10000 /* mutated inputs a parser gets */

/* help_stride - of a walk over all places: 1, or more where all is slow (sanitizers, an emulator), which say so by
 * TICKRING_VALUES. */
static inline size_t help_stride(void)
{
    return getenv("TICKRING_VALUES") != NULL ? 5 : 1;
}

static inline uint64_t help_seed(void)
{
    const char *text = getenv("TICKRING_SEED");
    uint64_t seed = text != NULL ? strtoull(text, NULL, 0) : 20240809;
    print_message("TICKRING_SEED=%llu\n", (unsigned long long)seed);
    return seed * 2 + 1;
}

static inline uint64_t help_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33 ^ *state >> 15;
}

static inline void help_write(const char *path, const char *bytes, size_t len)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

/* A new file with these bytes, in memory where possible: some are written thousands of times.  The caller
 * unlinks it. */
static inline void help_file(char path[HELP_PATH_MAX], const char *bytes, size_t len)
{
    const char *dir = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    snprintf(path, HELP_PATH_MAX, "%s/.tickring-test-XXXXXX", dir); /* no ring's name begins so */
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    help_write(path, bytes, len);
}

/* Changes, removes, doubles or inserts some bytes of text[0..len); returns the new length, at most max. */
static inline size_t help_mutate(uint64_t *random, char *text, size_t len, size_t max)
{
    static const char likely[] = ",.-+eE\"\n\r\t ;:0019TZ\0\xff";
    for (uint64_t n = 1 + help_random(random) % 4; n > 0 && len > 0; n--) {
        size_t at = help_random(random) % len;
        char c = help_random(random) % 2 ? likely[help_random(random) % (sizeof(likely) - 1)]
                                         : (char)help_random(random);
        switch (help_random(random) % 4) {
        case 0:
            text[at] = c;
            break;
        case 1:
            memmove(text + at, text + at + 1, len - at - 1);
            len--;
            break;
        case 2:
            if (len < max) {
                memmove(text + at + 1, text + at, len - at);
                text[at] = c;
                len++;
            }
            break;
        default:
            if (help_random(random) % 8 == 0)
                len = at;
            break;
        }
    }
    return len;
}

/* The path of a real file; skips the test where the files are not there. */
static inline void help_real(char path[HELP_PATH_MAX], const char *name)
{
    const char *data = getenv("TICKRING_DATA");
    snprintf(path, HELP_PATH_MAX, "%s/%s", data != NULL ? data : "../shared/data", name);
    if (access(path, R_OK) != 0) {
        print_message("skipped: no file %s (set TICKRING_DATA)\n", path);
        skip();
    }
}

#endif
