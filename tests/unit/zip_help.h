/* zip_help.h - a writer of zip archives for tests, of every layout that is read, and of some that are not. */
#ifndef TESTS_ZIP_HELP_H
#define TESTS_ZIP_HELP_H

#include "unpack_help.h"

#include <zlib.h>

enum zip_descriptor {
    ZIP_NO_DESCRIPTOR,
    ZIP_DESCRIPTOR, /* with signature, sizes of 4 bytes */
    ZIP_DESCRIPTOR_BARE,
    ZIP_DESCRIPTOR_64,
    ZIP_DESCRIPTOR_64_BARE,
};

struct zip_layout {
    unsigned method; /* 0 or 8, others are stored as well */
    unsigned flags; /* more than the descriptor's */
    enum zip_descriptor descriptor;
    bool is_zip64; /* the sizes stand in the extra field */
    bool hides_size; /* with a descriptor: zero in the header even where it is known */
    uint32_t crc_change;
    int size_change;
    int packed_change;
};

struct zip_writer {
    struct packed archive;
    struct packed directory;
    unsigned member_cnt;
};

static inline struct packed zip_deflate(const void *text, size_t len)
{
    struct packed p = {0};
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    uLong bound = deflateBound(&z, (uLong)len);
    z.next_in = (Bytef *)(uintptr_t)text;
    z.avail_in = (uInt)len;
    z.next_out = packed_room(&p, bound);
    z.avail_out = (uInt)bound;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    p.len = z.total_out;
    deflateEnd(&z);
    return p;
}

/* Version, flags, method, time, CRC and sizes as headers of both kinds have them. */
static inline void zip_common(struct packed *p, const struct zip_layout *m, const char *name, uint32_t crc,
                              uint64_t packed, uint64_t size)
{
    packed_number(p, m->is_zip64 ? 45 : 20, 2);
    packed_number(p, m->flags | (m->descriptor != ZIP_NO_DESCRIPTOR ? 8 : 0), 2);
    packed_number(p, m->method, 2);
    packed_number(p, 0x21585858, 4);
    packed_number(p, crc, 4);
    packed_number(p, m->is_zip64 ? UINT32_MAX : packed, 4);
    packed_number(p, m->is_zip64 ? UINT32_MAX : size, 4);
    packed_number(p, strlen(name), 2);
}

static inline void zip_descriptor(struct packed *p, enum zip_descriptor kind, uint32_t crc, uint64_t packed,
                                  uint64_t size)
{
    size_t size_len = kind >= ZIP_DESCRIPTOR_64 ? 8 : 4;
    if (kind == ZIP_DESCRIPTOR || kind == ZIP_DESCRIPTOR_64)
        packed_number(p, 0x08074B50, 4);
    packed_number(p, crc, 4);
    packed_number(p, packed, size_len);
    packed_number(p, size, size_len);
}

/* The sizes behind another extra field, of a kind that nobody knows. */
static inline void zip_extra(struct packed *p, const struct zip_layout *m, const char *name, uint64_t packed,
                             uint64_t size)
{
    packed_number(p, m->is_zip64 ? 27 : 0, 2);
    packed_add(p, name, strlen(name));
    if (m->is_zip64) {
        packed_add(p, "\x99\x99\3\0abc\1\0\x10\0", 11);
        packed_number(p, size, 8);
        packed_number(p, packed, 8);
    }
}

static inline void zip_add(struct zip_writer *w, const char *name, const void *text, size_t len,
                           struct zip_layout m)
{
    uint32_t crc = (uint32_t)crc32(0, text, (uInt)len) + m.crc_change;
    struct packed data = {0};
    if (m.method == 8)
        data = zip_deflate(text, len);
    else
        packed_add(&data, text, len);
    uint64_t size = len + (uint64_t)m.size_change;
    uint64_t packed = data.len + (uint64_t)m.packed_change;
    bool hidden = m.descriptor != ZIP_NO_DESCRIPTOR && (m.hides_size || m.method == 8);
    size_t begin = w->archive.len;
    packed_add(&w->archive, "PK\3\4", 4);
    zip_common(&w->archive, &m, name, hidden ? 0 : crc, hidden ? 0 : packed, hidden ? 0 : size);
    zip_extra(&w->archive, &m, name, packed, size);
    packed_add(&w->archive, data.bytes, data.len);
    if (m.descriptor != ZIP_NO_DESCRIPTOR)
        zip_descriptor(&w->archive, m.descriptor, crc, packed, size);
    packed_add(&w->directory, "PK\1\2\x14\0", 6);
    m.is_zip64 = false;
    zip_common(&w->directory, &m, name, crc, packed, size);
    packed_number(&w->directory, 3, 2); /* extra field */
    packed_number(&w->directory, 7, 2); /* comment */
    packed_number(&w->directory, 0, 8);
    packed_number(&w->directory, begin, 4);
    packed_add(&w->directory, name, strlen(name));
    packed_add(&w->directory, "extcomment", 10);
    w->member_cnt++;
    packed_free(&data);
}

/* The archive; it is the caller's to free. */
static inline struct packed zip_end(struct zip_writer *w, const char *comment)
{
    struct packed p = w->archive;
    size_t begin = p.len;
    if (w->directory.len > 0)
        packed_add(&p, w->directory.bytes, w->directory.len);
    packed_add(&p, "PK\5\6\0\0\0\0", 8);
    packed_number(&p, w->member_cnt, 2);
    packed_number(&p, w->member_cnt, 2);
    packed_number(&p, w->directory.len, 4);
    packed_number(&p, begin, 4);
    packed_number(&p, strlen(comment), 2);
    packed_add(&p, comment, strlen(comment));
    packed_free(&w->directory);
    *w = (struct zip_writer){0};
    return p;
}

#endif
