#include "globs.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

int globs_check(const char *text)
{
    size_t len = strlen(text);
    if (len >= GLOBS_TEXT_MAX)
        return -E2BIG;
    if (len == 0 || text[0] == ',' || text[len - 1] == ',' || strstr(text, ",,") != NULL)
        return -EINVAL;
    return 0;
}

bool globs_match(const char *list, const char *name)
{
    char pattern[GLOBS_TEXT_MAX];
    while (*list != '\0') {
        size_t len = strcspn(list, ",");
        memcpy(pattern, list, len);
        pattern[len] = '\0';
        if (fnmatch(pattern, name, 0) == 0)
            return true;
        list += len + (list[len] == ',');
    }
    return false;
}
