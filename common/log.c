#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_LEN 1024

static const char *prog_name = "tickring";
static enum log_level log_level = LOG_NORMAL;

void log_init(const char *prog, enum log_level level)
{
    prog_name = prog;
    log_level = level;
}

const char *log_prog(void)
{
    return prog_name;
}

size_t log_visible(char *out, size_t out_size, const char *text, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i < len && n + 5 <= out_size; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c >= 0x20 && c != 0x7f)
            out[n++] = text[i];
        else
            n += (size_t)snprintf(out + n, out_size - n, "\\x%02x", c);
    }
    out[n] = '\0';
    return n;
}

static void say(const char *what, const char *why, va_list args)
{
    char raw[LINE_MAX_LEN];
    char line[LINE_MAX_LEN + 1];
    int n = snprintf(raw, sizeof raw, "%s: %s%s", prog_name, what, what[0] != '\0' ? ": " : "");
    size_t len = n < 0 ? 0 : (size_t)n < sizeof raw ? (size_t)n : sizeof raw - 1;
    vsnprintf(raw + len, sizeof raw - len, why, args);
    len = log_visible(line, LINE_MAX_LEN, raw, strlen(raw));
    line[len++] = '\n';
    if (write(STDERR_FILENO, line, len) < 0)
        return; /* nobody listens: nothing better can be done */
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
