#include "consumer/quotes/alias.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "consumer/symbols.h"

struct pair {
    const char *from;
    size_t from_len;
    const char *to;
    size_t to_len;
};

/* Reads the pair that the list begins with, which is well formed or not.  Returns its length. */
static size_t read_pair(struct pair *pair, const char *list)
{
    size_t len = strcspn(list, ",");
    *pair = (struct pair){.from = list, .from_len = strcspn(list, ",=")};
    pair->to = list + pair->from_len + (pair->from_len < len);
    pair->to_len = len - (size_t)(pair->to - list);
    return len;
}

static bool is_name(const struct pair *pair, const char *name, size_t len)
{
    return pair->from_len == len && memcmp(pair->from, name, len) == 0;
}

/* The pair of that name before `end` (NULL: anywhere). */
static bool has_name(const char *list, const char *end, const char *name, size_t len, struct pair *found)
{
    while (list != end) {
        list += read_pair(found, list);
        if (is_name(found, name, len))
            return true;
        if (*list == '\0')
            return false;
        list++;
    }
    return false;
}

static int check_pair(const char *list, const struct pair *pair)
{
    struct pair other;
    if (pair->from_len == 0 || pair->to_len == 0 || memchr(pair->to, '=', pair->to_len) != NULL)
        return -EINVAL;
    if (pair->from_len > SYMBOL_NAME_MAX || pair->to_len > SYMBOL_NAME_MAX)
        return -ENAMETOOLONG;
    if (has_name(list, pair->from, pair->from, pair->from_len, &other))
        return -EEXIST;
    return has_name(list, NULL, pair->to, pair->to_len, &other) ? -ELOOP : 0;
}

int alias_check(const char *list, const char **at, size_t *at_len)
{
    struct pair pair;
    for (const char *item = list;; item += *at_len + 1) {
        *at = item;
        *at_len = read_pair(&pair, item);
        int rc = check_pair(list, &pair);
        if (rc != 0 || item[*at_len] == '\0')
            return rc;
    }
}

const char *alias_find(const char *list, const char *name, size_t len, size_t *to_len)
{
    struct pair pair;
    if (list != NULL && has_name(list, NULL, name, len, &pair)) {
        *to_len = pair.to_len;
        return pair.to;
    }
    *to_len = len;
    return name;
}
