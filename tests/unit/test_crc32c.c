/* The check of headers: known values, and any way of cutting the bytes. */
#include "feed_help.h"

#include "crc32c.h"

static void known_values(void **state)
{
    uint8_t bytes[32];
    (void)state;
    assert_int_equal(tr_crc32c(0, "123456789", 9), 0xE3069283);
    assert_int_equal(tr_crc32c(0, "", 0), 0);
    memset(bytes, 0, sizeof bytes); /* these four: RFC 3720, B.4 */
    assert_int_equal(tr_crc32c(0, bytes, 32), 0x8A9136AA);
    memset(bytes, 0xFF, sizeof bytes);
    assert_int_equal(tr_crc32c(0, bytes, 32), 0x62A8AB43);
    for (unsigned i = 0; i < 32; i++)
        bytes[i] = (uint8_t)i;
    assert_int_equal(tr_crc32c(0, bytes, 32), 0x46DD794E);
    for (unsigned i = 0; i < 32; i++)
        bytes[i] = (uint8_t)(31 - i);
    assert_int_equal(tr_crc32c(0, bytes, 32), 0x113FDB5C);
}

static void cut_anywhere(void **state)
{
    uint8_t bytes[200];
    uint64_t random = help_seed();
    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)help_random(&random);
    uint32_t whole = tr_crc32c(0, bytes, sizeof bytes);
    for (size_t cut = 0; cut <= sizeof bytes; cut++)
        assert_int_equal(tr_crc32c(tr_crc32c(0, bytes, cut), bytes + cut, sizeof bytes - cut), whole);
}

static void every_bit_counts(void **state)
{
    uint8_t bytes[80] = "a header";
    uint32_t whole = tr_crc32c(0, bytes, sizeof bytes);
    (void)state;
    for (unsigned bit = 0; bit < 8 * sizeof bytes; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_int_not_equal(tr_crc32c(0, bytes, sizeof bytes), whole);
        bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_values),
        cmocka_unit_test(cut_anywhere),
        cmocka_unit_test(every_bit_counts),
    };
    return cmocka_run_group_tests_name("crc32c", tests, NULL, NULL);
}
