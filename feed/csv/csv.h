/* csv.h - one line of delimited text into fields, in place and without allocation.
 *
 * A field may stand in double quotes, inside which the separator is text and "" is one quote.  A quoted
 * field does not go on in the next line: market data has none that does, and a lost quote must not swallow
 * the rest of a file. */
#ifndef FEED_CSV_H
#define FEED_CSV_H

#include <stddef.h>

#define CSV_FIELD_MAX 512 /* fields of a line; the widest known files have 104 */

struct csv_field {
    const char *text; /* into the line, no NUL behind it */
    size_t len;
};

/* csv_separator - of a header: that of comma, semicolon and tab which it has most often outside quotes,
 * the comma if it has none. */
char csv_separator(const char *line, size_t len);

/* csv_split - the fields of a line; quotes are taken off, which changes the bytes of the line.  An empty
 * line is one empty field.  Returns how many there are, or
 *     -E2BIG   more than CSV_FIELD_MAX
 *     -EINVAL  a quote that is not closed, or text after a closing quote;
 * *error_at then is the offset of the byte at fault. */
int csv_split(char *line, size_t len, char separator, struct csv_field field[CSV_FIELD_MAX],
              size_t *error_at);

/* csv_trim - the field without the blanks and tabs around it. */
static inline struct csv_field csv_trim(struct csv_field field)
{
    while (field.len > 0 && (field.text[0] == ' ' || field.text[0] == '\t')) {
        field.text++;
        field.len--;
    }
    while (field.len > 0 && (field.text[field.len - 1] == ' ' || field.text[field.len - 1] == '\t'))
        field.len--;
    return field;
}

#endif
