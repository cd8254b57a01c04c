/* filename.h - what the name of a file tells: half of the formats say symbol and date nowhere else.
 *
 * Names of Dukascopy (GBPJPY/2012/11/03/12h_ticks.bi5, or the same with '_' or '-' between its parts) count
 * months from 00, as the addresses it publishes under do: that is the third of December. */
#ifndef FEED_FILENAME_H
#define FEED_FILENAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FILENAME_SYMBOL_MAX 71

/* filename_symbol - the symbol in the name of an archive's member (NULL: none) or of the file at path, as the
 * places that publish such files name them (BTCUSDT-trades-2024-08-08.csv); else the name without directory,
 * compression and extension.  Returns its length, 0 where nothing tells it ("-", unprintable bytes). */
size_t filename_symbol(const char *path, const char *member, char out[FILENAME_SYMBOL_MAX + 1]);

/* filename_day - the date in those names (YYYY-MM-DD, YYYYMMDD, and NASDAQ's MMDDYYYY) as its midnight UTC.
 * False: there is none, or it is none of a calendar. */
bool filename_day(const char *path, const char *member, int64_t *day_ns);

/* filename_hour - the hour in a name of Dukascopy, as nanoseconds since midnight UTC.  False: there is none. */
bool filename_hour(const char *path, const char *member, int64_t *hour_ns);

#endif
