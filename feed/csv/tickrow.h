/* tickrow.h - a row of a CSV file with a header as a trade, a quote or a level of an order book. */
#ifndef FEED_TICKROW_H
#define FEED_TICKROW_H

#include "fields.h"
#include "l2.h"
#include "row.h"

/* A name of the last row that was checked: most rows repeat it. */
struct checked_name {
    size_t len;
    char text[SOURCE_SYMBOL_MAX];
};

/* The columns of a file, and its row that is being read. */
struct tickrow {
    struct fields fields;
    char separator;
    bool wants_day; /* times of day have no date, which is still to be told */
    struct source_identity id; /* for what the rows do not say */
    struct checked_name symbol;
    struct checked_name venue;
    struct row row;
    struct csv_field field[CSV_FIELD_MAX + FIELDS_PART_CNT];
};

enum tickrow_result {
    TICKROW_OK,
    TICKROW_NO_TICK, /* well-formed: a trade with price or size zero */
    TICKROW_BAD, /* source_bad tells */
};

/* tickrow_split - takes a line as the row; it must have the columns of the header.  False: source_bad tells. */
bool tickrow_split(struct tickrow *t, char *line, size_t len);

/* tickrow_common - names and times of the row, which all kinds have alike; the tick is else zero.  The names
 * last as long as the line.  False: source_bad tells. */
bool tickrow_common(struct tickrow *t, struct source_record *rec);

/* tickrow_trade - the rest of a trade. */
enum tickrow_result tickrow_trade(struct tickrow *t, struct source_record *rec);

/* tickrow_quote - the rest of a quote, or TICKROW_BAD.  A side without a price, with a price of 0, or with a
 * size that is there and 0 is absent. */
enum tickrow_result tickrow_quote(struct tickrow *t, struct source_record *rec);

/* tickrow_level - a level, TICKROW_NO_TICK for one at the price 0, which is none. */
enum tickrow_result tickrow_level(struct tickrow *t, struct l2_level *level);

/* tickrow_is_snapshot - whether the row is one of a snapshot.  False: source_bad tells. */
bool tickrow_is_snapshot(struct tickrow *t, bool *is_snapshot);

/* tickrow_has - whether the row's field is there and not blank. */
bool tickrow_has(const struct tickrow *t, enum field field);

#endif
