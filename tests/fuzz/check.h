/* check.h - does a source keep its contract (source.h) on these bytes, whatever they are? */
#ifndef TESTS_FUZZ_CHECK_H
#define TESTS_FUZZ_CHECK_H

#include <stddef.h>
#include <stdint.h>

#include "feed/source/source.h"

/* check_source - reads the bytes to their end as the format (a name of --format; "auto": the detected one)
 * and looks at everything that is handed out.  Some inputs are read a second time, in pieces of a few bytes
 * and with interruptions, which must change nothing.  The options of the source (symbol, date, ...) follow
 * from the bytes and from `salt`, so that each input is tried with always the same ones.
 * NULL, or what the source did wrong. */
const char *check_source(const char *format, uint64_t salt, const uint8_t *bytes, size_t len);

/* check_record - what is wrong with one record; NULL: nothing. */
const char *check_record(const struct source_record *rec);

#endif
