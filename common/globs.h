/* globs.h - lists of names or globs (fnmatch), separated by commas: --symbols. */
#ifndef COMMON_GLOBS_H
#define COMMON_GLOBS_H

#include <stdbool.h>

#define GLOBS_TEXT_MAX 1024 /* bytes of a list, with the NUL */

/* globs_check - whether text is such a list: 0; -EINVAL: an empty list or pattern; -E2BIG: longer than
 * GLOBS_TEXT_MAX. */
int globs_check(const char *text);

/* globs_match - whether one of the patterns of a checked list matches the whole name. */
bool globs_match(const char *list, const char *name);

#endif
