/* factcheck.h - what ticks come to, held against what is known of them. */
#ifndef TESTS_FACTCHECK_H
#define TESTS_FACTCHECK_H

#include "tests/multi/filetable.h"
#include "tests/multi/jsondoc.h"
#include "tests/multi/ticklist.h"

/* All zero to begin with. */
struct factcheck {
    const char *where; /* the row, for messages */
    size_t cnt; /* values compared */
    size_t wrong_cnt; /* of those, different: each was told on standard error */
};

/* factcheck_value - value against text as exact numbers; a NULL on one side fits a NULL on the other. */
void factcheck_value(struct factcheck *check, const char *key, const char *text, const fixed *value);

/* factcheck_count - the same for a number of things. */
void factcheck_count(struct factcheck *check, const char *key, const char *text, size_t cnt);

/* factcheck_facts - all that facts (an object of facts.json) tell and a tally of the row's ticks has. */
void factcheck_facts(struct factcheck *check, const struct jsondoc *facts, const struct tally *tally,
                     const struct file_row *row);

/* factcheck_reports - all of cnt ticks were published and delivered, says the report of the feed and the
 * summary of a consumer; nothing was bad. */
void factcheck_reports(struct factcheck *check, const struct jsondoc *report, const struct jsondoc *summary,
                       size_t cnt);

/* factcheck_symbol - what the summary of signals says of a symbol, against the tally of all its ticks. */
void factcheck_symbol(struct factcheck *check, const struct jsondoc *summary, const struct tally *tally);

#endif
