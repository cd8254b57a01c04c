/* trading.h - what risk and execute have in common in their lines, summaries and errors. */
#ifndef CONSUMER_STAGE_TRADING_H
#define CONSUMER_STAGE_TRADING_H

#include "consumer/stage/stage.h"

/* trading_failed - tells why a portfolio has refused (-ENOMEM, -EOVERFLOW), and returns the exit code. */
int trading_failed(const struct symbol *symbol, int rc);

/* trading_json_money - an amount as a decimal in a string. */
void trading_json_money(struct json *json, const char *key, money amount);

/* trading_json_reasons - the object key: how many times each reason, those that were there. */
void trading_json_reasons(struct json *json, const char *key, const uint64_t cnt[TRADE_REASON_CNT]);

/* trading_text_reasons - ", word 5 (3 low_confidence, 2 bad_price)": how often in all, and for each reason. */
void trading_text_reasons(struct out *out, const char *word, const uint64_t cnt[TRADE_REASON_CNT]);

#endif
