#include "csv.h"

#include <endian.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define EACH_BYTE UINT64_C(0x0101010101010101)
#define LOW_BITS UINT64_C(0x7F7F7F7F7F7F7F7F)

char csv_separator(const char *line, size_t len)
{
    static const char candidate[] = {',', ';', '\t'};
    size_t cnt[sizeof(candidate)] = {0};
    bool quoted = false;
    for (size_t i = 0; i < len; i++) {
        if (line[i] == '"')
            quoted = !quoted;
        for (size_t k = 0; k < sizeof(candidate) && !quoted; k++)
            cnt[k] += line[i] == candidate[k];
    }
    size_t best = 0;
    for (size_t k = 1; k < sizeof(candidate); k++)
        if (cnt[k] > cnt[best])
            best = k;
    return candidate[best];
}

/* The high bit of each byte of word that equals the one repeated in pattern; exact for every byte. */
static inline uint64_t equal_bytes(uint64_t word, uint64_t pattern)
{
    uint64_t differs = word ^ pattern;
    return ~(((differs & LOW_BITS) + LOW_BITS) | differs | LOW_BITS);
}

/* The bytes from `at` on, at most eight, the first the lowest; NUL behind the end of the line.  The last
 * ones are loaded together with those before them, so that nothing beyond the line is touched. */
static inline uint64_t load_word(const char *line, size_t len, size_t at)
{
    uint64_t word = 0;
    if (len - at >= sizeof(word)) {
        memcpy(&word, line + at, sizeof(word));
        return le64toh(word);
    }
    if (len >= sizeof(word)) {
        memcpy(&word, line + len - sizeof(word), sizeof(word));
        return le64toh(word) >> 8 * (sizeof(word) - (len - at));
    }
    memcpy(&word, line, len);
    return le64toh(word);
}

/* A line without quotes: eight bytes at a time. */
static int split_plain(const char *line, size_t len, char separator, struct csv_field *field,
                       size_t *error_at)
{
    const char *start = line; /* of the field that is open */
    size_t cnt = 0;
    uint64_t pattern = EACH_BYTE * (unsigned char)separator;
    for (size_t at = 0; at < len; at += 8) {
        uint64_t hits = equal_bytes(load_word(line, len, at), pattern);
        for (; hits != 0; hits &= hits - 1) {
            const char *end = line + at + ((unsigned)__builtin_ctzll(hits) >> 3);
            field[cnt++] = (struct csv_field){start, (size_t)(end - start)};
            start = end + 1;
            if (cnt == CSV_FIELD_MAX) {
                *error_at = (size_t)(start - line);
                return -E2BIG;
            }
        }
    }
    field[cnt++] = (struct csv_field){start, (size_t)(line + len - start)};
    return (int)cnt;
}

/* Takes the field that begins with the quote at `at`: *next is where it ends.  False: never closed. */
static bool take_quoted(char *line, size_t len, size_t at, struct csv_field *field, size_t *next)
{
    char *to = line + at + 1;
    field->text = to;
    for (size_t i = at + 1; i < len; i++) {
        if (line[i] == '"') {
            if (i + 1 == len || line[i + 1] != '"') {
                field->len = (size_t)(to - field->text);
                *next = i + 1;
                return true;
            }
            i++;
        }
        *to++ = line[i];
    }
    return false;
}

static int split_quoted(char *line, size_t len, char separator, struct csv_field *field, size_t *error_at)
{
    size_t cnt = 0;
    for (size_t at = 0;; at++) {
        *error_at = at;
        if (cnt == CSV_FIELD_MAX)
            return -E2BIG;
        if (at < len && line[at] == '"') {
            if (!take_quoted(line, len, at, &field[cnt], &at))
                return -EINVAL;
        } else {
            const char *found = memchr(line + at, separator, len - at);
            size_t end = found == NULL ? len : (size_t)(found - line);
            field[cnt] = (struct csv_field){line + at, end - at};
            at = end;
        }
        cnt++;
        if (at >= len)
            return (int)cnt;
        *error_at = at;
        if (line[at] != separator)
            return -EINVAL;
    }
}

int csv_split(char *line, size_t len, char separator, struct csv_field field[CSV_FIELD_MAX], size_t *error_at)
{
    if (len > 0 && memchr(line, '"', len) != NULL)
        return split_quoted(line, len, separator, field, error_at);
    return split_plain(line, len, separator, field, error_at);
}
