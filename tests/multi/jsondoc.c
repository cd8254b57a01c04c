#include "tests/multi/jsondoc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/multi/textfile.h"

#ifdef HAVE_YAJL

#include <yajl/yajl_tree.h>

/* A struct jsondoc is yajl's value, whose numbers keep the text they were written as. */
static yajl_val inner(const struct jsondoc *value)
{
    return (yajl_val)(uintptr_t)value;
}

bool jsondoc_is_there(void)
{
    return true;
}

struct jsondoc *jsondoc_parse(const char *text)
{
    return (struct jsondoc *)yajl_tree_parse(text, NULL, 0);
}

void jsondoc_free(struct jsondoc *root)
{
    yajl_tree_free(inner(root));
}

const struct jsondoc *jsondoc_get(const struct jsondoc *obj, const char *key)
{
    for (size_t i = 0; YAJL_IS_OBJECT(inner(obj)) && i < jsondoc_cnt(obj); i++) {
        if (strcmp(jsondoc_key(obj, i), key) == 0)
            return jsondoc_item(obj, i);
    }
    return NULL;
}

const char *jsondoc_text(const struct jsondoc *value)
{
    yajl_val v = inner(value);
    if (YAJL_IS_STRING(v))
        return YAJL_GET_STRING(v);
    return YAJL_IS_NUMBER(v) ? YAJL_GET_NUMBER(v) : NULL;
}

size_t jsondoc_cnt(const struct jsondoc *value)
{
    yajl_val v = inner(value);
    if (YAJL_IS_OBJECT(v))
        return YAJL_GET_OBJECT(v)->len;
    return YAJL_IS_ARRAY(v) ? YAJL_GET_ARRAY(v)->len : 0;
}

const char *jsondoc_key(const struct jsondoc *obj, size_t i)
{
    return YAJL_GET_OBJECT(inner(obj))->keys[i];
}

const struct jsondoc *jsondoc_item(const struct jsondoc *value, size_t i)
{
    yajl_val v = inner(value);
    return (const struct jsondoc *)(YAJL_IS_OBJECT(v) ? YAJL_GET_OBJECT(v)->values[i]
                                                      : YAJL_GET_ARRAY(v)->values[i]);
}

#else

bool jsondoc_is_there(void)
{
    return false;
}

struct jsondoc *jsondoc_parse(const char *text)
{
    (void)text;
    return NULL;
}

void jsondoc_free(struct jsondoc *root)
{
    (void)root;
}

const struct jsondoc *jsondoc_get(const struct jsondoc *obj, const char *key)
{
    (void)key;
    return obj;
}

const char *jsondoc_text(const struct jsondoc *value)
{
    (void)value;
    return NULL;
}

size_t jsondoc_cnt(const struct jsondoc *value)
{
    (void)value;
    return 0;
}

const char *jsondoc_key(const struct jsondoc *obj, size_t i)
{
    (void)obj;
    (void)i;
    return NULL;
}

const struct jsondoc *jsondoc_item(const struct jsondoc *value, size_t i)
{
    (void)i;
    return value;
}

#endif

struct jsondoc *jsondoc_load(const char *path)
{
    char *text = textfile_read(path);
    struct jsondoc *root = jsondoc_parse(text);
    free(text);
    if (root == NULL)
        fail_msg("%s: no JSON", path);
    return root;
}
