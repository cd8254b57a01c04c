/* Output that could not be written: what is said, and with which exit code a program ends. */
#include "capture_help.h"

#include "exitcode.h"
#include "log.h"
#include "outerror.h"

static void expect(int rc, int code, const char *said)
{
    struct capture c = capture_begin(STDERR_FILENO);
    int got = outerror_tell(rc);
    assert_string_equal(capture_end(&c), said);
    assert_int_equal(got, code);
}

static void test_codes(void **state)
{
    (void)state;
    log_init("prog", LOG_QUIET);
    expect(0, 0, "");
    expect(-EPIPE, 0, "");
    expect(-ENOSPC, EXIT_CODE_IO, "prog: output: No space left on device, free space or write elsewhere\n");
    expect(-ENOMEM, EXIT_CODE_FAILED, "prog: memory: none left\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_codes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
