/* Checkpoints of a run: everything comes back, and what cannot be as it was is said. */
#include "bus_help.h"
#include "stage_help.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "consumer/keeper.h"
#include "exitcode.h"
#include "log.h"

#define TAG 7

static char name[TR_RING_NAME_MAX + 1];
static char path[] = "/tmp/tickring-keeper-XXXXXX";
static struct tr_producer feed;
static struct tr_producer second;
static struct tr_consumer ring;
static struct run run;
static struct stage stage;
static struct out out;
static struct keeper keeper;
static struct talk talk;
static int fd;
static int flags = O_APPEND; /* with which a process opens its output */

static bool never(void)
{
    return false;
}

static void open_feed(struct tr_producer *p, const char *lane)
{
    const struct tr_producer_options opt = {.ring = name, .name = lane, .slot_cnt = 64};
    assert_int_equal(tr_producer_open(p, &opt), 0);
}

static void publish(struct tr_producer *p, uint64_t cnt)
{
    struct tr_tick tick = a_trade(ONE, ONE);
    tick.venue = TR_VENUE_NONE;
    assert_int_equal(tr_producer_symbol(p, "BTC", 3, &tick.symbol), 0);
    for (uint64_t i = 0; i < cnt; i++)
        assert_int_equal(tr_publish(p, &tick), TR_OK);
}

static int begin(void **state)
{
    (void)state;
    help_ring_name(name, "keeper");
    log_init("consumer", LOG_NORMAL);
    strcpy(path + sizeof path - 7, "XXXXXX");
    close(mkstemp(path));
    open_feed(&feed, "feed");
    return 0;
}

static int end(void **state)
{
    unlink(path);
    tr_producer_close(&feed, false);
    return help_teardown(state);
}

/* A process begins: joins, makes its run, and looks for what an earlier one left. */
static int start(uint64_t count_max)
{
    const struct tr_consumer_options opt = {
        .ring = name, .id = "print", .hold_ns = 60 * TR_NS_PER_S, .keeps_all = true};
    assert_int_equal(tr_consumer_open(&ring, &opt), 0);
    fd = open(path, O_WRONLY | O_CREAT | flags, 0600);
    assert_true(fd >= 0);
    out_init(&out, fd);
    stage = (struct stage){.ops = &stage_print, .out = &out, .opt = {.format = FORMAT_JSON}};
    run = (struct run){.ring = &ring,
                       .stage = &stage,
                       .keeper = &keeper,
                       .patience_ns = 0,
                       .count_max = count_max,
                       .stopped = never};
    talk_begin(&talk);
    run_init(&run);
    int code = keeper_open(&keeper, &run, "print", 1, TAG);
    talk_end(&talk);
    return code;
}

static int read_some(void)
{
    talk_begin(&talk);
    int code = run_loop(&run);
    talk_end(&talk);
    return code;
}

static void forget(void)
{
    run_free(&run);
    json_free(&stage.json);
    keeper_close(&keeper, false);
    close(fd);
}

/* Killed: the place is given back by the kernel, nothing is told. */
static void die(void)
{
    bus_kill_consumer(&ring);
    forget();
}

static void leave(void)
{
    tr_consumer_close(&ring);
    forget();
    tr_checkpoint_remove(&keeper.file);
}

static size_t line_cnt(void)
{
    size_t cnt = 0;
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    for (int c; (c = fgetc(file)) != EOF;)
        cnt += c == '\n';
    fclose(file);
    return cnt;
}

static void cut(off_t len)
{
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(truncate(path, st.st_size - len), 0);
}

static void goes_on_without_a_line_twice(void **state)
{
    (void)state;
    publish(&feed, 10);
    assert_int_equal(start(4), 0);
    assert_false(keeper.found);
    assert_int_equal(read_some(), 0);
    assert_int_equal(keeper_store(&keeper, false), 0);
    run.count_max = 8; /* four lines more, in no checkpoint */
    assert_int_equal(read_some(), 0);
    die();
    assert_int_equal(line_cnt(), 8);
    cut(20); /* torn */

    assert_int_equal(start(0), 0);
    assert_true(keeper.found);
    assert_int_equal(run.totals.delivered, 4);
    expect_part(talk.text, "going on after 4 ticks");
    assert_int_equal(read_some(), EXIT_CODE_TEMPFAIL); /* nothing more */
    assert_int_equal(run.totals.delivered, 10);
    leave();
    assert_int_equal(line_cnt(), 10);
}

/* Of a pipe, or a file that begins anew, nobody knows how much of it is there: all since the checkpoint is written. */
static void output_that_is_not_appended_to(void **state)
{
    (void)state;
    flags = O_TRUNC;
    publish(&feed, 10);
    assert_int_equal(start(4), 0);
    assert_int_equal(read_some(), 0);
    assert_int_equal(keeper_store(&keeper, false), 0);
    run.count_max = 8;
    assert_int_equal(read_some(), 0);
    die();
    assert_int_equal(start(0), 0);
    assert_int_equal(run.totals.delivered, 4);
    assert_int_equal(read_some(), EXIT_CODE_TEMPFAIL);
    leave();
    flags = O_APPEND;
    assert_int_equal(line_cnt(), 6);
}

static void an_end_is_not_run_again(void **state)
{
    (void)state;
    publish(&feed, 3);
    assert_int_equal(start(3), 0);
    assert_int_equal(read_some(), 0);
    assert_int_equal(keeper_store(&keeper, true), 0);
    assert_int_equal(tr_consumer_unflushed(&ring), 3); /* the ring is to stay */
    die();
    assert_int_equal(start(0), 0);
    assert_true(keeper.ended);
    assert_int_equal(run.totals.delivered, 3);
    leave();
}

static void a_file_that_was_cut(void **state)
{
    (void)state;
    publish(&feed, 3);
    assert_int_equal(start(3), 0);
    assert_int_equal(read_some(), 0);
    assert_int_equal(keeper_store(&keeper, false), 0);
    die();
    assert_int_equal(truncate(path, 10), 0);
    assert_int_equal(start(0), 0);
    expect_part(talk.text, "the file is shorter than what was written to it");
    leave();
}

/* Two feeds in turn have no order: what was not in a checkpoint is written again, behind what is there. */
static void more_feeds_than_have_an_order(void **state)
{
    (void)state;
    open_feed(&second, "second");
    publish(&feed, 5);
    publish(&second, 5);
    assert_int_equal(start(10), 0);
    assert_int_equal(read_some(), 0);
    talk_begin(&talk);
    int code = keeper_store(&keeper, false);
    talk_end(&talk);
    assert_int_equal(code, 0);
    expect_part(talk.text, "more than 1 feeds");
    publish(&second, 2);
    run.count_max = 12;
    assert_int_equal(read_some(), 0);
    die();
    assert_int_equal(start(0), 0);
    assert_true(keeper.mixed);
    assert_int_equal(run.totals.delivered, 10);
    assert_int_equal(read_some(), EXIT_CODE_TEMPFAIL);
    assert_int_equal(run.totals.delivered, 12); /* each counted once */
    leave();
    assert_int_equal(line_cnt(), 14);
    tr_producer_close(&second, false);
}

/* Lines that are not a whole object. */
static size_t torn_cnt(void)
{
    char line[1024];
    size_t cnt = 0;
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL)
        cnt += line[0] != '{' || strstr(line, "}\n") == NULL;
    fclose(file);
    return cnt;
}

/* Away too long: the gate let go, and the feed has lapped it.  What was written of the ticks that are lost stays as it
 * is, and so does the line that the kill tore. */
static void away_too_long(void **state)
{
    (void)state;
    publish(&feed, 25);
    assert_int_equal(start(20), 0);
    assert_int_equal(read_some(), 0);
    assert_int_equal(keeper_store(&keeper, false), 0);
    run.count_max = 25;
    assert_int_equal(read_some(), 0);
    uint64_t reg = ring.lane[0].reg;
    die();
    cut(20);
    tr_writer_evict(&feed.w, 0, reg);
    publish(&feed, 100);
    assert_int_equal(start(0), 0);
    assert_int_equal(read_some(), EXIT_CODE_TEMPFAIL);
    assert_true(run.totals.lost > 0);
    assert_int_equal(run.totals.delivered + run.totals.lost, 125);
    leave();
    assert_int_equal(line_cnt(), 25 + 1 + run.totals.delivered - 20); /* one is the gap */
    assert_int_equal(torn_cnt(), 1);
}

/* A torn line that is not gone on with is ended at once: the checkpoint that comes next has to count that byte. */
static void a_torn_line_is_ended(void **state)
{
    struct stat st;
    (void)state;
    publish(&feed, 3);
    assert_int_equal(start(3), 0);
    assert_int_equal(read_some(), 0);
    assert_int_equal(write(fd, "torn", 4), 4);
    out.skip = 2; /* there is more that would be made again */
    keeper_note_gap(&keeper);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(out.written, st.st_size);
    assert_int_equal(out.skip, 0);
    assert_int_equal(line_cnt(), 3 + 1);
    leave();
}

static void a_checkpoint_that_is_none(void **state)
{
    struct tr_checkpoint other;
    (void)state;
    publish(&feed, 1);
    assert_int_equal(tr_checkpoint_open(&other, name, "print", feed.seg.header.instance, TAG), 0);
    assert_int_equal(tr_checkpoint_store(&other, "rubbish", 7), 0);
    tr_checkpoint_close(&other);
    assert_int_equal(start(0), EXIT_CODE_PROTOCOL);
    expect_part(talk.text, "cannot be read, remove ");
    leave();
}

static void a_checkpoint_of_another_command(void **state)
{
    struct tr_checkpoint other;
    (void)state;
    publish(&feed, 1);
    assert_int_equal(tr_checkpoint_open(&other, name, "print", feed.seg.header.instance, TAG + 1), 0);
    assert_int_equal(tr_checkpoint_store(&other, "else", 4), 0);
    tr_checkpoint_close(&other);
    assert_int_equal(start(0), 0);
    assert_false(keeper.found);
    expect_part(talk.text, "another command or version was killed");
    leave();
}

static void only_files_that_are_appended_to(void **state)
{
    static const struct {
        int how;
        bool can;
    } way[] = {{O_WRONLY | O_APPEND, true}, {O_WRONLY, false}};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        int file = open(path, way[i].how);
        assert_int_equal(keeper_can_append(file), way[i].can);
        close(file);
    }
    int null = open("/dev/null", O_WRONLY | O_APPEND);
    assert_false(keeper_can_append(null));
    close(null);
    assert_false(keeper_can_append(-1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(goes_on_without_a_line_twice, begin, end),
        cmocka_unit_test_setup_teardown(output_that_is_not_appended_to, begin, end),
        cmocka_unit_test_setup_teardown(an_end_is_not_run_again, begin, end),
        cmocka_unit_test_setup_teardown(a_file_that_was_cut, begin, end),
        cmocka_unit_test_setup_teardown(more_feeds_than_have_an_order, begin, end),
        cmocka_unit_test_setup_teardown(away_too_long, begin, end),
        cmocka_unit_test_setup_teardown(a_torn_line_is_ended, begin, end),
        cmocka_unit_test_setup_teardown(a_checkpoint_that_is_none, begin, end),
        cmocka_unit_test_setup_teardown(a_checkpoint_of_another_command, begin, end),
        cmocka_unit_test_setup_teardown(only_files_that_are_appended_to, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
