#include "jsontree.h"

#include <errno.h>
#include <stdio.h>

void json_pick(const struct json_node *node, struct json_field *field, size_t cnt)
{
    size_t i = 0;
    if (!json_is_type(node, JSON_OBJECT))
        return;
    for (const struct json_node *n = json_first(node); n < json_end(node); n = json_next(n)) {
        for (size_t tried = 0; tried < cnt; tried++) {
            struct json_field *f = &field[i];
            i = i + 1 < cnt ? i + 1 : 0;
            if (f->name_len == n->key_len && f->name[0] == n->key[0]
                && memcmp(f->name, n->key, n->key_len) == 0) {
                f->node = n;
                break;
            }
        }
    }
}

#ifdef HAVE_YAJL

#include <stdlib.h>
#include <yajl/yajl_parse.h>

#define NODE_FIRST_CNT 256

static const char no_memory[] = "out of memory";
static const char behind_end[] = "text behind the end of the document";

/* Texts that had escapes, and those that come first in a chunk, are in a buffer of yajl's, which the next one
 * overwrites.  They find room in the document itself, where they end before their closing quote (a number has
 * none): no text is longer unescaped. */
static bool keep(struct json_tree *tree, const void *text, size_t len, size_t quote_len, const char **kept)
{
    uintptr_t from_chunk = (uintptr_t)text - (uintptr_t)tree->chunk;
    size_t token_end = yajl_get_bytes_consumed(tree->parser);
    if (from_chunk < token_end) {
        *kept = text;
        return true;
    }
    if (len + quote_len > token_end) {
        tree->refusal = "text cut in two";
        return false;
    }
    *kept = memcpy(tree->chunk + token_end - quote_len - len, text, len);
    return true;
}

static bool grow(struct json_tree *tree)
{
    uint32_t cap = tree->cap == 0 ? NODE_FIRST_CNT : tree->cap * 2;
    struct json_node *node = realloc(tree->node, cap * sizeof(*node));
    if (node == NULL) {
        tree->refusal = no_memory;
        return false;
    }
    tree->node = node;
    tree->cap = cap;
    return true;
}

/* Returns 0, which ends the parse, when there is no place for one more. */
static int add(struct json_tree *tree, enum json_type type, const char *text, size_t len)
{
    if (tree->depth == 0 && (tree->cnt > 0 || type < JSON_ARRAY)) {
        tree->refusal = tree->cnt > 0 ? behind_end : "neither an object nor an array";
        return 0;
    }
    if (tree->cnt == tree->cap && !grow(tree))
        return 0;
    tree->node[tree->cnt++] = (struct json_node){
        .key = tree->key,
        .key_len = tree->key_len,
        .text = text,
        .len = (uint32_t)len,
        .span = 1,
        .type = (uint8_t)type,
    };
    tree->key = NULL;
    tree->key_len = 0;
    return 1;
}

/* Where the token of this length begins that was read last. */
static const char *token(const struct json_tree *tree, size_t len)
{
    return tree->chunk + yajl_get_bytes_consumed(tree->parser) - len;
}

static int open_container(struct json_tree *tree, enum json_type type)
{
    if (tree->depth == JSON_DEPTH_MAX) {
        tree->refusal = "nested too deep";
        return 0;
    }
    if (!add(tree, type, token(tree, 1), 0))
        return 0;
    tree->open[tree->depth++] = tree->cnt - 1;
    return 1;
}

static int on_null(void *arg)
{
    return add(arg, JSON_NULL, token(arg, strlen("null")), 0);
}

static int on_boolean(void *arg, int value)
{
    if (value)
        return add(arg, JSON_TRUE, token(arg, strlen("true")), 0);
    return add(arg, JSON_FALSE, token(arg, strlen("false")), 0);
}

static int on_number(void *arg, const char *text, size_t len)
{
    const char *kept;
    return keep(arg, text, len, 0, &kept) && add(arg, JSON_NUMBER, kept, len);
}

static int on_string(void *arg, const unsigned char *text, size_t len)
{
    const char *kept;
    return keep(arg, text, len, 1, &kept) && add(arg, JSON_STRING, kept, len);
}

static int on_start_map(void *arg)
{
    return open_container(arg, JSON_OBJECT);
}

static int on_map_key(void *arg, const unsigned char *text, size_t len)
{
    struct json_tree *tree = arg;
    tree->key_len = (uint32_t)len;
    return keep(tree, text, len, 1, &tree->key);
}

static int on_start_array(void *arg)
{
    return open_container(arg, JSON_ARRAY);
}

static int on_end(void *arg)
{
    struct json_tree *tree = arg;
    uint32_t closed = tree->open[--tree->depth];
    tree->node[closed].span = tree->cnt - closed;
    tree->end = yajl_get_bytes_consumed(tree->parser);
    return 1;
}

static const yajl_callbacks callbacks = {
    .yajl_null = on_null,
    .yajl_boolean = on_boolean,
    .yajl_number = on_number,
    .yajl_string = on_string,
    .yajl_start_map = on_start_map,
    .yajl_map_key = on_map_key,
    .yajl_end_map = on_end,
    .yajl_start_array = on_start_array,
    .yajl_end_array = on_end,
};

static void free_parser(struct json_tree *tree)
{
    if (tree->parser != NULL)
        yajl_free(tree->parser);
    tree->parser = NULL;
}

/* One parser reads document after document, as long as each of them was whole. */
static bool have_parser(struct json_tree *tree)
{
    if (tree->parser == NULL)
        tree->parser = yajl_alloc(&callbacks, NULL, tree);
    if (tree->parser != NULL)
        yajl_config(tree->parser, yajl_allow_multiple_values, 1);
    return tree->parser != NULL;
}

int json_tree_open(struct json_tree *tree)
{
    json_tree_begin(tree);
    return have_parser(tree) ? 0 : -ENOMEM;
}

void json_tree_close(struct json_tree *tree)
{
    free_parser(tree);
    free(tree->node);
    *tree = (struct json_tree){.cnt = 0};
}

void json_tree_begin(struct json_tree *tree)
{
    if (!tree->is_whole)
        free_parser(tree);
    tree->is_whole = true;
    tree->cnt = 0;
    tree->depth = 0;
    tree->key = NULL;
    tree->key_len = 0;
    tree->refusal = NULL;
}

/* yajl's reason without its kind and its line end. */
static void take_reason(struct json_tree *tree, const char *text)
{
    const char *colon = strstr(text, ": ");
    snprintf(tree->why, sizeof(tree->why), "%s", colon != NULL ? colon + 2 : text);
    tree->why[strcspn(tree->why, "\n")] = '\0';
    size_t len = strlen(tree->why);
    if (len > 0 && tree->why[len - 1] == '.')
        tree->why[len - 1] = '\0';
}

/* yajl stands behind what has no place and behind a byte that can be in no JSON, but before what ends a word,
 * a number or an escape too early, and before what follows a value in an object. */
static bool stands_before(const char *reason)
{
    static const char *const before[] = {"invalid string",  "malformed number", "comment",
                                         "inside a string", "inside string",    "after key and value"};
    for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++)
        if (strstr(reason, before[i]) != NULL)
            return true;
    return false;
}

static void explain(struct json_tree *tree, size_t len)
{
    size_t consumed = yajl_get_bytes_consumed(tree->parser);
    tree->error_at = consumed > 0 ? consumed - 1 : 0;
    if (tree->refusal != NULL) {
        snprintf(tree->why, sizeof(tree->why), "%s", tree->refusal);
        return;
    }
    unsigned char *text = yajl_get_error(tree->parser, 0, (const unsigned char *)tree->chunk, len);
    if (text == NULL) {
        snprintf(tree->why, sizeof(tree->why), "%s", "malformed");
        return;
    }
    if (stands_before((const char *)text) && consumed < len)
        tree->error_at = consumed;
    take_reason(tree, (const char *)text);
    yajl_free_error(tree->parser, text);
}

static bool is_blank(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (strchr(" \t\r\n", text[i]) == NULL || text[i] == '\0')
            return false;
    return true;
}

enum json_status json_tree_feed(struct json_tree *tree, char *bytes, size_t len)
{
    if (!have_parser(tree))
        return JSON_NO_MEMORY;
    tree->chunk = bytes;
    tree->is_whole = false;
    if (yajl_parse(tree->parser, (const unsigned char *)bytes, len) != yajl_status_ok) {
        explain(tree, len);
        return tree->refusal == no_memory ? JSON_NO_MEMORY : JSON_BROKEN;
    }
    if (tree->depth > 0 || tree->cnt == 0)
        return JSON_MORE;
    /* The beginning of a word there would be kept for the next document. */
    if (!is_blank(bytes + tree->end, len - tree->end)) {
        snprintf(tree->why, sizeof(tree->why), "%s", behind_end);
        tree->error_at = tree->end;
        return JSON_BROKEN;
    }
    tree->is_whole = true;
    return JSON_WHOLE;
}

#else

int json_tree_open(struct json_tree *tree)
{
    (void)tree;
    return -ENOSYS;
}

void json_tree_close(struct json_tree *tree)
{
    (void)tree;
}

void json_tree_begin(struct json_tree *tree)
{
    (void)tree;
}

enum json_status json_tree_feed(struct json_tree *tree, char *bytes, size_t len)
{
    (void)tree;
    (void)bytes;
    (void)len;
    return JSON_NO_MEMORY;
}

#endif
