/* golden_help.h - what was shown once and found good, in tests/unit/golden: what is shown now must be the same.
 * With TICKRING_GOLDEN=write in the environment it is written anew: look at the difference before committing it. */
#ifndef TESTS_GOLDEN_HELP_H
#define TESTS_GOLDEN_HELP_H

#include "capture_help.h"

#define GOLDEN_MAX 262144

static inline void golden_write(const char *path, const char *text)
{
    FILE *to = fopen(path, "w");
    assert_non_null(to);
    assert_true(fputs(text, to) >= 0);
    assert_int_equal(fclose(to), 0);
}

static inline const char *golden_read(const char *path)
{
    static char text[GOLDEN_MAX];
    FILE *from = fopen(path, "r");
    if (from == NULL)
        print_error("%s is not there: TICKRING_GOLDEN=write %s writes it\n", path,
                    program_invocation_short_name);
    assert_non_null(from);
    size_t len = fread(text, 1, sizeof text - 1, from);
    assert_true(len < sizeof text - 1);
    text[len] = '\0';
    fclose(from);
    return text;
}

/* Tells the first line that is another one. */
static inline void golden_tell(const char *path, const char *want, const char *got)
{
    unsigned nr = 1;
    while (*want != '\0' && strcspn(want, "\n") == strcspn(got, "\n")
           && strncmp(want, got, strcspn(want, "\n") + 1) == 0) {
        size_t len = strcspn(want, "\n") + 1;
        want += len;
        got += len;
        nr++;
    }
    print_error("%s:%u: was: %.*s\n", path, nr, (int)strcspn(want, "\n"), want);
    print_error("%s:%u: now: %.*s\n", path, nr, (int)strcspn(got, "\n"), got);
    print_error("if it is meant so: TICKRING_GOLDEN=write %s writes it anew\n",
                program_invocation_short_name);
}

static inline bool golden_is_written(void)
{
    const char *mode = getenv("TICKRING_GOLDEN");
    return mode != NULL && strcmp(mode, "write") == 0;
}

/* golden_check_path - the text is that of the file, of any folder. */
static inline void golden_check_path(const char *path, const char *text)
{
    if (golden_is_written()) {
        golden_write(path, text);
        return;
    }
    const char *want = golden_read(path);
    if (strcmp(want, text) == 0)
        return;
    golden_tell(path, want, text);
    fail_msg("%s is not what is shown", path);
}

/* golden_check - the text is that of the file in tests/unit/golden. */
static inline void golden_check(const char *file, const char *text)
{
    char path[256];
    assert_true((size_t)snprintf(path, sizeof path, "tests/unit/golden/%s", file) < sizeof path);
    golden_check_path(path, text);
}

#endif
