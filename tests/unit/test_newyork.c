/* New York's clocks: every change since 1987, the days around each, the hours that are missing or twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "newyork.h"
#include "timetext.h"

#define HOUR_NS (3600 * TIME_NS_PER_S)

/* Month and day of both changes, from the tz database. */
static const struct {
    int year;
    int begin;
    int end;
} changes[] = {
    {1987, 405, 1025}, {1988, 403, 1030}, {1989, 402, 1029}, {1990, 401, 1028}, {1991, 407, 1027},
    {1992, 405, 1025}, {1993, 404, 1031}, {1994, 403, 1030}, {1995, 402, 1029}, {1996, 407, 1027},
    {1997, 406, 1026}, {1998, 405, 1025}, {1999, 404, 1031}, {2000, 402, 1029}, {2001, 401, 1028},
    {2002, 407, 1027}, {2003, 406, 1026}, {2004, 404, 1031}, {2005, 403, 1030}, {2006, 402, 1029},
    {2007, 311, 1104}, {2008, 309, 1102}, {2009, 308, 1101}, {2010, 314, 1107}, {2011, 313, 1106},
    {2012, 311, 1104}, {2013, 310, 1103}, {2014, 309, 1102}, {2015, 308, 1101}, {2016, 313, 1106},
    {2017, 312, 1105}, {2018, 311, 1104}, {2019, 310, 1103}, {2020, 308, 1101}, {2021, 314, 1107},
    {2022, 313, 1106}, {2023, 312, 1105}, {2024, 310, 1103}, {2025, 309, 1102}, {2026, 308, 1101},
    {2027, 314, 1107}, {2028, 312, 1105}, {2029, 311, 1104}, {2030, 310, 1103}, {2031, 309, 1102},
    {2032, 314, 1107}, {2033, 313, 1106}, {2034, 312, 1105}, {2035, 311, 1104}, {2036, 309, 1102},
    {2037, 308, 1101},
};

static int64_t day_of(int year, int month_day)
{
    char text[32];
    int64_t ns;
    int len = snprintf(text, sizeof(text), "%04d-%02d-%02d", year, month_day / 100, month_day % 100);
    assert_int_equal(time_parse_date(text, (size_t)len, &ns), 0);
    return ns;
}

/* By how many nanoseconds UTC is later when clocks show this. */
static int64_t behind_ns(int64_t day_ns, int64_t clock_ns)
{
    struct newyork_day day = newyork_day(day_ns);
    return newyork_utc(&day, clock_ns) - day_ns - clock_ns;
}

static void expect_whole_day(int64_t day_ns, int64_t hours)
{
    for (int64_t clock_ns = 0; clock_ns <= TIME_NS_PER_DAY; clock_ns += HOUR_NS / 4)
        assert_true(behind_ns(day_ns, clock_ns) == hours * HOUR_NS);
}

static void clocks_go_forward_on_the_day_of_the_law(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        int64_t day_ns = day_of(changes[i].year, changes[i].begin);
        expect_whole_day(day_ns - TIME_NS_PER_DAY, 5);
        assert_true(behind_ns(day_ns, 0) == 5 * HOUR_NS);
        assert_true(behind_ns(day_ns, 2 * HOUR_NS - 1) == 5 * HOUR_NS);
        assert_true(behind_ns(day_ns, 3 * HOUR_NS - 1) == 5 * HOUR_NS); /* no clock shows it */
        assert_true(behind_ns(day_ns, 3 * HOUR_NS) == 4 * HOUR_NS);
        assert_true(behind_ns(day_ns, TIME_NS_PER_DAY) == 4 * HOUR_NS);
        expect_whole_day(day_ns + TIME_NS_PER_DAY, 4);
    }
}

static void clocks_go_back_on_the_day_of_the_law(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        int64_t day_ns = day_of(changes[i].year, changes[i].end);
        expect_whole_day(day_ns - TIME_NS_PER_DAY, 4);
        assert_true(behind_ns(day_ns, 0) == 4 * HOUR_NS);
        assert_true(behind_ns(day_ns, 2 * HOUR_NS - 1) == 4 * HOUR_NS); /* the first of two such hours */
        assert_true(behind_ns(day_ns, 2 * HOUR_NS) == 5 * HOUR_NS);
        assert_true(behind_ns(day_ns, TIME_NS_PER_DAY) == 5 * HOUR_NS);
        expect_whole_day(day_ns + TIME_NS_PER_DAY, 5);
    }
}

static void winter_and_summer_fill_the_year(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        int64_t begin_ns = day_of(changes[i].year, changes[i].begin);
        int64_t end_ns = day_of(changes[i].year, changes[i].end);
        int64_t last_ns = day_of(changes[i].year, 1231);
        for (int64_t day_ns = day_of(changes[i].year, 101); day_ns <= last_ns; day_ns += TIME_NS_PER_DAY) {
            int64_t hours = day_ns > begin_ns && day_ns <= end_ns ? 4 : 5;
            assert_true(behind_ns(day_ns, HOUR_NS) == hours * HOUR_NS);
        }
    }
}

static void days_that_no_law_here_knows_are_standard_time(void **state)
{
    (void)state;
    expect_whole_day(0, 5);
    expect_whole_day(day_of(1986, 704), 5);
}

static void the_last_years_of_the_calendar_do_not_wrap(void **state)
{
    (void)state;
    expect_whole_day(day_of(2262, 301), 5);
    expect_whole_day(day_of(2262, 410), 4);
    expect_whole_day(day_of(2261, 704), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clocks_go_forward_on_the_day_of_the_law),
        cmocka_unit_test(clocks_go_back_on_the_day_of_the_law),
        cmocka_unit_test(winter_and_summer_fill_the_year),
        cmocka_unit_test(days_that_no_law_here_knows_are_standard_time),
        cmocka_unit_test(the_last_years_of_the_calendar_do_not_wrap),
    };
    return cmocka_run_group_tests_name("newyork", tests, NULL, NULL);
}
