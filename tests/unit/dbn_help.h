/* dbn_help.h - DBN files for tests, byte by byte. */
#ifndef TESTS_DBN_HELP_H
#define TESTS_DBN_HELP_H

#include <stdint.h>
#include <string.h>

#include "feed/dbn/dbn.h"

#define HELP_DBN_MAX 65536
#define HELP_T0 UINT64_C(1719792000000000000) /* 2024-07-01T00:00:00Z */
#define HELP_DAY UINT64_C(86400000000000)

/* A file that is being written; all zero: empty. */
struct dbn_file {
    unsigned char bytes[HELP_DBN_MAX];
    size_t len;
    uint16_t symbol_len;
};

/* The lowest n bytes of value. */
static inline void put(struct dbn_file *f, uint64_t value, size_t n)
{
    for (; n > 0; n--, value >>= 8)
        f->bytes[f->len++] = (unsigned char)value;
}

/* Text with NULs behind it up to n bytes. */
static inline void put_text(struct dbn_file *f, const char *text, size_t n)
{
    memset(f->bytes + f->len, 0, n);
    memcpy(f->bytes + f->len, text, strlen(text));
    f->len += n;
}

static inline void set(struct dbn_file *f, size_t at, uint64_t value, size_t n)
{
    size_t len = f->len;
    f->len = at;
    put(f, value, n);
    f->len = len;
}

/* Metadata up to the number of mappings, which is the caller's to put, and then to call end_meta. */
static inline void begin_meta(struct dbn_file *f, unsigned version, unsigned schema)
{
    f->len = 0;
    f->symbol_len = version == 1 ? DBN_SYMBOL_V1_LEN : DBN_SYMBOL_LEN;
    put_text(f, "DBN", 3);
    put(f, version, 1);
    put(f, 0, 4);
    put_text(f, "GLBX.MDP3", 16);
    put(f, schema, 2);
    put(f, HELP_T0, 8);
    put(f, HELP_T0 + HELP_DAY, 8);
    put(f, 0, 8);
    if (version == 1)
        put(f, UINT64_MAX, 8);
    put(f, 1, 1); /* raw symbols in */
    put(f, 0, 1); /* instrument ids out */
    put(f, 0, 1);
    if (version > 1)
        put(f, f->symbol_len, 2);
    put(f, 0, 108 - f->len);
    put(f, 0, 4); /* the schema definition */
    put(f, 1, 4); /* symbols that were asked for */
    put_text(f, "ESU4", f->symbol_len);
    put(f, 0, 4);
    put(f, 1, 4); /* one that was not found */
    put_text(f, "NONE", f->symbol_len);
}

static inline void put_mapping(struct dbn_file *f, const char *symbol, uint32_t interval_cnt)
{
    put_text(f, symbol, f->symbol_len);
    put(f, interval_cnt, 4);
}

static inline void put_interval(struct dbn_file *f, uint32_t start, uint32_t end, const char *to)
{
    put(f, start, 4);
    put(f, end, 4);
    put_text(f, to, f->symbol_len);
}

static inline void end_meta(struct dbn_file *f)
{
    set(f, 4, f->len - 8, 4);
}

/* Metadata that maps ESU4 to instrument 118 on 2024-07-01. */
static inline void put_meta(struct dbn_file *f, unsigned version, unsigned schema)
{
    begin_meta(f, version, schema);
    put(f, 1, 4);
    put_mapping(f, "ESU4", 1);
    put_interval(f, 20240701, 20240702, "118");
    end_meta(f);
}

static inline void put_head(struct dbn_file *f, size_t len, unsigned rtype, uint32_t instrument, uint64_t ts)
{
    put(f, len / DBN_LENGTH_UNIT, 1);
    put(f, rtype, 1);
    put(f, 1, 2);
    put(f, instrument, 4);
    put(f, ts, 8);
}

struct dbn_level {
    int64_t bid_px, ask_px;
    uint32_t bid_size, ask_size;
};

/* A trade, or what begins as one; the levels are the caller's to put.  Its length is that with them. */
static inline void put_trade(struct dbn_file *f, size_t len, unsigned rtype, char action, char side,
                             int64_t px, uint32_t size)
{
    put_head(f, len, rtype, 118, HELP_T0 + 5);
    put(f, (uint64_t)px, 8);
    put(f, size, 4);
    put(f, (unsigned char)action, 1);
    put(f, (unsigned char)side, 1);
    put(f, DBN_F_LAST, 1);
    put(f, 0, 1);
    put(f, HELP_T0 + 9, 8);
    put(f, 4, 4);
    put(f, 77, 4);
}

static inline void put_level(struct dbn_file *f, struct dbn_level level)
{
    put(f, (uint64_t)level.bid_px, 8);
    put(f, (uint64_t)level.ask_px, 8);
    put(f, level.bid_size, 4);
    put(f, level.ask_size, 4);
    put(f, 1, 4);
    put(f, 2, 4);
}

static inline void put_mbo(struct dbn_file *f, char action, char side, uint64_t ref, int64_t px,
                           uint32_t size, uint8_t flags)
{
    put_head(f, DBN_MBO_LEN, DBN_MBO, 118, HELP_T0 + 5);
    put(f, ref, 8);
    put(f, (uint64_t)px, 8);
    put(f, size, 4);
    put(f, flags, 1);
    put(f, 0, 1);
    put(f, (unsigned char)action, 1);
    put(f, (unsigned char)side, 1);
    put(f, HELP_T0 + 9, 8);
    put(f, 3, 4);
    put(f, 55, 4);
}

#endif
