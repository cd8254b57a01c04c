/* Several names for one symbol: what a list maps to what, and which lists are refused, and where. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "consumer/quotes/alias.h"
#include "consumer/symbols.h"

static void expect_found(const char *list, const char *name, const char *want)
{
    size_t len = 0;
    const char *text = alias_find(list, name, strlen(name), &len);
    assert_int_equal(len, strlen(want));
    assert_memory_equal(text, want, len);
}

static void expect_refused(const char *list, int want, const char *part)
{
    const char *at = NULL;
    size_t len = 0;
    assert_int_equal(alias_check(list, &at, &len), want);
    assert_int_equal(len, strlen(part));
    assert_memory_equal(at, part, len);
}

static void expect_good(const char *list)
{
    const char *at;
    size_t len;
    assert_int_equal(alias_check(list, &at, &len), 0);
}

static void names_are_mapped_once(void **state)
{
    static const char list[] = "XBTUSD=BTC/USD,BTC-USD=BTC/USD,XBT=XAU";
    (void)state;
    expect_good(list);
    expect_found(list, "XBTUSD", "BTC/USD");
    expect_found(list, "BTC-USD", "BTC/USD");
    expect_found(list, "XBT", "XAU");
    expect_found(list, "BTC/USD", "BTC/USD");
    expect_found(list, "XBTUS", "XBTUS"); /* neither a part of a name */
    expect_found(list, "XBTUSDT", "XBTUSDT");
    expect_found(list, "", "");
    expect_found(NULL, "XBTUSD", "XBTUSD");
}

static void lists_that_are_none(void **state)
{
    (void)state;
    expect_refused("", -EINVAL, "");
    expect_refused("A", -EINVAL, "A");
    expect_refused("=B", -EINVAL, "=B");
    expect_refused("A=", -EINVAL, "A=");
    expect_refused("=", -EINVAL, "=");
    expect_refused("A=B,", -EINVAL, "");
    expect_refused(",A=B", -EINVAL, "");
    expect_refused("A=B,,C=D", -EINVAL, "");
    expect_refused("C=D,A=B=E", -EINVAL, "A=B=E");
}

static void one_name_leads_to_one(void **state)
{
    (void)state;
    expect_refused("A=B,C=D,A=E", -EEXIST, "A=E");
    expect_refused("A=B,A=B", -EEXIST, "A=B");
    expect_refused("A=B,B=C", -ELOOP, "A=B");
    expect_refused("B=C,A=B", -ELOOP, "A=B");
    expect_refused("A=A", -ELOOP, "A=A");
    expect_good("A=B,AA=B,AAA=B");
}

static void names_that_are_too_long(void **state)
{
    char list[2 * SYMBOL_NAME_MAX + 8];
    char longest[SYMBOL_NAME_MAX + 2] = "";
    (void)state;
    memset(longest, 'x', SYMBOL_NAME_MAX);
    snprintf(list, sizeof list, "%s=B", longest);
    expect_good(list);
    snprintf(list, sizeof list, "A=%s", longest);
    expect_good(list);
    longest[SYMBOL_NAME_MAX] = 'x';
    snprintf(list, sizeof list, "%s=B", longest);
    expect_refused(list, -ENAMETOOLONG, list);
    snprintf(list, sizeof list, "A=%s", longest);
    expect_refused(list, -ENAMETOOLONG, list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_mapped_once),
        cmocka_unit_test(lists_that_are_none),
        cmocka_unit_test(one_name_leads_to_one),
        cmocka_unit_test(names_that_are_too_long),
    };
    return cmocka_run_group_tests_name("alias", tests, NULL, NULL);
}
