/* jsontree.h - a JSON document (RFC 8259) as a flat array of nodes, each followed by all that is in it.
 * A document is an object or an array here.
 *
 * Nothing is allocated per document: parser and nodes are used again.  Numbers stay the text they were
 * written as.  What reads JSON is yajl; in a build without it json_tree_open fails. */
#ifndef FEED_JSONTREE_H
#define FEED_JSONTREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define JSON_DEPTH_MAX 64 /* objects and arrays inside each other; known messages have at most 6 */
#define JSON_WHY_MAX 128

enum json_type {
    JSON_NULL,
    JSON_FALSE,
    JSON_TRUE,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT,
};

/* Texts lie in the bytes of the document, so that they tell a place; no NUL stands behind them. */
struct json_node {
    const char *key; /* of a member of an object, else NULL; unescaped */
    const char *text; /* a string, unescaped, or a number as written; else where the value begins */
    uint32_t key_len;
    uint32_t len; /* of a string or number, else 0 */
    uint32_t span; /* nodes from this one to the next beside it: itself and all in it */
    uint8_t type; /* enum json_type */
};

enum json_status {
    JSON_WHOLE, /* the document ended with these bytes: node[0] is its root */
    JSON_MORE, /* it goes on */
    JSON_BROKEN, /* it is malformed: why, error_at */
    JSON_NO_MEMORY,
};

struct json_tree {
    struct json_node *node; /* those of the document, depth first */
    uint32_t cnt;
    uint32_t cap;
    uint32_t depth;
    uint32_t open[JSON_DEPTH_MAX]; /* nodes of the objects and arrays that are not closed yet */
    bool is_whole; /* or nothing of it was fed yet: the parser can be used for the next one */
    size_t end; /* of a whole one, in what was fed last */
    const char *key; /* of the member whose value comes next */
    uint32_t key_len;
    char *chunk; /* what is being read */
    const char *refusal; /* why reading was ended from here, not by yajl */
    char why[JSON_WHY_MAX]; /* in one line */
    size_t error_at; /* the byte at fault, in what was fed last */
    void *parser;
};

/* json_tree_open - 0, -ENOMEM, or -ENOSYS: built without yajl.  The tree is all zero before. */
int json_tree_open(struct json_tree *tree);

/* json_tree_close - releases everything; harmless for an all-zero tree, and twice. */
void json_tree_close(struct json_tree *tree);

/* json_tree_begin - what is fed next is a new document, also when the last one was not whole. */
void json_tree_begin(struct json_tree *tree);

/* json_tree_feed - reads the next bytes of a document (at most 2^31), which must not end inside a number, a
 * word or a string.  Strings with escapes are unescaped in place; the bytes must stay for as long as nodes
 * are looked at.  Only blanks may follow the document in these bytes. */
enum json_status json_tree_feed(struct json_tree *tree, char *bytes, size_t len);

/* The members of an object or array, one after the other:
 *     for (n = json_first(of); n < json_end(of); n = json_next(n)) */
static inline const struct json_node *json_first(const struct json_node *of)
{
    return of + 1;
}

static inline const struct json_node *json_end(const struct json_node *of)
{
    return of + of->span;
}

static inline const struct json_node *json_next(const struct json_node *node)
{
    return node + node->span;
}

/* json_is_type - whether there is such a value; node may be NULL. */
static inline bool json_is_type(const struct json_node *node, enum json_type type)
{
    return node != NULL && node->type == type;
}

/* json_is - whether the value is this string; node may be NULL. */
static inline bool json_is(const struct json_node *node, const char *text)
{
    size_t len = strlen(text);
    return json_is_type(node, JSON_STRING) && node->len == len && memcmp(node->text, text, len) == 0;
}

/* json_begins - whether the value is a string that begins so; node may be NULL. */
static inline bool json_begins(const struct json_node *node, const char *text)
{
    size_t len = strlen(text);
    return json_is_type(node, JSON_STRING) && node->len >= len && memcmp(node->text, text, len) == 0;
}

/* A member that is looked for. */
struct json_field {
    const char *name;
    size_t name_len;
    const struct json_node *node; /* NULL: the object has none */
};

#define JSON_FIELD(name)                                                                                     \
    {                                                                                                        \
        name, sizeof(name) - 1, NULL                                                                         \
    }

/* json_pick - looks for cnt members of an object (node may be anything else or NULL: then there are none)
 * in one pass; quickest where they are in the order in which the object has them.  Of equal keys the last
 * one counts. */
void json_pick(const struct json_node *node, struct json_field *field, size_t cnt);

#endif
