/* pcapng files: sections of both byte orders, interfaces with their times, every kind of packet block, blocks
 * that are passed over, and broken ones. */
#include "capture_packets.h"

static struct bytes b;
static struct bytes options;

static void begin(bool big)
{
    b.len = 0;
    add_section(&b, big);
}

static void option(bool big, uint16_t code, uint64_t value, uint16_t len)
{
    add_int(&options, big, code, 2);
    add_int(&options, big, len, 2);
    add_int(&options, big, value, len);
    while (options.len % 4 != 0)
        add_le(&options, 0, 1);
}

static void enhanced(bool big, uint32_t interface, uint64_t t, const char *text)
{
    add_enhanced(&b, big, interface, t, strlen(text), text, strlen(text));
}

static void test_orders(void **state)
{
    (void)state;
    for (int big = 0; big < 2; big++) {
        begin(big);
        assert_true(capture_detect((char *)b.at, b.len));
        assert_true(capture_detect((char *)b.at, 4));
        add_interface(&b, big, 1, 0, NULL);
        size_t at = b.len;
        enhanced(big, 0, UINT64_C(1499697226594103), "abcde");
        add_enhanced(&b, big, 0, 7, 6, "cut", 3);
        assert_int_equal(open_packets(&b), 0);
        expect_packet("abcde", 1499697226594103000, at + 28);
        assert_false(packet.is_cut);
        assert_int_equal(packet.link, 1);
        expect_packet("cut", 7000, at + 28 + 8 + 4 + 28);
        assert_true(packet.is_cut);
        expect_end();
        close_packets();
    }
    put(b.at + 8, true, 0x1A2B3C4C, 4);
    assert_false(capture_detect((char *)b.at, b.len));
}

/* Each has its own byte order and its own interfaces. */
static void test_sections(void **state)
{
    (void)state;
    begin(false);
    add_interface(&b, false, 1, 0, NULL);
    add_interface(&b, false, 101, 0, NULL);
    enhanced(false, 1, 1, "a");
    add_section(&b, true);
    size_t at = b.len;
    enhanced(true, 0, 2, "b");
    add_interface(&b, true, 276, 0, NULL);
    enhanced(true, 0, 3, "c");
    enhanced(true, 1, 4, "d");
    assert_int_equal(open_packets(&b), 0);
    assert_int_equal(next_packet(), SOURCE_OK);
    assert_int_equal(packet.link, 101);
    assert_int_equal(next_packet(), SOURCE_BAD);
    char place[32];
    snprintf(place, sizeof(place), "@%zu: ", at + 8);
    expect_error(&o, place, "interface 0 of only 0");
    assert_int_equal(next_packet(), SOURCE_OK);
    assert_memory_equal(packet.bytes, "c", 1);
    assert_int_equal(packet.link, 276);
    assert_int_equal(packet.ts_ns, 3000);
    assert_int_equal(next_packet(), SOURCE_BAD);
    expect_end();
    assert_int_equal(o.src.bad[0].cnt, 2);
    close_packets();
}

static int64_t time_with(uint8_t resolution, int64_t offset_s, uint64_t t)
{
    begin(true);
    options.len = 0;
    option(true, 2, 0x6162636465, 5); /* a name, of no interest */
    option(true, 9, resolution, 1);
    if (offset_s != 0)
        option(true, 14, (uint64_t)offset_s, 8);
    option(true, 0, 0, 0);
    add_text(&options, "behind the last option");
    add_interface(&b, true, 1, 0, &options);
    enhanced(true, 0, t, "x");
    assert_int_equal(open_packets(&b), 0);
    assert_int_equal(next_packet(), SOURCE_OK);
    close_packets();
    return packet.ts_ns;
}

static bool was_outside(void)
{
    return note_cnt(&o.src, "packet time outside 1970 to 2262") == 1;
}

static void test_times(void **state)
{
    (void)state;
    assert_true(time_with(6, 0, 1499697226594103) == 1499697226594103000);
    assert_true(time_with(9, 0, 1499697226594103034) == 1499697226594103034);
    assert_true(time_with(0, 0, 1499697226) == 1499697226000000000);
    assert_true(time_with(3, 0, 1499697226594) == 1499697226594000000);
    assert_true(time_with(10, 0, 14996972265941030349u) == 1499697226594103034); /* rounded down */
    assert_true(time_with(12, 0, 1999999) == 1999);
    assert_true(time_with(28, 0, UINT64_MAX) == 1);
    assert_true(time_with(0x80, 0, 1499697226) == 1499697226000000000);
    assert_true(time_with(0x80 | 10, 0, 1499697226 * UINT64_C(1024) + 512) == 1499697226500000000);
    assert_true(time_with(0x80 | 32, 0, (UINT64_C(1499697226) << 32) + 1) == 1499697226000000000);
    assert_true(time_with(0x80 | 32, 0, (UINT64_C(1) << 32) + 5) == 1000000001);
    assert_true(time_with(0xFF, 0, UINT64_MAX) == 0 && !was_outside());
    assert_true(time_with(6, 1499697000, 226594103) == 1499697226594103000);
    assert_true(time_with(6, -1000, 1001000000) == 1000000000);
    assert_true(time_with(9, 0, INT64_MAX) == INT64_MAX && !was_outside());
    assert_true(time_with(9, 0, (uint64_t)INT64_MAX + 1) == 0 && was_outside());
    assert_true(time_with(0, 0, UINT64_MAX) == 0 && was_outside());
    assert_true(time_with(6, -1000, 999999999) == 0 && was_outside());
    assert_true(time_with(9, INT64_MAX, UINT64_MAX) == 0 && was_outside());
    assert_true(time_with(9, INT64_MIN, UINT64_MAX) == 0 && was_outside());
}

static void expect_bad_options(const char *part)
{
    begin(false);
    add_interface(&b, false, 1, 0, &options);
    enhanced(false, 0, 1, "x");
    assert_int_equal(open_packets(&b), 0);
    expect_broken("@44: ", part);
    close_packets();
    options.len = 0;
}

static void test_options(void **state)
{
    (void)state;
    options.len = 0;
    option(false, 9, 29, 1);
    expect_bad_options("time resolution");
    option(false, 9, 6, 2);
    expect_bad_options("time resolution");
    option(false, 14, 6, 4);
    expect_bad_options("time offset of 4 bytes");
    option(false, 2, 6, 1);
    put(options.at + 2, false, 5, 2);
    expect_bad_options("option of 5 bytes goes beyond its block");
    add_text(&options, "\x02"); /* padded to a head of an option whose value is empty */
    begin(false);
    add_interface(&b, false, 1, 0, &options);
    enhanced(false, 0, 1, "x");
    assert_int_equal(open_packets(&b), 0);
    assert_int_equal(next_packet(), SOURCE_OK);
    close_packets();
    options.len = 0;
}

static void test_old_packet(void **state)
{
    (void)state;
    begin(false);
    add_interface(&b, false, 1, 0, NULL);
    add_interface(&b, false, 113, 0, NULL);
    size_t at = block_begin(&b, false, 2);
    add_le(&b, 1, 2);
    add_le(&b, 5, 2); /* packets dropped */
    add_le(&b, 1, 4);
    add_le(&b, 2, 4);
    add_le(&b, 3, 4);
    add_le(&b, 3, 4);
    add_text(&b, "abc");
    block_end(&b, false, at);
    assert_int_equal(open_packets(&b), 0);
    expect_packet("abc", ((INT64_C(1) << 32) + 2) * 1000, at + 28);
    assert_int_equal(packet.link, 113);
    expect_end();
    close_packets();
}

static void simple(const char *bytes, uint32_t wire_len)
{
    size_t at = block_begin(&b, false, 3);
    add_le(&b, wire_len, 4);
    add_text(&b, bytes);
    block_end(&b, false, at);
}

static void test_simple_packet(void **state)
{
    (void)state;
    begin(false);
    simple("early", 5);
    add_interface(&b, false, 1, 5, NULL);
    simple("abc", 3);
    simple("abcde", 100);
    simple("abcdefgh", 8);
    simple("abc", 5);
    assert_int_equal(open_packets(&b), 0);
    assert_int_equal(next_packet(), SOURCE_BAD);
    expect_error(&o, "@36: ", "before any interface");
    assert_int_equal(next_packet(), SOURCE_OK);
    assert_true(packet.len == 3 && !packet.is_cut && packet.ts_ns == 0);
    assert_int_equal(next_packet(), SOURCE_OK);
    assert_true(packet.len == 5 && packet.is_cut);
    assert_int_equal(next_packet(), SOURCE_OK);
    assert_true(packet.len == 5 && packet.is_cut);
    assert_int_equal(note_cnt(&o.src, "packet without a time"), 3);
    char place[32];
    snprintf(place, sizeof(place), "@%zu: ", b.len - 12);
    expect_broken(place, "5 bytes goes beyond its block");
    close_packets();
}

static void test_passed_blocks(void **state)
{
    (void)state;
    begin(false);
    add_interface(&b, false, 1, 0, NULL);
    size_t at = block_begin(&b, false, 4); /* names */
    for (int i = 0; i < 200000; i++)
        add_text(&b, "n");
    block_end(&b, false, at);
    at = block_begin(&b, false, 0x80000001);
    block_end(&b, false, at);
    enhanced(false, 0, 1, "abc");
    at = b.len;
    block_begin(&b, false, 5); /* statistics */
    add_text(&b, "1234567");
    block_end(&b, false, at);
    assert_int_equal(open_packets(&b), 0);
    expect_packet("abc", 1000, at - 8);
    expect_end();
    close_packets();
    put(b.at + b.len - 4, false, 24, 4);
    assert_int_equal(open_packets(&b), 0);
    assert_int_equal(next_packet(), SOURCE_OK);
    char place[32];
    snprintf(place, sizeof(place), "@%zu: ", at);
    expect_broken(place, "20 bytes at its beginning, 24 at its end");
    close_packets();
    for (b.len -= 1; b.len > at; b.len--) {
        assert_int_equal(open_packets(&b), 0);
        assert_int_equal(next_packet(), SOURCE_OK);
        expect_broken(place, "is cut");
        close_packets();
    }
}

static void expect_bad_block(size_t at, const char *part)
{
    char place[32];
    snprintf(place, sizeof(place), "@%zu: ", at);
    assert_int_equal(open_packets(&b), 0);
    expect_broken(place, part);
    close_packets();
}

static void one_packet(void)
{
    begin(false);
    add_interface(&b, false, 1, 0, NULL);
    enhanced(false, 0, 1, "abcdef");
}

static void test_lengths(void **state)
{
    static const uint32_t bad[] = {0, 4, 8, 11, 13, 42, 1 << 20 | 4, UINT32_MAX};
    size_t at = 28 + 20;
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        one_packet();
        put(b.at + at + 4, false, bad[i], 4);
        expect_bad_block(at + 4, "in steps of 4");
    }
    one_packet();
    put(b.at + at + 4, false, 36, 4);
    expect_bad_block(at, "36 bytes at its beginning");
    one_packet();
    put(b.at + b.len - 4, false, 44, 4);
    expect_bad_block(at, "40 bytes at its beginning, 44 at its end");
    one_packet();
    put(b.at + at + 20, false, 9, 4);
    expect_bad_block(at + 20, "9 bytes goes beyond its block");
    one_packet();
    put(b.at + at + 20, false, CAPTURE_PACKET_MAX + 1, 4);
    expect_bad_block(at + 20, "262145 bytes");
    one_packet();
    put(b.at + at, false, 4, 4);
    put(b.at + at + 4, false, CAPTURE_BLOCK_MAX + 4, 4);
    expect_bad_block(at + 4, "in steps of 4");
}

static void empty_block(uint32_t type, size_t body_len)
{
    begin(false);
    size_t at = block_begin(&b, false, type);
    if (type == 0x0A0D0D0A)
        add_le(&b, 0x1A2B3C4D, 4);
    while (b.len < at + 8 + body_len)
        add_le(&b, 0, 1);
    block_end(&b, false, at);
}

static void test_short_bodies(void **state)
{
    (void)state;
    empty_block(0x0A0D0D0A, 12);
    expect_bad_block(36, "section header with a body of 12 bytes");
    empty_block(1, 4);
    expect_bad_block(36, "interface description of 4 bytes");
    empty_block(2, 16);
    expect_bad_block(36, "body of 16 bytes");
    empty_block(6, 16);
    expect_bad_block(36, "body of 16 bytes");
    empty_block(3, 0);
    expect_bad_block(36, "empty body");
}

static void test_section_headers(void **state)
{
    (void)state;
    one_packet();
    put(b.at + 12, false, 2, 2);
    expect_bad_block(12, "version 2");
    one_packet();
    size_t at = b.len;
    add_section(&b, true);
    put(b.at + at + 8, true, 0x1A2B3C4E, 4);
    assert_int_equal(open_packets(&b), 0);
    assert_int_equal(next_packet(), SOURCE_OK);
    char place[32];
    snprintf(place, sizeof(place), "@%zu: ", at + 8);
    expect_broken(place, "without its byte order");
    close_packets();
}

static void test_many_interfaces(void **state)
{
    (void)state;
    begin(false);
    for (int i = 0; i < CAPTURE_INTERFACE_MAX; i++)
        add_interface(&b, false, (uint16_t)i, 0, NULL);
    enhanced(false, CAPTURE_INTERFACE_MAX - 1, 1, "abc");
    add_interface(&b, false, 1, 0, NULL);
    assert_int_equal(open_packets(&b), 0);
    assert_int_equal(next_packet(), SOURCE_OK);
    assert_int_equal(packet.link, CAPTURE_INTERFACE_MAX - 1);
    assert_int_equal(next_packet(), SOURCE_FATAL);
    assert_int_equal(o.src.exit_code, EXIT_CODE_TEMPFAIL);
    expect_error(&o, ": ", "more than 1024 interfaces");
    close_packets();
}

static void test_cut(void **state)
{
    size_t end[3];
    (void)state;
    begin(false);
    add_interface(&b, false, 1, 0, NULL);
    end[0] = b.len;
    enhanced(false, 0, 1, "abc");
    end[1] = b.len;
    enhanced(false, 0, 2, "0123456789");
    end[2] = b.len;
    expect_cuts(&b, end, 3);
    for (b.len = 4; b.len < 28; b.len++)
        expect_bad_block(0, "is cut");
}

static void test_flipped(void **state)
{
    (void)state;
    begin(true);
    options.len = 0;
    option(true, 9, 9, 1);
    option(true, 14, 1, 8);
    option(true, 0, 0, 0);
    add_interface(&b, true, 1, 0, &options);
    enhanced(true, 0, 1, "abc");
    add_section(&b, false);
    add_interface(&b, false, 1, 100, NULL);
    simple("abc", 3);
    enhanced(false, 0, 1, "0123456789");
    expect_flips_end(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_orders),          cmocka_unit_test(test_sections),
        cmocka_unit_test(test_times),           cmocka_unit_test(test_options),
        cmocka_unit_test(test_old_packet),      cmocka_unit_test(test_simple_packet),
        cmocka_unit_test(test_passed_blocks),   cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_short_bodies),    cmocka_unit_test(test_section_headers),
        cmocka_unit_test(test_many_interfaces), cmocka_unit_test(test_cut),
        cmocka_unit_test(test_flipped),
    };
    return cmocka_run_group_tests_name("pcapng", tests, NULL, NULL);
}
