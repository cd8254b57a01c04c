/* dbn_records.h - records of DBN as ticks: a record makes one, or a trade and a quote, or none. */
#ifndef FEED_DBN_RECORDS_H
#define FEED_DBN_RECORDS_H

#include "dbn_book.h"
#include "dbn_symbols.h"
#include "feed/source/source.h"

/* What is kept between records; all zero before id, schema and symbols are set. */
struct dbn_records {
    struct source_identity id; /* its symbol, where --symbol is given, is for instruments that have none */
    uint16_t schema; /* of the metadata */
    struct dbn_symbols symbols;
    struct dbn_books books;
    char id_text[12]; /* of an instrument without a symbol */
    bool has_pending; /* the record made another tick, which comes after the one that was stored */
    struct source_record pending;
};

enum dbn_outcome {
    DBN_TICK, /* one was stored */
    DBN_NO_TICK,
    DBN_BAD, /* a malformed record, see source_bad_at */
    DBN_FATAL, /* a table is full, or out of memory; see source_fail_at */
};

/* dbn_records_take - makes ticks of a whole record of len bytes (at least DBN_HEAD_LEN); the input stands at
 * it. */
enum dbn_outcome dbn_records_take(struct source *src, struct dbn_records *records, const unsigned char *at,
                                  size_t len, struct source_record *rec);

/* dbn_records_free - gives back the memory of symbols and books. */
void dbn_records_free(struct dbn_records *records);

#endif
