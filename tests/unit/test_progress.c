/* The line on the terminal: share, speed, time being replayed, time left. */
#include "fake_source.h"
#include "talk_help.h"

#include "feed/progress.h"

#define S TR_NS_PER_S
#define EVENT INT64_C(1723161255342000000)

static struct replay replay;
static struct progress progress;
static struct fake_source source[2];
static struct talk talk;

static int set_up(void **state)
{
    (void)state;
    replay = (struct replay){.pass_cnt = 1};
    progress = (struct progress){.replay = &replay};
    for (int i = 0; i < 2; i++) {
        fake_init(&source[i], "in.csv", NULL, 0);
        merge_add(&replay.merge, &source[i].src);
    }
    return 0;
}

static const char *show(uint64_t tick_cnt, int64_t now_ns)
{
    replay.tick_cnt = tick_cnt;
    talk_begin(&talk);
    progress_show(&progress, now_ns, EVENT);
    return talk_end(&talk);
}

static void read_share(uint64_t read, uint64_t all)
{
    for (int i = 0; i < 2; i++) {
        source[i].src.counts.bytes_read = read;
        source[i].src.counts.bytes_all = all;
    }
}

static void share_of_the_bytes(void **state)
{
    (void)state;
    read_share(0, 1000);
    assert_string_equal(show(0, 100 * S), ""); /* no speed yet */
    read_share(250, 1000);
    assert_string_equal(show(500, 101 * S), "\r\033[K 25 %  3 s left  500 ticks/s  2024-08-08T23:54:15Z");
    read_share(1000, 1000);
    assert_string_equal(show(2500, 103 * S), "\r\033[K100 %  0 s left  1000 ticks/s  2024-08-08T23:54:15Z");
}

static void share_of_the_ticks_asked_for(void **state)
{
    (void)state;
    read_share(10, 1000);
    replay.count_max = 1000;
    show(0, 100 * S);
    expect_part(show(500, 110 * S), " 50 %  10 s left  50 ticks/s");
}

/* What an earlier run had published took this one no time. */
static void time_left_is_by_what_this_run_did(void **state)
{
    (void)state;
    static struct publisher pub = {.taken_cnt = 100, .done_cnt = 390};
    replay.count_max = 1000;
    replay.pub = &pub;
    replay.pub_cnt = 1;
    show(100, 99 * S);
    pub.taken_cnt = 400;
    assert_null(strchr(show(400, 100 * S), '%'));
    expect_part(show(500, 101 * S), " 50 %  5 s left  100 ticks/s");
    expect_part(show(700, 103 * S), " 70 %  3 s left  100 ticks/s");
}

static void no_share_where_it_is_not_known(void **state)
{
    (void)state;
    read_share(10, 1000);
    source[1].src.counts.bytes_all = 0; /* a pipe */
    show(0, 100 * S);
    assert_null(strchr(show(10, 101 * S), '%'));
    read_share(10, 1000);
    replay.pass_cnt = 0; /* for ever */
    assert_null(strchr(show(20, 102 * S), '%'));
    replay.pass_cnt = 2;
    assert_null(strchr(show(20, 103 * S), '%'));
    replay.pass_cnt = 1;
    assert_non_null(strchr(show(20, 104 * S), '%'));
    read_share(2000, 1000); /* the file grew */
    assert_null(strchr(show(20, 105 * S), '%'));
}

static void the_speed_is_that_since_the_last_line(void **state)
{
    (void)state;
    show(0, 100 * S);
    expect_part(show(1000, 100 * S + S / 2), "2000 ticks/s");
    expect_part(show(1100, 101 * S), "200 ticks/s");
    expect_part(show(1100, 101 * S), "200 ticks/s"); /* no time has passed */
    expect_part(show(1100, 102 * S), "\033[K0 ticks/s");
}

/* One line, whatever it says. */
static void it_fits_a_terminal(void **state)
{
    (void)state;
    read_share(1, 3);
    show(0, S);
    const char *text = show(UINT64_C(999999999999), 1000000 * S);
    assert_true(strlen(text) <= 80 + 4);
    assert_null(strchr(text, '\n'));
}

static void it_goes_away(void **state)
{
    (void)state;
    talk_begin(&talk);
    progress_clear(&progress);
    assert_string_equal(talk_end(&talk), ""); /* there was none */
    show(0, S);
    show(1, 2 * S);
    talk_begin(&talk);
    progress_clear(&progress);
    progress_clear(&progress);
    assert_string_equal(talk_end(&talk), "\r\033[K");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(share_of_the_bytes, set_up),
        cmocka_unit_test_setup(share_of_the_ticks_asked_for, set_up),
        cmocka_unit_test_setup(time_left_is_by_what_this_run_did, set_up),
        cmocka_unit_test_setup(no_share_where_it_is_not_known, set_up),
        cmocka_unit_test_setup(the_speed_is_that_since_the_last_line, set_up),
        cmocka_unit_test_setup(it_fits_a_terminal, set_up),
        cmocka_unit_test_setup(it_goes_away, set_up),
    };
    return cmocka_run_group_tests_name("progress", tests, NULL, NULL);
}
