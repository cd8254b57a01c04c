/* zip (PKWARE's APPNOTE.TXT), read from its beginning to its end, which works from a pipe: the local headers
 * say all that is needed, or the descriptors behind the data do.  The directory at the end is only counted. */
#include "unpack.h"

#ifdef HAVE_ZLIB
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* Signatures, APPNOTE 4.3.7 to 4.3.16, and the lengths of what they begin without its variable parts. */
#define LOCAL_HEADER UINT32_C(0x04034B50)
#define LOCAL_HEADER_LEN 30
#define DESCRIPTOR UINT32_C(0x08074B50)
#define DESCRIPTOR_LEN_MAX 24 /* the shortest end of an archive is longer than that */
#define EXTRA_DATA UINT32_C(0x08064B50)
#define EXTRA_DATA_LEN 8
#define ENTRY UINT32_C(0x02014B50)
#define ENTRY_LEN 46
#define SIGNATURE UINT32_C(0x05054B50)
#define SIGNATURE_LEN 6
#define END64 UINT32_C(0x06064B50)
#define END64_LEN 12
#define LOCATOR64 UINT32_C(0x07064B50)
#define LOCATOR64_LEN 20
#define END UINT32_C(0x06054B50)
#define END_LEN 22
#define SIGNATURE_MIN 4

#define FLAG_ENCRYPTED (1U << 0 | 1U << 6 | 1U << 13)
#define FLAG_DESCRIPTOR (1U << 3)
#define METHOD_STORED 0
#define METHOD_DEFLATED 8
#define EXTRA_ZIP64 1 /* 4.5.3 */
#define IN_ZIP64 UINT32_MAX /* a size that stands in the extra field */

#define NAME_MAX_LEN 160 /* of a longer name the end is kept, which tells more */

enum zip_stage {
    ZIP_RECORD, /* a signature comes next */
    ZIP_NAME,
    ZIP_EXTRA,
    ZIP_DATA,
    ZIP_CHECK, /* the data was whole, what follows tells whether it is right */
    ZIP_SKIP, /* what is not needed: skip_len more bytes */
    ZIP_OVER,
};

struct zip {
    z_stream z;
    enum zip_stage stage;
    uint32_t name_len;
    uint32_t extra_len;
    uint32_t flags;
    uint32_t method;
    /* As the header has it, and as it came. */
    uint32_t crc_wanted;
    uint32_t crc;
    uint64_t packed_wanted;
    uint64_t packed_len;
    uint64_t size_wanted;
    uint64_t size;
    uint64_t skip_len;
    uint64_t member_cnt;
    uint64_t entry_cnt; /* of the directory */
    bool has_end; /* the record that ends the archive was met */
    bool is_told; /* the archive's end, and what else there is behind it */
    char name[NAME_MAX_LEN + 1];
};

static uint64_t little_endian(const unsigned char *bytes, size_t len)
{
    uint64_t value = 0;
    while (len > 0)
        value = value << 8 | bytes[--len];
    return value;
}

static uint32_t u16(const unsigned char *bytes)
{
    return (uint32_t)little_endian(bytes, 2);
}

static uint32_t u32(const unsigned char *bytes)
{
    return (uint32_t)little_endian(bytes, 4);
}

static uint64_t u64(const unsigned char *bytes)
{
    return little_endian(bytes, 8);
}

static bool zip_open(struct unpack *u)
{
    struct zip *st = calloc(1, sizeof(*st));
    if (st == NULL || inflateInit2(&st->z, -MAX_WBITS) != Z_OK) {
        free(st);
        return false;
    }
    u->state = st;
    return true;
}

static void zip_close(struct unpack *u)
{
    struct zip *st = u->state;
    inflateEnd(&st->z);
    free(st);
}

/* --- Records ------------------------------------------------------------------------------------ */

static void take_local_header(struct unpack *u, struct zip *st, const unsigned char *bytes)
{
    st->flags = u16(bytes + 6);
    st->method = u16(bytes + 8);
    st->crc_wanted = u32(bytes + 14);
    st->packed_wanted = u32(bytes + 18);
    st->size_wanted = u32(bytes + 22);
    st->name_len = u16(bytes + 26);
    st->extra_len = u16(bytes + 28);
    st->member_cnt++;
    st->stage = ZIP_NAME;
    unpack_take(u, LOCAL_HEADER_LEN);
}

static void skip(struct zip *st, uint64_t len)
{
    st->skip_len = len;
    st->stage = ZIP_SKIP;
}

/* What the record that begins here has of fixed length; 0: it is none. */
static size_t record_len(uint32_t signature)
{
    static const struct {
        uint32_t signature;
        uint32_t len;
    } record[] = {{LOCAL_HEADER, LOCAL_HEADER_LEN},
                  {ENTRY, ENTRY_LEN},
                  {END, END_LEN},
                  {END64, END64_LEN},
                  {LOCATOR64, LOCATOR64_LEN},
                  {SIGNATURE, SIGNATURE_LEN},
                  {EXTRA_DATA, EXTRA_DATA_LEN}};
    for (size_t i = 0; i < sizeof(record) / sizeof(record[0]); i++)
        if (record[i].signature == signature)
            return record[i].len;
    return 0;
}

/* The whole length of one of the records behind the members. */
static uint64_t whole_len(uint32_t signature, const unsigned char *bytes)
{
    switch (signature) {
    case ENTRY:
        return ENTRY_LEN + u16(bytes + 28) + u16(bytes + 30) + u16(bytes + 32);
    case END:
        return END_LEN + u16(bytes + 20);
    case END64:
        return u64(bytes + 4) < UINT32_MAX ? END64_LEN + u64(bytes + 4) : UINT32_MAX;
    case SIGNATURE:
        return SIGNATURE_LEN + u16(bytes + 4);
    case EXTRA_DATA:
        return EXTRA_DATA_LEN + (uint64_t)u32(bytes + 4);
    default:
        return LOCATOR64_LEN;
    }
}

static enum unpack_result take_record(struct unpack *u, struct zip *st)
{
    const unsigned char *bytes = unpack_bytes(u, SIGNATURE_MIN);
    if (bytes == NULL)
        return UNPACK_MORE;
    uint32_t signature = u32(bytes);
    size_t len = record_len(signature);
    if (len == 0 || (signature == LOCAL_HEADER && st->entry_cnt > 0))
        return unpack_damaged(u,
                              "zip archive is damaged: no member begins where one must, nor its directory");
    if (unpack_bytes(u, len) == NULL)
        return UNPACK_MORE;
    if (signature == LOCAL_HEADER) {
        take_local_header(u, st, bytes);
        return UNPACK_OK;
    }
    st->entry_cnt += signature == ENTRY;
    st->has_end = signature == END;
    if (st->has_end && st->entry_cnt != st->member_cnt)
        return unpack_damaged(u, "zip archive has %" PRIu64 " members, but its directory lists %" PRIu64,
                              st->member_cnt, st->entry_cnt);
    skip(st, whole_len(signature, bytes));
    return UNPACK_OK;
}

static enum unpack_result take_skip(struct unpack *u, struct zip *st)
{
    uint64_t len = unpack_held(u);
    len = len < st->skip_len ? len : st->skip_len;
    unpack_take(u, len);
    st->skip_len -= len;
    if (st->skip_len > 0)
        return UNPACK_MORE;
    st->stage = st->has_end ? ZIP_OVER : ZIP_RECORD;
    return UNPACK_OK;
}

static enum unpack_result take_name(struct unpack *u, struct zip *st)
{
    const unsigned char *bytes = unpack_bytes(u, st->name_len);
    if (bytes == NULL)
        return UNPACK_MORE;
    size_t len = st->name_len < NAME_MAX_LEN ? st->name_len : NAME_MAX_LEN;
    memcpy(st->name, bytes + st->name_len - len, len);
    st->name[len] = '\0';
    for (char *nul; (nul = memchr(st->name, '\0', len)) != NULL;)
        *nul = '?';
    unpack_take(u, st->name_len);
    st->stage = ZIP_EXTRA;
    return UNPACK_OK;
}

/* --- Members -------------------------------------------------------------------------------------- */

/* Sizes of 64 bits, in the order in which the header refers to them. */
static bool take_zip64(struct zip *st, const unsigned char *bytes, size_t len)
{
    uint64_t *const size[] = {&st->size_wanted, &st->packed_wanted};
    for (size_t i = 0; i < 2; i++) {
        if (*size[i] != IN_ZIP64)
            continue;
        if (len < 8)
            return false;
        *size[i] = u64(bytes);
        bytes += 8;
        len -= 8;
    }
    return true;
}

/* Looks through the extra field, a list of (u16 kind, u16 length, bytes); what else there is may be anything. */
static bool find_zip64(struct zip *st, const unsigned char *bytes, size_t len)
{
    while (len >= 4) {
        size_t field_len = u16(bytes + 2);
        if (field_len > len - 4)
            break;
        if (u16(bytes) == EXTRA_ZIP64)
            return take_zip64(st, bytes + 4, field_len);
        bytes += 4 + field_len;
        len -= 4 + field_len;
    }
    return st->size_wanted != IN_ZIP64 && st->packed_wanted != IN_ZIP64;
}

static const char *method_name(uint32_t method)
{
    static const struct {
        uint32_t method;
        const char *name;
    } known[] = {{1, "shrink"}, {6, "implode"}, {9, "deflate64"}, {12, "bzip2"}, {14, "LZMA"},
                 {93, "zstd"},  {95, "xz"},     {98, "PPMd"},     {99, "AES"}};
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (known[i].method == method)
            return known[i].name;
    return "unknown";
}

/* A descriptor behind the data has the sizes, which inflating does not need. */
static bool is_sized(const struct zip *st)
{
    return (st->flags & FLAG_DESCRIPTOR) == 0 || st->method == METHOD_STORED;
}

/* Whether the member is one that can be read. */
static enum unpack_result judge(struct unpack *u, struct zip *st, const unsigned char *extra)
{
    if (st->flags & FLAG_ENCRYPTED)
        return unpack_damaged(
            u, "zip member '%s' is encrypted, which is not read: use unzip -p FILE | feed -", st->name);
    if (st->method != METHOD_STORED && st->method != METHOD_DEFLATED)
        return unpack_damaged(
            u, "zip member '%s' is packed by method %u (%s), which is not read: use unzip -p FILE | feed -",
            st->name, st->method, method_name(st->method));
    if (is_sized(st) && !find_zip64(st, extra, st->extra_len))
        return unpack_damaged(u, "zip member '%s' is damaged: it has no size", st->name);
    if (st->method == METHOD_STORED && st->size_wanted != st->packed_wanted)
        return unpack_damaged(u, "zip member '%s' is damaged: its size is wrong", st->name);
    return UNPACK_OK;
}

static enum unpack_result begin_data(struct unpack *u, struct zip *st)
{
    const unsigned char *bytes = unpack_bytes(u, st->extra_len);
    if (bytes == NULL)
        return UNPACK_MORE;
    enum unpack_result result = judge(u, st, bytes);
    if (result != UNPACK_OK)
        return result;
    unpack_take(u, st->extra_len);
    inflateReset(&st->z);
    st->crc = 0;
    st->packed_len = st->size = 0;
    st->stage = ZIP_DATA;
    u->member = st->name;
    return UNPACK_OK;
}

static enum unpack_result end(struct unpack *u, struct zip *st)
{
    if (!st->is_told && !u->has_all && unpack_held(u) == 0)
        return UNPACK_MORE;
    if (!st->is_told && unpack_held(u) > 0)
        u->odd = "garbage behind zip archive";
    st->is_told = true;
    return UNPACK_END;
}

static enum unpack_result zip_next(struct unpack *u)
{
    struct zip *st = u->state;
    enum unpack_result result = UNPACK_OK;
    while (result == UNPACK_OK && st->stage != ZIP_DATA) {
        switch (st->stage) {
        case ZIP_NAME:
            result = take_name(u, st);
            break;
        case ZIP_EXTRA:
            result = begin_data(u, st);
            break;
        case ZIP_SKIP:
            result = take_skip(u, st);
            break;
        case ZIP_OVER:
            result = end(u, st);
            break;
        default:
            result = take_record(u, st);
            break;
        }
    }
    return result;
}

/* Whether the descriptor is the one of what came: crc, and both sizes of len bytes. */
static bool descriptor_is(const struct zip *st, const unsigned char *bytes, size_t len)
{
    uint64_t mask = len == 8 ? UINT64_MAX : UINT32_MAX;
    return u32(bytes) == st->crc && little_endian(bytes + 4, len) == (st->packed_len & mask)
           && little_endian(bytes + 4 + len, len) == (st->size & mask);
}

/* A descriptor may begin with a signature, and nothing tells whether its sizes are of 4 or of 8 bytes. */
static enum unpack_result take_descriptor(struct unpack *u, struct zip *st)
{
    static const size_t size_len[] = {8, 4};
    const unsigned char *bytes = unpack_bytes(u, DESCRIPTOR_LEN_MAX);
    if (bytes == NULL)
        return UNPACK_MORE;
    for (size_t i = 0; i < 4; i++) {
        size_t at = i < 2 ? SIGNATURE_MIN : 0;
        if ((at == 0 || u32(bytes) == DESCRIPTOR) && descriptor_is(st, bytes + at, size_len[i % 2])) {
            unpack_take(u, at + 4 + 2 * size_len[i % 2]);
            st->stage = ZIP_RECORD;
            return UNPACK_END;
        }
    }
    if (st->method == METHOD_STORED && st->packed_wanted == 0)
        return unpack_damaged(u, "zip member '%s' is stored without its size: use unzip -p FILE | feed -",
                              st->name);
    return unpack_damaged(u, "zip member '%s' is damaged: its CRC or size is wrong", st->name);
}

static enum unpack_result check(struct unpack *u, struct zip *st)
{
    if (st->flags & FLAG_DESCRIPTOR)
        return take_descriptor(u, st);
    if (st->size != st->size_wanted || st->packed_len != st->packed_wanted)
        return unpack_damaged(u, "zip member '%s' is damaged: its size is wrong", st->name);
    if (st->crc != st->crc_wanted)
        return unpack_damaged(u, "zip member '%s' is damaged: its CRC is wrong", st->name);
    st->stage = ZIP_RECORD;
    return UNPACK_END;
}

/* The packed bytes at hand that can be of this member. */
static size_t packed_room(const struct unpack *u, const struct zip *st)
{
    size_t held = unpack_held(u);
    uint64_t left = st->packed_wanted - st->packed_len;
    return is_sized(st) && left < held ? (size_t)left : held;
}

static void came_out(struct unpack *u, struct zip *st, size_t packed_len, const void *out, size_t n)
{
    unpack_take(u, packed_len);
    st->packed_len += packed_len;
    st->crc = (uint32_t)crc32(st->crc, out, (uInt)n);
    st->size += n;
}

static enum unpack_result copy_some(struct unpack *u, struct zip *st, void *out, size_t room, size_t *n)
{
    size_t len = packed_room(u, st);
    *n = len < room ? len : room;
    memcpy(out, u->packed + u->begin, *n);
    came_out(u, st, *n, out, *n);
    if (st->packed_len == st->packed_wanted)
        st->stage = ZIP_CHECK;
    return *n > 0 || st->stage == ZIP_CHECK ? UNPACK_OK : UNPACK_MORE;
}

static enum unpack_result inflate_some(struct unpack *u, struct zip *st, void *out, size_t room, size_t *n)
{
    size_t len = packed_room(u, st);
    st->z.next_in = u->packed + u->begin;
    st->z.avail_in = (uInt)len;
    st->z.next_out = out;
    st->z.avail_out = (uInt)room;
    int rc = inflate(&st->z, Z_NO_FLUSH);
    *n = room - st->z.avail_out;
    came_out(u, st, len - st->z.avail_in, out, *n);
    switch (rc) {
    case Z_STREAM_END:
        st->stage = ZIP_CHECK;
        return UNPACK_OK;
    case Z_OK:
    case Z_BUF_ERROR:
        break;
    case Z_MEM_ERROR:
        return UNPACK_NO_MEMORY;
    default:
        return unpack_damaged(u, "zip member '%s' is damaged: %s", st->name,
                              st->z.msg != NULL ? st->z.msg : "no deflate data");
    }
    if (*n > 0)
        return UNPACK_OK;
    if (unpack_held(u) > 0)
        return unpack_damaged(u, "zip member '%s' is damaged: its data is longer than its header says",
                              st->name);
    return UNPACK_MORE;
}

static enum unpack_result zip_run(struct unpack *u, void *out, size_t room, size_t *n)
{
    struct zip *st = u->state;
    enum unpack_result result = UNPACK_OK;
    while (result == UNPACK_OK && *n == 0) {
        if (st->stage == ZIP_CHECK)
            result = check(u, st);
        else if (st->method == METHOD_STORED)
            result = copy_some(u, st, out, room, n);
        else
            result = inflate_some(u, st, out, room, n);
    }
    return result;
}
#endif

/* A member, or the end of an archive that has none. */
static enum unpack_match zip_detect(const unsigned char *bytes, size_t len)
{
    enum unpack_match match = unpack_magic(bytes, len, "PK\3\4", 4);
    return match != UNPACK_NO ? match : unpack_magic(bytes, len, "PK\5\6", 4);
}

const struct unpack_ops unpack_zip = {
    .name = "zip",
    .advice =
        "looks like a zip archive, which this build does not read: install zlib1g-dev and rebuild, or use "
        "unzip -p FILE | feed -",
    .detect = zip_detect,
#ifdef HAVE_ZLIB
    .open = zip_open,
    .run = zip_run,
    .next = zip_next,
    .close = zip_close,
#endif
};
