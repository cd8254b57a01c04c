/* Pinning: to a processor that is ours, to none such, to one beyond all. */
#include "capture_help.h"

#include <sched.h>

#include "cpu.h"

static void test_pin(void **state)
{
    cpu_set_t before;
    cpu_set_t after;
    (void)state;
    assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
    unsigned idx = 0;
    while (!CPU_ISSET(idx, &before))
        idx++;
    assert_int_equal(cpu_pin(idx), 0);
    assert_int_equal(sched_getaffinity(0, sizeof after, &after), 0);
    assert_int_equal(CPU_COUNT(&after), 1);
    assert_true(CPU_ISSET(idx, &after));
    assert_int_equal(sched_setaffinity(0, sizeof before, &before), 0);
}

static void test_no_such(void **state)
{
    cpu_set_t before;
    cpu_set_t after;
    (void)state;
    assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
    assert_int_equal(cpu_pin(CPU_SETSIZE), -EINVAL);
    assert_int_equal(cpu_pin(UINT32_MAX), -EINVAL);
    if (sysconf(_SC_NPROCESSORS_CONF) < CPU_SETSIZE)
        assert_int_equal(cpu_pin(CPU_SETSIZE - 1), -EINVAL);
    assert_int_equal(sched_getaffinity(0, sizeof after, &after), 0);
    assert_true(CPU_EQUAL(&before, &after));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pin),
        cmocka_unit_test(test_no_such),
    };
    return cmocka_run_group_tests_name("cpu", tests, NULL, NULL);
}
