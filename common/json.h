/* json.h - writes one JSON value after the other into a buffer that grows.  What comes out is valid JSON
 * whatever bytes the texts hold, as long as objects and arrays are closed in order.
 *
 * key is NULL within an array and for the outermost value.  All zero is an empty writer. */
#ifndef COMMON_JSON_H
#define COMMON_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json {
    char *buf; /* owned; not NUL terminated */
    size_t len;
    size_t cap;
    bool comma; /* the next value needs one before it */
    bool failed; /* memory was out: the text is not whole */
};

void json_open_object(struct json *j, const char *key);
void json_close_object(struct json *j);
void json_open_array(struct json *j, const char *key);
void json_close_array(struct json *j);

/* json_text - a string of len bytes; bytes that are not UTF-8 become U+FFFD, and control characters (C1
 * too) are escaped, so that a name cannot steer the terminal it is shown on. */
void json_text(struct json *j, const char *key, const char *text, size_t len);
void json_u64(struct json *j, const char *key, uint64_t value);
void json_i64(struct json *j, const char *key, int64_t value);
void json_bool(struct json *j, const char *key, bool value);
void json_null(struct json *j, const char *key);

/* json_text_or_null - a string; null if it is empty: there is none. */
void json_text_or_null(struct json *j, const char *key, const char *text, size_t len);

/* json_fixed1 - with one decimal: rates.  Not a number and infinity become 0.0. */
void json_fixed1(struct json *j, const char *key, double value);

/* json_reset - empty again, the memory is kept; json_free gives it back. */
void json_reset(struct json *j);
void json_free(struct json *j);

#endif
