/* Every error of the library has an exit code that the man pages promise, and a text that says what to try.
 */
#include "capture_help.h"

#include "exitcode.h"
#include "log.h"
#include "ringerror.h"

static void expect(int rc, int code, const char *part)
{
    struct capture c = capture_begin(STDERR_FILENO);
    int got = ringerror_tell("ticks", "binance", rc);
    const char *text = capture_end(&c);
    assert_int_equal(got, code);
    assert_memory_equal(text, "prog: ", 6);
    expect_part(text, "ticks");
    expect_part(text, part);
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
}

static void test_codes(void **state)
{
    (void)state;
    log_init("prog", LOG_NORMAL);
    expect(-ENOENT, EXIT_CODE_UNAVAILABLE, "start a feed");
    expect(-EDOM, EXIT_CODE_CANTCREATE, "--slots");
    expect(-ENOSPC, EXIT_CODE_CANTCREATE, "shmmon clean");
    expect(-ENOMEM, EXIT_CODE_CANTCREATE, "memory");
    expect(-EUSERS, EXIT_CODE_TEMPFAIL, "16 lanes, 64 consumers");
    expect(-EAGAIN, EXIT_CODE_TEMPFAIL, "try again");
    expect(-ENOTUNIQ, EXIT_CODE_CANTCREATE, "--id");
    expect(-ESPIPE, EXIT_CODE_USAGE, "--from=SEQ");
    expect(-EPROTONOSUPPORT, EXIT_CODE_PROTOCOL, "another version");
    expect(-EBADMSG, EXIT_CODE_PROTOCOL, "corrupt");
    expect(-EACCES, EXIT_CODE_NOPERM, "--mode");
    expect(-EPERM, EXIT_CODE_NOPERM, "no ring of ours");
    expect(-EMFILE, EXIT_CODE_FAILED, "ulimit");
    expect(-EIO, EXIT_CODE_IO, "truncated");
    expect(-EXDEV, EXIT_CODE_FAILED, strerror(EXDEV));
}

/* The one that is about a name on the ring, not about the ring. */
static void test_name_in_use(void **state)
{
    struct capture c = capture_begin(STDERR_FILENO);
    (void)state;
    log_init("prog", LOG_QUIET);
    int code = ringerror_tell("ticks", "binance", -EBUSY);
    assert_string_equal(capture_end(&c), "prog: binance: a live process has this name on ring ticks, use "
                                         "another (feed --producer, consumer --id)\n");
    assert_int_equal(code, EXIT_CODE_CANTCREATE);
}

static void test_text(void **state)
{
    (void)state;
    expect_part(ringerror_text(-ENOENT), "no such ring");
    assert_string_equal(ringerror_text(-EXDEV), strerror(EXDEV));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_codes),
        cmocka_unit_test(test_name_in_use),
        cmocka_unit_test(test_text),
    };
    return cmocka_run_group_tests_name("ringerror", tests, NULL, NULL);
}
