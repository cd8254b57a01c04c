/* sort.h - consumers in the order of one of their numbers. */
#ifndef MONITOR_VIEW_SORT_H
#define MONITOR_VIEW_SORT_H

#include "monitor/metric.h"

/* sort_find - by JSON key: a number, a text, or a histogram (by its 99th percentile) of consumers.  NULL: there is none. */
const struct metric *sort_find(const char *key);

/* sort_keys - those that there are: "id, pid, alive".  Returns text, cut if it does not fit. */
char *sort_keys(char *text, size_t size);

/* sort_members - the places of the consumers: the largest first, texts ascending; those that are equal by name.
 * key is one of sort_find; NULL: as the places are.  Returns how many. */
unsigned sort_members(const struct snapshot *snap, const struct metric *key, unsigned idx[TR_CONSUMER_MAX]);

#endif
