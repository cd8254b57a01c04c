/* pcap files: both units of time in both byte orders, kinds that are not read, cut and damaged ones. */
#include "capture_packets.h"

static struct bytes b;

#define T_NS (RECORD_S * INT64_C(1000000000))

static void begin(bool big, uint32_t magic)
{
    b.len = 0;
    add_pcap(&b, big, magic, 1);
}

static void record(bool big, uint32_t fraction, const char *bytes, size_t wire_len)
{
    add_record_head(&b, big, RECORD_S, fraction, strlen(bytes), wire_len);
    add_text(&b, bytes);
}

static void test_kinds(void **state)
{
    (void)state;
    for (int kind = 0; kind < 4; kind++) {
        bool big = kind % 2;
        bool is_ns = kind / 2;
        begin(big, is_ns ? MAGIC_NS : MAGIC_US);
        record(big, 123456, "abc", 3);
        record(big, 999999, "", 0);
        record(big, 0, "some bytes", 11);
        assert_true(capture_detect((char *)b.at, 4));
        assert_false(capture_detect((char *)b.at, 3));
        assert_int_equal(open_packets(&b), 0);
        int64_t unit_ns = is_ns ? 1 : 1000;
        expect_packet("abc", T_NS + 123456 * unit_ns, 24 + 16);
        assert_false(packet.is_cut);
        assert_int_equal(packet.link, 1);
        expect_packet("", T_NS + 999999 * unit_ns, 24 + 16 + 3 + 16);
        expect_packet("some bytes", T_NS, 24 + 16 + 3 + 16 + 16);
        assert_true(packet.is_cut);
        expect_end();
        close_packets();
    }
}

static void test_header(void **state)
{
    (void)state;
    begin(false, MAGIC_US);
    put(b.at + 20, false, 0xF4000114, 4); /* with the length of a frame check: not of the link type */
    assert_int_equal(open_packets(&b), 0);
    assert_int_equal(capture.interface[0].link, 276);
    expect_end();
    close_packets();
    put(b.at + 6, false, 3, 2);
    assert_int_equal(open_packets(&b), -1);
    expect_error(&o, ": ", "version 2.3");
    assert_int_equal(o.src.exit_code, EXIT_CODE_DATA);
    close_packets();
    put(b.at + 6, false, 4, 2);
    for (b.len = 0; b.len < 24; b.len++) {
        assert_int_equal(open_packets(&b), -1);
        expect_error(&o,
                     b.len < 4 ? ": " : "@0: ", b.len < 4 ? "no magic number" : "header of the file is cut");
        assert_int_equal(o.src.exit_code, EXIT_CODE_DATA);
        close_packets();
    }
}

/* Kinds that look alike are told, not taken for something else. */
static void test_variants(void **state)
{
    static const uint32_t magic[] = {0xA1B2CD34, 0x1C0001AC, 0x1C0001AB};
    (void)state;
    for (size_t i = 0; i < 2 * sizeof(magic) / sizeof(magic[0]); i++) {
        char hex[16];
        begin(i % 2, magic[i / 2]);
        snprintf(hex, sizeof(hex), "magic %08x", magic[i / 2]);
        assert_true(capture_detect((char *)b.at, b.len));
        assert_int_equal(open_packets(&b), -1);
        expect_error(&o, ": ", hex);
        assert_int_equal(o.src.exit_code, EXIT_CODE_DATA);
        close_packets();
    }
    begin(false, 0xA1B2C3D5);
    assert_false(capture_detect((char *)b.at, b.len));
    assert_int_equal(open_packets(&b), -1);
    expect_error(&o, ": ", "neither pcap nor pcapng");
    close_packets();
}

static void test_times(void **state)
{
    (void)state;
    begin(false, MAGIC_US);
    add_record_head(&b, false, UINT32_MAX, UINT32_MAX, 0, 0);
    add_record_head(&b, false, 1, 1000000, 0, 0);
    add_record_head(&b, false, 0, 0, 0, 0);
    assert_int_equal(open_packets(&b), 0);
    expect_packet("", UINT32_MAX * INT64_C(1000000000) + UINT32_MAX * INT64_C(1000), 40);
    expect_packet("", INT64_C(2000000000), 56);
    assert_int_equal(note_cnt(&o.src, "packet time with a fraction of a second or more"), 2);
    expect_packet("", 0, 72);
    expect_end();
    close_packets();
}

static void test_longest(void **state)
{
    static char bytes[CAPTURE_PACKET_MAX + 2];
    static struct bytes head;
    (void)state;
    memset(bytes, 'x', CAPTURE_PACKET_MAX + 1);
    head.len = 0;
    add_pcap(&head, false, MAGIC_US, 1);
    add_record_head(&head, false, 1, 0, CAPTURE_PACKET_MAX, CAPTURE_PACKET_MAX);
    assert_true(sizeof(b.at) >= CAPTURE_PACKET_MAX);
    char path[HELP_PATH_MAX];
    help_file(path, (char *)head.at, head.len);
    FILE *file = fopen(path, "ab");
    assert_int_equal(fwrite(bytes, 1, CAPTURE_PACKET_MAX, file), CAPTURE_PACKET_MAX);
    fclose(file);
    capture = (struct capture){.is_ng = false};
    o = (struct opened){.src.path = path};
    assert_int_equal(input_open(&o.src.input, path), 0);
    assert_int_equal(capture_open(&capture, &o.src), 0);
    assert_int_equal(next_packet(), SOURCE_OK);
    assert_int_equal(packet.len, CAPTURE_PACKET_MAX);
    assert_memory_equal(packet.bytes, bytes, CAPTURE_PACKET_MAX);
    expect_end();
    close_packets();
    unlink(path);
    put(head.at + 24 + 8, false, CAPTURE_PACKET_MAX + 1, 4);
    assert_int_equal(open_packets(&head), 0);
    expect_broken("@32: ", "262145 bytes");
    close_packets();
}

static void test_cut(void **state)
{
    size_t end[4];
    (void)state;
    begin(false, MAGIC_US);
    end[0] = b.len;
    record(false, 1, "abc", 3);
    end[1] = b.len;
    record(false, 2, "", 0);
    end[2] = b.len;
    record(false, 3, "0123456789", 10);
    end[3] = b.len;
    expect_cuts(&b, end, 4);
}

static void test_flipped(void **state)
{
    (void)state;
    begin(true, MAGIC_NS);
    record(true, 1, "abc", 3);
    record(true, 2, "", 0);
    record(true, 3, "0123456789", 10);
    expect_flips_end(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),   cmocka_unit_test(test_header),  cmocka_unit_test(test_variants),
        cmocka_unit_test(test_times),   cmocka_unit_test(test_longest), cmocka_unit_test(test_cut),
        cmocka_unit_test(test_flipped),
    };
    return cmocka_run_group_tests_name("capture", tests, NULL, NULL);
}
