#include "limit.h"

#include <errno.h>
#include <string.h>

#include "num.h"

static int parse_percent(const char *text, size_t len, struct limit *limit)
{
    char number[16];
    uint64_t value;
    if (len == 0 || len >= sizeof number)
        return -EINVAL;
    memcpy(number, text, len);
    number[len] = '\0';
    if (num_u64(number, 0, 100, &value) != 0)
        return -EINVAL;
    *limit = (struct limit){LIMIT_PERCENT, (int64_t)value};
    return 0;
}

int limit_parse(const char *text, struct limit *limit)
{
    size_t len = strlen(text);
    uint64_t ticks;
    int64_t age_ns;
    if (len > 0 && text[len - 1] == '%')
        return parse_percent(text, len - 1, limit);
    if (num_u64(text, 0, INT64_MAX, &ticks) == 0) {
        *limit = (struct limit){LIMIT_TICKS, (int64_t)ticks};
        return 0;
    }
    if (num_duration_ns(text, &age_ns) != 0)
        return -EINVAL;
    *limit = (struct limit){LIMIT_AGE, age_ns};
    return 0;
}

uint64_t limit_ticks(const struct limit *limit, uint64_t slot_cnt)
{
    switch (limit->kind) {
    case LIMIT_TICKS:
        return (uint64_t)limit->value;
    case LIMIT_PERCENT:
        return slot_cnt * (uint64_t)limit->value / 100;
    case LIMIT_AGE:
        break;
    }
    return 0;
}
