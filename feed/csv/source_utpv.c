/* Three columns without a header: unix time, price, volume, as Kraken's and bitcoincharts' dumps have them.
 * Nothing in the file says what was traded: --symbol does, or the name of the file. */
#include "bare.h"
#include "feed/source/sources.h"
#include "timetext.h"

#define COLUMN_CNT 3

/* Three numbers, the first of which is a time since 2001: a smaller one is a time of day in other formats. */
static bool utpv_detect(const char *bytes, size_t len)
{
    struct csv_field field[COLUMN_CNT];
    int64_t ns;
    return bare_fields(bytes, len, field, COLUMN_CNT) == COLUMN_CNT
           && time_parse(field[0].text, field[0].len, 0, &ns) == 0 && ns >= TIME_NS_PER_S * TIME_NS_PER_S
           && bare_is_decimal(field[1]) && bare_is_decimal(field[2]);
}

static int utpv_open(struct source *src)
{
    return bare_open(src, sizeof(struct bare), "", BARE_NEEDS_SYMBOL);
}

static enum bare_row take_row(struct row *row, char *line, size_t len, struct source_record *rec)
{
    struct bare *st = row->src->state;
    const struct csv_field *field = st->field;
    if (!row_split(row, line, len, ',', st->field, COLUMN_CNT)
        || !row_time(row, field[0], -1, &rec->tick.ts_event_ns))
        return BARE_BAD;
    return bare_trade(row, &rec->tick, field[1], 0, field[2]);
}

static enum source_result utpv_next(struct source *src, struct source_record *rec)
{
    return bare_next(src, rec, take_row);
}

const struct source_ops source_utpv = {
    .name = "utpv",
    .help = "no header: unix time, price, volume (Kraken, bitcoincharts)",
    .detect = utpv_detect,
    .open = utpv_open,
    .next = utpv_next,
    .close = bare_close,
};
