/* dbn_meta.h - what stands before the records of a DBN file: dataset, schema, and which symbols its
 * instruments have.  It may be larger than any buffer: it is read piece by piece. */
#ifndef FEED_DBN_META_H
#define FEED_DBN_META_H

#include "dbn_symbols.h"
#include "feed/source/source.h"

#define DBN_DATASET_MAX 16
#define DBN_VERSION_MAX 3

/* All zero before the first call of dbn_meta_read. */
struct dbn_meta {
    uint8_t version; /* 1 to DBN_VERSION_MAX */
    uint16_t schema;
    char dataset[DBN_DATASET_MAX + 1]; /* as the file has it, up to a NUL */

    /* Of dbn_meta_read. */
    unsigned step;
    uint32_t left; /* bytes of the metadata that were not read yet */
    uint32_t skip; /* of them, bytes that are of no interest */
    uint16_t symbol_len; /* bytes of a symbol with its NULs */
    bool ids_are_out; /* symbols are mapped to ids, not ids to symbols */
    bool has_ids;
    uint32_t mapping_cnt; /* that are still to come */
    uint32_t interval_cnt; /* of the current mapping */
    char mapped[UINT8_MAX + 1]; /* what it maps */
};

/* dbn_meta_read - reads the metadata into *meta, and its mappings into *symbols.
 * SOURCE_OK: the records come next; SOURCE_AGAIN: call again; or SOURCE_FATAL. */
enum source_result dbn_meta_read(struct source *src, struct dbn_meta *meta, struct dbn_symbols *symbols);

#endif
