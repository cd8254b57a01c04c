/* What every source that reads text needs: messages with their place, names, lines. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exitcode.h"
#include "filename.h"
#include "source.h"
#include "timetext.h"

#define NAME_SHOWN_MAX 160 /* bytes of a path in a message: its end tells more than its beginning */

/* Paths are bytes; a message is one line of text. */
static void make_printable(char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7F)
            *text = '?';
}

static const char *shown_name(const char *name)
{
    size_t len = strlen(name);
    return len > NAME_SHOWN_MAX ? name + len - NAME_SHOWN_MAX : name;
}

static void store_error(struct source *src, size_t prefix_len, const char *format, va_list args)
{
    if (prefix_len < sizeof(src->error))
        vsnprintf(src->error + prefix_len, sizeof(src->error) - prefix_len, format, args);
    make_printable(src->error);
}

/* "name", of an archive's member "name(member)"; returns its length. */
static size_t store_name(struct source *src, const char *name, const char *member)
{
    name = shown_name(name);
    int len = member == NULL ? snprintf(src->error, sizeof(src->error), "%s", name)
                             : snprintf(src->error, sizeof(src->error), "%s(%s)", name, shown_name(member));
    return (size_t)len;
}

int source_fail(struct source *src, int exit_code, const char *format, ...)
{
    size_t len = 0;
    if (src->path != NULL && src->path[0] != '\0') { /* a made market has none */
        len = store_name(src, strcmp(src->path, "-") == 0 ? "stdin" : src->path, src->input.member);
        len += (size_t)snprintf(src->error + len, sizeof(src->error) - len, ": ");
    }
    va_list args;
    va_start(args, format);
    store_error(src, len, format, args);
    va_end(args);
    src->exit_code = exit_code;
    return -1;
}

static void count(struct source_tally *tally, const char *kind, uint64_t at, bool by_line)
{
    unsigned i = 0;
    while (i < SOURCE_TALLY_MAX - 1 && tally[i].kind != NULL && strcmp(tally[i].kind, kind) != 0)
        i++;
    if (tally[i].kind == NULL)
        tally[i] = (struct source_tally){
            .kind = i < SOURCE_TALLY_MAX - 1 ? kind : "other", .first = at, .by_line = by_line};
    tally[i].cnt++;
}

void source_note(struct source *src, const char *kind, uint64_t line)
{
    count(src->note, kind, line, true);
}

void source_note_at(struct source *src, const char *kind, uint64_t offset)
{
    count(src->note, kind, offset, false);
}

enum source_result source_bad(struct source *src, const char *kind, size_t column, const char *format, ...)
{
    size_t len = store_name(src, src->input.name, src->input.member);
    len += (size_t)snprintf(src->error + len, sizeof(src->error) - len, ":%" PRIu64 ":%zu: ", src->input.line,
                            column);
    va_list args;
    va_start(args, format);
    store_error(src, len, format, args);
    va_end(args);
    count(src->bad, kind, src->input.line, true);
    return SOURCE_BAD;
}

static size_t offset_prefix(struct source *src, const char *member, uint64_t offset)
{
    size_t len = store_name(src, src->input.name, member);
    return len + (size_t)snprintf(src->error + len, sizeof(src->error) - len, "@%" PRIu64 ": ", offset);
}

enum source_result source_bad_at(struct source *src, const char *kind, uint64_t offset, const char *format,
                                 ...)
{
    va_list args;
    va_start(args, format);
    store_error(src, offset_prefix(src, src->input.member, offset), format, args);
    va_end(args);
    count(src->bad, kind, offset, false);
    return SOURCE_BAD;
}

enum source_result source_bad_member(struct source *src, const char *what)
{
    source_fail(src, 0, "%s", what);
    count(src->bad, BAD_MEMBER, input_file_offset(&src->input), false);
    return SOURCE_BAD;
}

enum source_result source_fail_at(struct source *src, uint64_t offset, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    store_error(src, offset_prefix(src, src->input.member, offset), format, args);
    va_end(args);
    src->exit_code = EXIT_CODE_DATA;
    return SOURCE_FATAL;
}

const char *source_quote(char out[SOURCE_QUOTE_MAX], const char *text, size_t len)
{
    size_t room = SOURCE_QUOTE_MAX - sizeof("''...");
    size_t n = 0;
    out[n++] = '\'';
    for (size_t i = 0; i < len && i < room; i++)
        out[n++] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
    if (len > room)
        for (int i = 0; i < 3; i++)
            out[n++] = '.';
    out[n++] = '\'';
    out[n] = '\0';
    return out;
}

bool source_name_ok(const char *text, size_t len)
{
    if (len == 0 || len > SOURCE_SYMBOL_MAX)
        return false;
    for (size_t i = 0; i < len; i++)
        if (text[i] < ' ' || text[i] > '~')
            return false;
    return true;
}

static int take_name(struct source *src, const char *option, const char *name,
                     char out[SOURCE_SYMBOL_MAX + 1], uint8_t *len)
{
    if (!source_name_ok(name, strlen(name)))
        return source_fail(src, EXIT_CODE_USAGE, "--%s: not 1 to %d printable ASCII bytes", option,
                           SOURCE_SYMBOL_MAX);
    *len = (uint8_t)strlen(name);
    memcpy(out, name, (size_t)*len + 1);
    return 0;
}

int source_identity(struct source *src, const char *venue, struct source_identity *id)
{
    const char *date = src->opt.date;
    *id = (struct source_identity){.day_ns = 0};
    if (src->opt.venue != NULL)
        venue = src->opt.venue;
    if (*venue != '\0' && take_name(src, "venue", venue, id->venue, &id->venue_len) != 0)
        return -1;
    if (src->opt.symbol == NULL)
        id->symbol_len = (uint8_t)filename_symbol(src->path, src->input.member, id->symbol);
    else if (take_name(src, "symbol", src->opt.symbol, id->symbol, &id->symbol_len) != 0)
        return -1;
    if (date == NULL)
        id->has_day = filename_day(src->path, src->input.member, &id->day_ns);
    else if (time_parse_date(date, strlen(date), &id->day_ns) != 0 || id->day_ns < 0)
        return source_fail(src, EXIT_CODE_USAGE, "--date: '%s' is not YYYY-MM-DD from 1970 on", date);
    else
        id->has_day = true;
    return 0;
}

int source_os_exit_code(int os_error)
{
    switch (os_error) {
    case ENOENT:
    case ENOTDIR:
    case EISDIR:
        return EXIT_CODE_NOINPUT;
    case EACCES:
    case EPERM:
        return EXIT_CODE_NOPERM;
    case ENOMEM:
        return EXIT_CODE_FAILED;
    default:
        return EXIT_CODE_IO;
    }
}

/* Place and reason are those of the compressed file, not of a line in it. */
static void fail_damaged(struct source *src)
{
    struct input *in = &src->input;
    const char *member = in->damage_in_member ? in->member : NULL;
    size_t len = in->damage_at >= 0 ? offset_prefix(src, member, (uint64_t)in->damage_at)
                                    : store_name(src, in->name, member);
    snprintf(src->error + len, sizeof(src->error) - len, "%s%s", in->damage_at >= 0 ? "" : ": ", in->damage);
    make_printable(src->error);
    src->exit_code = EXIT_CODE_DATA;
}

/* Whether the file ends before the place it was read up to: somebody made it shorter meanwhile. */
static bool is_shortened(const struct input *in)
{
    struct stat st;
    return in->start >= 0 && fstat(in->fd, &st) == 0 && st.st_size < lseek(in->fd, 0, SEEK_CUR);
}

static enum source_result shortened(struct source *src)
{
    return source_fail_at(src, input_offset(&src->input), "the file became shorter while it was read");
}

enum source_result source_of_input(struct source *src, enum input_result result)
{
    struct input *in = &src->input;
    src->counts.bytes_read = input_file_offset(in);
    switch (result) {
    case INPUT_OK:
        return SOURCE_OK;
    case INPUT_END:
        if (is_shortened(in))
            return shortened(src);
        if (in->odd != NULL)
            source_note_at(src, in->odd, in->odd_at);
        in->odd = NULL;
        return SOURCE_END;
    case INPUT_AGAIN:
        return SOURCE_AGAIN;
    case INPUT_DAMAGED:
        fail_damaged(src);
        return SOURCE_FATAL;
    default:
        break;
    }
    source_fail(src, source_os_exit_code(in->os_error), "cannot read: %s", strerror(in->os_error));
    return SOURCE_FATAL;
}

/* Whether the line handed out last had no line end: then it is whole only if the file is. */
static bool is_unended(const struct input *in)
{
    return in->begin == in->end && in->begin > 0 && in->buf[in->begin - 1] != '\n';
}

enum source_result source_bytes(struct source *src, size_t want, const unsigned char **bytes, size_t *len)
{
    return source_of_input(src, input_bytes(&src->input, want, bytes, len));
}

enum source_result source_line(struct source *src, char **text, size_t *len)
{
    enum input_result result = input_line(&src->input, text, len);
    if (result == INPUT_OK)
        return is_unended(&src->input) && is_shortened(&src->input) ? shortened(src)
                                                                    : source_of_input(src, result);
    if (result == INPUT_LONG)
        return source_bad(src, BAD_LINE, INPUT_LINE_MAX, "line is longer than %d bytes", INPUT_LINE_MAX);
    if (result == INPUT_NUL)
        return source_bad(src, BAD_LINE, strnlen(*text, *len) + 1, "NUL byte in a line of text");
    return source_of_input(src, result);
}
