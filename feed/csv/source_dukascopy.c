/* Dukascopy: an hour of quotes of one instrument, as its data feed publishes them (unpacked from .bi5).
 * Big-endian records of 20 bytes: milliseconds in the hour, ask, bid, and the volumes of both as binary32, in
 * millions.  There is no public specification; programs that read them agree on this.
 *
 * Instrument, day and hour are only in the name (see filename.h).  Prices count points, which are 1e-5, or 1e-3
 * where JPY, gold or silver is one of the two.  Sizes stay in millions, as exact as binary32 has them. */
#include <errno.h>
#include <string.h>

#include "bare.h"
#include "binary32.h"
#include "feed/source/filename.h"
#include "feed/source/sources.h"
#include "timetext.h"

#define RECORD_LEN 20
#define HOUR_MS 3600000
#define MS_NS 1000000
#define POINT_PX 10000 /* 1e-5 */
#define BIG_POINT_PX 1000000 /* 1e-3 */
#define QTY_SCALE 1000000000
#define QTY_MILLI_SCALE 1000
#define DETECT_MAX 200 /* records that are looked at */

enum offset { TIME_AT = 0, ASK_AT = 4, BID_AT = 8, ASK_SIZE_AT = 12, BID_SIZE_AT = 16 };

struct dukascopy {
    struct bare bare;
    int64_t hour_ns; /* since 1970 */
    int64_t point_px;
    uint32_t last_ms;
};

static uint32_t u32_at(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* A volume that somebody can have quoted: none, or from 1 unit to 1e12. */
static bool is_volume(uint32_t bits)
{
    int64_t units;
    bool rounded = false;
    return bits == 0
           || (binary32_decimal(bits, 1000000, &units, &rounded) == 0 && units >= 1
               && units <= INT64_C(1000000000000));
}

static bool is_record(const unsigned char *p, uint32_t last_ms)
{
    uint32_t ask = u32_at(p + ASK_AT);
    uint32_t bid = u32_at(p + BID_AT);
    return u32_at(p + TIME_AT) < HOUR_MS && u32_at(p + TIME_AT) >= last_ms && bid > 0 && ask >= bid
           && ask / 2 <= bid && is_volume(u32_at(p + ASK_SIZE_AT)) && is_volume(u32_at(p + BID_SIZE_AT));
}

static bool dukascopy_detect(const char *bytes, size_t len)
{
    const unsigned char *p = (const unsigned char *)bytes;
    uint32_t last_ms = 0;
    for (size_t i = 0; i < DETECT_MAX && (i + 1) * RECORD_LEN <= len; i++, p += RECORD_LEN) {
        if (!is_record(p, last_ms))
            return false;
        last_ms = u32_at(p + TIME_AT);
    }
    return len >= RECORD_LEN;
}

static int64_t point_of(const char *symbol)
{
    bool is_big = strcasestr(symbol, "JPY") != NULL || strcasestr(symbol, "XAU") != NULL
                  || strcasestr(symbol, "XAG") != NULL;
    return is_big ? BIG_POINT_PX : POINT_PX;
}

static int dukascopy_open(struct source *src)
{
    int64_t hour_ns = 0;
    int rc = bare_open(src, sizeof(struct dukascopy), "dukascopy", BARE_NEEDS_SYMBOL | BARE_NEEDS_DAY);
    if (rc != 0)
        return rc;
    struct dukascopy *st = src->state;
    if (!filename_hour(src->path, src->input.member, &hour_ns))
        source_note_at(src, "no hour in the name of the file: times count from midnight", 0);
    st->hour_ns = st->bare.id.day_ns + hour_ns;
    st->point_px = point_of(st->bare.id.symbol);
    return 0;
}

/* Both volumes in one unit, negative ones too: 0, -EINVAL or -ERANGE. */
static int parse_volumes(const unsigned char *p, uint32_t scale, struct tr_tick *tick, uint64_t *rounded_cnt)
{
    bool ask_rounded = false;
    bool bid_rounded = false;
    int rc = binary32_decimal(u32_at(p + ASK_SIZE_AT), scale, &tick->ask_qty, &ask_rounded);
    if (rc == 0)
        rc = binary32_decimal(u32_at(p + BID_SIZE_AT), scale, &tick->bid_qty, &bid_rounded);
    *rounded_cnt = (uint64_t)ask_rounded + bid_rounded;
    return rc;
}

static bool take_volumes(struct source *src, const unsigned char *p, uint64_t offset, struct tr_tick *tick)
{
    uint64_t rounded_cnt;
    int rc = parse_volumes(p, QTY_SCALE, tick, &rounded_cnt);
    if (rc == -ERANGE) {
        tick->flags |= TR_TICK_SIZE_MILLI;
        rc = parse_volumes(p, QTY_MILLI_SCALE, tick, &rounded_cnt);
    }
    if (rc == 0 && tick->ask_qty >= 0 && tick->bid_qty >= 0) {
        src->counts.rounded_cnt += rounded_cnt;
        return true;
    }
    source_bad_at(src, BAD_NUMBER, offset, "volume is %s",
                  rc == -ERANGE ? "out of range"
                  : rc != 0     ? "not a number"
                                : "negative");
    return false;
}

/* -0.0 is no volume either; one that is only too small to be seen is. */
static bool is_absent(uint32_t price, uint32_t volume_bits)
{
    return price == 0 || volume_bits << 1 == 0;
}

static void take_prices(const unsigned char *p, int64_t point_px, struct tr_tick *tick)
{
    tick->ask_px = u32_at(p + ASK_AT) * point_px;
    tick->bid_px = u32_at(p + BID_AT) * point_px;
    if (is_absent(u32_at(p + ASK_AT), u32_at(p + ASK_SIZE_AT))) {
        tick->ask_px = tick->ask_qty = 0;
        tick->flags |= TR_TICK_NO_ASK;
    }
    if (is_absent(u32_at(p + BID_AT), u32_at(p + BID_SIZE_AT))) {
        tick->bid_px = tick->bid_qty = 0;
        tick->flags |= TR_TICK_NO_BID;
    }
}

static enum source_result dukascopy_next(struct source *src, struct source_record *rec)
{
    struct dukascopy *st = src->state;
    uint64_t offset = input_offset(&src->input);
    const unsigned char *p;
    size_t len;
    enum source_result result = source_bytes(src, RECORD_LEN, &p, &len);
    if (result == SOURCE_END && len > 0)
        return source_fail_at(src, offset, "cut: a record has 20 bytes, here are %zu", len);
    if (result != SOURCE_OK)
        return result;
    uint32_t ms = u32_at(p + TIME_AT);
    if (ms >= HOUR_MS) /* bytes are missing or too many: what follows would be garbage */
        return source_fail_at(src, offset, "time %u is not within an hour (%d ms)", ms, HOUR_MS);
    if (ms < st->last_ms)
        source_note_at(src, "time goes back", offset);
    st->last_ms = ms;
    input_take(&src->input, RECORD_LEN);
    bare_clear(rec, &st->bare.id);
    rec->tick.kind = TR_TICK_QUOTE;
    rec->tick.ts_event_ns = st->hour_ns + (int64_t)ms * MS_NS;
    if (!take_volumes(src, p, offset, &rec->tick))
        return SOURCE_BAD;
    take_prices(p, st->point_px, &rec->tick);
    return SOURCE_OK;
}

const struct source_ops source_dukascopy = {
    .name = "dukascopy",
    .help = "Dukascopy: an hour of quotes, 20 bytes each (.bi5 unpacked)",
    .detect = dukascopy_detect,
    .open = dukascopy_open,
    .next = dukascopy_next,
    .close = bare_close,
};
