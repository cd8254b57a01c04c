/* sources.h - the sources there are, for the table in source.c. */
#ifndef FEED_SOURCES_H
#define FEED_SOURCES_H

#include "source.h"

extern const struct source_ops source_csv; /* CSV with a header */
extern const struct source_ops source_itch; /* NASDAQ TotalView-ITCH 5.0 */
extern const struct source_ops source_utpv; /* unix time, price, volume, without a header */
extern const struct source_ops source_walk; /* a made market */

#endif
