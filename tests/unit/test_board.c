/* The board on a terminal: drawn over itself, within the screen, not too often; and what takes its place where
 * a terminal does not want it. */
#include "screen_help.h"
#include "stage_help.h"

#include "log.h"

#define MS INT64_C(1000000)
#define S (1000 * MS)
#define BEGIN INT64_C(1000000000000) /* of the monotonic clock */

static struct bench bench;
static struct screen screen;
static int master;
static int slave;

static int begin(void **state)
{
    (void)state;
    setenv("TERM", "xterm", 1);
    unsetenv("NO_COLOR");
    return 0;
}

static void resize(unsigned short rows, unsigned short columns)
{
    struct winsize size = {.ws_row = rows, .ws_col = columns};
    assert_int_equal(ioctl(slave, TIOCSWINSZ, &size), 0);
}

static void open_board(unsigned short rows, unsigned short columns)
{
    terminal_open(&master, &slave, columns);
    resize(rows, columns);
    screen_init(&screen, rows, columns);
    bench_open(&bench, &stage_quotes, FORMAT_TEXT, NULL);
    bench.out.fd = slave;
    bench.stage.opt.stale_ns = 60 * S;
    assert_int_equal(stage_quotes.open(&bench.stage), 0);
}

static void close_board(void)
{
    stage_quotes.close(&bench.stage);
    bench_close(&bench);
    close(master);
    close(slave);
}

static void quote(const char *venue, const char *symbol, int64_t ts_s, int64_t bid, int64_t ask)
{
    struct tr_tick tick = a_quote(bid * ONE, ask * ONE);
    tick.ts_event_ns = TS + ts_s * S;
    bench.venue = venue;
    bench_tick(&bench, symbol, &tick);
}

/* Returns how many bytes it drew. */
static size_t show(int64_t after_ms)
{
    stage_quotes.show(&bench.stage, BEGIN + after_ms * MS);
    return screen_read(&screen, master, slave);
}

static void expect_rows(const char *const row[], unsigned first)
{
    unsigned i = 0;
    for (; row[i] != NULL; i++)
        assert_string_equal(screen_row(&screen, first + i), row[i]);
    for (i += first; i < screen.rows; i++)
        assert_string_equal(screen_row(&screen, i), "");
}

static void two_venues(void)
{
    quote("binance", "BTC", 0, 42020, 42021);
    quote("kraken", "BTC", 2, 42022, 42026);
}

static const char *const two_venues_rows[] = {
    "quotes: 1 symbols, 2 updates, 2024-08-08T23:54:17.342Z",
    "SYMBOL  BEST BID AT      BEST ASK AT      SPREAD   EDGE EPISODES ARBITRAGE",
    "BTC        42022 kraken     42021 binance     -1      1        1 YES 0ns",
    "",
    "SYMBOL  VENUE        BID    SIZE      ASK    SIZE    AGE",
    "BTC     binance    42020       1    42021       2  2.00s best ask",
    "BTC     kraken     42022       1    42026       2    0ns best bid",
    NULL,
};

static void test_frame(void **state)
{
    (void)state;
    open_board(24, 80);
    two_venues();
    show(0);
    expect_rows(two_venues_rows, 0);
    assert_true(screen.strong[2]); /* the arbitrage */
    assert_false(screen.strong[1] || screen.strong[5]);
    close_board();
}

static void test_wide(void **state)
{
    (void)state;
    open_board(50, 200);
    two_venues();
    show(0);
    expect_part(screen_row(&screen, 1), "EPISODES ARBITRAGE BUY AT  SELL AT");
    expect_part(screen_row(&screen, 2), "1 YES 0ns   binance kraken");
    close_board();
}

/* The new frame stands where the old one stood. */
static void test_in_place(void **state)
{
    static const char *const rows[] = {
        "quotes: 1 symbols, 4 updates, 2024-08-08T23:55:15.342Z",
        "SYMBOL  BEST BID AT      BEST ASK AT      SPREAD   EDGE EPISODES ARBITRAGE",
        "BTC        42022 kraken     42023 binance      1     -1        1",
        "",
        "SYMBOL  VENUE        BID    SIZE      ASK    SIZE    AGE",
        "BTC     binance    42020       1    42023       2  20.0s best ask",
        "BTC     coinbas    42021       1    42024       2    0ns",
        "BTC     kraken     42022       1    42026       2  58.0s best bid",
        NULL,
    };
    (void)state;
    open_board(24, 80);
    two_venues();
    show(0);
    quote("binance", "BTC", 40, 42020, 42023);
    quote("coinbas", "BTC", 60, 42021, 42024);
    assert_true(show(100) > 0);
    expect_rows(rows, 0);
    assert_false(screen.strong[2]);
    quote("coinbas", "BTC", 63, 42021, 42024);
    show(300);
    expect_part(screen_row(&screen, 7), " 61.0s stale"); /* kraken */
    close_board();
}

static void test_not_too_often(void **state)
{
    (void)state;
    open_board(24, 80);
    assert_true(show(0) > 0); /* before the first quote: something to look at */
    expect_part(screen_row(&screen, 0), "quotes: 0 symbols, 0 updates, no quote yet");
    assert_int_equal(show(500), 0); /* nothing has changed */
    two_venues();
    assert_true(show(600) > 0);
    quote("kraken", "BTC", 3, 42022, 42026);
    assert_int_equal(show(699), 0);
    assert_true(show(700) > 0);
    expect_part(screen_row(&screen, 0), "3 updates");
    close_board();
}

static void test_cut(void **state)
{
    char symbol[16];
    (void)state;
    open_board(24, 80);
    for (int i = 0; i < 40; i++) {
        snprintf(symbol, sizeof symbol, "SYM%d", i);
        quote("binance", symbol, 0, 100 + i, 101 + i);
        quote("kraken", symbol, 0, 100 + i, 101 + i);
    }
    show(0);
    show(200);
    quote("kraken", "SYM0", 0, 100, 102);
    show(400);
    expect_part(screen_row(&screen, 0), "quotes: 40 symbols, 81 updates");
    assert_string_equal(screen_row(&screen, 15), "... and 27 more symbols");
    assert_string_equal(screen_row(&screen, 16), "");
    expect_part(screen_row(&screen, 22), "... and 76 more quotes of venues");
    assert_string_equal(screen_row(&screen, 23), ""); /* the cursor's */
    assert_int_equal(screen.row, 23);
    quote("kraken", "SYM0", 0, 102, 103); /* is shown */
    quote("kraken", "SYM13", 0, 115, 116); /* is not, as the next */
    quote("binance", "SYM39", 0, 138, 138);
    show(600);
    assert_string_equal(screen_row(&screen, 15), "... and 27 more symbols, 2 with an arbitrage");
    close_board();
}

/* As few as fit, and never a line that wraps. */
static void test_small(void **state)
{
    (void)state;
    for (unsigned short rows = 6; rows < 20; rows++) {
        open_board(rows, 30);
        for (int i = 0; i < 4; i++) {
            char symbol[16];
            snprintf(symbol, sizeof symbol, "SYMBOL%d", i);
            quote("binance", symbol, 0, 100, 101);
            quote("kraken", symbol, 0, 102, 103);
        }
        show(0);
        quote("kraken", "SYMBOL3", 1, 102, 103);
        show(200);
        expect_part(screen_row(&screen, 0), "quotes: 4 symbols, 9 updates");
        expect_part(screen_row(&screen, 1), "SYMBOL");
        assert_string_equal(screen_row(&screen, (unsigned)rows - 1), "");
        close_board();
    }
}

static void test_resized(void **state)
{
    (void)state;
    open_board(24, 80);
    two_venues();
    show(0);
    resize(30, 60);
    screen.rows = 30;
    screen.columns = 60;
    screen.row += 4; /* lines that are too long now have become two */
    screen_clear_below(&screen);
    quote("kraken", "BTC", 3, 42022, 42026);
    show(200);
    expect_part(screen_row(&screen, 0), "quotes: 1 symbols, 3 updates");
    expect_part(screen_row(&screen, 6), "kraken");
    assert_string_equal(screen_row(&screen, 7), "");
    close_board();
}

/* What is said meanwhile stands above the board, whole. */
static void test_messages(void **state)
{
    (void)state;
    open_board(24, 80);
    two_venues();
    show(0);
    int saved = dup(STDERR_FILENO);
    dup2(slave, STDERR_FILENO);
    log_init("consumer", LOG_NORMAL);
    log_warn("kraken", "this feed died");
    dup2(saved, STDERR_FILENO);
    close(saved);
    screen_read(&screen, master, slave);
    assert_string_equal(screen_row(&screen, 0), "consumer: kraken: this feed died");
    assert_string_equal(screen_row(&screen, 1), "");
    assert_true(show(200) > 0); /* again, though nothing has changed */
    expect_rows(two_venues_rows, 1);
    close_board();
}

static void test_last_state_stays(void **state)
{
    (void)state;
    open_board(24, 80);
    two_venues();
    show(0);
    quote("kraken", "BTC", 2, 42022, 42027);
    stage_quotes.end(&bench.stage);
    stage_quotes.summary_table(&bench.stage, &bench.out);
    out_flush(&bench.out);
    screen_read(&screen, master, slave);
    expect_part(screen_row(&screen, 0), "quotes: 1 symbols, 3 updates");
    expect_part(screen_row(&screen, 6), "42027");
    assert_string_equal(screen_row(&screen, 7), "");
    expect_part(screen_row(&screen, 8), "symbol best bid at");
    close_board();
}

/* A name cannot steer the terminal. */
static void test_names(void **state)
{
    (void)state;
    open_board(24, 80);
    quote("a\033[2J", "B\033[H", 0, 1, 2);
    show(0);
    expect_part(screen_row(&screen, 2), "B\\x1b[H");
    expect_part(screen_row(&screen, 5), "a\\x1b[2J");
    close_board();
}

/* Lines, and not a single command. */
static void expect_lines(const char *name, const char *value)
{
    setenv(name, value, 1);
    open_board(24, 120);
    two_venues();
    assert_int_equal(show(0), 0);
    struct tr_tick tick = a_quote(42023 * ONE, 42026 * ONE);
    const char *text = bench_tick(&bench, "BTC", &tick);
    expect_part(text, " best 42023 (1) kraken / ");
    assert_null(strchr(text, '\033'));
    stage_quotes.end(&bench.stage);
    text = bench_text(&bench);
    expect_part(text, "ARBITRAGE still open");
    assert_null(strchr(text, '\033'));
    close_board();
}

static void test_no_color(void **state)
{
    (void)state;
    expect_lines("NO_COLOR", "1");
}

static void test_dumb(void **state)
{
    (void)state;
    expect_lines("TERM", "dumb");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_frame, begin),
        cmocka_unit_test_setup(test_wide, begin),
        cmocka_unit_test_setup(test_in_place, begin),
        cmocka_unit_test_setup(test_not_too_often, begin),
        cmocka_unit_test_setup(test_cut, begin),
        cmocka_unit_test_setup(test_small, begin),
        cmocka_unit_test_setup(test_resized, begin),
        cmocka_unit_test_setup(test_messages, begin),
        cmocka_unit_test_setup(test_last_state_stays, begin),
        cmocka_unit_test_setup(test_names, begin),
        cmocka_unit_test_setup(test_no_color, begin),
        cmocka_unit_test_setup(test_dumb, begin),
    };
    return cmocka_run_group_tests_name("board", tests, NULL, NULL);
}
