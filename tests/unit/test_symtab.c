/* Names and their numbers: order, a full table, a successor, a table left in the middle of an addition. */
#include "shm_help.h"

#include <sys/resource.h>

#include "symtab.h"

#define CAP TR_SYMBOL_CNT_MAX

static struct tr_name_table *table;

static size_t table_len(uint32_t cap)
{
    return sizeof(struct tr_name_table) + cap * sizeof(struct tr_name);
}

static int make_table(void **state)
{
    (void)state;
    table = aligned_alloc(TR_APART, (table_len(CAP) + TR_APART - 1) / TR_APART * TR_APART);
    if (table == NULL)
        return -1;
    memset(table, 0, table_len(CAP));
    return 0;
}

static int free_table(void **state)
{
    (void)state;
    free(table);
    return 0;
}

static uint16_t id_of(struct tr_symtab *st, const char *text)
{
    uint16_t id;
    assert_int_equal(tr_symtab_id(st, text, strlen(text), &id), 0);
    return id;
}

static void expect_name(uint32_t cap, uint32_t id, const char *text)
{
    const struct tr_name *name = tr_symtab_name(table, cap, id);
    assert_non_null(name);
    assert_int_equal(name->len, strlen(text));
    assert_memory_equal(name->text, text, strlen(text));
}

static void numbers_in_order_of_appearance(void **state)
{
    static const char *const text[] = {"BTC", "ETH", "BT", "BTCU", "btc", "B", "ETH ", " ETH", "\xff\x80"};
    struct tr_symtab st;
    (void)state;
    assert_int_equal(tr_symtab_init(&st, table, CAP), 0);
    for (int round = 0; round < 2; round++) {
        for (uint16_t i = 0; i < sizeof text / sizeof *text; i++)
            assert_int_equal(id_of(&st, text[i]), i);
    }
    for (uint16_t i = 0; i < sizeof text / sizeof *text; i++)
        expect_name(CAP, i, text[i]);
    assert_int_equal(table->cnt, sizeof text / sizeof *text);
    tr_symtab_fini(&st);
}

static void zero_bytes_are_letters(void **state)
{
    struct tr_symtab st;
    uint16_t id[3];
    (void)state;
    assert_int_equal(tr_symtab_init(&st, table, CAP), 0);
    for (size_t len = 1; len <= 3; len++)
        assert_int_equal(tr_symtab_id(&st, "\0\0\0", len, &id[len - 1]), 0);
    assert_true(id[0] == 0 && id[1] == 1 && id[2] == 2);
    tr_symtab_fini(&st);
}

static void lengths_from_1_to_71(void **state)
{
    char text[TR_SYMBOL_LEN_MAX + 1];
    struct tr_symtab st;
    uint16_t id = 99;
    (void)state;
    memset(text, 'x', sizeof text);
    assert_int_equal(tr_symtab_init(&st, table, CAP), 0);
    assert_int_equal(tr_symtab_id(&st, text, 0, &id), -EINVAL);
    assert_int_equal(tr_symtab_id(&st, text, TR_SYMBOL_LEN_MAX + 1, &id), -EINVAL);
    assert_int_equal(tr_symtab_id(&st, text, SIZE_MAX, &id), -EINVAL);
    assert_int_equal(table->cnt, 0);
    assert_int_equal(id, 99);
    for (size_t len = 1; len <= TR_SYMBOL_LEN_MAX; len++) {
        assert_int_equal(tr_symtab_id(&st, text, len, &id), 0);
        assert_int_equal(id, len - 1);
        assert_int_equal(tr_symtab_name(table, CAP, id)->len, len);
    }
    tr_symtab_fini(&st);
}

static void number_name(char *text, uint32_t i)
{
    snprintf(text, 16, "S%u", i);
}

static void fill(struct tr_symtab *st)
{
    char text[16];
    for (uint32_t i = 0; i < CAP; i++) {
        number_name(text, i);
        assert_int_equal(id_of(st, text), i);
    }
}

static void check_full(struct tr_symtab *st)
{
    char text[16];
    uint16_t id = 7;
    assert_int_equal(tr_symtab_id(st, "one more", 8, &id), -ENOSPC);
    assert_int_equal(id, 7);
    for (uint32_t i = 0; i < CAP; i++) {
        number_name(text, i);
        assert_int_equal(id_of(st, text), i);
        expect_name(CAP, i, text);
    }
    assert_int_equal(table->cnt, CAP);
}

/* All 65536, then no more; a successor finds every one of them under its number. */
static void full_table_and_its_successor(void **state)
{
    struct tr_symtab st;
    (void)state;
    assert_int_equal(tr_symtab_init(&st, table, CAP), 0);
    fill(&st);
    check_full(&st);
    tr_symtab_fini(&st);
    assert_null(st.bucket);
    assert_int_equal(tr_symtab_init(&st, table, CAP), 0);
    check_full(&st);
    tr_symtab_fini(&st);
}

static void smallest_tables(void **state)
{
    (void)state;
    for (uint32_t cap = 1; cap <= 8; cap *= 2) {
        struct tr_symtab st;
        char text[16];
        uint16_t id;
        memset(table, 0, table_len(cap));
        assert_int_equal(tr_symtab_init(&st, table, cap), 0);
        for (uint32_t i = 0; i < cap; i++) {
            number_name(text, i);
            assert_int_equal(id_of(&st, text), i);
        }
        assert_int_equal(tr_symtab_id(&st, "z", 1, &id), -ENOSPC);
        tr_symtab_fini(&st);
    }
}

/* The beginning of a name is another name, also where their hashes fall side by side. */
static void beginnings_are_other_names(void **state)
{
    enum { FEW = 64 };
    char text[FEW];
    struct tr_symtab st;
    uint16_t id;
    (void)state;
    memset(text, 'x', sizeof text);
    assert_int_equal(tr_symtab_init(&st, table, FEW), 0);
    for (uint16_t i = 0; i < FEW; i++) { /* the longest first */
        assert_int_equal(tr_symtab_id(&st, text, FEW - i, &id), 0);
        assert_int_equal(id, i);
    }
    tr_symtab_fini(&st);
}

/* A producer killed between the entry and its count: the entry never was. */
static void killed_in_the_middle_of_an_addition(void **state)
{
    struct tr_symtab st;
    (void)state;
    assert_int_equal(tr_symtab_init(&st, table, CAP), 0);
    id_of(&st, "first");
    tr_symtab_fini(&st);
    table->entry[1].len = 200;
    memset(table->entry[1].text, 'g', TR_SYMBOL_LEN_MAX);
    assert_null(tr_symtab_name(table, CAP, 1));
    assert_int_equal(tr_symtab_init(&st, table, CAP), 0);
    assert_int_equal(id_of(&st, "second"), 1);
    assert_int_equal(id_of(&st, "first"), 0);
    expect_name(CAP, 1, "second");
    tr_symtab_fini(&st);
}

/* A reader is told nothing that is not there, whatever number a tick carries. */
static void numbers_that_are_not_there(void **state)
{
    struct tr_symtab st;
    (void)state;
    assert_int_equal(tr_symtab_init(&st, table, CAP), 0);
    assert_null(tr_symtab_name(table, CAP, 0));
    id_of(&st, "a");
    id_of(&st, "b");
    tr_symtab_fini(&st);
    assert_non_null(tr_symtab_name(table, CAP, 1));
    assert_null(tr_symtab_name(table, CAP, 2));
    assert_null(tr_symtab_name(table, 1, 1)); /* beyond the end of the table */
    assert_null(tr_symtab_name(table, CAP, UINT32_MAX));
    tr_store_rlx(&table->cnt, UINT64_MAX);
    assert_null(tr_symtab_name(table, 2, 2));
    assert_null(tr_symtab_name(table, 2, UINT32_MAX));
    table->entry[1].len = TR_SYMBOL_LEN_MAX + 1;
    assert_null(tr_symtab_name(table, CAP, 1));
}

/* A count that cannot be: what fits is taken, nothing is added. */
static void count_beyond_the_table(void **state)
{
    struct tr_symtab st;
    uint16_t id;
    (void)state;
    for (uint32_t i = 0; i < 4; i++) {
        table->entry[i].len = 1;
        table->entry[i].text[0] = (char)('a' + i);
    }
    tr_store_rlx(&table->cnt, UINT64_MAX);
    assert_int_equal(tr_symtab_init(&st, table, 4), 0);
    assert_int_equal(id_of(&st, "d"), 3);
    assert_int_equal(tr_symtab_id(&st, "e", 1, &id), -ENOSPC);
    tr_symtab_fini(&st);
}

static void init_without_memory(void *arg)
{
    const struct rlimit little = {.rlim_cur = 4096, .rlim_max = 4096};
    struct tr_symtab st;
    (void)arg;
    void *volatile taken;
    help_check(setrlimit(RLIMIT_AS, &little) == 0);
    do { /* what the heap still has */
        taken = malloc(4096);
    } while (taken != NULL);
    help_check(tr_symtab_init(&st, table, CAP) == -ENOMEM);
    tr_symtab_fini(&st);
}

static void no_memory(void **state)
{
    (void)state;
    if (HELP_SANITIZED)
        help_skip("a sanitizer takes the lack of memory for a fault");
    assert_int_equal(help_in_child(init_without_memory, NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(numbers_in_order_of_appearance, make_table, free_table),
        cmocka_unit_test_setup_teardown(zero_bytes_are_letters, make_table, free_table),
        cmocka_unit_test_setup_teardown(lengths_from_1_to_71, make_table, free_table),
        cmocka_unit_test_setup_teardown(full_table_and_its_successor, make_table, free_table),
        cmocka_unit_test_setup_teardown(smallest_tables, make_table, free_table),
        cmocka_unit_test_setup_teardown(beginnings_are_other_names, make_table, free_table),
        cmocka_unit_test_setup_teardown(killed_in_the_middle_of_an_addition, make_table, free_table),
        cmocka_unit_test_setup_teardown(numbers_that_are_not_there, make_table, free_table),
        cmocka_unit_test_setup_teardown(count_beyond_the_table, make_table, free_table),
        cmocka_unit_test_setup_teardown(no_memory, make_table, free_table),
    };
    return cmocka_run_group_tests_name("symtab", tests, NULL, NULL);
}
