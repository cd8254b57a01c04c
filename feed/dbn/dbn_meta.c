#include "dbn_meta.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "dbn.h"
#include "decimal.h"
#include "exitcode.h"
#include "timetext.h"
#include "feed/source/wire.h"

/* Offsets in the file; those of version 1 follow one more integer. */
#define MAGIC_LEN 4 /* "DBN" and the version */
#define PREFIX_LEN 8 /* and the length of what follows */
#define FIXED_LEN 100 /* of what follows */
#define AT_DATASET 8
#define AT_SCHEMA 24
#define AT_STYPE_IN 50
#define AT_STYPE_IN_V1 58
#define AT_SYMBOL_LEN 53
#define COUNT_LEN 4
#define DATE_LEN 4
#define UNREAD_LISTS 3 /* symbols that were asked for, and those that were found in part or not at all */

static enum source_result fail_cut(struct source *src, size_t len)
{
    return source_fail_at(src, input_offset(&src->input) + len, "the metadata is cut");
}

/* The next n bytes of the metadata. */
static enum source_result get(struct source *src, const struct dbn_meta *meta, size_t n,
                              const unsigned char **bytes)
{
    size_t len;
    if (n > meta->left)
        return source_fail_at(src, input_offset(&src->input), "the metadata ends before its contents");
    enum source_result result = source_bytes(src, n, bytes, &len);
    return result == SOURCE_END ? fail_cut(src, len) : result;
}

static void take(struct source *src, struct dbn_meta *meta, size_t n)
{
    input_take(&src->input, n);
    meta->left -= (uint32_t)n;
}

/* cnt things of size bytes each are announced: there must be room for them. */
static enum source_result check_count(struct source *src, const struct dbn_meta *meta, const char *what,
                                      uint32_t cnt, size_t size)
{
    if ((uint64_t)cnt * size <= meta->left)
        return SOURCE_OK;
    return source_fail_at(src, input_offset(&src->input),
                          "%" PRIu32 " %s do not fit into the %" PRIu32 " bytes left of the metadata", cnt,
                          what, meta->left);
}

static enum source_result check_magic(struct source *src, const unsigned char *bytes, size_t len)
{
    if (len < MAGIC_LEN || memcmp(bytes, "DBN", MAGIC_LEN - 1) != 0)
        return source_fail_at(src, 0, "does not begin with DBN and a version");
    unsigned version = bytes[MAGIC_LEN - 1];
    if (version == 0 || version > DBN_VERSION_MAX)
        return source_fail_at(src, MAGIC_LEN - 1, "DBN version %u is not known, only 1 to %d are", version,
                              DBN_VERSION_MAX);
    return SOURCE_OK;
}

static enum source_result read_fixed(struct source *src, struct dbn_meta *meta)
{
    const unsigned char *bytes;
    size_t len;
    enum source_result result = source_bytes(src, PREFIX_LEN + FIXED_LEN, &bytes, &len);
    if (result != SOURCE_OK && result != SOURCE_END)
        return result;
    if (check_magic(src, bytes, len) != SOURCE_OK)
        return SOURCE_FATAL;
    if (result == SOURCE_END)
        return fail_cut(src, len);
    meta->left = wire_le32(bytes + MAGIC_LEN);
    if (meta->left < FIXED_LEN)
        return source_fail_at(src, MAGIC_LEN, "metadata of %" PRIu32 " bytes, it has at least %d", meta->left,
                              FIXED_LEN);
    meta->version = bytes[MAGIC_LEN - 1];
    memcpy(meta->dataset, bytes + AT_DATASET, DBN_DATASET_MAX);
    meta->schema = wire_le16(bytes + AT_SCHEMA);
    meta->symbol_len = meta->version == 1 ? DBN_SYMBOL_V1_LEN : wire_le16(bytes + AT_SYMBOL_LEN);
    if (meta->symbol_len == 0 || meta->symbol_len > UINT8_MAX)
        return source_fail_at(src, AT_SYMBOL_LEN, "symbols of %u bytes, not 1 to %d", meta->symbol_len,
                              UINT8_MAX);
    const unsigned char *stype = bytes + (meta->version == 1 ? AT_STYPE_IN_V1 : AT_STYPE_IN);
    meta->ids_are_out = stype[1] == DBN_STYPE_INSTRUMENT_ID;
    meta->has_ids = meta->ids_are_out || stype[0] == DBN_STYPE_INSTRUMENT_ID;
    input_take(&src->input, PREFIX_LEN);
    take(src, meta, FIXED_LEN);
    return SOURCE_OK;
}

static enum source_result read_count(struct source *src, struct dbn_meta *meta, const char *what, size_t size,
                                     uint32_t *cnt)
{
    const unsigned char *bytes;
    enum source_result result = get(src, meta, COUNT_LEN, &bytes);
    if (result != SOURCE_OK)
        return result;
    *cnt = wire_le32(bytes);
    take(src, meta, COUNT_LEN);
    return check_count(src, meta, what, *cnt, size);
}

static enum source_result read_definition(struct source *src, struct dbn_meta *meta)
{
    return read_count(src, meta, "bytes of a schema definition", 1, &meta->skip);
}

static enum source_result read_list(struct source *src, struct dbn_meta *meta)
{
    uint32_t cnt = 0;
    enum source_result result = read_count(src, meta, "symbols", meta->symbol_len, &cnt);
    meta->skip = cnt * meta->symbol_len;
    return result;
}

static enum source_result read_mapping_count(struct source *src, struct dbn_meta *meta)
{
    return read_count(src, meta, "mappings", meta->symbol_len + COUNT_LEN, &meta->mapping_cnt);
}

static enum source_result skip(struct source *src, struct dbn_meta *meta)
{
    while (meta->skip > 0) {
        const unsigned char *bytes;
        size_t len;
        enum source_result result = source_bytes(src, 1, &bytes, &len);
        if (result != SOURCE_OK)
            return result == SOURCE_END ? fail_cut(src, 0) : result;
        uint32_t n = len < meta->skip ? (uint32_t)len : meta->skip;
        take(src, meta, n);
        meta->skip -= n;
    }
    return SOURCE_OK;
}

static bool parse_id(const char *text, size_t len, uint32_t *id)
{
    uint64_t value;
    if (len == 0 || len > 10 || decimal_digits(text, len, &value) != len || value > UINT32_MAX)
        return false;
    *id = (uint32_t)value;
    return true;
}

/* YYYYMMDD as its midnight; a date that no int64_t of nanoseconds reaches is the end of all time. */
static bool parse_date(uint32_t date, int64_t *ns)
{
    char text[16];
    if (date > 99991231)
        return false;
    int len = snprintf(text, sizeof(text), "%04u-%02u-%02u", date / 10000, date / 100 % 100, date % 100);
    int rc = time_parse_date(text, (size_t)len, ns);
    if (rc == -ERANGE)
        *ns = date < 19700101 ? INT64_MIN : INT64_MAX;
    return rc != -EINVAL;
}

/* One side of a mapping is an instrument id, the other its symbol. */
static enum source_result add_interval(struct source *src, const struct dbn_meta *meta,
                                       struct dbn_symbols *symbols, const unsigned char *bytes)
{
    char quoted[SOURCE_QUOTE_MAX];
    uint64_t at = input_offset(&src->input);
    int64_t start_ns;
    int64_t end_ns;
    if (!parse_date(wire_le32(bytes), &start_ns) || !parse_date(wire_le32(bytes + DATE_LEN), &end_ns))
        return source_fail_at(src, at, "a mapping from %" PRIu32 " to %" PRIu32 ", which are no two dates",
                              wire_le32(bytes), wire_le32(bytes + DATE_LEN));
    const char *out = (const char *)bytes + 2 * DATE_LEN;
    size_t out_len = strnlen(out, meta->symbol_len);
    size_t mapped_len = strlen(meta->mapped);
    const char *id_text = meta->ids_are_out ? out : meta->mapped;
    size_t id_len = meta->ids_are_out ? out_len : mapped_len;
    const char *symbol = meta->ids_are_out ? meta->mapped : out;
    size_t len = meta->ids_are_out ? mapped_len : out_len;
    uint32_t id;
    if (out_len == 0) /* not known in this time */
        return SOURCE_OK;
    if (!parse_id(id_text, id_len, &id))
        return source_fail_at(src, at, "a mapping of %s, which is no instrument id",
                              source_quote(quoted, id_text, id_len));
    if (!source_name_ok(symbol, len)) {
        source_note_at(src, "mapping to what is no symbol", at);
        return SOURCE_OK;
    }
    int rc = dbn_symbols_add(symbols, id, start_ns, end_ns, symbol, len);
    if (rc == 0)
        return SOURCE_OK;
    source_fail_at(src, at, rc == -ENOSPC ? "more than %d mappings" : "out of memory", DBN_SYMBOLS_MAX);
    src->exit_code = rc == -ENOSPC ? EXIT_CODE_TEMPFAIL : EXIT_CODE_FAILED;
    return SOURCE_FATAL;
}

static enum source_result read_interval(struct source *src, struct dbn_meta *meta,
                                        struct dbn_symbols *symbols)
{
    const unsigned char *bytes;
    size_t len = 2 * DATE_LEN + (size_t)meta->symbol_len;
    enum source_result result = get(src, meta, len, &bytes);
    if (result == SOURCE_OK && meta->has_ids)
        result = add_interval(src, meta, symbols, bytes);
    if (result != SOURCE_OK)
        return result;
    take(src, meta, len);
    meta->interval_cnt--;
    return SOURCE_OK;
}

static enum source_result read_mapping(struct source *src, struct dbn_meta *meta)
{
    const unsigned char *bytes;
    enum source_result result = get(src, meta, (size_t)meta->symbol_len + COUNT_LEN, &bytes);
    if (result != SOURCE_OK)
        return result;
    memcpy(meta->mapped, bytes, meta->symbol_len);
    meta->mapped[meta->symbol_len] = '\0';
    meta->interval_cnt = wire_le32(bytes + meta->symbol_len);
    take(src, meta, (size_t)meta->symbol_len + COUNT_LEN);
    meta->mapping_cnt--;
    return check_count(src, meta, "intervals of a mapping", meta->interval_cnt,
                       2 * DATE_LEN + (size_t)meta->symbol_len);
}

/* What is left pads the metadata, or is of a version to come. */
static enum source_result read_mappings(struct source *src, struct dbn_meta *meta,
                                        struct dbn_symbols *symbols)
{
    enum source_result result = SOURCE_OK;
    while (result == SOURCE_OK && (meta->mapping_cnt > 0 || meta->interval_cnt > 0))
        result = meta->interval_cnt > 0 ? read_interval(src, meta, symbols) : read_mapping(src, meta);
    if (result == SOURCE_OK)
        meta->skip = meta->left;
    return result;
}

enum source_result dbn_meta_read(struct source *src, struct dbn_meta *meta, struct dbn_symbols *symbols)
{
    enum { FIXED, DEFINITION, LISTS, MAPPING_COUNT = LISTS + UNREAD_LISTS, MAPPINGS, DONE };
    for (;;) {
        enum source_result result = skip(src, meta);
        if (result == SOURCE_OK && meta->step == FIXED)
            result = read_fixed(src, meta);
        else if (result == SOURCE_OK && meta->step == DEFINITION)
            result = read_definition(src, meta);
        else if (result == SOURCE_OK && meta->step < MAPPING_COUNT)
            result = read_list(src, meta);
        else if (result == SOURCE_OK && meta->step == MAPPING_COUNT)
            result = read_mapping_count(src, meta);
        else if (result == SOURCE_OK && meta->step == MAPPINGS)
            result = read_mappings(src, meta, symbols);
        else
            return result;
        if (result != SOURCE_OK)
            return result;
        meta->step++;
    }
}
