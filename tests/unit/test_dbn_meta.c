/* Metadata of DBN files: its versions, mappings both ways, and all that can be wrong with it. */
#include "dbn_help.h"
#include "feed_help.h"

#include "feed/dbn/dbn_meta.h"

#include "exitcode.h"

struct fixture {
    struct dbn_file file;
    struct source src;
    struct dbn_meta meta;
    struct dbn_symbols symbols;
};

static bool refuse_some(struct input *in, void *arg)
{
    uint64_t *random = arg;
    (void)in;
    return help_random(random) % 3 != 0;
}

static ssize_t read_one(struct input *in, void *buf, size_t len)
{
    size_t n = in->bytes_len > 0 && len > 0;
    memcpy(buf, in->bytes, n);
    in->bytes += n;
    in->bytes_len -= n;
    return (ssize_t)n;
}

static enum source_result read_meta(struct fixture *f, bool in_pieces)
{
    uint64_t random = 1;
    enum source_result result;
    f->src = (struct source){.path = "f"};
    f->meta = (struct dbn_meta){.step = 0};
    f->symbols = (struct dbn_symbols){.cnt = 0};
    assert_int_equal(input_open_bytes(&f->src.input, "f", f->file.bytes, f->file.len), 0);
    if (in_pieces) {
        f->src.input.read = read_one;
        f->src.input.before_read = refuse_some;
        f->src.input.before_read_arg = &random;
    }
    do
        result = dbn_meta_read(&f->src, &f->meta, &f->symbols);
    while (result == SOURCE_AGAIN);
    return result;
}

static void end(struct fixture *f)
{
    dbn_symbols_free(&f->symbols);
    input_close(&f->src.input);
}

static void expect_symbol(struct fixture *f, uint32_t id, uint64_t ts_ns, const char *want)
{
    const struct dbn_interval *interval = dbn_symbols_find(&f->symbols, id, (int64_t)ts_ns);
    if (want == NULL) {
        assert_null(interval);
        return;
    }
    assert_non_null(interval);
    assert_int_equal(interval->len, strlen(want));
    assert_memory_equal(interval->symbol, want, interval->len);
}

static void expect_fatal(struct fixture *f, const char *want)
{
    assert_int_equal(read_meta(f, false), SOURCE_FATAL);
    if (strncmp(f->src.error, want, strlen(want)) != 0)
        print_error("%s (wanted %s)\n", f->src.error, want);
    assert_memory_equal(f->src.error, want, strlen(want));
    assert_int_equal(f->src.exit_code, EXIT_CODE_DATA);
    end(f);
}

static void test_versions(void **state)
{
    static struct fixture f;
    (void)state;
    for (unsigned version = 1; version <= DBN_VERSION_MAX; version++) {
        put_meta(&f.file, version, 4);
        put(&f.file, 0, 7); /* padding */
        end_meta(&f.file);
        size_t meta_len = f.file.len;
        put(&f.file, 0x12, 1);
        for (int in_pieces = 0; in_pieces < 2; in_pieces++) {
            assert_int_equal(read_meta(&f, in_pieces), SOURCE_OK);
            assert_int_equal(f.meta.version, version);
            assert_int_equal(f.meta.schema, 4);
            assert_string_equal(f.meta.dataset, "GLBX.MDP3");
            assert_int_equal(input_offset(&f.src.input), meta_len);
            expect_symbol(&f, 118, HELP_T0, "ESU4");
            expect_symbol(&f, 118, HELP_T0 + HELP_DAY - 1, "ESU4");
            expect_symbol(&f, 118, HELP_T0 + HELP_DAY, NULL);
            expect_symbol(&f, 118, HELP_T0 - 1, NULL);
            expect_symbol(&f, 119, HELP_T0, NULL);
            end(&f);
        }
    }
}

static void test_mappings(void **state)
{
    static struct fixture f;
    (void)state;
    begin_meta(&f.file, 2, 4);
    put(&f.file, 4, 4);
    put_mapping(&f.file, "ESU4", 3);
    put_interval(&f.file, 20240701, 20240702, "118");
    put_interval(&f.file, 20240702, 20240703, ""); /* not listed on that day */
    put_interval(&f.file, 20240703, 99991231, "4294967295");
    put_mapping(&f.file, "ESM4 P5250", 1);
    put_interval(&f.file, 20240702, 20240703, "118");
    put_mapping(&f.file, "NOTHING", 0);
    put_mapping(&f.file, "A\tB", 1);
    put_interval(&f.file, 20240701, 20240702, "120");
    end_meta(&f.file);
    assert_int_equal(read_meta(&f, false), SOURCE_OK);
    expect_symbol(&f, 118, HELP_T0, "ESU4");
    expect_symbol(&f, 118, HELP_T0 + HELP_DAY, "ESM4 P5250");
    expect_symbol(&f, UINT32_MAX, HELP_T0 + 3 * HELP_DAY, "ESU4");
    expect_symbol(&f, UINT32_MAX, INT64_MAX - 1, "ESU4");
    expect_symbol(&f, 120, HELP_T0, NULL);
    assert_string_equal(f.src.note[0].kind, "mapping to what is no symbol");
    assert_int_equal(f.src.note[0].cnt, 1);
    end(&f);
}

/* Ids were asked for: they are mapped to symbols. */
static void test_inverse(void **state)
{
    static struct fixture f;
    (void)state;
    begin_meta(&f.file, 2, 4);
    set(&f.file, 50, 0, 1);
    set(&f.file, 51, 1, 1);
    put(&f.file, 1, 4);
    put_mapping(&f.file, "118", 2);
    put_interval(&f.file, 20240701, 20240702, "ESU4");
    put_interval(&f.file, 20240702, 20240703, "ESZ4");
    end_meta(&f.file);
    assert_int_equal(read_meta(&f, false), SOURCE_OK);
    expect_symbol(&f, 118, HELP_T0, "ESU4");
    expect_symbol(&f, 118, HELP_T0 + HELP_DAY, "ESZ4");
    end(&f);
    set(&f.file, 50, 4, 1); /* neither side is an id: of no use here */
    assert_int_equal(read_meta(&f, false), SOURCE_OK);
    assert_int_equal(f.symbols.cnt, 0);
    end(&f);
}

/* More than is ever in memory at once. */
static void test_long_lists(void **state)
{
    enum { SYMBOL_CNT = 30000 };
    static struct fixture f;
    static unsigned char bytes[SYMBOL_CNT * DBN_SYMBOL_LEN + 1024];
    (void)state;
    put_meta(&f.file, 3, 4);
    size_t list_at = 116; /* behind the count of the symbols that were asked for */
    size_t rest = list_at + DBN_SYMBOL_LEN;
    set(&f.file, 4, f.file.len - 8 + (SYMBOL_CNT - 1) * DBN_SYMBOL_LEN, 4);
    set(&f.file, list_at - 4, SYMBOL_CNT, 4);
    memcpy(bytes, f.file.bytes, list_at);
    memcpy(bytes + list_at + SYMBOL_CNT * DBN_SYMBOL_LEN, f.file.bytes + rest, f.file.len - rest);
    f.src = (struct source){.path = "f"};
    f.meta = (struct dbn_meta){.step = 0};
    size_t len = f.file.len + (SYMBOL_CNT - 1) * DBN_SYMBOL_LEN;
    assert_int_equal(input_open_bytes(&f.src.input, "f", bytes, len), 0);
    assert_int_equal(dbn_meta_read(&f.src, &f.meta, &f.symbols), SOURCE_OK);
    expect_symbol(&f, 118, HELP_T0, "ESU4");
    assert_int_equal(input_offset(&f.src.input), len);
    end(&f);
}

#define SYMBOLS_AT 112
#define MAPPINGS_AT (SYMBOLS_AT + 4 + DBN_SYMBOL_V1_LEN + 4 + 4 + DBN_SYMBOL_V1_LEN)
#define MAPPING_AT (MAPPINGS_AT + 4)
#define INTERVAL_AT (MAPPING_AT + DBN_SYMBOL_V1_LEN + 4)

static void test_wrong(void **state)
{
    static const struct {
        size_t at;
        size_t n;
        uint64_t value;
        const char *want;
    } wrong[] = {
        {0, 1, 'd', "f@0: does not begin with DBN"},
        {3, 1, 0, "f@3: DBN version 0 is not known, only 1 to 3 are"},
        {3, 1, 4, "f@3: DBN version 4 is not known"},
        {3, 1, 255, "f@3: DBN version 255 is not known"},
        {4, 4, 99, "f@4: metadata of 99 bytes, it has at least 100"},
        {4, 4, 100, "f@108: the metadata ends before its contents"},
        {4, 4, UINT32_MAX, "f@228: the metadata is cut"},
        {108, 4, 200, "f@112: 200 bytes of a schema definition do not fit into the 116 bytes left"},
        {SYMBOLS_AT, 4, 9, "f@116: 9 symbols do not fit into the 112 bytes left"},
        {SYMBOLS_AT, 4, UINT32_MAX, "f@116: 4294967295 symbols do not fit"},
        {MAPPINGS_AT, 4, 5, "f@172: 5 mappings do not fit into the 56 bytes left"},
        {MAPPINGS_AT, 4, 2, "f@228: the metadata ends before its contents"},
        {INTERVAL_AT - 4, 4, 2, "f@198: 2 intervals of a mapping do not fit into the 30 bytes left"},
        {INTERVAL_AT, 4, 20240230, "f@198: a mapping from 20240230 to 20240702, which are no two dates"},
        {INTERVAL_AT + 4, 4, UINT32_MAX, "f@198: a mapping from 20240701 to 4294967295, which"},
        {INTERVAL_AT + 8, 1, 'x', "f@198: a mapping of 'x18', which is no instrument id"},
        {INTERVAL_AT + 11, 8, 0x3939393939393939, "f@198: a mapping of '11899999999', which is no"},
    };
    static struct fixture f;
    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        put_meta(&f.file, 1, 4);
        set(&f.file, wrong[i].at, wrong[i].value, wrong[i].n);
        expect_fatal(&f, wrong[i].want);
    }
}

static void test_symbol_len(void **state)
{
    static struct fixture f;
    (void)state;
    put_meta(&f.file, 2, 4);
    set(&f.file, 53, 0, 2);
    expect_fatal(&f, "f@53: symbols of 0 bytes, not 1 to 255");
    set(&f.file, 53, 256, 2);
    expect_fatal(&f, "f@53: symbols of 256 bytes");
    set(&f.file, 53, 70, 2);
    assert_int_equal(read_meta(&f, false), SOURCE_FATAL);
    end(&f);
}

/* Wherever it ends, it says so. */
static void test_cut(void **state)
{
    static struct fixture f;
    (void)state;
    put_meta(&f.file, 2, 4);
    size_t len = f.file.len;
    for (f.file.len = 4; f.file.len < len; f.file.len++) {
        char want[64];
        snprintf(want, sizeof(want), "f@%zu: the metadata is cut", f.file.len);
        expect_fatal(&f, want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_versions),   cmocka_unit_test(test_mappings), cmocka_unit_test(test_inverse),
        cmocka_unit_test(test_long_lists), cmocka_unit_test(test_wrong),    cmocka_unit_test(test_symbol_len),
        cmocka_unit_test(test_cut),
    };
    return cmocka_run_group_tests_name("dbn_meta", tests, NULL, NULL);
}
