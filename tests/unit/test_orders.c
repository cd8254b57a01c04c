/* Live orders by reference: the same as a plain array of them, whatever is added and removed in which order. */
#include "feed_help.h"

#include "feed/source/orders.h"

#define REF_CNT 4096
#define STEP_CNT 400000

/* References as venues make them: counted, in steps, and with a session in the upper half. */
static uint64_t ref_of(unsigned i)
{
    switch (i % 4) {
    case 0:
        return i;
    case 1:
        return (uint64_t)i << 32;
    case 2:
        return UINT64_MAX - i * 16;
    default:
        return (uint64_t)i * 1000000007;
    }
}

static struct order order_of(unsigned i, int64_t qty)
{
    return (struct order){.ref = ref_of(i), .px = -(int64_t)i, .qty = qty, .instrument = i % 7, .side = 2};
}

static void expect_order(const struct orders *orders, unsigned i, int64_t qty)
{
    const struct order *order = orders_find(orders, ref_of(i));
    assert_int_equal(order != NULL, qty > 0);
    if (order == NULL)
        return;
    assert_true(order->ref == ref_of(i) && order->px == -(int64_t)i && order->qty == qty);
    assert_true(order->instrument == i % 7 && order->side == 2);
}

static void expect_all(const struct orders *orders, const int64_t qty[REF_CNT])
{
    size_t cnt = 0;
    for (unsigned i = 0; i < REF_CNT; i++) {
        expect_order(orders, i, qty[i]);
        cnt += qty[i] > 0;
    }
    assert_int_equal(orders->cnt, cnt);
}

static void step(struct orders *orders, int64_t qty[REF_CNT], uint64_t r)
{
    unsigned i = (unsigned)(r % REF_CNT);
    struct order *order = orders_find(orders, ref_of(i));
    int64_t amount = (int64_t)(r >> 32) + 1;
    if ((r >> 14 & 1) != 0) {
        struct order added = order_of(i, amount);
        assert_int_equal(orders_add(orders, &added), order == NULL ? 0 : -EEXIST);
        qty[i] = qty[i] > 0 ? qty[i] : amount;
    } else if (order != NULL) {
        orders_remove(orders, order);
        qty[i] = 0;
    }
    expect_order(orders, i, qty[i]);
}

static void random_steps(void **state)
{
    static int64_t qty[REF_CNT];
    uint64_t random = help_seed();
    struct orders orders = {.cnt = 0};
    (void)state;
    assert_null(orders_find(&orders, 0));
    for (int i = 0; i < STEP_CNT; i++) {
        step(&orders, qty, help_random(&random));
        if (i % 10000 == 0)
            expect_all(&orders, qty);
    }
    expect_all(&orders, qty);
    for (size_t i = 0; i < orders_slots(&orders); i++)
        if (orders.slot[i].is_live && orders.slot[i].instrument % 2 == 0)
            orders_remove(&orders, &orders.slot[i]);
    for (unsigned i = 0; i < REF_CNT; i++)
        qty[i] = i % 7 % 2 == 0 ? 0 : qty[i];
    expect_all(&orders, qty);
    orders_free(&orders);
    assert_int_equal(orders_slots(&orders), 0);
    assert_null(orders_find(&orders, 1));
    orders_free(&orders);
}

/* A million orders that come and go take no more room than the few that live at once. */
static void bounded_by_the_living(void **state)
{
    struct orders orders = {.cnt = 0};
    (void)state;
    for (uint64_t ref = 0; ref < 1000000; ref++) {
        assert_int_equal(orders_add(&orders, &(struct order){.ref = ref}), 0);
        if (ref >= 500)
            orders_remove(&orders, orders_find(&orders, ref - 500));
    }
    assert_int_equal(orders.cnt, 500);
    assert_int_equal(orders.cnt_max, 512);
    orders_free(&orders);
}

#define CHAIN_CNT 200

/* Orders whose search begins in the same bucket, one after the other in a long chain. */
static void chain(void **state)
{
    struct orders orders = {.cnt = 0};
    uint64_t ref[CHAIN_CNT];
    uint64_t any = 1;
    (void)state;
    for (uint64_t i = 0; i < 2 * CHAIN_CNT; i++) /* now it need not grow */
        assert_int_equal(orders_add(&orders, &(struct order){.ref = i}), 0);
    for (uint64_t i = 1; i < 2 * CHAIN_CNT; i++)
        orders_remove(&orders, orders_find(&orders, i));
    for (int i = 0; i < CHAIN_CNT; i++) {
        while (orders_bucket(&orders, any) != 3)
            any++;
        ref[i] = any++;
        assert_int_equal(orders_add(&orders, &(struct order){.ref = ref[i]}), 0);
        assert_int_equal(orders_add(&orders, &(struct order){.ref = ref[i]}), -EEXIST);
    }
    struct order *first = &orders.slot[3 * ORDERS_BUCKET];
    assert_int_equal(first->passed, CHAIN_CNT - ORDERS_BUCKET);
    for (int i = 0; i < CHAIN_CNT; i += 2)
        orders_remove(&orders, orders_find(&orders, ref[i]));
    assert_int_equal(first->passed, CHAIN_CNT / 2 - ORDERS_BUCKET / 2);
    for (int i = 0; i < CHAIN_CNT; i++)
        assert_int_equal(orders_find(&orders, ref[i]) != NULL, i % 2);
    first->passed = UINT16_MAX; /* as after more than it counts: never down again */
    for (int i = 1; i < CHAIN_CNT; i += 2)
        orders_remove(&orders, orders_find(&orders, ref[i]));
    for (int i = 0; i < CHAIN_CNT; i++)
        assert_null(orders_find(&orders, ref[i]));
    assert_int_equal(first->passed, UINT16_MAX);
    assert_int_equal(orders_add(&orders, &(struct order){.ref = ref[0]}), 0);
    assert_ptr_equal(orders_find(&orders, ref[0]), first);
    assert_int_equal(orders.cnt, 2);
    for (size_t i = 0; i <= orders.bucket_mask; i++)
        orders.slot[i * ORDERS_BUCKET].passed = 1; /* the search ends all the same */
    assert_null(orders_find(&orders, any));
    orders_free(&orders);
}

/* The last that fits, without the memory for all before it. */
static void full(void **state)
{
    struct orders orders = {.cnt = 0};
    (void)state;
    assert_int_equal(orders_add(&orders, &(struct order){.ref = 1}), 0);
    orders.bucket_mask = (size_t)ORDERS_MAX * 2 / ORDERS_BUCKET - 1;
    orders.cnt = orders.cnt_max = ORDERS_MAX;
    struct order *slot = orders.slot;
    orders.slot = calloc((size_t)ORDERS_MAX * 2, sizeof(struct order)); /* untouched pages take no memory */
    if (orders.slot == NULL) {
        free(slot);
        print_message("skipped: no 2 GiB of addresses\n");
        skip();
    }
    assert_int_equal(orders_add(&orders, &(struct order){.ref = 2}), -ENOSPC);
    assert_int_equal(orders.cnt, ORDERS_MAX);
    orders.cnt--;
    assert_int_equal(orders_add(&orders, &(struct order){.ref = 2}), 0);
    assert_non_null(orders_find(&orders, 2));
    orders_free(&orders);
    free(slot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_steps),
        cmocka_unit_test(bounded_by_the_living),
        cmocka_unit_test(chain),
        cmocka_unit_test(full),
    };
    return cmocka_run_group_tests_name("orders", tests, NULL, NULL);
}
