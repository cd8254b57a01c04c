/* Which files are ITCH 5.0, in which framing, and what is none. */
#include "itch_help.h"

static struct tape tape;

/* A file that is cut within its first three messages is known all the same. */
static void test_detected_when_cut(void **state)
{
    (void)state;
    for (int framing = TAPE_LENGTHS; framing <= TAPE_BARE; framing++) {
        struct tape *t = small_day(&tape, (enum tape_framing)framing);
        char why[SOURCE_ERROR_MAX];
        size_t first_len = framing == TAPE_BARE ? 12 : 14;
        for (size_t len = 1; len <= t->len; len++) {
            const struct source_ops *ops = source_detect((const char *)t->byte, len, why);
            bool is_itch = ops != NULL && strcmp(ops->name, "itch") == 0;
            assert_int_equal(is_itch, len >= first_len);
        }
    }
}

static bool is_detected(const void *bytes, size_t len)
{
    char why[SOURCE_ERROR_MAX];
    const struct source_ops *ops = source_detect(bytes, len, why);
    return ops != NULL && strcmp(ops->name, "itch") == 0;
}

/* Excerpts begin with any type where there are lengths, and with few without. */
static void test_detection(void **state)
{
    static const char types[] = "SRHYLVWKJhAFEXCDUPQBINO";
    struct tape *t = &tape;
    (void)state;
    for (int framing = TAPE_LENGTHS; framing <= TAPE_BARE; framing++) {
        for (const char *type = types; *type != '\0'; type++) {
            memset(t, 0, sizeof(*t));
            t->framing = (enum tape_framing)framing;
            unsigned char *msg = tape_add(t, (unsigned char)*type, 7, NS_9_30);
            if (*type == 'S')
                msg[11] = 'O';
            if (*type == 'R')
                put_symbol(msg + 11, "ABC");
            if (*type == 'A' || *type == 'F' || *type == 'P') {
                msg[19] = 'S';
                put_symbol(msg + 24, "ABC");
            }
            event(t, 'Q');
            event(t, 'M');
            bool is_sure = framing != TAPE_BARE || strchr("SRAF", *type) != NULL;
            assert_int_equal(is_detected(t->byte, t->len), is_sure);
            msg[5] = 0x4F; /* later than any day */
            assert_false(is_detected(t->byte, t->len));
            msg[5] = 0;
            assert_int_equal(is_detected(t->byte, t->len), is_sure);
            if (*type == 'A')
                msg[19] = 'b';
            else if (*type == 'R')
                msg[11] = 0;
            else if (*type == 'S')
                msg[11] = 'o';
            else
                continue;
            assert_false(is_detected(t->byte, t->len));
        }
    }
}

static void test_not_detected(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
    } other[] = {
#define OTHER(text) {text, sizeof(text) - 1}
        OTHER("Symbol,Time,Price,Size\nABC,09:30:00,1,2\n"),
        OTHER("SSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSS"),
        OTHER("A B C D E F G H I J K L M N O P Q R S T U V W X Y Z A B C D\n"),
        OTHER("ROW 20240101 ABC     1.0 2.0 3.0 4.0 5.0\nSOME TEXT AND MORE OF IT\n"),
        OTHER("{\"e\":\"trade\"}\n"),
        OTHER("DBN\x01\x60\x00\x00\x00GLBX.MDP3\0\0\0\0\0\0"),
        OTHER("\xD4\xC3\xB2\xA1\x02\x00\x04\x00\0\0\0\0\0\0\0\0\xFF\xFF\0\0\x01\0\0\0"),
        OTHER("\x0A\x0D\x0D\x0A\x6C\0\0\0\x4D\x3C\x2B\x1A\x01\0\0\0"),
        OTHER("\x28\xB5\x2F\xFD\x04\x88"),
        OTHER("\0\0"),
        OTHER("\0\0\0"),
        OTHER("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
        OTHER("\x00\x0CS"),
        OTHER("S"),
        /* Dukascopy: milliseconds, ask, bid, two floats */
        OTHER("\x00\x00\x53\x52\x00\x01\xF2\x58\x00\x01\xF2\x54\x3F\xC0\0\0\x40\0\0\0"
              "\x00\x00\x55\x01\x00\x01\xF2\x58\x00\x01\xF2\x54\x3F\xC0\0\0\x40\0\0\0"
              "\x00\x00\x58\x44\x00\x01\xF2\x58\x00\x01\xF2\x54\x3F\xC0\0\0\x40\0\0\0"),
        OTHER("\x00\x0C\x53\x52\x00\x01\xF2\x58\x00\x01\xF2\x54\x3F\xC0\0\0\x40\0\0\0"
              "\x00\x0C\x55\x01\x00\x01\xF2\x58\x00\x01\xF2\x54\x3F\xC0\0\0\x40\0\0\0"),
    };
    uint64_t random = help_seed();
    (void)state;
    for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++)
        assert_false(is_detected(other[i].bytes, other[i].len));
    for (int i = 0; i < 200000; i++) {
        unsigned char bytes[160];
        for (size_t k = 0; k < sizeof(bytes); k++)
            bytes[k] = (unsigned char)help_random(&random);
        bytes[0] = (unsigned char)("SRAF\0"[i % 5]);
        assert_false(is_detected(bytes, sizeof(bytes)));
        for (size_t k = 0; k < sizeof(bytes); k++) /* text */
            bytes[k] = (unsigned char)(' ' + bytes[k] % 64);
        bytes[0] = (unsigned char)("SRAF"[i % 4]);
        assert_false(is_detected(bytes, sizeof(bytes)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_detected_when_cut),
        cmocka_unit_test(test_detection),
        cmocka_unit_test(test_not_detected),
    };
    return cmocka_run_group_tests_name("itch_frame", tests, NULL, NULL);
}
