#include "consumer/stage/trading.h"

#include <errno.h>

#include "exitcode.h"
#include "log.h"

int trading_failed(const struct symbol *symbol, int rc)
{
    if (rc == -ENOMEM)
        log_error("memory", "none left for the position in %s, use --symbols or --shard", symbol->name);
    else
        log_error(symbol->name,
                  "a position or an amount of money is more than can be counted, begin with less (--equity)");
    return EXIT_CODE_FAILED;
}

void trading_json_money(struct json *json, const char *key, money amount)
{
    char text[EXACT_TEXT_MAX];
    json_text(json, key, text, exact_text(text, amount, MONEY_DECIMALS));
}

void trading_json_reasons(struct json *json, const char *key, const uint64_t cnt[TRADE_REASON_CNT])
{
    json_open_object(json, key);
    for (unsigned i = 0; i < TRADE_REASON_CNT; i++) {
        if (cnt[i] > 0)
            json_u64(json, trade_reason_name(i), cnt[i]);
    }
    json_close_object(json);
}

void trading_text_reasons(struct out *out, const char *word, const uint64_t cnt[TRADE_REASON_CNT])
{
    const char *before = " (";
    uint64_t sum = 0;
    for (unsigned i = 0; i < TRADE_REASON_CNT; i++)
        sum += cnt[i];
    out_text(out, ", ");
    out_text(out, word);
    out_text(out, " ");
    out_u64(out, sum);
    for (unsigned i = 0; i < TRADE_REASON_CNT; i++) {
        if (cnt[i] == 0)
            continue;
        out_text(out, before);
        out_u64(out, cnt[i]);
        out_text(out, " ");
        out_text(out, trade_reason_name(i));
        before = ", ";
    }
    out_text(out, sum > 0 ? ")" : "");
}
