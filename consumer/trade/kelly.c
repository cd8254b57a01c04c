#include "consumer/trade/kelly.h"

static int64_t lesser(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t estimate_win_rate_e12(const struct portfolio *portfolio)
{
    money trade_cnt = (money)portfolio->win_cnt + (money)portfolio->loss_cnt;
    return money_ratio_e12((money)portfolio->win_cnt, trade_cnt, EXACT_E12);
}

static int64_t estimate_payoff_e12(const struct portfolio *portfolio)
{
    money loss_cnt = (money)portfolio->loss_cnt;
    if (portfolio->win_cnt == 0)
        return 0;
    if (loss_cnt == 0)
        return KELLY_PAYOFF_MAX_E12;
    money win = portfolio->win_sum / (money)portfolio->win_cnt;
    money loss = (portfolio->loss_sum + loss_cnt - 1) / loss_cnt;
    return money_ratio_e12(win, loss, KELLY_PAYOFF_MAX_E12);
}

/* p - (1 - p) / b, rounded down.  A b of 0, of wins that are nothing beside the losses, is taken for 1e-12. */
static int64_t criterion_e12(int64_t p_e12, int64_t b_e12)
{
    exact_int b = b_e12 > 0 ? b_e12 : 1;
    exact_int lost = ((exact_int)(EXACT_E12 - p_e12) * EXACT_E12 + b - 1) / b;
    exact_int f = p_e12 - lost;
    return f > -EXACT_E12 ? (int64_t)f : -EXACT_E12;
}

struct kelly kelly_now(const struct kelly_plan *plan, const struct portfolio *portfolio)
{
    bool enough = portfolio->win_cnt + portfolio->loss_cnt >= plan->trade_cnt_min;
    struct kelly kelly = {.known = enough || (plan->win_rate_e12 >= 0 && plan->payoff_e12 >= 0)};
    if (!kelly.known)
        return kelly;
    kelly.win_rate_e12 = plan->win_rate_e12 >= 0 ? plan->win_rate_e12 : estimate_win_rate_e12(portfolio);
    kelly.payoff_e12 = plan->payoff_e12 >= 0 ? plan->payoff_e12 : estimate_payoff_e12(portfolio);
    kelly.f_e12 = criterion_e12(kelly.win_rate_e12, kelly.payoff_e12);
    return kelly;
}

int64_t kelly_share_e12(const struct kelly_plan *plan, const struct kelly *kelly)
{
    if (!kelly->known)
        return lesser(KELLY_SHARE_UNKNOWN_E12, plan->cap_e12);
    if (kelly->f_e12 <= 0)
        return 0;
    int64_t share = (int64_t)((exact_int)kelly->f_e12 * plan->fraction_e12 / EXACT_E12);
    return lesser(share, plan->cap_e12);
}
