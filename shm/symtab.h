/* symtab.h - names of a lane: symbols or venues, numbered in order of appearance.
 *
 * The producer adds; a name once added never changes its number, also when the producer is killed and
 * started again.  Numbers belong to the lane that made them: readers join lanes by name. */
#ifndef TR_SYMTAB_H
#define TR_SYMTAB_H

#include "layout.h"

/* The producer's side: the shared table and a private hash index of it. */
struct tr_symtab {
    struct tr_name_table *table;
    uint32_t cap; /* names that fit the table */
    uint32_t bucket_mask;
    uint32_t *bucket; /* number + 1 of a name; 0: empty */
};

/* tr_symtab_init - takes over a table for writing; what is in it is kept.  Private memory is proportional
 * to cap.  Returns 0, or -ENOMEM. */
int tr_symtab_init(struct tr_symtab *st, struct tr_name_table *table, uint32_t cap);
void tr_symtab_fini(struct tr_symtab *st);

/* tr_symtab_id - the number of a name, added if it is new.
 * Returns 0, *id below cap; -ENOSPC: the table is full; -EINVAL: len is 0 or above TR_SYMBOL_LEN_MAX. */
int tr_symtab_id(struct tr_symtab *st, const char *text, size_t len, uint16_t *id);

/* tr_symtab_name - the name of a number that came with a tick.
 * Any reader.  Returns NULL if the table does not have it (a corrupt segment).  The name is not NUL
 * terminated and stays valid as long as the segment is mapped.
 * Ordering: the tick was read with acquire, so the entry is there. */
const struct tr_name *tr_symtab_name(const struct tr_name_table *table, uint32_t cap, uint32_t id);

#endif
