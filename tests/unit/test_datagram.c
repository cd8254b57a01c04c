/* Link, IP and UDP headers: what is found behind them, what is not a datagram, and lengths that do not fit. */
#include "packet_help.h"

#include "feed/capture/datagram.h"

#define ETHERNET 1
#define PAYLOAD "payload"
#define PAYLOAD_LEN 7

static struct bytes b;
static struct datagram found;

/* Bytes of their own size, so that a read behind them is seen. */
static enum datagram_result find(uint32_t link, const unsigned char *packet, size_t len)
{
    unsigned char *copy = malloc(len > 0 ? len : 1);
    memcpy(copy, packet, len);
    enum datagram_result result = datagram_find(link, copy, len, &found);
    if (result == DATAGRAM_OK || result == DATAGRAM_BAD) {
        size_t at = (size_t)(found.payload - copy);
        assert_true(at <= len && (result == DATAGRAM_BAD || found.len <= len - at));
        found.payload = packet + at;
    }
    free(copy);
    return result;
}

static void expect_payload(uint32_t link)
{
    assert_true(datagram_reads(link));
    assert_int_equal(find(link, b.at, b.len), DATAGRAM_OK);
    assert_int_equal(found.len, PAYLOAD_LEN);
    assert_memory_equal(found.payload, PAYLOAD, PAYLOAD_LEN);
    assert_int_equal(found.port, 10378);
}

/* Cut anywhere, it is nothing that is taken for a datagram. */
static void expect_cut_is_bad(uint32_t link)
{
    for (size_t len = 0; len < b.len; len++)
        assert_int_equal(find(link, b.at, len), DATAGRAM_BAD);
}

static void expect_misfit(size_t at, const char *part)
{
    assert_int_equal(find(ETHERNET, b.at, b.len), DATAGRAM_BAD);
    assert_non_null(strstr(found.why, part));
    assert_int_equal(found.payload - b.at, at);
}

static void add_ipv4_datagram(void)
{
    add_ipv4(&b, 17, 8 + PAYLOAD_LEN);
    add_udp(&b, 10378, PAYLOAD_LEN);
    add_text(&b, PAYLOAD);
}

static void begin(void)
{
    b.len = 0;
}

static void test_links(void **state)
{
    (void)state;
    begin();
    add_ethernet(&b, 0x0800);
    add_ipv4_datagram();
    expect_payload(ETHERNET);
    expect_cut_is_bad(ETHERNET);
    begin();
    add_ipv4_datagram();
    expect_payload(101);
    expect_payload(228);
    expect_cut_is_bad(101);
    begin();
    add_be(&b, 0x00000001, 4);
    add_be(&b, 0, 8);
    add_be(&b, 0x02020800, 4);
    add_ipv4_datagram();
    expect_payload(113);
    expect_cut_is_bad(113);
    begin();
    add_be(&b, 0x08000000, 4);
    add_be(&b, 0, 8);
    add_be(&b, 0, 8);
    add_ipv4_datagram();
    expect_payload(276);
    expect_cut_is_bad(276);
    assert_false(datagram_reads(105));
    assert_false(datagram_reads(113 << 8));
}

static void test_loopback(void **state)
{
    (void)state;
    begin();
    add_le(&b, 2, 4);
    add_ipv4_datagram();
    expect_payload(0);
    expect_cut_is_bad(0);
    put(b.at, true, 2, 4);
    expect_payload(0);
    expect_payload(108);
    put(b.at, true, 7, 4);
    assert_int_equal(find(0, b.at, b.len), DATAGRAM_OTHER);
    for (uint8_t family = 10; family <= 30; family++) {
        put(b.at, false, family, 4);
        bool is_ipv6 = family == 10 || family == 24 || family == 28 || family == 30;
        assert_int_equal(find(0, b.at, b.len), is_ipv6 ? DATAGRAM_BAD : DATAGRAM_OTHER);
    }
}

static void test_vlan(void **state)
{
    (void)state;
    begin();
    add_ethernet(&b, 0x88A8);
    add_be(&b, 0x00018100, 4);
    add_be(&b, 0x008D9100, 4);
    add_be(&b, 0xFFFF0800, 4);
    add_ipv4_datagram();
    expect_payload(ETHERNET);
    expect_cut_is_bad(ETHERNET);
    begin();
    add_ethernet(&b, 0x8100);
    add_be(&b, 0x00010806, 4);
    assert_int_equal(find(ETHERNET, b.at, b.len), DATAGRAM_OTHER);
}

static void test_ipv4(void **state)
{
    (void)state;
    begin();
    add_ethernet(&b, 0x0800);
    add_ipv4(&b, 17, 12 + 8 + PAYLOAD_LEN);
    b.at[14] = 0x48;
    add_text(&b, "options 1234");
    add_udp(&b, 10378, PAYLOAD_LEN);
    add_text(&b, PAYLOAD);
    expect_payload(ETHERNET);
    expect_cut_is_bad(ETHERNET);
    add_text(&b, "padding of the frame");
    expect_payload(ETHERNET);
    b.at[14] = 0x44;
    expect_misfit(14, "not an IPv4 header");
    b.at[14] = 0x58;
    expect_misfit(14, "not an IPv4 header");
    b.at[14] = 0x48;
    put(b.at + 16, true, 31, 2);
    expect_misfit(14, "length in the IPv4 header");
    put(b.at + 16, true, 39, 2);
    expect_misfit(46, "UDP header is cut");
    put(b.at + 16, true, b.len - 14 + 1, 2);
    expect_misfit(14, "length in the IPv4 header");
}

static void test_other_protocols(void **state)
{
    (void)state;
    begin();
    add_ethernet(&b, 0x0800);
    add_ipv4(&b, 6, 20); /* of TCP only the IP header is looked at */
    assert_int_equal(find(ETHERNET, b.at, b.len), DATAGRAM_OTHER);
    assert_int_equal(find(ETHERNET, b.at, b.len - 1), DATAGRAM_BAD);
    begin();
    add_ethernet(&b, 0x0806);
    assert_int_equal(find(ETHERNET, b.at, b.len), DATAGRAM_OTHER);
    begin();
    add_ethernet(&b, 100); /* a length: IEEE 802.3 */
    assert_int_equal(find(ETHERNET, b.at, b.len), DATAGRAM_OTHER);
}

static void test_fragments(void **state)
{
    static const uint16_t fragment[] = {0x2000, 0x2001, 0x0001, 0x1FFF};
    (void)state;
    begin();
    add_ethernet(&b, 0x0800);
    add_ipv4_datagram();
    for (size_t i = 0; i < sizeof(fragment) / sizeof(fragment[0]); i++) {
        put(b.at + 20, true, fragment[i], 2);
        assert_int_equal(find(ETHERNET, b.at, b.len), DATAGRAM_FRAGMENT);
    }
    put(b.at + 20, true, 0x8000, 2);
    expect_payload(ETHERNET);
}

static void test_udp(void **state)
{
    (void)state;
    begin();
    add_ethernet(&b, 0x0800);
    add_ipv4(&b, 17, 8 + PAYLOAD_LEN + 3);
    add_udp(&b, 10378, PAYLOAD_LEN);
    add_text(&b, PAYLOAD "...");
    expect_payload(ETHERNET); /* the packet may be longer than the datagram in it */
    put(b.at + 38, true, 8, 2);
    assert_int_equal(find(ETHERNET, b.at, b.len), DATAGRAM_OK);
    assert_int_equal(found.len, 0);
    put(b.at + 38, true, 7, 2);
    expect_misfit(34, "length in the UDP header");
    put(b.at + 38, true, 8 + PAYLOAD_LEN + 4, 2);
    expect_misfit(34, "length in the UDP header");
}

static void add_ipv6(uint8_t protocol, size_t payload_len)
{
    add_be(&b, 0x60000000, 4);
    add_be(&b, payload_len, 2);
    add_be(&b, protocol, 1);
    add_be(&b, 1, 1);
    for (int i = 0; i < 4; i++)
        add_be(&b, 0xFF0E, 8);
}

static void test_ipv6(void **state)
{
    (void)state;
    begin();
    add_ethernet(&b, 0x86DD);
    add_ipv6(17, 8 + PAYLOAD_LEN);
    add_udp(&b, 10378, PAYLOAD_LEN);
    add_text(&b, PAYLOAD);
    expect_payload(ETHERNET);
    expect_cut_is_bad(ETHERNET);
    add_text(&b, "padding");
    expect_payload(ETHERNET);
    put(b.at + 58, true, 8 + PAYLOAD_LEN + 1, 2);
    expect_misfit(54, "length in the UDP header");
    put(b.at + 58, true, 8 + PAYLOAD_LEN, 2);
    memmove(b.at, b.at + 14, b.len - 14);
    b.len -= 14;
    expect_payload(101);
    expect_payload(229);
    put(b.at + 4, true, b.len - 40 + 1, 2);
    assert_int_equal(find(229, b.at, b.len), DATAGRAM_BAD);
    b.at[0] = 0x50;
    assert_int_equal(find(229, b.at, b.len), DATAGRAM_BAD);
}

static void test_ipv6_extensions(void **state)
{
    (void)state;
    begin();
    add_ethernet(&b, 0x86DD);
    add_ipv6(0, 8 + 24 + 8 + 8 + PAYLOAD_LEN);
    add_be(&b, 43, 1); /* hop-by-hop options, then routing, then destination options */
    add_be(&b, 0, 7);
    add_be(&b, 60, 1);
    add_be(&b, 2, 1);
    add_be(&b, 0, 6);
    add_be(&b, 0, 8);
    add_be(&b, 0, 8);
    add_be(&b, 17, 1);
    add_be(&b, 0, 7);
    add_udp(&b, 10378, PAYLOAD_LEN);
    add_text(&b, PAYLOAD);
    expect_payload(ETHERNET);
    expect_cut_is_bad(ETHERNET);
    b.at[14 + 40 + 8 + 1] = 7;
    expect_misfit(14 + 40 + 8, "extension header");
    b.at[14 + 40 + 8 + 1] = 5; /* one byte more than there is */
    expect_misfit(14 + 40 + 8, "extension header");
    b.at[14 + 40 + 8 + 1] = 2;
    b.at[14 + 40 + 8 + 24] = 44;
    assert_int_equal(find(ETHERNET, b.at, b.len), DATAGRAM_FRAGMENT);
    b.at[14 + 40 + 8 + 24] = 58;
    assert_int_equal(find(ETHERNET, b.at, b.len), DATAGRAM_OTHER);
}

/* Whatever the bytes are: nothing behind them is read, and what is found lies in them (see find). */
static void test_mutated(void **state)
{
    static const uint32_t link[] = {0, 1, 101, 108, 113, 228, 229, 276, 77};
    uint64_t random = help_seed();
    (void)state;
    for (int i = 0; i < HELP_FUZZ_CNT * 10; i++) {
        begin();
        add_ethernet(&b, help_random(&random) % 2 ? 0x8100 : 0x86DD);
        add_be(&b, 0x000186DD, 4);
        add_ipv6(i % 2 ? 0 : 17, 8 + 8 + PAYLOAD_LEN);
        add_be(&b, 17, 1);
        add_be(&b, 0, 7);
        add_udp(&b, 10378, PAYLOAD_LEN);
        add_text(&b, PAYLOAD);
        size_t len = help_mutate(&random, (char *)b.at, b.len, b.len + 8);
        find(link[help_random(&random) % (sizeof(link) / sizeof(link[0]))], b.at, len);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_links),
        cmocka_unit_test(test_loopback),
        cmocka_unit_test(test_vlan),
        cmocka_unit_test(test_ipv4),
        cmocka_unit_test(test_other_protocols),
        cmocka_unit_test(test_fragments),
        cmocka_unit_test(test_udp),
        cmocka_unit_test(test_ipv6),
        cmocka_unit_test(test_ipv6_extensions),
        cmocka_unit_test(test_mutated),
    };
    return cmocka_run_group_tests_name("datagram", tests, NULL, NULL);
}
