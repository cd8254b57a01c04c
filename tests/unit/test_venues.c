/* The latest quote of each venue: by name, bounded, in one unit, and saved whole. */
#include "quote_help.h"

#include <errno.h>

static struct venue *get(struct venues *v, const char *name)
{
    struct venue *venue = NULL;
    assert_int_equal(venues_get(v, name, strlen(name), &venue), 0);
    assert_non_null(venue);
    return venue;
}

static void kept_by_name(void **state)
{
    static const char *const name[] = {"kraken", "binance", "b", "zz", "binance2", "Kraken"};
    static const char *const want[] = {"Kraken", "b", "binance", "binance2", "kraken", "zz"};
    struct venues v = {0};
    struct venue *there[6];
    (void)state;
    for (unsigned i = 0; i < 6; i++)
        there[i] = get(&v, name[i]);
    assert_int_equal(v.cnt, 6);
    for (unsigned i = 0; i < 6; i++) {
        assert_string_equal(v.all[i]->name, want[i]);
        assert_ptr_equal(get(&v, name[i]), there[i]); /* and stay where they are */
    }
    assert_int_equal(v.cnt, 6);
    venues_free(&v);
}

static void names_are_cut(void **state)
{
    char name[VENUE_NAME_MAX + 2];
    struct venues v = {0};
    (void)state;
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    struct venue *venue = get(&v, name);
    assert_int_equal(venue->name_len, VENUE_NAME_MAX);
    assert_int_equal(strlen(venue->name), VENUE_NAME_MAX);
    venues_free(&v);
}

static void full(void **state)
{
    char name[16];
    struct venues v = {0};
    struct venue *venue;
    (void)state;
    for (unsigned i = 0; i < VENUES_MAX; i++) {
        snprintf(name, sizeof name, "%u", i);
        get(&v, name);
    }
    assert_int_equal(venues_get(&v, "more", 4, &venue), -ENOSPC);
    assert_int_equal(v.cnt, VENUES_MAX);
    get(&v, "255"); /* those that are there are still found */
    venues_free(&v);
}

static void a_quote_replaces_the_last(void **state)
{
    struct venue venue = {.stale = true};
    struct tr_tick tick = quote_at(5, 100, 101);
    (void)state;
    venue_quote(&venue, &tick);
    assert_true(venue.bid.there && venue.ask.there);
    assert_false(venue.stale);
    assert_int_equal(venue.bid.px, 100 * ONE);
    assert_int_equal(venue.ask.px, 101 * ONE);
    assert_int_equal(venue.ts_event_ns, 5 * TR_NS_PER_S);
    tick = quote_at(4, NONE, 99); /* the last to arrive, not the newest by its clock */
    venue_quote(&venue, &tick);
    assert_false(venue.bid.there);
    assert_int_equal(venue.ask.px, 99 * ONE);
    assert_int_equal(venue.ts_event_ns, 4 * TR_NS_PER_S);
    assert_int_equal(venue.quote_cnt, 2);
}

static void sizes_have_one_unit(void **state)
{
    struct venue nano = {0};
    struct venue milli = {0};
    struct tr_tick tick = quote_at(0, 1, 2);
    (void)state;
    tick.bid_qty = 5 * TR_PX_SCALE;
    venue_quote(&nano, &tick);
    tick.bid_qty = 5 * TR_QTY_MILLI_SCALE;
    tick.ask_qty = INT64_MAX;
    tick.flags = TR_TICK_SIZE_MILLI;
    venue_quote(&milli, &tick);
    assert_true(nano.bid.qty == milli.bid.qty);
    assert_true(milli.ask.qty == (exact_int)INT64_MAX * 1000000);
}

static void saved_and_loaded(void **state)
{
    struct venues in = {0};
    struct venues out = {0};
    struct state saved = {0};
    struct state loaded;
    (void)state;
    struct tr_tick tick = quote_at(7, 100, NONE);
    venue_quote(get(&in, "kraken"), &tick);
    get(&in, "binance")->stale = true;
    const struct venue *which = get(&in, "kraken");
    const struct venue *none = NULL;
    state_save(&saved);
    venues_keep(&in, &saved);
    venues_keep_one(&in, &which, &saved);
    venues_keep_one(&in, &none, &saved);
    state_load(&loaded, saved.bytes, saved.len);
    venues_keep(&out, &loaded);
    none = which;
    venues_keep_one(&out, &which, &loaded);
    venues_keep_one(&out, &none, &loaded);
    assert_true(state_whole(&loaded));
    assert_int_equal(out.cnt, 2);
    assert_ptr_equal(which, out.all[1]);
    assert_null(none);
    struct state again = {0};
    state_save(&again);
    venues_keep(&out, &again);
    assert_memory_equal(again.bytes, saved.bytes, again.len);
    venues_free(&in);
    venues_free(&out);
    state_free(&saved);
    state_free(&again);
}

/* Bytes that end anywhere: it fails, and nothing else. */
static void saved_bytes_that_are_cut(void **state)
{
    struct venues in = {0};
    struct state saved = {0};
    (void)state;
    get(&in, "a");
    get(&in, "b");
    state_save(&saved);
    venues_keep(&in, &saved);
    for (size_t len = 0; len < saved.len; len++) {
        struct venues out = {0};
        struct state loaded;
        state_load(&loaded, saved.bytes, len);
        venues_keep(&out, &loaded);
        assert_false(state_whole(&loaded));
        venues_free(&out);
    }
    venues_free(&in);
    state_free(&saved);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kept_by_name),
        cmocka_unit_test(names_are_cut),
        cmocka_unit_test(full),
        cmocka_unit_test(a_quote_replaces_the_last),
        cmocka_unit_test(sizes_have_one_unit),
        cmocka_unit_test(saved_and_loaded),
        cmocka_unit_test(saved_bytes_that_are_cut),
    };
    return cmocka_run_group_tests_name("venues", tests, NULL, NULL);
}
