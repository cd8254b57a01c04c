/* Made updates of orders: repeatable, and each order's filled quantity grows until it is all that was ordered. */
#include "market_help.h"

#define UPDATE_CNT 100000
#define KNOWN_HASH UINT64_C(0x9b0e7f1ea56f2d78)

static struct tr_tick seen[UPDATE_CNT + 1]; /* the latest update by order number */

static void repeatable(void **state)
{
    (void)state;
    expect_repeatable("orders");
    expect_known_stream("orders", KNOWN_HASH);
}

/* What must hold from one update of an order to the next. */
static void check_update(const struct tr_tick *tick, const struct tr_tick *before)
{
    assert_int_equal(tick->kind, TR_TICK_UPDATE);
    assert_true(tick->side == TR_SIDE_BUY || tick->side == TR_SIDE_SELL);
    assert_true(tick->price_px > 0);
    assert_true(tick->filled_qty > 0 && tick->filled_qty <= tick->order_qty);
    if (before->id == 0)
        return;
    assert_true(tick->filled_qty > before->filled_qty);
    assert_true(tick->order_qty == before->order_qty && tick->price_px == before->price_px);
    assert_int_equal(tick->side, before->side);
}

static void orders_are_filled_in_parts(void **state)
{
    struct source src;
    struct source_record rec;
    int64_t last_ns = 0;
    uint64_t last_id = 0;
    uint64_t before_id = 0;
    size_t filled_cnt = 0;
    size_t turn_cnt = 0;
    (void)state;
    assert_int_equal(open_market(&src, "orders", (struct source_options){.seed = help_seed()}), SOURCE_OK);
    for (size_t i = 0; i < UPDATE_CNT; i++) {
        assert_int_equal(src.ops->next(&src, &rec), SOURCE_OK);
        const struct tr_tick *tick = &rec.tick;
        assert_true(tick->ts_event_ns > last_ns);
        last_ns = tick->ts_event_ns;
        assert_in_range(tick->id, 1, last_id + 1); /* numbers begin in turn */
        check_update(tick, &seen[tick->id]);
        last_id = tick->id > last_id ? tick->id : last_id;
        turn_cnt += tick->id != before_id;
        before_id = tick->id;
        seen[tick->id] = *tick;
        filled_cnt += tick->filled_qty == tick->order_qty;
    }
    assert_in_range(last_id - filled_cnt, 1, 64); /* those that are being filled still */
    assert_in_range(UPDATE_CNT / last_id, 3, 30); /* parts of an order */
    assert_true(turn_cnt > UPDATE_CNT / 2); /* one between the updates of another */
    source_close(&src);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repeatable),
        cmocka_unit_test(orders_are_filled_in_parts),
    };
    return cmocka_run_group_tests_name("source_orders", tests, NULL, NULL);
}
