/* Three columns without a header: unix time, price, volume, as Kraken's and bitcoincharts' dumps have them.
 * Nothing in the file says what was traded: --symbol does, or the name of the file. */
#include <stdlib.h>
#include <string.h>

#include "decimal.h"
#include "exitcode.h"
#include "row.h"
#include "sources.h"
#include "timetext.h"

#define COLUMN_CNT 3
#define SEPARATOR ','

struct utpv_state {
    struct source_identity id;
    struct csv_field field[CSV_FIELD_MAX];
};

static bool is_number(struct csv_field field)
{
    int64_t value;
    bool rounded = false;
    return decimal_parse(field.text, field.len, 9, &value, &rounded) == 0;
}

/* Three numbers, the first of which is a time since 2001: a smaller one is a time of day in other formats. */
static bool utpv_detect(const char *bytes, size_t len)
{
    const char *lf = memchr(bytes, '\n', len);
    struct csv_field rest = {bytes, lf == NULL ? len : (size_t)(lf - bytes)};
    if (rest.len > 0 && rest.text[rest.len - 1] == '\r')
        rest.len--;
    for (int i = 0; i < COLUMN_CNT; i++) {
        const char *comma = memchr(rest.text, SEPARATOR, rest.len);
        if ((comma == NULL) != (i == COLUMN_CNT - 1))
            return false;
        struct csv_field field = {rest.text, comma == NULL ? rest.len : (size_t)(comma - rest.text)};
        int64_t ns;
        if (i == 0 && (time_parse(field.text, field.len, 0, &ns) != 0 || ns < TIME_NS_PER_S * TIME_NS_PER_S))
            return false;
        if (i > 0 && !is_number(field))
            return false;
        if (comma != NULL)
            rest = (struct csv_field){comma + 1, rest.len - field.len - 1};
    }
    return true;
}

static void utpv_close(struct source *src)
{
    free(src->state);
    src->state = NULL;
}

static int utpv_open(struct source *src)
{
    struct utpv_state *st = calloc(1, sizeof(*st));
    if (st == NULL)
        return source_fail(src, EXIT_CODE_FAILED, "out of memory");
    src->state = st;
    int rc = source_identity(src, "", &st->id);
    if (rc == 0 && st->id.symbol_len == 0)
        rc = source_fail(src, EXIT_CODE_USAGE, "nothing tells the symbol, give --symbol=S");
    if (rc != 0)
        utpv_close(src);
    return rc;
}

/* *is_tick: neither price nor volume is zero in the file. */
static bool take_numbers(struct source *src, struct utpv_state *st, char *text, size_t len,
                         struct tr_tick *tick, bool *is_tick)
{
    struct row row = {.src = src};
    if (!row_split(&row, text, len, SEPARATOR, st->field, COLUMN_CNT)
        || !row_time(&row, st->field[0], -1, &tick->ts_event_ns)
        || !row_price(&row, "price", st->field[1], &tick->price_px))
        return false;
    struct csv_field size = csv_trim(st->field[2]);
    if (size.len == 0) {
        source_bad(src, BAD_NUMBER, row_column(&row, size), "volume is empty");
        return false;
    }
    uint64_t rounded_cnt = src->counts.rounded_cnt;
    if (!row_sizes(&row, "volume", &size, 1, &tick->size_qty, &tick->flags))
        return false;
    bool size_rounded = src->counts.rounded_cnt != rounded_cnt;
    *is_tick = tick->price_px != 0 && (tick->size_qty != 0 || size_rounded);
    return true;
}

static enum source_result utpv_next(struct source *src, struct source_record *rec)
{
    struct utpv_state *st = src->state;
    for (bool is_tick = false; !is_tick;) {
        char *text;
        size_t len;
        enum source_result result = source_line(src, &text, &len);
        if (result != SOURCE_OK)
            return result;
        if (csv_trim((struct csv_field){text, len}).len == 0)
            continue;
        *rec = (struct source_record){.tick.kind = TR_TICK_TRADE};
        if (!take_numbers(src, st, text, len, &rec->tick, &is_tick))
            return SOURCE_BAD;
        src->counts.skipped_cnt += !is_tick;
        src->counts.zero_cnt += !is_tick;
    }
    rec->symbol = st->id.symbol;
    rec->symbol_len = st->id.symbol_len;
    rec->venue = st->id.venue;
    rec->venue_len = st->id.venue_len;
    return SOURCE_OK;
}

const struct source_ops source_utpv = {
    .name = "utpv",
    .help = "no header: unix time, price, volume (Kraken, bitcoincharts)",
    .detect = utpv_detect,
    .open = utpv_open,
    .next = utpv_next,
    .close = utpv_close,
};
