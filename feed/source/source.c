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
    &source_utpv,    &source_csv,      &source_walk,        &source_quotes,     &source_orders,
};

#define SOURCE_CNT (sizeof(source_table) / sizeof(source_table[0]))

/* First bytes of what is not read here, and what helps. */
static const struct {
    const char *magic;
    size_t len;
    const char *advice;
} foreign[] = {
    {"BZh", 3, "looks bzip2-compressed: use bzcat FILE | feed -"},
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

static enum source_result open_input(struct source *src)
{
    int rc = input_open(&src->input, src->path);
    if (rc == -EINTR)
        return SOURCE_AGAIN;
    if (rc != 0) {
        source_fail(src, source_os_exit_code(-rc), "cannot open: %s", strerror(-rc));
        return SOURCE_FATAL;
    }
    src->counts.bytes_all = src->input.size;
    return SOURCE_OK;
}

/* Looks at the first bytes of a file or member: are there any, and whose are they? */
static enum source_result examine_input(struct source *src, const struct source_ops **ops)
{
    const char *bytes;
    size_t len;
    if (src->detected != NULL && input_offset(&src->input) > 0) {
        *ops = src->detected; /* it had begun to read when a signal came */
        return SOURCE_OK;
    }
    enum input_result peeked = input_peek(&src->input, &bytes, &len);
    if (peeked == INPUT_OK && len == 0)
        peeked = INPUT_END;
    if (peeked != INPUT_OK && (peeked != INPUT_DAMAGED || len == 0))
        return source_of_input(src, peeked);
    char why[SOURCE_ERROR_MAX];
    *ops = src->wanted != NULL ? src->wanted : source_detect(bytes, len, why);
    if (*ops != NULL)
        return SOURCE_OK; /* what is whole before the damage comes first */
    if (peeked == INPUT_DAMAGED)
        return source_of_input(src, peeked);
    if (src->input.member != NULL)
        return source_bad_member(src, why);
    source_fail(src, EXIT_CODE_DATA, "%s", why);
    return SOURCE_FATAL;
}

static enum source_result start(struct source *src, const struct source_ops *ops)
{
    bool is_open = ops->open(src) == 0;
    bool is_interrupted = !is_open && src->exit_code == 0;
    src->detected = is_interrupted ? ops : NULL;
    if (!is_open)
        return is_interrupted ? SOURCE_AGAIN : SOURCE_FATAL;
    src->ops = ops;
    return SOURCE_OK;
}

/* Starts the format of the file, or of the next member that is not empty. */
static enum source_result start_input(struct source *src)
{
    for (;;) {
        const struct source_ops *ops;
        enum source_result result = SOURCE_OK;
        if (src->member_over)
            result = source_of_input(src, input_next_member(&src->input));
        if (result != SOURCE_OK)
            return result;
        src->member_over = false;
        result = examine_input(src, &ops);
        if (result == SOURCE_OK)
            return start(src, ops);
        src->member_over = result == SOURCE_END || result == SOURCE_BAD;
        if (result != SOURCE_END)
            return result;
    }
}

enum source_result source_open(struct source *src, const struct source_ops *ops)
{
    enum source_result result = SOURCE_OK;
    src->ops = NULL;
    src->wanted = ops;
    if (ops != NULL && ops->generates)
        return start(src, ops);
    if (src->input.buf == NULL) {
        src->member_over = false;
        result = open_input(src);
    }
    if (result == SOURCE_OK)
        result = start_input(src);
    src->member_bad = result == SOURCE_BAD;
    if (result == SOURCE_FATAL || result == SOURCE_END)
        source_close(src);
    return result == SOURCE_BAD ? SOURCE_OK : result;
}

enum source_result source_next(struct source *src, struct source_record *rec)
{
    if (src->member_bad) {
        src->member_bad = false;
        return SOURCE_BAD;
    }
    for (;;) {
        if (src->ops != NULL) {
            enum source_result result = src->ops->next(src, rec);
            if (result != SOURCE_END || src->input.member == NULL)
                return result;
            src->ops->close(src);
            src->ops = NULL;
            src->member_over = true;
        }
        enum source_result started = start_input(src);
        if (started != SOURCE_OK)
            return started;
    }
}

int source_rewind(struct source *src)
{
    bool reads = src->input.buf != NULL;
    const struct source_ops *ops = reads ? src->wanted : src->ops;
    enum source_result result;
    int rc = reads ? input_rewind(&src->input) : 0;
    if (rc != 0)
        return source_fail(src, EXIT_CODE_USAGE, "cannot be read again: %s", strerror(-rc));
    if (src->ops != NULL)
        src->ops->close(src);
    src->member_over = false;
    result = source_open(src, ops);
    if (result == SOURCE_END)
        return source_fail(src, EXIT_CODE_DATA, "is empty now: it was changed while it was read");
    return result == SOURCE_OK ? 0 : result == SOURCE_AGAIN ? 1 : -1;
}

void source_close(struct source *src)
{
    if (src->ops != NULL)
        src->ops->close(src);
    src->ops = NULL;
    if (src->input.buf != NULL)
        input_close(&src->input);
}
