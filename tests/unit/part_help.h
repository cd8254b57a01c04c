/* part_help.h - strings that must be in a text, and must not be. */
#ifndef TESTS_PART_HELP_H
#define TESTS_PART_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static inline void expect_part(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        print_error("no '%s' in '%s'\n", part, text);
    assert_non_null(strstr(text, part));
}

static inline void expect_no_part(const char *text, const char *part)
{
    if (strstr(text, part) != NULL)
        print_error("'%s' in '%s'\n", part, text);
    assert_null(strstr(text, part));
}

#endif
