/* The same command has the same identity; whatever changes the ticks has another. */
#include "feed_help.h"
#include "talk_help.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "feed/identity.h"
#include "log.h"

static char path_a[HELP_PATH_MAX];
static char path_b[HELP_PATH_MAX];

static int set_up(void **state)
{
    (void)state;
    log_init("feed", LOG_NORMAL);
    help_file(path_a, "ts,symbol,price,size\n", 21);
    help_file(path_b, "ts,symbol,price,size\n", 21);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(path_a);
    unlink(path_b);
    return 0;
}

/* Of the command "feed" with these arguments (separated by blanks). */
static struct tr_input_id identity(const char *arguments)
{
    static struct feed_options opt;
    static char text[4096];
    char *argv[32] = {"feed"};
    int argc = 1;
    snprintf(text, sizeof text, "%s", arguments);
    for (char *word = strtok(text, " "); word != NULL; word = strtok(NULL, " "))
        argv[argc++] = word;
    assert_int_equal(feed_options_read(&opt, argc, argv), 0);
    return identity_of(&opt, 0);
}

/* With FILE for %s: one file, A. */
static struct tr_input_id identity_of_a(const char *options)
{
    char arguments[4096];
    snprintf(arguments, sizeof arguments, "%s %s", options, path_a);
    return identity(arguments);
}

static bool is_same(struct tr_input_id a, struct tr_input_id b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

static bool is_none(struct tr_input_id id)
{
    return is_same(id, (struct tr_input_id){{0}});
}

static void the_same_command_is_the_same_input(void **state)
{
    (void)state;
    assert_false(is_none(identity_of_a("")));
    assert_true(is_same(identity_of_a(""), identity_of_a("")));
    assert_true(is_same(identity_of_a("--symbol=S --date=2024-08-08"),
                        identity_of_a("--symbol=S --date=2024-08-08")));
    assert_true(is_same(identity("--generate=walk --seed=3"), identity("--generate=walk --seed=3")));
    assert_false(is_none(identity("--generate=walk")));
}

static void how_many_and_how_fast_does_not_matter(void **state)
{
    static const char *const same[] = {
        "-c 5",   "-S 10",      "-r 1000",      "--max-gap=1s",       "--repeat=2",
        "-j",     "--digest",   "--timeout=5s", "--wait-consumers=0", "--stall-timeout=1s",
        "--keep", "--slots=64", "--seed=1"};
    struct tr_input_id plain = identity_of_a("");
    (void)state;
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        if (!is_same(identity_of_a(same[i]), plain))
            print_error("%s\n", same[i]);
        assert_true(is_same(identity_of_a(same[i]), plain));
    }
}

/* Each differs from all others. */
static void expect_all_different(const char *const *options, size_t cnt, const char *base)
{
    struct tr_input_id id[32];
    char arguments[4096];
    for (size_t i = 0; i < cnt; i++) {
        snprintf(arguments, sizeof arguments, "%s %s", options[i], base);
        id[i] = identity(arguments);
        assert_false(is_none(id[i]));
        for (size_t k = 0; k < i; k++) {
            if (is_same(id[i], id[k]))
                print_error("'%s' and '%s'\n", options[i], options[k]);
            assert_false(is_same(id[i], id[k]));
        }
    }
}

static void what_changes_the_ticks_does_matter(void **state)
{
    static const char *const option[] = {"",
                                         "--symbols=A",
                                         "--symbols=B",
                                         "--symbols=A,B",
                                         "--trades",
                                         "--quotes",
                                         "--skip=1",
                                         "--skip=2",
                                         "--from=1600000000",
                                         "--to=1600000000",
                                         "--on-bad=skip",
                                         "--symbol=A",
                                         "--venue=A",
                                         "--date=2024-08-08",
                                         "--time-unit=s",
                                         "--time-unit=ms",
                                         "--map=ts=1",
                                         "--format=csv",
                                         "--format=utpv",
                                         "--seed=2",
                                         "--symbol=A --venue=B",
                                         "--symbol=B --venue=A",
                                         "--from=1600000000 --to=1700000000"};
    static const char *const market[] = {"", "--seed=2", "--symbols=3", "--symbols=A,B", "--venue=A"};
    (void)state;
    expect_all_different(option, sizeof option / sizeof option[0], path_a);
    expect_all_different(market, sizeof market / sizeof market[0], "--generate=walk");
}

static void files_and_their_order_matter(void **state)
{
    char ab[2 * HELP_PATH_MAX];
    char ba[2 * HELP_PATH_MAX];
    char twice[2 * HELP_PATH_MAX];
    char venues[2 * HELP_PATH_MAX + 32];
    char swapped[2 * HELP_PATH_MAX + 32];
    (void)state;
    snprintf(ab, sizeof ab, "%s %s", path_a, path_b);
    snprintf(ba, sizeof ba, "%s %s", path_b, path_a);
    snprintf(twice, sizeof twice, "%s %s", path_a, path_a);
    snprintf(venues, sizeof venues, "--venue=x %s --venue=y %s", path_a, path_b);
    snprintf(swapped, sizeof swapped, "--venue=y %s --venue=x %s", path_a, path_b);
    const char *const files[] = {path_a, path_b, ab, ba, twice, venues, swapped};
    expect_all_different(files, sizeof files / sizeof files[0], "");
}

/* The same path, but not the same bytes any more. */
static void a_changed_file_is_another_input(void **state)
{
    struct stat st;
    (void)state;
    struct tr_input_id before = identity_of_a("");
    assert_int_equal(stat(path_a, &st), 0);
    const struct timespec later[2] = {st.st_atim,
                                      {.tv_sec = st.st_mtim.tv_sec, .tv_nsec = st.st_mtim.tv_nsec ^ 1}};
    assert_int_equal(utimensat(AT_FDCWD, path_a, later, 0), 0);
    assert_false(is_same(identity_of_a(""), before)); /* written in the same second */
    const struct timespec back[2] = {st.st_atim, st.st_mtim};
    assert_int_equal(utimensat(AT_FDCWD, path_a, back, 0), 0);
    assert_true(is_same(identity_of_a(""), before));
    assert_int_equal(truncate(path_a, 20), 0);
    assert_int_equal(utimensat(AT_FDCWD, path_a, back, 0), 0);
    assert_false(is_same(identity_of_a(""), before));
    assert_int_equal(truncate(path_a, 21), 0);
    assert_int_equal(rename(path_b, path_a), 0); /* another inode */
    assert_int_equal(utimensat(AT_FDCWD, path_a, back, 0), 0);
    assert_false(is_same(identity_of_a(""), before));
}

static void what_cannot_be_repeated_has_none(void **state)
{
    char fifo[HELP_PATH_MAX + 8];
    char arguments[2 * HELP_PATH_MAX];
    (void)state;
    assert_true(is_none(identity("-")));
    assert_true(is_none(identity("/dev/null")));
    assert_true(is_none(identity("/tmp/tickring-no-such-file")));
    snprintf(fifo, sizeof fifo, "%s.fifo", path_a);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    bool none = is_none(identity(fifo));
    unlink(fifo);
    assert_true(none);
    snprintf(arguments, sizeof arguments, "%s -", path_a);
    assert_true(is_none(identity(arguments)));
    assert_true(is_none(identity_of_a("--policy=drop-new")));
    assert_true(is_none(identity_of_a("--resume=no")));
    assert_true(is_none(identity("--generate=walk --policy=drop-new")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_same_command_is_the_same_input, set_up, tear_down),
        cmocka_unit_test_setup_teardown(how_many_and_how_fast_does_not_matter, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_changes_the_ticks_does_matter, set_up, tear_down),
        cmocka_unit_test_setup_teardown(files_and_their_order_matter, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_changed_file_is_another_input, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_repeated_has_none, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("identity", tests, NULL, NULL);
}
