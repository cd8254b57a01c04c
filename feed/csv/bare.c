#include "bare.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "decimal.h"
#include "exitcode.h"
#include "timetext.h"

#define SCALE 9 /* decimals of a price */

/* --- Opening, and the loop -------------------------------------------------------------------------- */

static int take_identity(struct source *src, struct bare *st, const char *venue, unsigned needs)
{
    if (source_identity(src, venue, &st->id) != 0)
        return -1;
    if ((needs & BARE_NEEDS_SYMBOL) != 0 && st->id.symbol_len == 0)
        return source_fail(src, EXIT_CODE_USAGE, "nothing tells the symbol, give --symbol=S");
    if (st->id.day_ns > INT64_MAX - 3 * TIME_NS_PER_DAY)
        return source_fail(src, EXIT_CODE_USAGE, "the date is out of range, give another --date");
    if ((needs & BARE_NEEDS_DAY) != 0 && !st->id.has_day)
        source_note(src, "no date: times count from 1970-01-01, give --date", 1);
    st->day = st->id.has_day ? newyork_day(st->id.day_ns) : (struct newyork_day){.change_ns = INT64_MAX};
    return 0;
}

int bare_open(struct source *src, size_t size, const char *venue, unsigned needs)
{
    src->state = calloc(1, size);
    if (src->state == NULL)
        return source_fail(src, EXIT_CODE_FAILED, "out of memory");
    int rc = take_identity(src, src->state, venue, needs);
    if (rc != 0)
        bare_close(src);
    return rc;
}

void bare_close(struct source *src)
{
    free(src->state);
    src->state = NULL;
}

static bool is_blank(const char *text, size_t len)
{
    return csv_trim((struct csv_field){text, len}).len == 0;
}

/* Field by field: the whole record at once is cleared in a slow way. */
void bare_clear(struct source_record *rec, const struct source_identity *id)
{
    rec->tick = (struct tr_tick){0};
    rec->symbol = id->symbol;
    rec->symbol_len = id->symbol_len;
    rec->venue = id->venue;
    rec->venue_len = id->venue_len;
    rec->ts_recv_ns = 0;
}

enum source_result bare_next(struct source *src, struct source_record *rec, bare_take take)
{
    const struct bare *st = src->state;
    for (;;) {
        char *line;
        size_t len;
        enum source_result result = source_line(src, &line, &len);
        if (result != SOURCE_OK)
            return result;
        if (is_blank(line, len))
            continue;
        bare_clear(rec, &st->id);
        struct row row = {.src = src, .line = line};
        enum bare_row kind = take(&row, line, len, rec);
        if (kind == BARE_TICK)
            return SOURCE_OK;
        if (kind == BARE_BAD)
            return SOURCE_BAD;
        src->counts.skipped_cnt++;
        src->counts.zero_cnt += kind == BARE_ZERO;
    }
}

/* --- Fields of a row -------------------------------------------------------------------------------- */

enum bare_row bare_bad(const struct row *row, const char *kind, const char *what, struct csv_field field,
                       const char *why)
{
    row_bad(row, kind, what, field, why);
    return BARE_BAD;
}

bool bare_number(const struct row *row, const char *what, struct csv_field field, unsigned scale,
                 int64_t *value)
{
    bool rounded = false;
    field = csv_trim(field);
    int rc = decimal_parse(field.text, field.len, scale, value, &rounded);
    if (rc != 0) {
        bare_bad(row, BAD_NUMBER, what, field,
                 field.len == 0  ? "is empty"
                 : rc == -ERANGE ? "is out of range"
                                 : "is not a number");
        return false;
    }
    row->src->counts.rounded_cnt += rounded;
    return true;
}

bool bare_price(const struct row *row, const char *what, struct csv_field field, unsigned decimals,
                int64_t *px)
{
    if (decimals == 0)
        return row_price(row, what, field, px);
    if (!bare_number(row, what, field, SCALE - decimals, px))
        return false;
    if (*px != 0 || decimal_is_zero(field.text, field.len))
        return true;
    bare_bad(row, BAD_NUMBER, what, field, "is too small");
    return false;
}

bool bare_clock(const struct row *row, struct csv_field field, unsigned scale, int64_t *ns)
{
    bool rounded = false;
    field = csv_trim(field);
    int rc = decimal_parse(field.text, field.len, scale, ns, &rounded);
    const char *why = field.len == 0                                      ? "is empty"
                      : rc == -EINVAL                                     ? "is not a count since midnight"
                      : rc == -ERANGE || *ns < 0 || *ns > TIME_NS_PER_DAY ? "is not within a day"
                                                                          : NULL;
    if (why != NULL)
        bare_bad(row, BAD_TIME, "time", field, why);
    return why == NULL;
}

enum bare_row bare_trade(const struct row *row, struct tr_tick *tick, struct csv_field price,
                         unsigned decimals, struct csv_field size)
{
    size = csv_trim(size);
    tick->kind = TR_TICK_TRADE;
    if (!bare_price(row, "price", price, decimals, &tick->price_px))
        return BARE_BAD;
    if (size.len == 0)
        return bare_bad(row, BAD_NUMBER, "size", size, "is empty");
    if (!row_sizes(row, "size", &size, 1, &tick->size_qty, &tick->flags))
        return BARE_BAD;
    if (tick->price_px == 0 || (tick->size_qty == 0 && decimal_is_zero(size.text, size.len)))
        return BARE_ZERO;
    return BARE_TICK;
}

enum bare_row bare_quote(const struct row *row, struct tr_tick *tick, const struct csv_field price[2],
                         unsigned decimals, const struct csv_field *size)
{
    int64_t px[2];
    int64_t qty[2] = {0, 0};
    bool absent[2];
    tick->kind = TR_TICK_QUOTE;
    for (int i = 0; i < 2; i++) {
        if (!bare_price(row, i == 0 ? "bid" : "ask", price[i], decimals, &px[i]))
            return BARE_BAD;
        if (size != NULL && csv_trim(size[i]).len == 0)
            return bare_bad(row, BAD_NUMBER, "size", size[i], "is empty");
    }
    if (size != NULL && !row_sizes(row, "size", size, 2, qty, &tick->flags))
        return BARE_BAD;
    for (int i = 0; i < 2; i++) {
        absent[i] = px[i] == 0 || (size != NULL && qty[i] == 0 && decimal_is_zero(size[i].text, size[i].len));
        if (absent[i]) {
            px[i] = qty[i] = 0;
            tick->flags |= i == 0 ? TR_TICK_NO_BID : TR_TICK_NO_ASK;
        }
    }
    tick->bid_px = px[0];
    tick->bid_qty = qty[0];
    tick->ask_px = px[1];
    tick->ask_qty = qty[1];
    return BARE_TICK;
}

/* --- Telling formats apart -------------------------------------------------------------------------- */

/* Without the blanks around it, and without quotes around what is left. */
static struct csv_field strip(struct csv_field field)
{
    field = csv_trim(field);
    if (field.len >= 2 && field.text[0] == '"' && field.text[field.len - 1] == '"') {
        field.text++;
        field.len -= 2;
    }
    return field;
}

size_t bare_fields(const char *bytes, size_t len, struct csv_field *field, size_t max)
{
    const char *lf = memchr(bytes, '\n', len);
    const char *end = lf != NULL ? lf : bytes + len;
    if (end > bytes && end[-1] == '\r')
        end--;
    size_t cnt = 0;
    for (;;) {
        const char *comma = memchr(bytes, ',', (size_t)(end - bytes));
        if (cnt < max)
            field[cnt] = strip((struct csv_field){bytes, (size_t)((comma != NULL ? comma : end) - bytes)});
        cnt++;
        if (comma == NULL)
            return cnt;
        bytes = comma + 1;
    }
}

bool bare_is_decimal(struct csv_field field)
{
    int64_t value;
    bool rounded = false;
    return decimal_parse(field.text, field.len, 0, &value, &rounded) == 0;
}

bool bare_is_digits(struct csv_field field)
{
    uint64_t value;
    return field.len > 0 && field.len <= 19 && decimal_digits(field.text, field.len, &value) == field.len;
}

bool bare_is_word(struct csv_field field, const char *word)
{
    size_t i = 0;
    for (; i < field.len && word[i] != '\0'; i++)
        if ((field.text[i] | 0x20) != word[i])
            return false;
    return i == field.len && word[i] == '\0';
}

bool bare_is_clock(struct csv_field field, unsigned scale)
{
    int64_t ns;
    bool rounded = false;
    return decimal_parse(field.text, field.len, scale, &ns, &rounded) == 0 && ns >= 0
           && ns <= TIME_NS_PER_DAY;
}

bool bare_is_market(struct csv_field bid, struct csv_field ask)
{
    int64_t bid_px;
    int64_t ask_px;
    bool rounded = false;
    return decimal_parse(bid.text, bid.len, SCALE, &bid_px, &rounded) == 0
           && decimal_parse(ask.text, ask.len, SCALE, &ask_px, &rounded) == 0 && bid_px > 0 && ask_px > 0
           && bid_px / 2 < ask_px && ask_px / 2 < bid_px;
}
