/* Books of orders: what each action does, odd ones, and many random ones beside a plain book. */
#include "feed_help.h"

#include "feed/dbn/dbn.h"
#include "feed/dbn/dbn_book.h"

struct fixture {
    struct dbn_books books;
    struct dbn_book *book;
};

static void start(struct fixture *f, uint16_t publisher, uint32_t instrument)
{
    assert_int_equal(dbn_books_find(&f->books, publisher, instrument, &f->book), 0);
}

static const char *act(struct fixture *f, char action, char side, uint64_t ref, int64_t px, uint32_t size,
                       uint8_t flags)
{
    const struct dbn_order order = {
        .ref = ref, .px = px, .size = size, .action = action, .side = side, .flags = flags};
    const char *odd;
    assert_int_equal(dbn_book_apply(&f->books, f->book, &order, &odd), 0);
    return odd;
}

static void expect_best(struct fixture *f, int64_t bid_px, int64_t bid_qty, int64_t ask_px, int64_t ask_qty)
{
    struct dbn_best best;
    assert_true(dbn_book_changed(f->book, &best));
    assert_true(best.bid.px == bid_px && best.bid.qty == bid_qty);
    assert_true(best.ask.px == ask_px && best.ask.qty == ask_qty);
    assert_false(dbn_book_changed(f->book, &best));
}

static void test_actions(void **state)
{
    struct fixture f = {.book = NULL};
    struct dbn_best best;
    (void)state;
    start(&f, 1, 118);
    assert_false(dbn_book_changed(f.book, &best));
    assert_null(act(&f, 'A', 'B', 1, 100, 5, 0));
    assert_null(act(&f, 'A', 'B', 2, 100, 2, 0));
    assert_null(act(&f, 'A', 'A', 3, 110, 4, 0));
    expect_best(&f, 100, 7, 110, 4);
    assert_null(act(&f, 'T', 'A', 0, 100, 5, 0)); /* neither changes the book */
    assert_null(act(&f, 'F', 'B', 1, 100, 5, 0));
    assert_null(act(&f, 'N', 'N', 1, 100, 5, 0));
    assert_false(dbn_book_changed(f.book, &best));
    assert_null(act(&f, 'C', 'B', 1, 100, 2, 0)); /* a part */
    expect_best(&f, 100, 5, 110, 4);
    assert_null(act(&f, 'C', 'B', 1, 100, 3, 0)); /* the rest */
    expect_best(&f, 100, 2, 110, 4);
    assert_null(act(&f, 'M', 'B', 2, 105, 9, 0)); /* another price and size */
    expect_best(&f, 105, 9, 110, 4);
    assert_null(act(&f, 'M', 'A', 2, 109, 1, 0)); /* another side */
    expect_best(&f, 0, 0, 109, 1);
    assert_null(act(&f, 'R', 'N', 0, DBN_UNDEF_PX, 0, 0));
    expect_best(&f, 0, 0, 0, 0);
    assert_null(act(&f, 'A', 'A', 3, -5, 1, 0)); /* the number is free again; spreads have such prices */
    expect_best(&f, 0, 0, -5, 1);
    dbn_books_free(&f.books);
}

static void test_odd(void **state)
{
    struct fixture f = {.book = NULL};
    (void)state;
    start(&f, 1, 118);
    assert_string_equal(act(&f, 'C', 'B', 1, 100, 2, 0), "cancels of unknown orders");
    assert_string_equal(act(&f, 'M', 'B', 1, 100, 2, 0), "changes of unknown orders"); /* and adds it */
    expect_best(&f, 100, 2, 0, 0);
    assert_string_equal(act(&f, 'A', 'B', 1, 101, 3, 0), "orders added twice"); /* the new one counts */
    expect_best(&f, 101, 3, 0, 0);
    assert_string_equal(act(&f, 'C', 'B', 1, 101, 4, 0), "cancels of more than there is");
    expect_best(&f, 0, 0, 0, 0);
    assert_string_equal(act(&f, 'A', 'B', 1, 101, 4, DBN_F_MBP), "price levels among orders");
    assert_string_equal(act(&f, 'C', 'B', 1, 101, 4, DBN_F_MBP), "price levels among orders");
    assert_null(act(&f, 'A', 'B', 1, 101, 0, 0)); /* nothing of it */
    struct dbn_best best;
    assert_false(dbn_book_changed(f.book, &best));
    dbn_books_free(&f.books);
}

static void expect_invalid(struct fixture *f, struct dbn_order order)
{
    const char *odd;
    struct dbn_best best;
    assert_int_equal(dbn_book_apply(&f->books, f->book, &order, &odd), -EINVAL);
    assert_null(odd);
    assert_false(dbn_book_changed(f->book, &best));
}

static void test_invalid(void **state)
{
    struct fixture f = {.book = NULL};
    (void)state;
    start(&f, 1, 118);
    expect_invalid(&f, (struct dbn_order){.px = 1, .size = 1, .action = 'A', .side = 'N'});
    expect_invalid(&f, (struct dbn_order){.px = DBN_UNDEF_PX, .size = 1, .action = 'M', .side = 'A'});
    expect_invalid(&f, (struct dbn_order){.px = 1, .size = DBN_UNDEF_SIZE, .action = 'A', .side = 'B'});
    expect_invalid(&f,
                   (struct dbn_order){.px = 1, .size = 1, .action = 'A', .side = 'N', .flags = DBN_F_TOB});
    dbn_books_free(&f.books);
}

/* Venues with the best prices alone. */
static void test_top(void **state)
{
    struct fixture f = {.book = NULL};
    (void)state;
    start(&f, 1, 118);
    assert_null(act(&f, 'A', 'B', 0, 100, 5, DBN_F_TOB));
    assert_null(act(&f, 'A', 'A', 0, 101, 6, DBN_F_TOB));
    expect_best(&f, 100, 5, 101, 6);
    assert_null(act(&f, 'A', 'B', 0, 99, 7, DBN_F_TOB));
    expect_best(&f, 99, 7, 101, 6);
    assert_null(act(&f, 'A', 'A', 0, DBN_UNDEF_PX, 0, DBN_F_TOB));
    expect_best(&f, 99, 7, 0, 0);
    dbn_books_free(&f.books);
}

/* Venues and instruments may use the same numbers for orders. */
static void test_books_apart(void **state)
{
    struct fixture f = {.book = NULL};
    (void)state;
    start(&f, 1, 118);
    assert_null(act(&f, 'A', 'B', 1, 100, 5, 0));
    start(&f, 2, 118);
    assert_null(act(&f, 'A', 'B', 1, 200, 6, 0));
    start(&f, 1, 119);
    assert_null(act(&f, 'A', 'B', 1, 300, 7, 0));
    expect_best(&f, 300, 7, 0, 0);
    start(&f, 1, 118);
    expect_best(&f, 100, 5, 0, 0);
    assert_null(act(&f, 'R', 'N', 0, 0, 0, 0));
    start(&f, 2, 118);
    expect_best(&f, 200, 6, 0, 0);
    assert_null(act(&f, 'C', 'B', 1, 200, 6, 0));
    expect_best(&f, 0, 0, 0, 0);
    dbn_books_free(&f.books);
}

/* Clearing one book after the other keeps neither memory nor orders, however often. */
static void test_many_clears(void **state)
{
    enum { BOOK_CNT = 50, ROUND_CNT = 350, ORDER_CNT = 20 };
    struct fixture f = {.book = NULL};
    (void)state;
    for (int round = 0; round < ROUND_CNT; round++) {
        for (uint32_t i = 0; i < BOOK_CNT; i++) {
            start(&f, 1, i);
            assert_null(act(&f, 'R', 'N', 0, 0, 0, 0));
            for (uint64_t k = 0; k < ORDER_CNT; k++) /* every other round the same numbers */
                assert_null(act(&f, 'A', 'B', (uint64_t)(round / 2) * ORDER_CNT + k, round + 1, 1, 0));
            expect_best(&f, round + 1, ORDER_CNT, 0, 0);
        }
    }
    assert_true(f.books.orders.cnt <= 2 * (4096 + BOOK_CNT * ORDER_CNT));
    for (uint32_t i = 0; i < BOOK_CNT; i++) {
        start(&f, 1, i);
        assert_null(act(&f, 'R', 'N', 0, 0, 0, 0));
        assert_string_equal(act(&f, 'C', 'B', (ROUND_CNT - 1) / 2 * ORDER_CNT, 1, 1, 0),
                            "cancels of unknown orders");
        expect_best(&f, 0, 0, 0, 0);
    }
    dbn_books_free(&f.books);
}

struct plain_order {
    int64_t px;
    uint32_t size; /* 0: not live */
    char side;
};

static struct level plain_best(const struct plain_order *order, int cnt, char side)
{
    struct level best = {.qty = 0};
    for (int i = 0; i < cnt; i++) {
        if (order[i].size == 0 || order[i].side != side)
            continue;
        if (best.qty == 0 || (side == 'B' ? order[i].px > best.px : order[i].px < best.px))
            best = (struct level){.px = order[i].px, .qty = 0};
        best.qty += order[i].px == best.px ? order[i].size : 0;
    }
    return best;
}

static void test_random(void **state)
{
    enum { BOOK_CNT = 4, REF_CNT = 40 };
    static struct plain_order plain[BOOK_CNT][REF_CNT];
    uint64_t random = help_seed();
    struct fixture f = {.book = NULL};
    (void)state;
    memset(plain, 0, sizeof(plain));
    for (int n = 0; n < 100000; n++) {
        uint32_t at = (uint32_t)(help_random(&random) % BOOK_CNT);
        uint64_t ref = help_random(&random) % REF_CNT;
        int64_t px = 1 + (int64_t)(help_random(&random) % 30);
        uint32_t size = (uint32_t)(help_random(&random) % 20);
        char action = "AAAMMCCCCCCCTFR"[help_random(&random) % 15];
        char side = "AB"[help_random(&random) % 2];
        struct plain_order *order = &plain[at][ref];
        start(&f, 1, at);
        if (action == 'R' && help_random(&random) % 10 != 0)
            action = 'N';
        act(&f, action, side, ref, px, size, 0);
        if (action == 'A' || action == 'M')
            *order = (struct plain_order){px, size, side};
        else if (action == 'C')
            order->size -= size < order->size ? size : order->size;
        else if (action == 'R')
            memset(plain[at], 0, sizeof(plain[at]));
        struct dbn_best best;
        dbn_book_changed(f.book, &best);
        struct level bid = plain_best(plain[at], REF_CNT, 'B');
        struct level ask = plain_best(plain[at], REF_CNT, 'A');
        assert_true(best.bid.px == bid.px && best.bid.qty == bid.qty);
        assert_true(best.ask.px == ask.px && best.ask.qty == ask.qty);
    }
    dbn_books_free(&f.books);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_actions),     cmocka_unit_test(test_odd),
        cmocka_unit_test(test_invalid),     cmocka_unit_test(test_top),
        cmocka_unit_test(test_books_apart), cmocka_unit_test(test_many_clears),
        cmocka_unit_test(test_random),
    };
    return cmocka_run_group_tests_name("dbn_book", tests, NULL, NULL);
}
