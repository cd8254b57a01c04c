#include "consumer/trade/portfolio.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CNT_FIRST 64
#define CNT_MAX (UINT32_C(1) << 24) /* sixteen lanes full of symbols are 2^20 */

static int64_t size_of_qty(int64_t qty)
{
    return qty < 0 ? -qty : qty;
}

static money size_of(money amount)
{
    return amount < 0 ? -amount : amount;
}

/* --- Places ------------------------------------------------------------------------------------- */

/* Room for cnt elements, the new ones zero.  NULL: out of memory, and the array is as it was. */
static void *grow(void *array, uint32_t *cap, uint64_t cnt, size_t size)
{
    uint64_t want = *cap != 0 ? *cap : CNT_FIRST;
    while (want < cnt)
        want *= 2;
    void *grown = want > CNT_MAX ? NULL : realloc(array, want * size);
    if (grown == NULL)
        return NULL;
    memset((char *)grown + *cap * size, 0, (want - *cap) * size);
    *cap = (uint32_t)want;
    return grown;
}

static bool make_room(struct portfolio *p, uint32_t symbol)
{
    if (symbol >= p->place_cnt) {
        uint32_t *place = grow(p->place, &p->place_cnt, (uint64_t)symbol + 1, sizeof *place);
        if (place == NULL)
            return false;
        p->place = place;
    }
    if (p->cnt == p->cap) {
        struct position *position = grow(p->position, &p->cap, (uint64_t)p->cnt + 1, sizeof *position);
        if (position == NULL)
            return false;
        p->position = position;
    }
    return true;
}

/* The symbol's position, made at this mark if there is none.  NULL: out of memory. */
static struct position *position_of(struct portfolio *p, uint32_t symbol, int64_t price_px)
{
    if (symbol >= p->place_cnt || p->place[symbol] == 0) {
        if (!make_room(p, symbol))
            return NULL;
        p->position[p->cnt] = (struct position){.symbol = symbol, .mark_px = price_px};
        p->place[symbol] = ++p->cnt;
    }
    return &p->position[p->place[symbol] - 1];
}

int64_t portfolio_qty(const struct portfolio *p, uint32_t symbol)
{
    if (symbol >= p->place_cnt || p->place[symbol] == 0)
        return 0;
    return p->position[p->place[symbol] - 1].qty;
}

/* --- Sums --------------------------------------------------------------------------------------- */

/* Both are within 2^126, so the sum does not wrap. */
static void add(struct portfolio *p, money *sum, money amount)
{
    *sum += amount;
    if (!money_fits(*sum)) {
        p->overflow = true;
        *sum = 0; /* of no use any more, but no way to wrap later */
    }
}

static void note_equity(struct portfolio *p)
{
    money equity = portfolio_equity(p);
    if (equity >= p->peak) {
        p->peak = equity;
        return;
    }
    money drawdown = p->peak - equity;
    if (drawdown > p->drawdown_max)
        p->drawdown_max = drawdown;
    bool deeper = p->peak == p->fall_peak ? drawdown > p->fall
                                          : money_cmp_ratio(drawdown, p->peak, p->fall, p->fall_peak) > 0;
    if (deeper) {
        p->fall = drawdown;
        p->fall_peak = p->peak;
    }
}

static int done(struct portfolio *p)
{
    if (!money_fits(portfolio_equity(p)) || !money_fits(portfolio_unrealized(p)))
        p->overflow = true;
    if (p->overflow)
        return -EOVERFLOW;
    note_equity(p);
    return 0;
}

void portfolio_init(struct portfolio *p, money start)
{
    *p = (struct portfolio){.start = start, .cash = start, .peak = start, .fall_peak = start};
}

static void set_mark(struct portfolio *p, struct position *position, int64_t price_px)
{
    add(p, &p->value, money_of(price_px - position->mark_px, position->qty));
    add(p, &p->gross, money_of(price_px - position->mark_px, size_of_qty(position->qty)));
    position->mark_px = price_px;
}

int portfolio_mark(struct portfolio *p, uint32_t symbol, int64_t price_px)
{
    struct position *position = position_of(p, symbol, price_px);
    if (position == NULL)
        return -ENOMEM;
    set_mark(p, position, price_px);
    return done(p);
}

/* --- Fills -------------------------------------------------------------------------------------- */

static void realize(struct portfolio *p, money amount)
{
    add(p, &p->realized, amount);
    p->win_cnt += amount > 0;
    p->loss_cnt += amount < 0;
    if (amount > 0)
        add(p, &p->win_sum, amount);
    else
        add(p, &p->loss_sum, -amount);
}

/* qty has the sign of the fill; not beyond zero where it goes against the position. */
static void change(struct portfolio *p, struct position *position, int64_t qty, int64_t price_px)
{
    money paid = money_of(price_px, qty);
    bool closes = position->qty != 0 && (position->qty > 0) != (qty > 0);
    money cost = paid; /* what comes to the position's cost */
    if (closes) {
        cost = 0; /* a share of the cost is no more than the cost: it fits */
        money_share(position->cost, size_of_qty(qty), size_of_qty(position->qty), MONEY_HALF_EVEN, &cost);
        cost = -cost;
        realize(p, cost - paid);
    }
    int64_t before = position->qty;
    if (__builtin_add_overflow(before, qty, &position->qty) || position->qty == INT64_MIN) {
        p->overflow = true;
        return;
    }
    add(p, &p->cash, -paid);
    add(p, &position->cost, cost);
    add(p, &p->cost, cost);
    add(p, &p->value, money_of(position->mark_px, qty));
    add(p, &p->gross,
        size_of(money_of(position->mark_px, position->qty)) - size_of(money_of(position->mark_px, before)));
}

int portfolio_fill(struct portfolio *p, uint32_t symbol, int64_t qty, int64_t price_px, int64_t fee_e9)
{
    struct position *position = position_of(p, symbol, price_px);
    if (position == NULL)
        return -ENOMEM;
    bool through = position->qty != 0 && (position->qty > 0) != (qty > 0)
                   && size_of_qty(qty) > size_of_qty(position->qty);
    int64_t first = through ? -position->qty : qty;
    change(p, position, first, price_px);
    if (through && !p->overflow)
        change(p, position, qty - first, price_px);
    add(p, &p->fees, (money)fee_e9 * MONEY_E9);
    add(p, &p->cash, -(money)fee_e9 * MONEY_E9);
    return done(p);
}

/* --- Keeping it --------------------------------------------------------------------------------- */

static void keep_position(struct position *position, struct state *state)
{
    state_bytes(state, &position->symbol, sizeof position->symbol);
    state_bytes(state, &position->qty, sizeof position->qty);
    state_bytes(state, &position->mark_px, sizeof position->mark_px);
    state_bytes(state, &position->cost, sizeof position->cost);
}

static void load_positions(struct portfolio *p, struct state *state, uint64_t cnt)
{
    for (uint64_t i = 0; i < cnt && !state->failed; i++) {
        struct position loaded;
        keep_position(&loaded, state);
        struct position *position = state->failed ? NULL : position_of(p, loaded.symbol, loaded.mark_px);
        if (position == NULL || p->cnt != i + 1) {
            state->failed = true; /* out of memory, or a symbol twice */
            return;
        }
        *position = loaded;
    }
}

static void keep_sums(struct portfolio *p, struct state *state)
{
    money *const sum[] = {&p->start,     &p->cash,    &p->realized, &p->fees,         &p->cost,
                          &p->value,     &p->gross,   &p->peak,     &p->drawdown_max, &p->fall,
                          &p->fall_peak, &p->win_sum, &p->loss_sum};
    for (size_t i = 0; i < sizeof sum / sizeof sum[0]; i++)
        state_bytes(state, sum[i], sizeof *sum[i]);
    state_bytes(state, &p->win_cnt, sizeof p->win_cnt);
    state_bytes(state, &p->loss_cnt, sizeof p->loss_cnt);
}

void portfolio_keep(struct portfolio *p, struct state *state)
{
    uint64_t cnt = state_cnt(state, p->cnt, CNT_MAX);
    if (state->loading)
        load_positions(p, state, cnt);
    for (uint64_t i = 0; i < cnt && !state->loading; i++)
        keep_position(&p->position[i], state);
    keep_sums(p, state);
}

void portfolio_free(struct portfolio *p)
{
    free(p->position);
    free(p->place);
    *p = (struct portfolio){0};
}
