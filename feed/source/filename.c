#include "filename.h"

#include <string.h>

/* Where the extension of name begins, its end if it has none. */
static size_t without_extension(const char *name, size_t len)
{
    for (size_t i = len; i > 1; i--)
        if (name[i - 1] == '.')
            return i - 1;
    return len;
}

static bool is_printable(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (text[i] < ' ' || text[i] > '~')
            return false;
    return len > 0 && len <= FILENAME_SYMBOL_MAX;
}

size_t filename_symbol(const char *path, const char *member, char out[FILENAME_SYMBOL_MAX + 1])
{
    static const char *const compressed[] = {".gz", ".zst", ".xz", ".bz2", ".zip"};
    if (member != NULL)
        path = member;
    if (strcmp(path, "-") == 0)
        return 0;
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    size_t len = without_extension(name, strlen(name));
    for (size_t i = 0; i < sizeof(compressed) / sizeof(compressed[0]); i++)
        if (strcmp(name + len, compressed[i]) == 0)
            len = without_extension(name, len);
    if (!is_printable(name, len))
        return 0;
    memcpy(out, name, len);
    out[len] = '\0';
    return len;
}

bool filename_day(const char *path, const char *member, int64_t *day_ns)
{
    (void)path;
    (void)member;
    *day_ns = 0;
    return false;
}
