#include "fields.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "exitcode.h"

#define ALIAS_MAX 17

/* The names seen for each field, best first. */
static const struct {
    const char *name;
    const char *alias[ALIAS_MAX];
} known[FIELD_CNT] = {
    [FIELD_TS] = {"ts",
                  {"ts", "timestamp", "ts_event", "exchange_timestamp", "transaction_time", "transact_time",
                   "event_time", "trade_time", "time", "time_seconds", "unixtime", "unix_time", "datetime",
                   "date_time", "date", "local_timestamp"}},
    [FIELD_RECV] = {"recv", {"recv", "local_timestamp", "ts_recv", "receipt_timestamp", "received_at"}},
    [FIELD_SYMBOL] = {"symbol", {"symbol", "sym", "instrument", "ticker", "product_id", "pair", "market"}},
    [FIELD_VENUE] = {"venue", {"venue", "exchange", "exch"}},
    [FIELD_PRICE] = {"price", {"price", "trade_price", "px", "last_price"}},
    [FIELD_SIZE] = {"size",
                    {"size", "amount", "qty", "quantity", "volume", "trade_size", "trade_volume", "trade_qty",
                     "last_size", "vol"}},
    [FIELD_SIDE] = {"side", {"side", "taker_side", "aggressor_side"}},
    [FIELD_BID] = {"bid", {"bid", "bid_price", "best_bid", "best_bid_price", "bid_px", "bids[0].price"}},
    [FIELD_BID_SIZE] = {"bid_size",
                        {"bid_size", "bid_amount", "bid_qty", "bid_quantity", "bid_volume", "bid_sz",
                         "best_bid_size", "best_bid_qty", "best_bid_quantity", "bids[0].amount"}},
    [FIELD_ASK] = {"ask",
                   {"ask", "ask_price", "best_ask", "best_ask_price", "ask_px", "offer", "offer_price",
                    "asks[0].price"}},
    [FIELD_ASK_SIZE] = {"ask_size",
                        {"ask_size", "ask_amount", "ask_qty", "ask_quantity", "ask_volume", "ask_sz",
                         "best_ask_size", "best_ask_qty", "best_ask_quantity", "offer_size",
                         "asks[0].amount"}},
    [FIELD_ID] = {"id", {"id", "trade_id", "agg_trade_id", "tid"}},
    [FIELD_BUYER_MAKER] = {"buyer_maker", {"buyer_maker", "is_buyer_maker"}},
    [FIELD_IS_SNAPSHOT] = {"is_snapshot", {"is_snapshot"}},
};

/* Rows of single orders (Bitstamp's order book events): their prices are not those of trades. */
#define ORDER_COLUMN "action"

/* Price and size in one column (Crypto Chassis). */
static const char *const pair_name[2] = {"bid_price_bid_size", "ask_price_ask_size"};

/* Text that grows in a buffer of fixed size and is cut where it does not fit. */
struct text {
    char *out;
    size_t size;
    size_t len;
};

__attribute__((format(printf, 2, 3))) static void add(struct text *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text->out + text->len, text->size - text->len, format, args);
    va_end(args);
    if (n > 0)
        text->len += (size_t)n;
    if (text->len >= text->size)
        text->len = text->size - 1;
}

static void add_name(struct text *text, struct csv_field name)
{
    for (size_t i = 0; i < name.len && i < 40; i++)
        add(text, "%c", name.text[i] >= ' ' && name.text[i] <= '~' ? name.text[i] : '?');
}

static void add_header(struct text *text, const struct csv_field *header, size_t cnt)
{
    for (size_t i = 0; i < cnt; i++) {
        add(text, i == 0 ? " " : ", ");
        add_name(text, header[i]);
    }
}

const char *fields_name(enum field field)
{
    return known[field].name;
}

static bool same_name(struct csv_field name, const char *text, size_t len)
{
    return name.len == len && strncasecmp(name.text, text, len) == 0;
}

/* The first column of that name, and how often the header has it. */
static size_t find_name(const struct csv_field *header, size_t cnt, const char *text, size_t len, int *column)
{
    size_t found_cnt = 0;
    for (size_t i = 0; i < cnt; i++)
        if (same_name(csv_trim(header[i]), text, len) && found_cnt++ == 0)
            *column = (int)i;
    return found_cnt;
}

static int find_field(const char *text, size_t len)
{
    for (int i = 0; i < FIELD_CNT; i++)
        if (strlen(known[i].name) == len && strncasecmp(known[i].name, text, len) == 0)
            return i;
    return -1;
}

static int find_number(const char *text, size_t len, size_t cnt)
{
    size_t number = 0;
    for (size_t i = 0; i < len && number <= cnt; i++) {
        if (text[i] < '0' || text[i] > '9')
            return FIELD_NO_COLUMN;
        number = number * 10 + (size_t)(text[i] - '0');
    }
    return number >= 1 && number <= cnt ? (int)number - 1 : FIELD_NO_COLUMN;
}

/* One "FIELD=COL". */
static int map_one(struct fields *fields, const struct csv_field *header, size_t cnt, const char *item,
                   size_t len, struct text *why)
{
    const char *equals = memchr(item, '=', len);
    size_t name_len = equals == NULL ? len : (size_t)(equals - item);
    int field = find_field(item, name_len);
    if (equals == NULL || field < 0) {
        add(why, "--map: '%.*s' is not FIELD=COL with FIELD one of", (int)len, item);
        for (int i = 0; i < FIELD_CNT; i++)
            add(why, "%s %s", i == 0 ? "" : ",", known[i].name);
        return EXIT_CODE_USAGE;
    }
    if (fields->column[field] != FIELD_NO_COLUMN) {
        add(why, "--map: %s is there twice", known[field].name);
        return EXIT_CODE_USAGE;
    }
    const char *name = equals + 1;
    size_t column_len = len - name_len - 1;
    int column = FIELD_NO_COLUMN;
    size_t found_cnt = find_name(header, cnt, name, column_len, &column);
    if (found_cnt == 0)
        column = find_number(name, column_len, cnt);
    if (found_cnt > 1 || column == FIELD_NO_COLUMN) {
        add(why, "--map: %s column '%.*s' (name it, or count from 1); the columns are:",
            found_cnt > 1 ? "there is more than one" : "there is no", (int)column_len, name);
        add_header(why, header, cnt);
        return EXIT_CODE_USAGE;
    }
    fields->column[field] = column;
    return 0;
}

static int apply_map(struct fields *fields, const struct csv_field *header, size_t cnt, const char *map,
                     struct text *why)
{
    for (const char *item = map;;) {
        size_t len = strcspn(item, ",");
        int rc = map_one(fields, header, cnt, item, len, why);
        if (rc != 0)
            return rc;
        if (item[len] == '\0')
            return 0;
        item += len + 1;
    }
}

static bool is_taken(const struct fields *fields, int column)
{
    for (int i = 0; i < FIELD_CNT; i++)
        if (fields->column[i] == column)
            return true;
    return false;
}

/* Looks up a field under its known names, among the columns that have no field yet. */
static int apply_names(struct fields *fields, const struct csv_field *header, size_t cnt, enum field field,
                       struct text *why)
{
    for (size_t i = 0; i < ALIAS_MAX && known[field].alias[i] != NULL; i++) {
        const char *alias = known[field].alias[i];
        int column;
        size_t found_cnt = find_name(header, cnt, alias, strlen(alias), &column);
        if (found_cnt == 0 || is_taken(fields, column))
            continue;
        if (found_cnt > 1) {
            add(why, "the header has two columns '%s': say which with --map=%s=NUMBER", alias,
                known[field].name);
            return EXIT_CODE_DATA;
        }
        fields->column[field] = column;
        return 0;
    }
    return 0;
}

static int check_usable(const struct fields *fields, const struct csv_field *header, size_t cnt,
                        struct text *why)
{
    const char *lacks = NULL;
    if (!fields_have(fields, FIELD_TS))
        lacks = "no time (ts, timestamp, time ...)";
    else if (fields_have(fields, FIELD_IS_SNAPSHOT)
             && !(fields_have_trades(fields) && fields_have(fields, FIELD_SIDE)))
        lacks = "is_snapshot but not side, price and size of a level";
    else if (!fields_have_trades(fields) && !fields_have_quotes(fields))
        lacks = fields_have(fields, FIELD_PRICE) ? "a price but no size (size, amount, qty, volume ...)"
                                                 : "neither price and size nor bid or ask";
    if (lacks == NULL)
        return 0;
    add(why, "the header has %s; try --map=FIELD=COL; the columns are:", lacks);
    add_header(why, header, cnt);
    return EXIT_CODE_DATA;
}

static int refuse_orders(const struct csv_field *header, size_t cnt, struct text *why)
{
    int column;
    if (find_name(header, cnt, ORDER_COLUMN, strlen(ORDER_COLUMN), &column) == 0)
        return 0;
    add(why, "column '" ORDER_COLUMN "' tells events of single orders in a book, which are not read");
    return EXIT_CODE_DATA;
}

/* A tick written as a bar (backtrader): its price is the close, and the others are to be the same. */
static void find_bar(struct fields *fields, const struct csv_field *header, size_t cnt)
{
    static const char *const name[] = {"open", "high", "low", "close"};
    int column[4];
    for (int i = 0; i < 4; i++)
        if (find_name(header, cnt, name[i], strlen(name[i]), &column[i]) != 1)
            return;
    memcpy(fields->bar_column, column, sizeof(fields->bar_column));
    fields->column[FIELD_PRICE] = column[3];
}

static void find_pairs(struct fields *fields, const struct csv_field *header, size_t cnt)
{
    static const enum field price[2] = {FIELD_BID, FIELD_ASK};
    static const enum field size[2] = {FIELD_BID_SIZE, FIELD_ASK_SIZE};
    for (int i = 0; i < 2; i++) {
        int column;
        if (find_name(header, cnt, pair_name[i], strlen(pair_name[i]), &column) != 1)
            continue;
        fields->pair_column[i] = column;
        fields->column[price[i]] = (int)cnt + 2 * i;
        fields->column[size[i]] = (int)cnt + 2 * i + 1;
    }
}

void fields_cut(const struct fields *fields, struct csv_field *field)
{
    for (int i = 0; i < 2; i++) {
        struct csv_field *price = &field[fields->column_cnt + 2 * (size_t)i];
        struct csv_field *size = price + 1;
        if (fields->pair_column[i] == FIELD_NO_COLUMN)
            continue;
        *price = field[fields->pair_column[i]];
        const char *bar = memchr(price->text, '|', price->len);
        const char *end = bar == NULL ? price->text + price->len : bar;
        const char *joint = memchr(price->text, '_', (size_t)(end - price->text));
        *size = (struct csv_field){end, 0};
        if (joint != NULL)
            *size = (struct csv_field){joint + 1, (size_t)(end - joint - 1)};
        price->len = (size_t)((joint == NULL ? end : joint) - price->text);
    }
}

static void clear(int *column, size_t cnt)
{
    for (size_t i = 0; i < cnt; i++)
        column[i] = FIELD_NO_COLUMN;
}

int fields_find(struct fields *fields, const struct csv_field *header, size_t cnt, const char *map, char *why,
                size_t why_size)
{
    struct text text = {.out = why, .size = why_size};
    fields->column_cnt = cnt;
    clear(fields->column, FIELD_CNT);
    clear(fields->pair_column, 2);
    clear(fields->bar_column, 3);
    int rc = map == NULL ? refuse_orders(header, cnt, &text) : apply_map(fields, header, cnt, map, &text);
    for (int i = 0; i < FIELD_CNT && rc == 0; i++)
        if (!fields_have(fields, (enum field)i))
            rc = apply_names(fields, header, cnt, (enum field)i, &text);
    if (rc == 0 && !fields_have(fields, FIELD_PRICE))
        find_bar(fields, header, cnt);
    if (rc == 0 && !fields_have_quotes(fields))
        find_pairs(fields, header, cnt);
    return rc != 0 ? rc : check_usable(fields, header, cnt, &text);
}
