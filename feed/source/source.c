#include "source.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "exitcode.h"
#include "sources.h"

/* Also the order in which formats are asked whether a file is theirs: those sure of themselves first. */
static const struct source_ops *const source_table[] = {
    &source_dbn,     &source_pcap,     &source_itch,        &source_dukascopy,  &source_json,
    &source_binance, &source_lobster,  &source_lean_trade,  &source_lean_quote, &source_lean_futures,
    &source_truefx,  &source_histdata, &source_marketstore, &source_lean_forex, &source_lobster_book,
    &source_utpv,    &source_csv,      &source_walk,
};

#define SOURCE_CNT (sizeof(source_table) / sizeof(source_table[0]))

/* First bytes of what is not read here, and what helps. */
static const struct {
    const char *magic;
    size_t len;
    const char *advice;
} foreign[] = {
    {"\x1F\x8B", 2, "looks gzip-compressed: use zcat FILE | feed -"},
    {"\x28\xB5\x2F\xFD", 4, "looks zstd-compressed: use zstdcat FILE | feed -"},
    {"\xFD"
     "7zXZ\0",
     6, "looks xz-compressed: use xzcat FILE | feed -"},
    {"BZh", 3, "looks bzip2-compressed: use bzcat FILE | feed -"},
    {"PK\x03\x04", 4, "looks like a zip archive: use unzip -p FILE | feed -"},
    {"\xFF\xFE", 2, "is UTF-16, which is not read: use iconv -f UTF-16 -t UTF-8 FILE | feed -"},
    {"\xFE\xFF", 2, "is UTF-16, which is not read: use iconv -f UTF-16 -t UTF-8 FILE | feed -"},
};

const struct source_ops *source_list(size_t i)
{
    return i < SOURCE_CNT ? source_table[i] : NULL;
}

const struct source_ops *source_find(const char *name, bool generates)
{
    for (size_t i = 0; i < SOURCE_CNT; i++)
        if (source_table[i]->generates == generates && strcmp(source_table[i]->name, name) == 0)
            return source_table[i];
    return NULL;
}

static void name_formats(char *why, size_t size)
{
    size_t len = (size_t)snprintf(why, size, "format not recognized, give --format: one of");
    for (size_t i = 0; i < SOURCE_CNT && len < size; i++)
        if (!source_table[i]->generates)
            len += (size_t)snprintf(why + len, size - len, " %s", source_table[i]->name);
}

static const struct source_ops *whose(const char *bytes, size_t len)
{
    for (size_t i = 0; i < SOURCE_CNT; i++)
        if (!source_table[i]->generates && source_table[i]->detect(bytes, len))
            return source_table[i];
    return NULL;
}

const struct source_ops *source_detect(const char *bytes, size_t len, char *why)
{
    for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
        if (len >= foreign[i].len && memcmp(bytes, foreign[i].magic, foreign[i].len) == 0) {
            snprintf(why, SOURCE_ERROR_MAX, "%s", foreign[i].advice);
            return NULL;
        }
    }
    /* Blank lines before the first one with text belong to no format, but pcapng begins with line ends. */
    size_t blank_len = 0;
    while (blank_len < len && (bytes[blank_len] == '\n' || bytes[blank_len] == '\r'))
        blank_len++;
    const struct source_ops *ops = whose(bytes, len);
    if (ops == NULL && blank_len > 0)
        ops = whose(bytes + blank_len, len - blank_len);
    if (ops == NULL)
        name_formats(why, SOURCE_ERROR_MAX);
    return ops;
}

static int exit_code_of(int os_error)
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

static enum source_result open_input(struct source *src)
{
    int rc = input_open(&src->input, src->path);
    if (rc == -EINTR)
        return SOURCE_AGAIN;
    if (rc != 0) {
        source_fail(src, exit_code_of(-rc), "cannot open: %s", strerror(-rc));
        return SOURCE_FATAL;
    }
    src->counts.bytes_all = src->input.size;
    return SOURCE_OK;
}

/* Looks at the first bytes: are there any, and whose are they? */
static enum source_result examine_input(struct source *src, const struct source_ops **ops)
{
    const char *bytes;
    size_t len;
    if (*ops != NULL && input_offset(&src->input) > 0)
        return SOURCE_OK; /* the format had begun to read when a signal came */
    enum input_result result = input_peek(&src->input, &bytes, &len);
    if (result == INPUT_AGAIN)
        return SOURCE_AGAIN;
    if (result == INPUT_FAILED) {
        int os_error = src->input.os_error;
        source_fail(src, exit_code_of(os_error), "cannot read: %s", strerror(os_error));
        return SOURCE_FATAL;
    }
    if (len == 0)
        return SOURCE_END;
    char why[SOURCE_ERROR_MAX];
    if (*ops == NULL)
        *ops = source_detect(bytes, len, why);
    if (*ops != NULL)
        return SOURCE_OK;
    source_fail(src, EXIT_CODE_DATA, "%s", why);
    return SOURCE_FATAL;
}

enum source_result source_open(struct source *src, const struct source_ops *ops)
{
    enum source_result result = SOURCE_OK;
    bool reads = ops == NULL || !ops->generates;
    src->ops = NULL;
    if (ops == NULL)
        ops = src->detected;
    if (reads && src->input.buf == NULL)
        result = open_input(src);
    if (reads && result == SOURCE_OK)
        result = examine_input(src, &ops);
    if (result == SOURCE_OK && ops->open(src) != 0)
        result = src->exit_code == 0 ? SOURCE_AGAIN : SOURCE_FATAL;
    if (result == SOURCE_OK)
        src->ops = ops;
    src->detected = result == SOURCE_AGAIN ? ops : NULL;
    if (result == SOURCE_FATAL || result == SOURCE_END)
        source_close(src);
    return result;
}

enum source_result source_next(struct source *src, struct source_record *rec)
{
    return src->ops->next(src, rec);
}

int source_rewind(struct source *src)
{
    const struct source_ops *ops = src->ops;
    enum source_result result;
    int rc = ops->generates ? 0 : input_rewind(&src->input);
    if (rc != 0)
        return source_fail(src, EXIT_CODE_USAGE, "cannot be read again: %s", strerror(-rc));
    ops->close(src);
    src->ops = NULL;
    do
        result = source_open(src, ops);
    while (result == SOURCE_AGAIN);
    return result == SOURCE_OK ? 0 : -1;
}

void source_close(struct source *src)
{
    if (src->ops != NULL)
        src->ops->close(src);
    src->ops = NULL;
    if (src->input.buf != NULL)
        input_close(&src->input);
}
