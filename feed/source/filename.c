#include "filename.h"

#include <regex.h>
#include <stdio.h>
#include <string.h>

#include "timetext.h"

#define NAME_MAX_LEN 1024 /* bytes of a path that are looked at, its last ones */
#define GROUP_MAX 8

/* A path or a name in it, with what of it a pattern found. */
struct name {
    char text[NAME_MAX_LEN + 1];
    regmatch_t group[GROUP_MAX];
};

/* SYMBOL/YYYY/MM/DD/HHh_ticks, in directories or in one name. */
#define DUKASCOPY "([A-Za-z0-9.]+)[/_-]([0-9]{4})[/_-]([0-9]{2})[/_-]([0-9]{2})[/_-][0-9]{2}h_ticks"
#define DUKASCOPY_HOUR "(^|[/_-])([0-9]{2})h_ticks"
enum dukascopy_group { DUKASCOPY_YEAR = 2, DUKASCOPY_MONTH, DUKASCOPY_DAY };

#define DATE "[0-9]{4}-[0-9]{2}-[0-9]{2}"

/* How publishers name their files, extensions aside; the symbol is made of up to two groups. */
static const struct pattern {
    const char *regex;
    int group[2];
    bool is_lower; /* names have it so, the market has it in capitals */
} patterns[] = {
    {DUKASCOPY, {1}, true},
    /* data.binance.vision: BTCUSDT-trades-2024-08-08; words before it are somebody's own */
    {"(^|/)([a-z]+_)*([A-Z0-9]+(_[A-Z0-9]+)?)-(trades|aggTrades|bookTicker|[0-9]+(s|m|h|d|w|mo))-[^/]*$",
     {3},
     false},
    /* LOBSTER: AAPL_2012-06-21_34200000_57600000_message_10 */
    {"(^|/)([A-Z0-9.]+)_" DATE "_[0-9]+_[0-9]+_(message|orderbook)_[0-9]+$", {2}, false},
    /* Tardis: binance-futures_trades_2020-02-22_BTCUSDT, the date may be missing */
    {"(^|/)[a-z0-9-]+_(trades|quotes|book_ticker|incremental_book_L2|book_snapshot_[0-9]+)_(" DATE
     "_)?([^/]+)$",
     {4},
     false},
    /* LEAN: 20131007_spy_Trade_Tick, and futures with their month: 20131006_es_tick_trade_201312 */
    {"(^|/)[0-9]{8}_([^/_]+)_([Tt]ick_([Tt]rade|[Qq]uote)|([Tt]rade|[Qq]uote)_[Tt]ick)(_([0-9]{6}))?[^/]*$",
     {2, 7},
     true},
    {"(^|/)([^/]+)/[0-9]{8}_(trade|quote)$", {2}, true},
    /* HistData: DAT_ASCII_EURUSD_T_202001 */
    {"(^|/)DAT_ASCII_([A-Z0-9]+)_T_[^/]*$", {2}, false},
    /* Crypto Chassis: gemini__eth-usd__2021-07-01__trade */
    {"(^|/)[a-z0-9-]+__([a-z0-9-]+)__" DATE "__[^/]*$", {2}, true},
};

/* Whether text has the pattern; what it found is in name->group then. */
static bool find(struct name *name, const char *pattern)
{
    regex_t regex;
    if (regcomp(&regex, pattern, REG_EXTENDED) != 0)
        return false;
    bool found = regexec(&regex, name->text, GROUP_MAX, name->group, 0) == 0;
    regfree(&regex);
    return found;
}

/* Where the extension of name begins, its end if it has none. */
static size_t without_extension(const char *name, size_t len)
{
    for (size_t i = len; i > 1; i--)
        if (name[i - 1] == '.')
            return i - 1;
    return len;
}

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

/* Bytes of path before its extensions. */
static size_t stem_len(const char *path)
{
    static const char *const compressed[] = {".gz", ".zst", ".xz", ".bz2", ".zip"};
    const char *base = base_of(path);
    size_t len = without_extension(base, strlen(base));
    for (size_t i = 0; i < sizeof(compressed) / sizeof(compressed[0]); i++)
        if (strcmp(base + len, compressed[i]) == 0)
            len = without_extension(base, len);
    return (size_t)(base - path) + len;
}

static void set_name(struct name *name, const char *path, size_t len)
{
    size_t left_out = len > NAME_MAX_LEN ? len - NAME_MAX_LEN : 0;
    memcpy(name->text, path + left_out, len - left_out);
    name->text[len - left_out] = '\0';
}

/* Takes text as the symbol; 0: it cannot be one. */
static size_t take_symbol(const char *text, size_t len, char out[FILENAME_SYMBOL_MAX + 1])
{
    if (len > FILENAME_SYMBOL_MAX)
        return 0;
    for (size_t i = 0; i < len; i++)
        if (text[i] < ' ' || text[i] > '~')
            return 0;
    memcpy(out, text, len);
    out[len] = '\0';
    return len;
}

static size_t join_groups(const struct name *name, const struct pattern *pattern,
                          char out[FILENAME_SYMBOL_MAX + 1])
{
    char symbol[2 * NAME_MAX_LEN + 1];
    size_t len = 0;
    for (size_t i = 0; i < 2; i++) {
        regmatch_t group = name->group[pattern->group[i]];
        if (pattern->group[i] == 0 || group.rm_so < 0)
            continue;
        memcpy(symbol + len, name->text + group.rm_so, (size_t)(group.rm_eo - group.rm_so));
        len += (size_t)(group.rm_eo - group.rm_so);
    }
    for (size_t i = 0; i < len && pattern->is_lower; i++)
        if (symbol[i] >= 'a' && symbol[i] <= 'z')
            symbol[i] = (char)(symbol[i] - 'a' + 'A');
    return take_symbol(symbol, len, out);
}

static size_t find_symbol(const char *path, char out[FILENAME_SYMBOL_MAX + 1])
{
    struct name name;
    size_t len = 0;
    set_name(&name, path, stem_len(path));
    for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]) && len == 0; i++)
        if (find(&name, patterns[i].regex))
            len = join_groups(&name, &patterns[i], out);
    return len;
}

size_t filename_symbol(const char *path, const char *member, char out[FILENAME_SYMBOL_MAX + 1])
{
    size_t len = member != NULL ? find_symbol(member, out) : 0;
    if (len == 0 && strcmp(path, "-") != 0)
        len = find_symbol(path, out);
    if (len != 0)
        return len;
    const char *name = member != NULL ? member : path;
    if (strcmp(name, "-") == 0)
        return 0;
    const char *base = base_of(name);
    return take_symbol(base, stem_len(name) - (size_t)(base - name), out);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The number of exactly cnt digits at text; -1: they are not. */
static int digits(const char *text, size_t cnt)
{
    int value = 0;
    for (size_t i = 0; i < cnt; i++) {
        if (!is_digit(text[i]))
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

static bool day_of(int year, int month, int day, int64_t *day_ns)
{
    char text[32];
    if (year < 0 || month < 0 || day < 0)
        return false;
    int len = snprintf(text, sizeof(text), "%04d-%02d-%02d", year, month, day);
    return time_parse_date(text, (size_t)len, day_ns) == 0 && *day_ns >= 0;
}

/* A date that text begins with; it is no part of a longer number. */
static bool date_at(const char *text, int64_t *day_ns)
{
    size_t len = strlen(text);
    if (len >= 10 && text[4] == '-' && text[7] == '-' && !is_digit(text[10]))
        return day_of(digits(text, 4), digits(text + 5, 2), digits(text + 8, 2), day_ns);
    if (len < 8 || is_digit(text[8]))
        return false;
    if (strncmp(text + 8, ".NASDAQ_ITCH50", 14) == 0)
        return day_of(digits(text + 4, 4), digits(text, 2), digits(text + 2, 2), day_ns);
    return day_of(digits(text, 4), digits(text + 4, 2), digits(text + 6, 2), day_ns);
}

static bool find_day(const char *path, int64_t *day_ns)
{
    struct name name;
    set_name(&name, path, strlen(path));
    if (find(&name, DUKASCOPY)) {
        const char *text = name.text;
        int month = digits(text + name.group[DUKASCOPY_MONTH].rm_so, 2) + 1;
        return day_of(digits(text + name.group[DUKASCOPY_YEAR].rm_so, 4), month,
                      digits(text + name.group[DUKASCOPY_DAY].rm_so, 2), day_ns);
    }
    const char *base = base_of(name.text);
    for (const char *p = base; *p != '\0'; p++)
        if ((p == base || !is_digit(p[-1])) && date_at(p, day_ns))
            return true;
    return false;
}

bool filename_day(const char *path, const char *member, int64_t *day_ns)
{
    bool found = (member != NULL && find_day(member, day_ns)) || find_day(path, day_ns);
    if (!found)
        *day_ns = 0;
    return found;
}

static bool find_hour(const char *path, int64_t *hour_ns)
{
    struct name name;
    set_name(&name, path, strlen(path));
    if (!find(&name, DUKASCOPY_HOUR))
        return false;
    int hour = digits(name.text + name.group[2].rm_so, 2);
    *hour_ns = hour * 3600 * TIME_NS_PER_S;
    return hour < 24;
}

bool filename_hour(const char *path, const char *member, int64_t *hour_ns)
{
    return (member != NULL && find_hour(member, hour_ns)) || find_hour(path, hour_ns);
}
