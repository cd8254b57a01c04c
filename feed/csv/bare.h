/* bare.h - what formats of comma-separated text without a header share: the loop over rows, their trades and
 * quotes, and predicates that tell such formats apart.
 *
 * Functions over a row store the error (source_bad) like those of row.h. */
#ifndef FEED_BARE_H
#define FEED_BARE_H

#include "newyork.h"
#include "row.h"
#include "feed/source/source.h"

enum bare_row {
    BARE_TICK,
    BARE_NO_TICK, /* well-formed, to be counted as skipped */
    BARE_ZERO, /* the same, and a trade with a price or size of zero */
    BARE_BAD,
};

/* What the state of such a source begins with. */
struct bare {
    struct source_identity id;
    struct newyork_day day; /* of id's date; not known: the first of 1970, as if New York had UTC */
    struct csv_field field[CSV_FIELD_MAX]; /* for row_split */
};

#define BARE_NEEDS_SYMBOL 1 /* rows have none */
#define BARE_NEEDS_DAY 2 /* rows have none; without one it is 1970-01-01, and that is noted */

/* bare_open - makes src->state of so many zero bytes, which begin with a struct bare, and fills that; needs is
 * a sum of BARE_NEEDS_.  0, or -1 with error and exit_code. */
int bare_open(struct source *src, size_t size, const char *venue, unsigned needs);

/* bare_close - gives src->state back. */
void bare_close(struct source *src);

/* bare_clear - makes rec a record of zeros with the names of id. */
void bare_clear(struct source_record *rec, const struct source_identity *id);

/* Takes one line that is not blank.  The record is zero but for the names of the identity; row has src. */
typedef enum bare_row (*bare_take)(struct row *row, char *line, size_t len, struct source_record *rec);

/* bare_next - source_ops.next of a source whose lines `take` takes. */
enum source_result bare_next(struct source *src, struct source_record *rec, bare_take take);

/* bare_bad - the error "what 'field' why" at the field.  Returns BARE_BAD. */
enum bare_row bare_bad(const struct row *row, const char *kind, const char *what, struct csv_field field,
                       const char *why);

/* bare_number - a decimal in units of 10^-scale; rounding is counted. */
bool bare_number(const struct row *row, const char *what, struct csv_field field, unsigned scale,
                 int64_t *value);

/* bare_price - in units of 1e-9; the text says the price times 10^decimals (0 to 9). */
bool bare_price(const struct row *row, const char *what, struct csv_field field, unsigned decimals,
                int64_t *px);

/* bare_clock - a time since midnight, from 0 to the end of the day, in units of 10^scale nanoseconds with a
 * fraction if wanted. */
bool bare_clock(const struct row *row, struct csv_field field, unsigned scale, int64_t *ns);

/* bare_trade - kind, price and size of a trade; price as for bare_price. */
enum bare_row bare_trade(const struct row *row, struct tr_tick *tick, struct csv_field price,
                         unsigned decimals, struct csv_field size);

/* bare_quote - a quote of bid and ask, in that order; price as for bare_price; size NULL: the format has
 * none.  A side with price or size 0 is absent. */
enum bare_row bare_quote(const struct row *row, struct tr_tick *tick, const struct csv_field price[2],
                         unsigned decimals, const struct csv_field *size);

/* bare_fields - the fields of the first line of bytes without the blanks and quotes around them, at most max
 * of them in field[]; returns how many there are, more than max too.  A separator in quotes is one. */
size_t bare_fields(const char *bytes, size_t len, struct csv_field *field, size_t max);

bool bare_is_decimal(struct csv_field field);

/* bare_is_digits - 1 to 19 of them. */
bool bare_is_digits(struct csv_field field);

/* bare_is_word - the field is this word of small letters and digits, without regard to case. */
bool bare_is_word(struct csv_field field, const char *word);

/* bare_is_clock - a time since midnight in units of 10^scale nanoseconds. */
bool bare_is_clock(struct csv_field field, unsigned scale);

/* bare_is_market - two prices that can be those of one market: both positive, each less than the double of
 * the other. */
bool bare_is_market(struct csv_field bid, struct csv_field ask);

#endif
