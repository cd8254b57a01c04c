/* Recorded files, all of them, through the programs: what consumers print and sum up is what is known of the
 * files (facts.json beside them, filetable.c for what it leaves out). */
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/multi/factcheck.h"
#include "tests/multi/filerun.h"
#include "tests/multi/filetable.h"
#include "tests/multi/proc.h"

#define RUN_MAX 128
#define PATH_LEN 512
#define SKIPPED 77

static const char *data;
static struct jsondoc *all_facts;
static size_t checked_cnt;

/* --- One row ---------------------------------------------------------------------------------------- */

static bool is_wanted(const struct tick *tick, const struct file_row *row, const char *symbol)
{
    if ((row->ticks == FACT_TRADES && !tick->is_trade) || (row->ticks == FACT_QUOTES && tick->is_trade))
        return false;
    if ((row->sides == FACT_SIDES_KNOWN && tick->side == SIDE_NONE)
        || (row->sides == FACT_SIDES_NONE && tick->side != SIDE_NONE))
        return false;
    return symbol == NULL || strcmp(tick->symbol, symbol) == 0;
}

static struct tally tally_of(const struct ticklist *list, const struct file_row *row, const char *symbol)
{
    struct tally tally = {0};
    for (size_t i = 0; i < list->cnt; i++) {
        if (is_wanted(&list->tick[i], row, symbol))
            tally_tick(&tally, &list->tick[i]);
    }
    return tally;
}

static size_t symbol_cnt(const struct ticklist *list, const struct file_row *row)
{
    const char *before = NULL;
    size_t cnt = 0;
    for (size_t i = 0; i < list->cnt; i++) {
        const struct tick *tick = list->by_symbol[i];
        if (!is_wanted(tick, row, NULL))
            continue;
        cnt += before == NULL || strcmp(before, tick->symbol) != 0;
        before = tick->symbol;
    }
    return cnt;
}

static const struct jsondoc *facts_at(const char *const path[FACT_PATH_MAX], const struct file_row *row)
{
    const struct jsondoc *facts = jsondoc_get(all_facts, row->file);
    for (size_t i = 0; i < FACT_PATH_MAX && path[i] != NULL; i++) {
        if (strcmp(path[i], "*") != 0 && strcmp(path[i], ".") != 0)
            facts = jsondoc_get(facts, path[i]);
    }
    if (facts == NULL)
        fail_msg("facts.json tells nothing of %s at %s", row->file, path[0]);
    return facts;
}

static bool is_each(const struct file_row *row)
{
    for (size_t i = 0; i < FACT_PATH_MAX && row->at[i] != NULL; i++) {
        if (strcmp(row->at[i], "*") == 0)
            return true;
    }
    return false;
}

static void check_each(struct factcheck *check, const struct ticklist *list, const struct file_row *row)
{
    const struct jsondoc *facts = facts_at(row->at, row);
    for (size_t i = 0; i < jsondoc_cnt(facts); i++) {
        char where[PATH_LEN];
        const char *symbol = jsondoc_key(facts, i);
        struct tally tally = tally_of(list, row, symbol);
        struct factcheck one = {.where = where};
        snprintf(where, sizeof where, "%s: %s", row->file, symbol);
        factcheck_facts(&one, jsondoc_item(facts, i), &tally, row);
        check->cnt += one.cnt;
        check->wrong_cnt += one.wrong_cnt;
    }
}

/* Facts that the table has itself are written with ' for ". */
static struct jsondoc *own_facts(const struct file_row *row)
{
    char text[PATH_LEN];
    snprintf(text, sizeof text, "%s", row->facts);
    for (char *quote; (quote = strchr(text, '\'')) != NULL;)
        *quote = '"';
    struct jsondoc *facts = jsondoc_parse(text);
    if (facts == NULL)
        fail_msg("filetable: no JSON: %s", row->facts);
    return facts;
}

static void check_row(struct factcheck *check, const struct ticklist *list, const struct file_row *row)
{
    struct tally tally = tally_of(list, row, row->symbol);
    if (is_each(row))
        check_each(check, list, row);
    else if (row->at[0] != NULL)
        factcheck_facts(check, facts_at(row->at, row), &tally, row);
    if (row->facts != NULL) {
        struct jsondoc *facts = own_facts(row);
        factcheck_facts(check, facts, &tally, row);
        jsondoc_free(facts);
    }
    if (row->cnt_at[0] != NULL)
        factcheck_count(check, "ticks", jsondoc_text(facts_at(row->cnt_at, row)),
                        tally.trade_cnt + tally.quote_cnt);
    if (row->symbols_at[0] != NULL)
        factcheck_count(check, "symbols", jsondoc_text(facts_at(row->symbols_at, row)),
                        symbol_cnt(list, row));
}

/* --- One run of the programs ------------------------------------------------------------------------ */

/* Every symbol of the summary of signals, against the ticks that print wrote of it. */
static void check_summaries(struct factcheck *check, const struct filerun *run)
{
    const struct ticklist *list = &run->ticks;
    const struct jsondoc *symbols = jsondoc_get(run->summary, "symbols");
    char cnt_text[32];
    size_t cnt = 0;
    for (size_t i = 0; i < list->cnt; cnt++) {
        const char *symbol = list->by_symbol[i]->symbol;
        struct tally tally = {0};
        struct factcheck one = {.where = symbol};
        for (; i < list->cnt && strcmp(list->by_symbol[i]->symbol, symbol) == 0; i++)
            tally_tick(&tally, list->by_symbol[i]);
        factcheck_symbol(&one, jsondoc_get(symbols, symbol), &tally);
        check->cnt += one.cnt;
        check->wrong_cnt += one.wrong_cnt;
    }
    snprintf(cnt_text, sizeof cnt_text, "%zu", cnt);
    factcheck_count(check, "symbols of the summary", cnt_text, jsondoc_cnt(symbols));
}

static bool is_same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool is_same_run(const struct file_row *a, const struct file_row *b)
{
    return strcmp(a->file, b->file) == 0 && is_same(a->options, b->options);
}

static void play(struct filerun *run, const struct file_row *row)
{
    char options[PATH_LEN] = "";
    char path[PATH_LEN];
    const char *args[FILERUN_ARG_MAX] = {NULL};
    size_t cnt = 0;
    if (row->options != NULL)
        snprintf(options, sizeof options, "%s", row->options);
    for (char *word = strtok(options, " "); word != NULL; word = strtok(NULL, " "))
        args[cnt++] = word;
    snprintf(path, sizeof path, "%s/%s", data, row->file);
    args[cnt] = path;
    filerun_play(run, args);
}

static void end_checks(const struct factcheck *check)
{
    checked_cnt += check->cnt;
    if (check->wrong_cnt > 0)
        fail_msg("%s: %zu of %zu values are wrong", check->where, check->wrong_cnt, check->cnt);
}

/* All rows from *state on that share its run. */
static void test_file(void **state)
{
    const struct file_row *row = *state;
    struct filerun run = {0};
    struct factcheck check = {.where = row->file};
    filerun_skip_unreadable(row->file);
    play(&run, row);
    factcheck_reports(&check, run.report, run.summary, run.ticks.cnt);
    check_summaries(&check, &run);
    for (const struct file_row *next = row; next < file_table + file_table_cnt && is_same_run(next, row);
         next++)
        check_row(&check, &run.ticks, next);
    filerun_free(&run);
    end_checks(&check);
}

/* --- All files have their rows ---------------------------------------------------------------------- */

static size_t without_row_cnt;

static void expect_row(const char *file)
{
    for (size_t i = 0; i < file_table_cnt; i++) {
        if (strcmp(file_table[i].file, file) == 0)
            return;
    }
    without_row_cnt++;
    print_error("%s: no row in filetable.c\n", file);
}

static int visit(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    bool tells_of_files = ftw->level == 1; /* README.md, facts.json */
    if (type == FTW_F && !tells_of_files)
        expect_row(path + strlen(data) + 1);
    return 0;
}

static void test_all_files_have_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < jsondoc_cnt(all_facts); i++)
        expect_row(jsondoc_key(all_facts, i));
    assert_int_equal(nftw(data, visit, 16, FTW_PHYS), 0);
    assert_int_equal(without_row_cnt, 0);
}

/* --- The tests, made from the table ----------------------------------------------------------------- */

static struct CMUnitTest tests[RUN_MAX];
static char names[RUN_MAX][PATH_LEN];
static size_t test_cnt;

static void add_test(CMUnitTestFunction function, const struct file_row *row, const char *name,
                     const char *options)
{
    if (test_cnt == RUN_MAX)
        abort();
    snprintf(names[test_cnt], sizeof names[test_cnt], "%s%s%s", name, options != NULL ? " " : "",
             options != NULL ? options : "");
    tests[test_cnt] = (struct CMUnitTest){
        .name = names[test_cnt],
        .test_func = function,
        .initial_state = (void *)(uintptr_t)row,
    };
    test_cnt++;
}

static void add_tests(void)
{
    add_test(test_all_files_have_rows, NULL, "all files have rows", NULL);
    for (size_t i = 0; i < file_table_cnt; i++) {
        if (i == 0 || !is_same_run(&file_table[i - 1], &file_table[i]))
            add_test(test_file, &file_table[i], file_table[i].file, file_table[i].options);
    }
}

static int setup(void **state)
{
    char path[PATH_LEN];
    snprintf(path, sizeof path, "%s/facts.json", data);
    all_facts = jsondoc_load(path);
    return filerun_setup(state);
}

static int teardown(void **state)
{
    jsondoc_free(all_facts);
    print_message("%zu values compared\n", checked_cnt);
    return filerun_teardown(state);
}

int main(void)
{
    data = filerun_data();
    if (data == NULL)
        return SKIPPED;
    add_tests();
    return _cmocka_run_group_tests("files", tests, test_cnt, setup, teardown);
}
