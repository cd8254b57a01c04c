/* row.h - fields of a row of text as what a tick is made of.  Every function stores the error (source_bad)
 * and returns false when the text is not what it should be; blanks around a field are no part of it. */
#ifndef FEED_ROW_H
#define FEED_ROW_H

#include "csv.h"
#include "feed/source/source.h"

struct row {
    struct source *src;
    const char *line; /* where the row begins, to tell columns */
    const struct csv_field *field;
};

/* row_column - the column of a field in its line, from 1. */
static inline size_t row_column(const struct row *row, struct csv_field field)
{
    return (size_t)(field.text - row->line) + 1;
}

/* row_bad - stores "what 'field' why" at the field.  Returns false. */
bool row_bad(const struct row *row, const char *kind, const char *what, struct csv_field field,
             const char *why);

/* row_split - splits a line into row->field (of CSV_FIELD_MAX), which must become exactly cnt fields. */
bool row_split(struct row *row, char *line, size_t len, char separator, struct csv_field *field, size_t cnt);

/* row_time - a time not before 1970; a time of day is taken on date_ns (negative: there is no date). */
bool row_time(const struct row *row, struct csv_field field, int64_t date_ns, int64_t *ns);

/* row_has_clock - whether the time is one of day, without a date. */
static inline bool row_has_clock(struct csv_field field)
{
    field = csv_trim(field);
    return field.len > 2 && field.text[2] == ':';
}

/* row_price - in units of 1e-9. */
bool row_price(const struct row *row, const char *what, struct csv_field field, int64_t *px);

/* row_sizes - cnt (1 or 2) sizes, none negative, in the one unit they share: 1e-9, or 1e-3 with
 * TR_TICK_SIZE_MILLI added to *flags if one of them needs it.  An empty field is 0. */
bool row_sizes(const struct row *row, const char *what, const struct csv_field *field, size_t cnt,
               int64_t *qty, uint16_t *flags);

/* row_name - a symbol or venue, see source_name_ok; empty is an error too. */
bool row_name(const struct row *row, const char *what, struct csv_field field);

/* row_side - buy or sell in the usual spellings, or unknown. */
bool row_side(const struct row *row, struct csv_field field, uint8_t *side);

/* row_buyer_maker - a boolean in the usual spellings, as the side of the taker. */
bool row_buyer_maker(const struct row *row, struct csv_field field, uint8_t *side);

/* row_flag - a boolean in the usual spellings. */
bool row_flag(const struct row *row, const char *what, struct csv_field field, bool *flag);

/* row_id - a trade's number; 0 for what is not one (some venues have UUIDs). */
uint64_t row_id(struct csv_field field);

#endif
