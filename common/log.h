/* log.h - talk of a program: `prog: what: why, what to try`, one line, one write(2), to standard error. */
#ifndef COMMON_LOG_H
#define COMMON_LOG_H

#include <stddef.h>

enum log_level { LOG_QUIET = -1, LOG_NORMAL = 0, LOG_VERBOSE = 1 };

/* log_init - the program's name (kept, not copied) and how much is said. */
void log_init(const char *prog, enum log_level level);

/* log_clear_with - calls clear(arg) before each line is written: something else stands on the terminal's last line.
 * NULL: nothing does any more. */
void log_clear_with(void (*clear)(void *arg), void *arg);

/* log_tell - from now on lines (NUL terminated, without newline) go to tell(arg) instead of standard error: the terminal
 * shows something else.  NULL: to standard error again. */
void log_tell(void (*tell)(void *arg, const char *line), void *arg);

/* log_prog - the name given. */
const char *log_prog(void);

/* What is said about `what`; control characters are shown, long lines cut at 1 KiB.  Errors are always
 * said; warnings and information not when quiet; details only when verbose.  Not for signal handlers. */
void log_error(const char *what, const char *why, ...) __attribute__((format(printf, 2, 3)));
void log_warn(const char *what, const char *why, ...) __attribute__((format(printf, 2, 3)));
void log_info(const char *what, const char *why, ...) __attribute__((format(printf, 2, 3)));
void log_detail(const char *what, const char *why, ...) __attribute__((format(printf, 2, 3)));

/* log_visible - copies len bytes of text, and a NUL; control characters (DEL and C1 too) and bytes that are
 * not UTF-8 as \xNN.  What does not fit is cut, between characters.  Returns the length. */
size_t log_visible(char *out, size_t out_size, const char *text, size_t len);

#endif
