/* docs/metrics.md has what the table of metrics has (make docs writes it), and the manual tells every key and head. */
#include "golden_help.h"
#include "part_help.h"

#include <stdarg.h>

#include "monitor/metric.h"

#define DOC "docs/metrics.md"
#define BEGIN "<!-- made from monitor/metrics.def by make docs; what is written here is lost -->\n"
#define END "<!-- end -->"

static char doc[GOLDEN_MAX];
static size_t doc_len;

__attribute__((format(printf, 1, 2))) static void add(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(doc + doc_len, sizeof doc - doc_len, format, args);
    va_end(args);
    assert_true(n >= 0 && (size_t)n < sizeof doc - doc_len);
    doc_len += (size_t)n;
}

static const char *type_name(const struct metric *metric)
{
    static const char *const name[] = {"counter", "gauge", "gauge, 0 or 1", "label", "histogram"};
    return metric->name[0] != '\0' ? name[metric->type] : "text";
}

static const char *unit_name(const struct metric *metric)
{
    if (metric->type == METRIC_TEXT || metric->type == METRIC_FLAG)
        return "";
    static const char *const name[] = {"", "bytes", "seconds (ns)", "seconds since 1970 (ns)", "1/s"};
    return name[metric->unit];
}

/* `a`, or nothing. */
static void add_code(const char *text)
{
    const char *quote = text[0] != '\0' ? "`" : "";
    add(" %s%s%s |", quote, text, quote);
}

static void add_table(enum metric_scope scope, const char *title, const char *text)
{
    add("\n### %s\n\n%s\n\n", title, text);
    add("| Prometheus | type | unit (in JSON) | JSON | head | |\n|---|---|---|---|---|---|\n");
    for (unsigned i = 0; i < metric_cnt; i++) {
        const struct metric *metric = &metric_table[i];
        if (metric->scope != scope)
            continue;
        add("|");
        add_code(metric->name);
        add(" %s | %s |", type_name(metric), unit_name(metric));
        add_code(metric->key);
        add(" %s | %s |\n", metric->head, metric->help);
    }
}

static void add_tables(void)
{
    add("\n### Of shmmon\n\n| Prometheus | type | |\n|---|---|---|\n"
        "| `tickring_up` | gauge, 0 or 1 | Whether the ring is there and can be read; label `ring` |\n"
        "| `tickring_build_info` | gauge, 1 | Version of shmmon, as the label `version` |\n");
    add_table(METRIC_RING, "Of the ring",
              "Label `ring`. In JSON keys of the whole, beside `producers`, `consumers`, `ledger` "
              "(`published`, `balanced`), "
              "`level` (a word) and `warnings`; docs/shmmon.schema.json tells its form.");
    add_table(METRIC_PRODUCER, "Of a producer",
              "Labels `ring`, `producer`. In JSON keys of an element of `producers`.");
    add_table(METRIC_HELD, "Of a producer and a consumer",
              "Labels `ring`, `producer`, `consumer`. In JSON an object in an element of `producers`, with a "
              "key for each "
              "consumer.");
    add_table(METRIC_CONSUMER, "Of a consumer",
              "Labels `ring`, `consumer`. In JSON keys of an element of `consumers`; a histogram is an "
              "object with `count`, "
              "percentiles (`p50` to `p9999`) and `max`, service times have a `mean` as well.");
    add_table(METRIC_CURSOR, "Of a consumer and a producer",
              "Labels `ring`, `producer`, `consumer`. In JSON an object in an element of `consumers`, with a "
              "key for each "
              "producer.");
    add("\n");
}

/* The file with what is between the marks made anew. */
static void test_doc(void **state)
{
    (void)state;
    static char old[GOLDEN_MAX];
    strcpy(old, golden_read(DOC));
    const char *begin = strstr(old, BEGIN);
    const char *end = strstr(old, END);
    assert_true(begin != NULL && end != NULL && begin < end);
    doc_len = 0;
    add("%.*s", (int)(begin - old + (ptrdiff_t)strlen(BEGIN)), old);
    add_tables();
    add("%s", end);
    golden_check_path(DOC, doc);
}

/* In the manual a key stands as ".It Va KEY" or ".Va KEY", a head as ".It Sy HEAD", that of a histogram before what is shown
 * of it. */
static bool manual_has(const char *manual, const char *mark, const char *word)
{
    size_t len = strlen(word);
    for (const char *line = manual; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        size_t line_len = strcspn(line, "\n");
        const char *at = strstr(line, mark);
        if (line[0] != '.' || at == NULL || at >= line + line_len)
            continue;
        for (at = strstr(at, word); at != NULL && at < line + line_len; at = strstr(at + 1, word)) {
            if (at[-1] == ' ' && strchr(" \n", at[len]) != NULL)
                return true;
        }
    }
    return false;
}

static void test_manual(void **state)
{
    (void)state;
    if (golden_is_written()) /* make docs, which does not write this one */
        skip();
    unsigned missing_cnt = 0;
    const char *manual = golden_read("man/shmmon.1");
    for (unsigned i = 0; i < metric_cnt; i++) {
        const char *key = metric_table[i].key;
        const char *head = metric_table[i].head;
        bool has_key = key[0] == '\0' || manual_has(manual, "Va ", key);
        bool has_head = head[0] == '\0' || manual_has(manual, ".It Sy ", head);
        if (!has_key || !has_head)
            print_error("man/shmmon.1 does not tell %s\n", has_key ? head : key);
        missing_cnt += !has_key || !has_head;
    }
    assert_int_equal(missing_cnt, 0);
    assert_false(manual_has(manual, "Va ", "nonsense"));
    assert_false(manual_has(manual, ".It Sy ", "LATEST"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_doc),
        cmocka_unit_test(test_manual),
    };
    return cmocka_run_group_tests_name("metric_doc", tests, NULL, NULL);
}
