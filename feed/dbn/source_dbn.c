/* Databento Binary Encoding: trades, best bids and asks, and books of orders (dbn.h says where it is
 * described). */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "dbn.h"
#include "dbn_meta.h"
#include "dbn_records.h"
#include "exitcode.h"
#include "feed/source/sources.h"

struct dbn_state {
    bool has_meta;
    struct dbn_meta meta;
    struct dbn_records records;
};

static bool dbn_detect(const char *bytes, size_t len)
{
    return len >= 4 && memcmp(bytes, "DBN", 3) == 0 && (unsigned char)bytes[3] < ' ';
}

static void dbn_close(struct source *src)
{
    struct dbn_state *st = src->state;
    if (st == NULL)
        return;
    dbn_records_free(&st->records);
    free(st);
    src->state = NULL;
}

static int dbn_open(struct source *src)
{
    struct dbn_state *st = calloc(1, sizeof(*st));
    if (st == NULL)
        return source_fail(src, EXIT_CODE_FAILED, "out of memory");
    src->state = st;
    int rc = source_identity(src, "", &st->records.id);
    if (rc != 0)
        dbn_close(src);
    return rc;
}

/* The venue is the dataset's, up to the point: GLBX.MDP3 is glbx. */
static void set_venue(struct source *src, struct dbn_state *st)
{
    struct source_identity *id = &st->records.id;
    size_t len = strcspn(st->meta.dataset, ".");
    if (id->venue_len > 0 || len == 0)
        return;
    if (!source_name_ok(st->meta.dataset, len)) {
        source_note_at(src, "dataset that is no name", 0);
        return;
    }
    for (size_t i = 0; i < len; i++)
        id->venue[i] = (char)tolower((unsigned char)st->meta.dataset[i]);
    id->venue_len = (uint8_t)len;
}

static enum source_result read_meta(struct source *src, struct dbn_state *st)
{
    enum source_result result = dbn_meta_read(src, &st->meta, &st->records.symbols);
    if (result != SOURCE_OK)
        return result;
    st->has_meta = true;
    st->records.schema = st->meta.schema;
    set_venue(src, st);
    return SOURCE_OK;
}

static enum source_result fail_cut(struct source *src, size_t len)
{
    return source_fail_at(src, input_offset(&src->input), "the last record is cut: %zu byte%s left", len,
                          len == 1 ? " is" : "s are");
}

/* The next whole record. */
static enum source_result next_record(struct source *src, const unsigned char **at, size_t *record_len)
{
    size_t len;
    for (size_t want = DBN_HEAD_LEN;; want = *record_len) {
        enum source_result result = source_bytes(src, want, at, &len);
        if (result == SOURCE_END && len > 0)
            return fail_cut(src, len);
        if (result != SOURCE_OK)
            return result;
        *record_len = (size_t)(*at)[0] * DBN_LENGTH_UNIT;
        if (*record_len < DBN_HEAD_LEN)
            return source_fail_at(src, input_offset(&src->input),
                                  "record of %zu bytes, its head has %d: no way to go on", *record_len,
                                  DBN_HEAD_LEN);
        if (*record_len <= len)
            return SOURCE_OK;
    }
}

static enum source_result dbn_next(struct source *src, struct source_record *rec)
{
    struct dbn_state *st = src->state;
    struct dbn_records *records = &st->records;
    const unsigned char *at;
    size_t len = 0;
    if (records->has_pending) {
        records->has_pending = false;
        *rec = records->pending;
        return SOURCE_OK;
    }
    enum source_result result = st->has_meta ? SOURCE_OK : read_meta(src, st);
    while (result == SOURCE_OK) {
        result = next_record(src, &at, &len);
        if (result != SOURCE_OK)
            break;
        enum dbn_outcome outcome = dbn_records_take(src, records, at, len, rec);
        if (outcome == DBN_FATAL)
            return SOURCE_FATAL;
        input_take(&src->input, len);
        if (outcome != DBN_NO_TICK)
            return outcome == DBN_TICK ? SOURCE_OK : SOURCE_BAD;
    }
    return result;
}

const struct source_ops source_dbn = {
    .name = "dbn",
    .help = "Databento Binary Encoding: trades, tbbo, mbp, bbo, mbo",
    .detect = dbn_detect,
    .open = dbn_open,
    .next = dbn_next,
    .close = dbn_close,
};
