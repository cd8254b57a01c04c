/* jsondoc.h - JSON that tests read: what is known of files, what the programs report. */
#ifndef TESTS_JSONDOC_H
#define TESTS_JSONDOC_H

#include <stdbool.h>
#include <stddef.h>

struct jsondoc; /* any value of a document; all of them end with its root */

/* jsondoc_is_there - whether this build can read JSON (yajl). */
bool jsondoc_is_there(void);

/* jsondoc_parse - a text of one document; NULL: it is none.  To be freed. */
struct jsondoc *jsondoc_parse(const char *text);

/* jsondoc_load - the document that a file is; fails the test if it cannot. */
struct jsondoc *jsondoc_load(const char *path);

void jsondoc_free(struct jsondoc *root);

/* jsondoc_get - the value of a key; NULL: there is none, or obj (may be NULL) is no object. */
const struct jsondoc *jsondoc_get(const struct jsondoc *obj, const char *key);

/* jsondoc_text - of a string, or of a number as it is written; NULL: any other value (may be NULL). */
const char *jsondoc_text(const struct jsondoc *value);

/* jsondoc_cnt - values in an array or object; 0 for others. */
size_t jsondoc_cnt(const struct jsondoc *value);

/* jsondoc_key, jsondoc_item - the i-th of an object's keys; the i-th value of an object or array. */
const char *jsondoc_key(const struct jsondoc *obj, size_t i);
const struct jsondoc *jsondoc_item(const struct jsondoc *value, size_t i);

#endif
