/* alias.h - venues call one thing by several names: XBTUSD=BTC/USD,BTC-USD=BTC/USD maps them to one.
 *
 * A list of FROM=TO, separated by commas.  A name has 1 to SYMBOL_NAME_MAX bytes, no comma and no '='.  No FROM
 * stands there twice, and no TO is a FROM as well: one step is all there is. */
#ifndef CONSUMER_QUOTES_ALIAS_H
#define CONSUMER_QUOTES_ALIAS_H

#include <stddef.h>

/* alias_check - 0, or *at, *at_len is the part of the list that is wrong and the result why:
 * -EINVAL: no FROM=TO; -ENAMETOOLONG; -EEXIST: this FROM was there before; -ELOOP: this TO is a FROM. */
int alias_check(const char *list, const char **at, size_t *at_len);

/* alias_find - what a checked list maps the name to: the text, and its length in *to_len; the name itself where
 * the list does not have it.  O(length of the list). */
const char *alias_find(const char *list, const char *name, size_t len, size_t *to_len);

#endif
