#include "consumer/options_trade.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "consumer/options.h"
#include "decimal.h"

#define PLAIN "0123456789." /* no sign and no exponent */
#define AMOUNT_DECIMALS 6

/* A plain decimal number of len bytes from min to max, in units of 10^-scale, that needs no rounding. */
static int read_decimal(const char *text, size_t len, unsigned scale, int64_t min, int64_t max, int64_t *out)
{
    bool rounded = false;
    int64_t value;
    int rc = strspn(text, PLAIN) < len ? -EINVAL : decimal_parse(text, len, scale, &value, &rounded);
    if (rc != 0)
        return rc;
    if (rounded || value < min || value > max)
        return -ERANGE;
    *out = value;
    return 0;
}

static int set_e12(const char *arg, int64_t min, int64_t max, int64_t *out, const char *hint, char *why,
                   size_t why_len)
{
    int rc = read_decimal(arg, strlen(arg), EXACT_DECIMALS, min, max, out);
    if (rc != 0)
        snprintf(why, why_len, "%s", hint);
    return rc;
}

static int set_bps(const char *arg, int64_t *out, char *why, size_t why_len)
{
    int rc = read_decimal(arg, strlen(arg), 9, 0, PAPER_BPS_MAX, out);
    if (rc != 0)
        snprintf(why, why_len, "per ten thousand from 0 to 10000, such as 2.5");
    return rc;
}

/* An amount of money of len bytes, with k, M or G for thousands, millions, billions. */
static int read_money(const char *text, size_t len, money *out)
{
    static const char suffix[] = "kMG";
    const char *unit = len > 0 ? memchr(suffix, text[len - 1], sizeof suffix - 1) : NULL;
    money factor = MONEY_ONE / 1000000;
    int64_t value;
    int rc = read_decimal(text, len - (unit != NULL), AMOUNT_DECIMALS, 0, INT64_MAX, &value);
    if (rc != 0)
        return rc;
    for (const char *c = suffix; unit != NULL && c <= unit; c++)
        factor *= 1000;
    if (value > TRADE_MONEY_MAX / factor)
        return -ERANGE;
    *out = value * factor;
    return 0;
}

int set_min_confidence(void *values, const char *arg, char *why, size_t why_len)
{
    struct consumer_options *opt = values;
    return set_e12(arg, 0, EXACT_E12, &opt->trade.paper.confidence_min_e12, "from 0 to 1, such as 0.15", why,
                   why_len);
}

int set_equity(void *values, const char *arg, char *why, size_t why_len)
{
    struct consumer_options *opt = values;
    money equity;
    int rc = read_money(arg, strlen(arg), &equity);
    if (rc != 0 || equity == 0) {
        snprintf(why, why_len, "an amount of money above 0, at most 1e12, such as 100k or 2500.50");
        return -EINVAL;
    }
    opt->trade.equity = equity;
    return 0;
}

static int read_limit(const char *text, size_t len, struct limit *limit)
{
    *limit = (struct limit){.is_pct = len > 0 && text[len - 1] == '%'};
    if (limit->is_pct)
        return read_decimal(text, len - 1, 9, 0, LIMITS_PCT_MAX, &limit->pct_e9);
    return read_money(text, len, &limit->amount);
}

int set_max_position(void *values, const char *arg, char *why, size_t why_len)
{
    struct consumer_options *opt = values;
    struct limit one;
    struct limit all = trade_plan_default().limits.all;
    size_t len = strcspn(arg, ",");
    int rc = read_limit(arg, len, &one);
    if (rc == 0 && arg[len] == ',')
        rc = read_limit(arg + len + 1, strlen(arg + len + 1), &all);
    if (rc != 0) {
        snprintf(why, why_len,
                 "an amount of money or PCT%%, and after a comma one for all, such as 25%%,50k");
        return rc;
    }
    opt->trade.limits.one = one;
    opt->trade.limits.all = all;
    return 0;
}

int set_max_drawdown(void *values, const char *arg, char *why, size_t why_len)
{
    struct consumer_options *opt = values;
    int64_t *pct_e9 = &opt->trade.limits.drawdown_pct_e9;
    if (strcmp(arg, "off") == 0) {
        *pct_e9 = -1;
        return 0;
    }
    int rc = read_decimal(arg, strlen(arg), 9, 1, 100 * LIMITS_PCT_SCALE, pct_e9);
    if (rc != 0)
        snprintf(why, why_len, "per cent above 0, at most 100, or off");
    return rc;
}

int set_kelly(void *values, const char *arg, char *why, size_t why_len)
{
    struct consumer_options *opt = values;
    return set_e12(arg, 1, EXACT_E12, &opt->trade.kelly.fraction_e12, "above 0, at most 1, such as 0.5", why,
                   why_len);
}

int set_kelly_cap(void *values, const char *arg, char *why, size_t why_len)
{
    struct consumer_options *opt = values;
    return set_e12(arg, 1, EXACT_E12, &opt->trade.kelly.cap_e12, "above 0, at most 1, such as 0.1", why,
                   why_len);
}

int set_win_rate(void *values, const char *arg, char *why, size_t why_len)
{
    struct consumer_options *opt = values;
    return set_e12(arg, 0, EXACT_E12, &opt->trade.kelly.win_rate_e12, "from 0 to 1, such as 0.55", why,
                   why_len);
}

int set_payoff(void *values, const char *arg, char *why, size_t why_len)
{
    struct consumer_options *opt = values;
    return set_e12(arg, 1, KELLY_PAYOFF_MAX_E12, &opt->trade.kelly.payoff_e12,
                   "above 0, at most 1000000, such as 1.5", why, why_len);
}

int set_fee(void *values, const char *arg, char *why, size_t why_len)
{
    struct consumer_options *opt = values;
    return set_bps(arg, &opt->trade.paper.fee_bps_e9, why, why_len);
}

int set_slippage(void *values, const char *arg, char *why, size_t why_len)
{
    struct consumer_options *opt = values;
    return set_bps(arg, &opt->trade.paper.slippage_bps_e9, why, why_len);
}
