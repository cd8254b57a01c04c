/* fields.h - which column of a CSV file holds what, by the names in its header and by --map. */
#ifndef FEED_FIELDS_H
#define FEED_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "csv.h"

enum field {
    FIELD_TS, /* the venue's time */
    FIELD_RECV, /* the recorder's time */
    FIELD_SYMBOL,
    FIELD_VENUE,
    FIELD_PRICE,
    FIELD_SIZE,
    FIELD_SIDE, /* the taker's */
    FIELD_BID,
    FIELD_BID_SIZE,
    FIELD_ASK,
    FIELD_ASK_SIZE,
    FIELD_ID,
    FIELD_BUYER_MAKER, /* true: the taker sold */
    FIELD_IS_SNAPSHOT, /* rows are levels of an order book: side, price, size */
    FIELD_CNT,
};

#define FIELD_NO_COLUMN (-1)
#define FIELDS_PART_CNT 4 /* price and size of bid and ask, where one column holds both */

/* Columns beyond the header's are parts of a column "price_size": fields_cut makes them of a row. */
struct fields {
    int column[FIELD_CNT]; /* index of the field's column, or FIELD_NO_COLUMN */
    size_t column_cnt; /* of the header, which every row must have */
    int pair_column[2]; /* bid and ask as "price_size", or FIELD_NO_COLUMN */
    int bar_column[3]; /* open, high and low where the price is a bar's close, or FIELD_NO_COLUMN */
};

/* fields_name - the name of a field in --map and in messages. */
const char *fields_name(enum field field);

/* fields_find - fills fields from a header of cnt names.  Names are compared without case, and where a
 * header has several names for one field the best known wins.  Without a price, the close of
 * open, high, low and close is one (bar_column); without bid and ask, columns "price_size" are both
 * (pair_column).  map: "FIELD=COL,..." with COL a name in the
 * header or a number from 1, goes before the names; NULL: none.
 * 0, or an exit code with the reason in why[0..why_size): EXIT_CODE_USAGE when map names what is not
 * there, EXIT_CODE_DATA when the columns are not those of trades or quotes. */
int fields_find(struct fields *fields, const struct csv_field *header, size_t cnt, const char *map, char *why,
                size_t why_size);

static inline bool fields_have(const struct fields *fields, enum field field)
{
    return fields->column[field] != FIELD_NO_COLUMN;
}

static inline bool fields_have_trades(const struct fields *fields)
{
    return fields_have(fields, FIELD_PRICE) && fields_have(fields, FIELD_SIZE);
}

static inline bool fields_have_quotes(const struct fields *fields)
{
    return fields_have(fields, FIELD_BID) || fields_have(fields, FIELD_ASK);
}

/* fields_cut - fills the columns behind column_cnt (FIELDS_PART_CNT of them) from those that hold a price and
 * a size.  Of several levels ("1.5_2|1.4_9") it is the first. */
void fields_cut(const struct fields *fields, struct csv_field *field);

#endif
