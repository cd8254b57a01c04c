#include "row.h"

#include <errno.h>
#include <string.h>

#include "decimal.h"
#include "timetext.h"

#define SCALE 9 /* decimals of a price and a size */
#define SCALE_MILLI 3

bool row_split(struct row *row, char *line, size_t len, char separator, struct csv_field *field, size_t cnt)
{
    size_t error_at = 0;
    row->line = line;
    row->field = field;
    int found_cnt = csv_split(line, len, separator, field, &error_at);
    if (found_cnt == (int)cnt)
        return true;
    if (found_cnt == -EINVAL)
        source_bad(row->src, BAD_QUOTES, error_at + 1, "unbalanced quotes");
    else if (found_cnt == -E2BIG)
        source_bad(row->src, BAD_FIELDS, error_at + 1, "more than %d fields, expected %zu", CSV_FIELD_MAX,
                   cnt);
    else if (found_cnt > (int)cnt)
        source_bad(row->src, BAD_FIELDS, row_column(row, field[cnt]), "%d fields, expected %zu", found_cnt,
                   cnt);
    else
        source_bad(row->src, BAD_FIELDS, len + 1, "%d fields, expected %zu", found_cnt, cnt);
    return false;
}

bool row_bad(const struct row *row, const char *kind, const char *what, struct csv_field field,
             const char *why)
{
    char quoted[SOURCE_QUOTE_MAX];
    source_bad(row->src, kind, row_column(row, field), "%s %s %s", what,
               source_quote(quoted, field.text, field.len), why);
    return false;
}

static bool bad_number(const struct row *row, const char *what, struct csv_field field, int rc)
{
    if (field.len == 0)
        return row_bad(row, BAD_NUMBER, what, field, "is empty");
    return row_bad(row, BAD_NUMBER, what, field, rc == -ERANGE ? "is out of range" : "is not a number");
}

bool row_time(const struct row *row, struct csv_field field, int64_t date_ns, int64_t *ns)
{
    field = csv_trim(field);
    int rc;
    if (row_has_clock(field)) {
        if (date_ns < 0)
            return row_bad(row, BAD_TIME, "time", field, "has no date, give --date");
        rc = time_parse_clock(field.text, field.len, ns);
        if (rc == 0 && __builtin_add_overflow(*ns, date_ns, ns))
            rc = -ERANGE;
    } else {
        rc = time_parse(field.text, field.len, row->src->opt.time_unit_ns, ns);
    }
    if (rc != 0)
        return row_bad(row, BAD_TIME, "time", field,
                       field.len == 0  ? "is empty"
                       : rc == -ERANGE ? "is out of range"
                                       : "is not a time");
    if (*ns < 0)
        return row_bad(row, BAD_TIME, "time", field, "is negative or before 1970");
    return true;
}

bool row_price(const struct row *row, const char *what, struct csv_field field, int64_t *px)
{
    field = csv_trim(field);
    bool rounded = false;
    int rc = decimal_parse(field.text, field.len, SCALE, px, &rounded);
    if (rc != 0)
        return bad_number(row, what, field, rc);
    if (rounded && *px == 0)
        return row_bad(row, BAD_NUMBER, what, field, "is smaller than 1e-9");
    row->src->counts.rounded_cnt += rounded;
    return true;
}

/* All sizes in one unit: 0, or the error of the one at *at. */
static int parse_sizes(const struct csv_field *field, size_t cnt, unsigned scale, int64_t *qty,
                       uint64_t *rounded_cnt, size_t *at)
{
    *rounded_cnt = 0;
    for (*at = 0; *at < cnt; ++*at) {
        bool rounded = false;
        struct csv_field text = csv_trim(field[*at]);
        qty[*at] = 0;
        int rc = text.len == 0 ? 0 : decimal_parse(text.text, text.len, scale, &qty[*at], &rounded);
        if (rc != 0)
            return rc;
        *rounded_cnt += rounded;
    }
    return 0;
}

bool row_sizes(const struct row *row, const char *what, const struct csv_field *field, size_t cnt,
               int64_t *qty, uint16_t *flags)
{
    uint64_t rounded_cnt;
    size_t at;
    int rc = parse_sizes(field, cnt, SCALE, qty, &rounded_cnt, &at);
    if (rc == -ERANGE) {
        *flags |= TR_TICK_SIZE_MILLI;
        rc = parse_sizes(field, cnt, SCALE_MILLI, qty, &rounded_cnt, &at);
    }
    if (rc != 0)
        return bad_number(row, what, csv_trim(field[at]), rc);
    for (size_t i = 0; i < cnt; i++)
        if (qty[i] < 0)
            return row_bad(row, BAD_NUMBER, what, csv_trim(field[i]), "is negative");
    row->src->counts.rounded_cnt += rounded_cnt;
    return true;
}

bool row_name(const struct row *row, const char *what, struct csv_field field)
{
    if (source_name_ok(field.text, field.len))
        return true;
    if (field.len == 0)
        return row_bad(row, BAD_NAME, what, field, "is empty");
    if (field.len > SOURCE_SYMBOL_MAX)
        return row_bad(row, BAD_NAME, what, field, "is longer than 71 bytes");
    return row_bad(row, BAD_NAME, what, field, "has bytes that are not printable ASCII");
}

/* Whether the field is this word, without case.  Most rows have one, and it ends at the first difference. */
static bool is_word(struct csv_field field, const char *word)
{
    for (size_t i = 0; i < field.len; i++, word++) {
        char c = field.text[i];
        if ((c >= 'A' && c <= 'Z' ? c | 0x20 : c) != *word || *word == '\0')
            return false;
    }
    return *word == '\0';
}

static bool is_one_of(struct csv_field field, const char *const *word)
{
    while (*word != NULL && !is_word(field, *word))
        word++;
    return *word != NULL;
}

bool row_side(const struct row *row, struct csv_field field, uint8_t *side)
{
    static const char *const buy[] = {"buy", "b", "bid", NULL};
    static const char *const sell[] = {"sell", "s", "a", "ask", NULL};
    static const char *const none[] = {"", "unknown", "none", "n", NULL};
    field = csv_trim(field);
    if (field.len == 3 && memcmp(field.text, "buy", 3) == 0) /* as nearly all have it */
        *side = TR_SIDE_BUY;
    else if (field.len == 4 && memcmp(field.text, "sell", 4) == 0)
        *side = TR_SIDE_SELL;
    else if (is_one_of(field, buy))
        *side = TR_SIDE_BUY;
    else if (is_one_of(field, sell))
        *side = TR_SIDE_SELL;
    else if (is_one_of(field, none))
        *side = TR_SIDE_NONE;
    else
        return row_bad(row, BAD_SIDE, "side", field, "is not one of buy, sell, unknown");
    return true;
}

/* 1, 0, or -1: no boolean. */
static int flag_of(struct csv_field field)
{
    switch (field.len) {
    case 1:
        return is_word(field, "1") || is_word(field, "t")   ? 1
               : is_word(field, "0") || is_word(field, "f") ? 0
                                                            : -1;
    case 4:
        return is_word(field, "true") ? 1 : -1;
    case 5:
        return is_word(field, "false") ? 0 : -1;
    default:
        return -1;
    }
}

bool row_buyer_maker(const struct row *row, struct csv_field field, uint8_t *side)
{
    field = csv_trim(field);
    int flag = flag_of(field);
    *side = flag == 1 ? TR_SIDE_SELL : flag == 0 ? TR_SIDE_BUY : TR_SIDE_NONE;
    return flag >= 0 || field.len == 0
           || row_bad(row, BAD_SIDE, "buyer_maker", field, "is not one of true, false, 1, 0");
}

bool row_flag(const struct row *row, const char *what, struct csv_field field, bool *flag)
{
    field = csv_trim(field);
    int value = flag_of(field);
    *flag = value == 1;
    return value >= 0 || row_bad(row, BAD_MESSAGE, what, field, "is not one of true, false, 1, 0");
}

uint64_t row_id(struct csv_field field)
{
    field = csv_trim(field);
    uint64_t id;
    if (field.len < 20)
        return field.len > 0 && decimal_digits(field.text, field.len, &id) == field.len ? id : 0;
    id = 0;
    for (size_t i = 0; i < field.len; i++) {
        unsigned digit = (unsigned)(unsigned char)field.text[i] - '0';
        if (digit > 9 || __builtin_mul_overflow(id, 10, &id) || __builtin_add_overflow(id, digit, &id))
            return 0;
    }
    return id;
}
