/* Quotes of currencies as three publishers write them, without a header and without sizes: TrueFX, HistData
 * and MarketStore. */
#include <string.h>

#include "bare.h"
#include "decimal.h"
#include "feed/source/sources.h"
#include "timetext.h"

#define DATE_LEN 8 /* YYYYMMDD */

struct fx {
    struct bare bare;
    char date[DATE_LEN]; /* of the last row; most repeat it */
    int64_t date_ns;
};

static int parse_date(const char *text, int64_t *date_ns)
{
    char dashed[] = {text[0], text[1], text[2], text[3], '-', text[4], text[5], '-', text[6], text[7]};
    return time_parse_date(dashed, sizeof(dashed), date_ns);
}

static bool bad_time(const struct row *row, struct csv_field field, const char *why)
{
    bare_bad(row, BAD_TIME, "time", field, why);
    return false;
}

/* A day and a time of day, joined by a blank.  parse_clock reads the latter. */
static bool take_time(const struct row *row, struct csv_field field,
                      int (*parse_clock)(const char *text, size_t len, int64_t *ns), int64_t *ns)
{
    struct fx *st = row->src->state;
    int64_t clock_ns;
    field = csv_trim(field);
    if (field.len <= DATE_LEN + 1 || field.text[DATE_LEN] != ' ')
        return bad_time(row, field, "is not a time");
    if (st->date[0] == '\0' || memcmp(st->date, field.text, DATE_LEN) != 0) {
        if (parse_date(field.text, &st->date_ns) != 0)
            return bad_time(row, field, "is not a time");
        memcpy(st->date, field.text, DATE_LEN);
    }
    if (parse_clock(field.text + DATE_LEN + 1, field.len - DATE_LEN - 1, &clock_ns) != 0)
        return bad_time(row, field, "is not a time");
    if (st->date_ns < 0 || st->date_ns > INT64_MAX - 3 * TIME_NS_PER_DAY)
        return bad_time(row, field, "is out of range");
    *ns = st->date_ns + clock_ns;
    return true;
}

/* --- TrueFX: USD/JPY,20130101 22:00:00.295,bid,ask in UTC ----------------------------------------------- */

enum truefx_column { TRUEFX_SYMBOL, TRUEFX_TIME, TRUEFX_BID, TRUEFX_ASK, TRUEFX_COLUMN_CNT };

static bool is_date_and_clock(struct csv_field field, int (*parse_clock)(const char *, size_t, int64_t *))
{
    int64_t ns;
    return field.len > DATE_LEN + 1 && field.text[DATE_LEN] == ' ' && parse_date(field.text, &ns) == 0
           && parse_clock(field.text + DATE_LEN + 1, field.len - DATE_LEN - 1, &ns) == 0;
}

static bool truefx_detect(const char *bytes, size_t len)
{
    struct csv_field field[TRUEFX_COLUMN_CNT];
    return bare_fields(bytes, len, field, TRUEFX_COLUMN_CNT) == TRUEFX_COLUMN_CNT
           && memchr(field[TRUEFX_SYMBOL].text, '/', field[TRUEFX_SYMBOL].len) != NULL
           && is_date_and_clock(field[TRUEFX_TIME], time_parse_clock) && bare_is_decimal(field[TRUEFX_BID])
           && bare_is_decimal(field[TRUEFX_ASK]);
}

static int truefx_open(struct source *src)
{
    return bare_open(src, sizeof(struct fx), "truefx", 0);
}

static enum bare_row take_truefx(struct row *row, char *line, size_t len, struct source_record *rec)
{
    struct fx *st = row->src->state;
    const struct csv_field *field = st->bare.field;
    if (!row_split(row, line, len, ',', st->bare.field, TRUEFX_COLUMN_CNT))
        return BARE_BAD;
    struct csv_field symbol = csv_trim(field[TRUEFX_SYMBOL]);
    if (!row_name(row, "symbol", symbol)
        || !take_time(row, field[TRUEFX_TIME], time_parse_clock, &rec->tick.ts_event_ns))
        return BARE_BAD;
    rec->symbol = symbol.text;
    rec->symbol_len = (uint8_t)symbol.len;
    return bare_quote(row, &rec->tick, &field[TRUEFX_BID], 0, NULL);
}

static enum source_result truefx_next(struct source *src, struct source_record *rec)
{
    return bare_next(src, rec, take_truefx);
}

const struct source_ops source_truefx = {
    .name = "truefx",
    .help = "TrueFX: pair, time, bid, ask",
    .detect = truefx_detect,
    .open = truefx_open,
    .next = truefx_next,
    .close = bare_close,
};

/* --- HistData: 20200101 170000065,bid,ask,0 in standard time of New York, all year ----------------------- */

enum histdata_column { HISTDATA_TIME, HISTDATA_BID, HISTDATA_ASK, HISTDATA_VOLUME, HISTDATA_COLUMN_CNT };

/* HHMMSSmmm */
static int parse_packed_clock(const char *text, size_t len, int64_t *ns)
{
    uint64_t value;
    if (len != 9 || decimal_digits(text, len, &value) != len)
        return -1;
    int64_t hour = (int64_t)(value / 10000000);
    int64_t minute = (int64_t)(value / 100000 % 100);
    int64_t ms = (int64_t)(value % 100000);
    if (hour > 23 || minute > 59 || ms > 59999)
        return -1;
    *ns = ((hour * 60 + minute) * 60000 + ms) * 1000000;
    return 0;
}

static bool histdata_detect(const char *bytes, size_t len)
{
    struct csv_field field[HISTDATA_COLUMN_CNT];
    return bare_fields(bytes, len, field, HISTDATA_COLUMN_CNT) == HISTDATA_COLUMN_CNT
           && is_date_and_clock(field[HISTDATA_TIME], parse_packed_clock)
           && bare_is_decimal(field[HISTDATA_BID]) && bare_is_decimal(field[HISTDATA_ASK])
           && bare_is_decimal(field[HISTDATA_VOLUME]);
}

static int histdata_open(struct source *src)
{
    return bare_open(src, sizeof(struct fx), "histdata", BARE_NEEDS_SYMBOL);
}

static enum bare_row take_histdata(struct row *row, char *line, size_t len, struct source_record *rec)
{
    struct fx *st = row->src->state;
    const struct csv_field *field = st->bare.field;
    int64_t est_ns;
    int64_t volume; /* always 0; it tells a row that is cut short */
    if (!row_split(row, line, len, ',', st->bare.field, HISTDATA_COLUMN_CNT)
        || !take_time(row, field[HISTDATA_TIME], parse_packed_clock, &est_ns)
        || !bare_number(row, "volume", field[HISTDATA_VOLUME], 0, &volume))
        return BARE_BAD;
    rec->tick.ts_event_ns = est_ns + NEWYORK_EST_NS;
    return bare_quote(row, &rec->tick, &field[HISTDATA_BID], 0, NULL);
}

static enum source_result histdata_next(struct source *src, struct source_record *rec)
{
    return bare_next(src, rec, take_histdata);
}

const struct source_ops source_histdata = {
    .name = "histdata",
    .help = "HistData ASCII ticks: time (EST), bid, ask, 0",
    .detect = histdata_detect,
    .open = histdata_open,
    .next = histdata_next,
    .close = bare_close,
};

/* --- MarketStore: 2016-12-31 02:37:57 +0000 UTC,bid,ask,ns ----------------------------------------------- */

enum marketstore_column {
    MARKETSTORE_TIME,
    MARKETSTORE_BID,
    MARKETSTORE_ASK,
    MARKETSTORE_NS, /* within the second */
    MARKETSTORE_COLUMN_CNT
};

#define MARKETSTORE_TIME_LEN 19
#define MARKETSTORE_ZONE " +0000 UTC"

static int parse_zoned(struct csv_field field, int64_t *ns)
{
    size_t zone_len = sizeof(MARKETSTORE_ZONE) - 1;
    if (field.len != MARKETSTORE_TIME_LEN + zone_len
        || memcmp(field.text + MARKETSTORE_TIME_LEN, MARKETSTORE_ZONE, zone_len) != 0)
        return -1;
    return time_parse(field.text, MARKETSTORE_TIME_LEN, 0, ns);
}

static bool marketstore_detect(const char *bytes, size_t len)
{
    struct csv_field field[MARKETSTORE_COLUMN_CNT];
    int64_t ns;
    return bare_fields(bytes, len, field, MARKETSTORE_COLUMN_CNT) == MARKETSTORE_COLUMN_CNT
           && parse_zoned(field[MARKETSTORE_TIME], &ns) == 0 && bare_is_decimal(field[MARKETSTORE_BID])
           && bare_is_decimal(field[MARKETSTORE_ASK]) && bare_is_digits(field[MARKETSTORE_NS]);
}

static int marketstore_open(struct source *src)
{
    return bare_open(src, sizeof(struct bare), "", BARE_NEEDS_SYMBOL);
}

static enum bare_row take_marketstore(struct row *row, char *line, size_t len, struct source_record *rec)
{
    struct bare *st = row->src->state;
    const struct csv_field *field = st->field;
    int64_t s_ns;
    int64_t ns;
    if (!row_split(row, line, len, ',', st->field, MARKETSTORE_COLUMN_CNT))
        return BARE_BAD;
    if (parse_zoned(csv_trim(field[MARKETSTORE_TIME]), &s_ns) != 0)
        return bare_bad(row, BAD_TIME, "time", field[MARKETSTORE_TIME], "is not a time");
    if (s_ns < 0 || s_ns > INT64_MAX - TIME_NS_PER_S)
        return bare_bad(row, BAD_TIME, "time", field[MARKETSTORE_TIME], "is out of range");
    if (!bare_number(row, "nanoseconds", field[MARKETSTORE_NS], 0, &ns))
        return BARE_BAD;
    if (ns < 0 || ns >= TIME_NS_PER_S)
        return bare_bad(row, BAD_TIME, "nanoseconds", field[MARKETSTORE_NS], "is not within a second");
    rec->tick.ts_event_ns = s_ns + ns;
    return bare_quote(row, &rec->tick, &field[MARKETSTORE_BID], 0, NULL);
}

static enum source_result marketstore_next(struct source *src, struct source_record *rec)
{
    return bare_next(src, rec, take_marketstore);
}

const struct source_ops source_marketstore = {
    .name = "marketstore",
    .help = "MarketStore FX: time, bid, ask, nanoseconds",
    .detect = marketstore_detect,
    .open = marketstore_open,
    .next = marketstore_next,
    .close = bare_close,
};
