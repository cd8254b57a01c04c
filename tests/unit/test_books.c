/* Books by name: symbols of one alias share a book, others do not; saved and loaded in their order. */
#include "quote_help.h"

#include "consumer/quotes/books.h"

static const struct filter all = {0};
static struct symbols symbols;
static struct books books;

static void begin(const char *aliases)
{
    symbols = (struct symbols){0};
    books = (struct books){.aliases = aliases, .rules.stale_ns = BOOK_STALE_OFF};
}

static void end(void)
{
    books_free(&books);
    symbols_free(&symbols);
}

static struct named_book *get(const char *name)
{
    struct symbol *symbol = symbols_get(&symbols, name, strlen(name), &all);
    assert_non_null(symbol);
    struct named_book *named = books_get(&books, symbol);
    assert_non_null(named);
    assert_ptr_equal(books_get(&books, symbol), named);
    return named;
}

static void one_for_each_name(void **state)
{
    (void)state;
    begin(NULL);
    struct named_book *a = get("A");
    assert_ptr_not_equal(get("B"), a);
    assert_ptr_equal(get("A"), a);
    assert_string_equal(a->name->name, "A");
    assert_int_equal(books_cnt(&books), 2);
    end();
}

static void aliases_share_one(void **state)
{
    (void)state;
    begin("XBTUSD=BTC/USD,BTC-USD=BTC/USD,ETH-USD=ETH");
    struct named_book *btc = get("XBTUSD");
    assert_string_equal(btc->name->name, "BTC/USD");
    assert_ptr_equal(get("BTC/USD"), btc); /* a symbol that has the name itself */
    assert_ptr_equal(get("BTC-USD"), btc);
    assert_string_equal(get("ETH-USD")->name->name, "ETH");
    assert_string_equal(get("XBT")->name->name, "XBT");
    assert_int_equal(books_cnt(&books), 3);
    end();
}

static void many_stay_where_they_are(void **state)
{
    static struct named_book *there[1000];
    char name[16];
    (void)state;
    begin("7=700,8=900");
    for (unsigned i = 0; i < 1000; i++) {
        snprintf(name, sizeof name, "%u", i);
        there[i] = get(name);
    }
    assert_int_equal(books_cnt(&books), 998);
    assert_ptr_equal(there[7], there[700]);
    assert_ptr_equal(there[8], there[900]);
    for (unsigned i = 0; i < 1000; i++) {
        snprintf(name, sizeof name, "%u", i);
        assert_ptr_equal(get(name), there[i]);
    }
    end();
}

static void saved_and_loaded(void **state)
{
    struct state saved = {0};
    struct state loaded;
    struct books other = {.aliases = "B=A", .rules.stale_ns = BOOK_STALE_OFF};
    struct book_news news;
    struct tr_tick tick = quote_at(1, 10, 11);
    (void)state;
    begin("B=A");
    get("C");
    assert_int_equal(book_update(&get("B")->book, &books.rules, "east", 4, &tick, &news), 0);
    state_save(&saved);
    books_keep(&books, &saved);
    state_load(&loaded, saved.bytes, saved.len);
    books_keep(&other, &loaded);
    assert_true(state_whole(&loaded));
    assert_int_equal(books_cnt(&other), 2);
    assert_string_equal(other.all[0]->name->name, "C");
    assert_string_equal(other.all[1]->name->name, "A");
    assert_int_equal(other.all[1]->book.bid.px, 10 * ONE);
    assert_ptr_equal(books_get(&other, symbols.all[1]), other.all[1]); /* B again */
    for (size_t len = 0; len < saved.len; len++) {
        struct books cut = {.rules.stale_ns = BOOK_STALE_OFF};
        state_load(&loaded, saved.bytes, len);
        books_keep(&cut, &loaded);
        assert_false(state_whole(&loaded));
        books_free(&cut);
    }
    books_free(&other);
    state_free(&saved);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_for_each_name),
        cmocka_unit_test(aliases_share_one),
        cmocka_unit_test(many_stay_where_they_are),
        cmocka_unit_test(saved_and_loaded),
    };
    return cmocka_run_group_tests_name("books", tests, NULL, NULL);
}
