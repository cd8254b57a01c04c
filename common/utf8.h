/* utf8.h - which bytes of a text of somebody else's making are characters, and which of those a terminal
 * obeys instead of showing them. */
#ifndef COMMON_UTF8_H
#define COMMON_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* utf8_len - bytes of the well-formed sequence (RFC 3629: no surrogates, nothing overlong) that
 * text[0..len) begins with; 0 if there is none.  len > 0. */
size_t utf8_len(const char *text, size_t len);

/* utf8_is_control - whether the sequence at text, as long as utf8_len said, is a control character: C0,
 * DEL, or one of C1 (U+0080 to U+009F), which terminals take for the escape sequences they stand for. */
bool utf8_is_control(const char *text);

#endif
