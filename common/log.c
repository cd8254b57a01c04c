#include "log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "utf8.h"

#define LINE_MAX_LEN 1024

static const char *prog_name = "tickring";
static enum log_level log_level = LOG_NORMAL;
static void (*log_clear)(void *arg);
static void *log_clear_arg;
static void (*log_teller)(void *arg, const char *line);
static void *log_teller_arg;

void log_init(const char *prog, enum log_level level)
{
    prog_name = prog;
    log_level = level;
}

void log_clear_with(void (*clear)(void *arg), void *arg)
{
    log_clear = clear;
    log_clear_arg = arg;
}

void log_tell(void (*tell)(void *arg, const char *line), void *arg)
{
    log_teller = tell;
    log_teller_arg = arg;
}

const char *log_prog(void)
{
    return prog_name;
}

/* Four bytes fit: a character as it is, or \xNN for its first byte.  Returns how many bytes of text that
 * took. */
static size_t show_one(char *out, size_t *n, const char *text, size_t len)
{
    size_t taken = utf8_len(text, len);
    if (taken > 0 && !utf8_is_control(text)) {
        memcpy(out + *n, text, taken);
        *n += taken;
        return taken;
    }
    *n += (size_t)snprintf(out + *n, 5, "\\x%02x", (unsigned char)text[0]);
    return 1;
}

size_t log_visible(char *out, size_t out_size, const char *text, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i < len && n + 5 <= out_size;)
        i += show_one(out, &n, text + i, len - i);
    out[n] = '\0';
    return n;
}

static void write_line(const char *line, size_t len)
{
    while (write(STDERR_FILENO, line, len) < 0) {
        if (errno != EINTR)
            return; /* nobody listens: nothing better can be done */
    }
}

static void say(const char *what, const char *why, va_list args)
{
    char raw[LINE_MAX_LEN];
    char line[LINE_MAX_LEN + 1];
    int n = snprintf(raw, sizeof raw, "%s: %s%s", prog_name, what, what[0] != '\0' ? ": " : "");
    size_t len = n < 0 ? 0 : (size_t)n < sizeof raw ? (size_t)n : sizeof raw - 1;
    vsnprintf(raw + len, sizeof raw - len, why, args);
    len = log_visible(line, LINE_MAX_LEN, raw, strlen(raw));
    if (log_teller != NULL) {
        log_teller(log_teller_arg, line);
        return;
    }
    line[len++] = '\n';
    if (log_clear != NULL)
        log_clear(log_clear_arg);
    write_line(line, len);
}

void log_error(const char *what, const char *why, ...)
{
    va_list args;
    va_start(args, why);
    say(what, why, args);
    va_end(args);
}

void log_warn(const char *what, const char *why, ...)
{
    va_list args;
    va_start(args, why);
    if (log_level >= LOG_NORMAL)
        say(what, why, args);
    va_end(args);
}

void log_info(const char *what, const char *why, ...)
{
    va_list args;
    va_start(args, why);
    if (log_level >= LOG_NORMAL)
        say(what, why, args);
    va_end(args);
}

void log_detail(const char *what, const char *why, ...)
{
    va_list args;
    va_start(args, why);
    if (log_level >= LOG_VERBOSE)
        say(what, why, args);
    va_end(args);
}
