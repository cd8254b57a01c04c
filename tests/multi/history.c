#include "tests/multi/history.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LINE_LEN 65536
#define FIRST_NS INT64_C(1700000000000000000)

struct row {
    int64_t ts_ns;
    uint64_t price;
    uint64_t size;
    unsigned symbol;
    bool buy;
};

static struct row make_row(unsigned f, uint64_t i)
{
    return (struct row){
        .ts_ns = FIRST_NS + (int64_t)i * 1000 + f,
        .price = (f + 1) * UINT64_C(100000000) + i,
        .size = i * 7919 % 997 + 1,
        .symbol = (unsigned)(i % 11),
        .buy = i % 3 == 0,
    };
}

const char *history_producer(unsigned f)
{
    static char name[HISTORY_PRODUCER_MAX][8];
    snprintf(name[f], sizeof name[f], "feed-%c", (char)('a' + f));
    return name[f];
}

void history_write_input(const char *path, unsigned f, uint64_t row_cnt)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("timestamp,symbol,side,price,amount\n", file);
    for (uint64_t i = 0; i < row_cnt; i++) {
        struct row r = make_row(f, i);
        fprintf(file, "%" PRId64 ",SYM%u,%s,%" PRIu64 ",%" PRIu64 "\n", r.ts_ns, r.symbol,
                r.buy ? "buy" : "sell", r.price, r.size);
    }
    assert_int_equal(fclose(file), 0);
}

static void expected_line(char *text, size_t size, unsigned f, uint64_t seq)
{
    struct row r = make_row(f, seq);
    snprintf(text, size,
             "{\"event\":\"tick\",\"producer\":\"%s\",\"seq\":%" PRIu64 ",\"ts\":%" PRId64
             ",\"symbol\":\"SYM%u\",\"price\":\"%" PRIu64 "\",\"size\":\"%" PRIu64 "\",\"side\":\"%s\"}",
             history_producer(f), seq, r.ts_ns, r.symbol, r.price, r.size, r.buy ? "buy" : "sell");
}

static unsigned producer_of(const char *line, const char *path)
{
    for (unsigned f = 0; f < HISTORY_PRODUCER_MAX; f++) {
        char key[64];
        snprintf(key, sizeof key, "\"producer\":\"%s\"", history_producer(f));
        if (strstr(line, key) != NULL)
            return f;
    }
    fail_msg("%s: no known producer in: %s", path, line);
    return 0;
}

static uint64_t number_in(const char *line, const char *key, const char *path)
{
    char quoted[64];
    snprintf(quoted, sizeof quoted, "\"%s\":", key);
    const char *at = strstr(line, quoted);
    if (at == NULL)
        fail_msg("%s: no %s in: %s", path, key, line);
    return strtoull(at + strlen(quoted), NULL, 10);
}

static void read_tick(struct history *h, const char *line, const char *path)
{
    char expected[512];
    unsigned f = producer_of(line, path);
    uint64_t seq = number_in(line, "seq", path);
    expected_line(expected, sizeof expected, f, seq);
    if (strcmp(line, expected) != 0)
        fail_msg("%s: not what was published:\n%s\nexpected:\n%s", path, line, expected);
    if (!h->seen[f]) {
        h->seen[f] = true;
        h->first[f] = h->next[f] = seq;
    }
    if (seq < h->next[f] && h->next[f] - seq <= h->repeat_max) {
        h->repeated++; /* the end of an earlier life, again */
        h->next[f] = seq + 1;
        return;
    }
    if (seq != h->next[f])
        fail_msg("%s: sequence %" PRIu64 " of %s where %" PRIu64 " was to come", path, seq,
                 history_producer(f), h->next[f]);
    h->next[f]++;
    h->delivered++;
}

static void read_gap(struct history *h, const char *line, const char *path)
{
    unsigned f = producer_of(line, path);
    uint64_t from = number_in(line, "from", path);
    uint64_t to = number_in(line, "to", path);
    uint64_t lost = number_in(line, "lost", path);
    if (lost != to - from + 1 || (h->seen[f] && from != h->next[f]))
        fail_msg("%s: a gap that does not fit: %s", path, line);
    if (!h->seen[f])
        h->first[f] = from;
    h->seen[f] = true;
    h->next[f] = to + 1;
    h->lost += lost;
}

static void read_line(struct history *h, const char *line, const char *path)
{
    if (strncmp(line, "{\"event\":\"tick\"", 15) == 0) {
        read_tick(h, line, path);
    } else if (strncmp(line, "{\"event\":\"gap\"", 14) == 0) {
        read_gap(h, line, path);
    } else if (strncmp(line, "{\"event\":\"summary\"", 18) == 0) {
        h->has_summary = true;
        h->summary_delivered = number_in(line, "delivered", path);
        h->summary_lost = number_in(line, "lost", path);
    } else {
        fail_msg("%s: not a line of print: %s", path, line);
    }
}

uint64_t history_read(struct history *h, const char *path, uint64_t from)
{
    static char line[LINE_LEN];
    uint64_t whole = from;
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return from; /* nothing was written yet */
    assert_int_equal(fseek(file, (long)from, SEEK_SET), 0);
    while (fgets(line, sizeof line, file) != NULL) {
        size_t len = strlen(line);
        if (line[len - 1] != '\n')
            break; /* torn by a kill */
        line[len - 1] = '\0';
        read_line(h, line, path);
        whole += len;
    }
    fclose(file);
    return whole;
}

void history_expect_all(const struct history *h, unsigned producer_cnt, uint64_t row_cnt)
{
    for (unsigned f = 0; f < producer_cnt; f++) {
        if (!h->seen[f] || h->first[f] != 0 || h->next[f] != row_cnt)
            fail_msg("%s: from %" PRIu64 " to %" PRIu64 ", expected 0 to %" PRIu64, history_producer(f),
                     h->first[f], h->next[f], row_cnt);
    }
}

uint64_t history_number(const char *path, const char *key)
{
    static char line[LINE_LEN];
    char last[1024] = "";
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL)
        snprintf(last, sizeof last, "%.1023s", line);
    fclose(file);
    return number_in(last, key, path);
}
