#include "consumer/indicator/indicator.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decimal.h"

#define STATE_ALIGN 16
#define FACTOR_MAX_E9 (100 * INT64_C(1000000000))
#define FACTOR_DECIMALS 9

static const struct indicator_ops *const indicator_table[] = {
    &indicator_sma, /* first: every stage with averages has it */
    &indicator_ema, &indicator_vwap, &indicator_rsi, &indicator_macd, &indicator_bollinger, &indicator_atr,
};

#define TABLE_LEN (sizeof indicator_table / sizeof indicator_table[0])

static_assert(TABLE_LEN <= INDICATOR_MAX, "each line of the table can be asked for");

const struct indicator_ops *indicator_list(unsigned i)
{
    return i < TABLE_LEN ? indicator_table[i] : NULL;
}

/* --- What is asked for -------------------------------------------------------------------------- */

static int parse_factor(const char *text, size_t len, int64_t *factor_e9)
{
    bool rounded = false;
    int64_t read;
    if (decimal_parse(text, len, FACTOR_DECIMALS, &read, &rounded) != 0 || rounded || read <= 0
        || read > FACTOR_MAX_E9)
        return -EINVAL;
    *factor_e9 = read;
    return 0;
}

/* One number of a window; its name goes to the end of the window's. */
static int parse_part(struct indicator_window *window, char form, unsigned part, const char *text, size_t len,
                      char *why, size_t why_len)
{
    char *name = window->name + strlen(window->name);
    if (part > 0)
        *name++ = ',';
    if (form == 'k') {
        if (parse_factor(text, len, &window->factor_e9) == 0) {
            decimal_text(name, window->factor_e9, FACTOR_DECIMALS);
            return 0;
        }
        snprintf(why, why_len, "a factor is a number above 0, at most %d",
                 (int)(FACTOR_MAX_E9 / INT64_C(1000000000)));
        return -EINVAL;
    }
    if (window_parse(text, len, &window->part[part]) == 0) {
        window_name(name, &window->part[part]);
        return 0;
    }
    snprintf(why, why_len, "a window is a number of ticks up to %llu, or a time such as 30s",
             (unsigned long long)SMA_HISTORY_MAX);
    return -EINVAL;
}

/* One window; *text is left behind it: at a comma or the end. */
static int parse_window(struct indicator_window *window, const struct indicator_ops *ops, const char **text,
                        char *why, size_t why_len)
{
    *window = (struct indicator_window){0};
    for (unsigned part = 0; ops->parts[part] != '\0'; part++) {
        if (part > 0 && **text == '\0') {
            snprintf(why, why_len, "%zu numbers belong together, %s", strlen(ops->parts), ops->arg_name);
            return -EINVAL;
        }
        *text += part > 0;
        size_t len = strcspn(*text, ",");
        int rc = parse_part(window, ops->parts[part], part, *text, len, why, why_len);
        if (rc != 0)
            return rc;
        *text += len;
    }
    return ops->check != NULL ? ops->check(window, why, why_len) : 0;
}

static bool has_window(const struct indicator *indicator, const char *name)
{
    for (unsigned w = 0; w < indicator->window_cnt; w++) {
        if (strcmp(indicator->window[w].name, name) == 0)
            return true;
    }
    return false;
}

static int parse_windows(struct indicator *indicator, const char *text, char *why, size_t why_len)
{
    for (;; text++) {
        const char *begin = text;
        struct indicator_window window;
        int rc = parse_window(&window, indicator->ops, &text, why, why_len);
        if (rc != 0)
            return rc;
        if (has_window(indicator, window.name)) {
            snprintf(why, why_len, "%.*s is the same window twice", (int)(text - begin), begin);
            return -EINVAL;
        }
        if (indicator->window_cnt == INDICATOR_WINDOW_MAX) {
            snprintf(why, why_len, "at most %d windows", INDICATOR_WINDOW_MAX);
            return -EINVAL;
        }
        indicator->window[indicator->window_cnt++] = window;
        if (*text == '\0')
            return 0;
    }
}

static size_t place_in_table(const struct indicator_ops *ops)
{
    size_t place = 0;
    while (indicator_table[place] != ops)
        place++;
    return place;
}

/* Where the one of these ops is among those asked for, or is to be. */
static unsigned place_of(const struct indicators *all, const struct indicator_ops *ops)
{
    unsigned i = 0;
    while (i < all->cnt && place_in_table(all->all[i].ops) < place_in_table(ops))
        i++;
    return i;
}

const struct indicator *indicators_find(const struct indicators *all, const struct indicator_ops *ops)
{
    unsigned i = place_of(all, ops);
    return i < all->cnt && all->all[i].ops == ops ? &all->all[i] : NULL;
}

int indicators_ask(struct indicators *all, const struct indicator_ops *ops, const char *text, char *why,
                   size_t why_len)
{
    struct indicator asked = {.ops = ops};
    int rc = parse_windows(&asked, text, why, why_len);
    if (rc != 0)
        return rc;
    unsigned i = place_of(all, ops);
    if (indicators_find(all, ops) == NULL) {
        memmove(&all->all[i + 1], &all->all[i], (all->cnt - i) * sizeof all->all[0]);
        all->cnt++;
    }
    all->all[i] = asked;
    return 0;
}

int indicators_open(struct indicators *all)
{
    all->state_size = 0;
    for (unsigned i = 0; i < all->cnt; i++) {
        struct indicator *indicator = &all->all[i];
        indicator->plan = indicator->ops->open(indicator->window, indicator->window_cnt);
        if (indicator->plan == NULL) {
            indicators_close(all);
            return -ENOMEM;
        }
        indicator->offset = all->state_size;
        indicator->state_size = indicator->ops->state_size(indicator->plan);
        all->state_size += (indicator->state_size + STATE_ALIGN - 1) / STATE_ALIGN * STATE_ALIGN;
    }
    all->only_sma = all->cnt == 1 && all->all[0].ops == &indicator_sma;
    return 0;
}

void indicators_close(struct indicators *all)
{
    for (unsigned i = 0; i < all->cnt; i++) {
        free(all->all[i].plan);
        all->all[i].plan = NULL;
    }
}

/* --- One symbol --------------------------------------------------------------------------------- */

static void *state_at(const struct indicator *indicator, void *state)
{
    return (char *)state + indicator->offset;
}

int indicators_push(const struct indicators *all, void *state, const struct indicator_value *value)
{
    for (unsigned i = 0; i < all->cnt; i++) {
        const struct indicator *indicator = &all->all[i];
        int rc = indicator->ops->push(indicator->plan, state_at(indicator, state), value);
        if (rc != 0)
            return rc;
    }
    return 0;
}

void indicators_reset(const struct indicators *all, void *state)
{
    for (unsigned i = 0; i < all->cnt; i++) {
        const struct indicator *indicator = &all->all[i];
        if (indicator->ops->reset != NULL)
            indicator->ops->reset(indicator->plan, state_at(indicator, state));
        else
            memset(state_at(indicator, state), 0, indicator->state_size);
    }
}

bool indicators_ready(const struct indicators *all, const void *state)
{
    for (unsigned i = 0; i < all->cnt; i++) {
        const struct indicator *indicator = &all->all[i];
        for (unsigned w = 0; w < indicator->window_cnt; w++) {
            if (!indicator->ops->ready(indicator->plan, indicator_state(indicator, state), w))
                return false;
        }
    }
    return true;
}

void indicators_keep(const struct indicators *all, void *state, struct state *s)
{
    for (unsigned i = 0; i < all->cnt; i++) {
        const struct indicator *indicator = &all->all[i];
        if (indicator->ops->keep != NULL)
            indicator->ops->keep(indicator->plan, state_at(indicator, state), s);
        else
            state_bytes(s, state_at(indicator, state), indicator->state_size);
    }
}

void indicators_free(const struct indicators *all, void *state)
{
    for (unsigned i = 0; i < all->cnt; i++) {
        if (all->all[i].ops->free != NULL)
            all->all[i].ops->free(all->all[i].plan, state_at(&all->all[i], state));
    }
}

uint64_t indicators_capped_cnt(const struct indicators *all, const void *state)
{
    uint64_t cnt = 0;
    for (unsigned i = 0; i < all->cnt; i++) {
        if (all->all[i].ops->capped_cnt != NULL)
            cnt += all->all[i].ops->capped_cnt(indicator_state(&all->all[i], state));
    }
    return cnt;
}
