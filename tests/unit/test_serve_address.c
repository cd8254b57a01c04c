#include "capture_help.h"
#include "monitor/serve/address.h"

static void test_parse(void **state)
{
    struct address a;
    (void)state;
    assert_int_equal(address_parse("127.0.0.1:9464", &a), 0);
    assert_string_equal(a.host, "127.0.0.1");
    assert_int_equal(a.port, 9464);
    assert_false(a.is_v6_literal);
    assert_int_equal(address_parse("[::1]:0", &a), 0);
    assert_string_equal(a.host, "::1");
    assert_int_equal(a.port, 0);
    assert_true(a.is_v6_literal);
    assert_int_equal(address_parse("localhost:65535", &a), 0);
    assert_string_equal(a.host, "localhost");
    assert_int_equal(a.port, 65535);
}

static void test_parse_refuses(void **state)
{
    static const char *const bad[] = {
        "",
        ":",
        ":9464",
        "localhost",
        "localhost:",
        "9464",
        "localhost:65536",
        "localhost:-1",
        "localhost:+1",
        "localhost: 1",
        "localhost:1x",
        "localhost:000001",
        "::1:9464",
        "[]:1",
        "[::1:9464",
        "[::1]9464",
        "[::1]",
        "[localhost]:1",
        "[[::1]]:1",
        "::1]:1",
        "a b:1",
        "http://localhost:1",
    };
    struct address a = {.host = "kept", .port = 7};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(address_parse(bad[i], &a), -EINVAL);
        assert_string_equal(a.host, "kept");
        assert_int_equal(a.port, 7);
    }
}

static void test_parse_long(void **state)
{
    char text[ADDRESS_HOST_MAX + 16];
    struct address a;
    (void)state;
    memset(text, 'a', sizeof text);
    strcpy(text + ADDRESS_HOST_MAX, ":1");
    assert_int_equal(address_parse(text, &a), 0);
    assert_int_equal(strlen(a.host), ADDRESS_HOST_MAX);
    text[ADDRESS_HOST_MAX] = 'a';
    strcpy(text + ADDRESS_HOST_MAX + 1, ":1");
    assert_int_equal(address_parse(text, &a), -EINVAL);
}

static struct address parsed(const char *text, bool is_loopback)
{
    struct address a;
    assert_int_equal(address_parse(text, &a), 0);
    a.is_loopback = is_loopback;
    return a;
}

static void test_host_on_loopback(void **state)
{
    static const char *const good[] = {"localhost", "LOCALHOST:9464", "127.0.0.1",       "127.0.0.1:1",
                                       "[::1]",     "[::1]:9464",     "Ticks.example:80"};
    static const char *const bad[] = {"",
                                      ":",
                                      "evil.example",
                                      "evil.example:9464",
                                      "localhost.evil.example",
                                      "127.0.0.1.evil.example",
                                      "127.0.0.11",
                                      "localhos",
                                      "[::1",
                                      "[::1]x",
                                      "[]",
                                      "::1",
                                      "[::2]:9464",
                                      "user@localhost"};
    struct address a = parsed("ticks.example:9464", true);
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(address_is_host(&a, good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(address_is_host(&a, bad[i]));
}

/* Whoever is reached from elsewhere has names that it does not know. */
static void test_host_elsewhere(void **state)
{
    struct address a = parsed("0.0.0.0:9464", false);
    (void)state;
    assert_true(address_is_host(&a, "monitor.example:9464"));
}

static void test_url(void **state)
{
    char text[ADDRESS_URL_MAX];
    struct address v4 = parsed("127.0.0.1:9464", true);
    struct address v6 = parsed("[::1]:80", true);
    (void)state;
    assert_string_equal(address_url(&v4, text), "http://127.0.0.1:9464/");
    assert_string_equal(address_url(&v6, text), "http://[::1]:80/");
}

static void test_listen(void **state)
{
    struct address a = parsed("127.0.0.1:0", false);
    (void)state;
    int fd = address_listen(&a);
    assert_true(fd >= 0);
    assert_true(a.port > 0);
    assert_true(a.is_loopback);
    struct address second = a;
    assert_int_equal(address_listen(&second), -EADDRINUSE);
    close(fd);
    struct address no_name = parsed("no-such-name.invalid:0", false);
    assert_int_equal(address_listen(&no_name), -EINVAL);
    struct address elsewhere = parsed("192.0.2.1:0", false); /* TEST-NET-1: nobody's */
    assert_int_equal(address_listen(&elsewhere), -EADDRNOTAVAIL);
    struct address all = parsed("0.0.0.0:0", true);
    fd = address_listen(&all);
    assert_true(fd >= 0);
    assert_false(all.is_loopback);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),          cmocka_unit_test(test_parse_refuses),
        cmocka_unit_test(test_parse_long),     cmocka_unit_test(test_host_on_loopback),
        cmocka_unit_test(test_host_elsewhere), cmocka_unit_test(test_url),
        cmocka_unit_test(test_listen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
