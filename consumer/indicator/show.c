#include "consumer/indicator/show.h"

#include <string.h>

static size_t output_text(const struct indicator *indicator, const void *state, unsigned w, unsigned output,
                          char *text)
{
    return indicator->ops->text(indicator->plan, indicator_state(indicator, state), w, output, text);
}

/* --- JSON --------------------------------------------------------------------------------------- */

static void json_output(struct json *json, const char *key, const struct indicator *indicator,
                        const void *state, unsigned w, unsigned output)
{
    char text[EXACT_TEXT_MAX];
    json_text_or_null(json, key, text, output_text(indicator, state, w, output, text));
}

static void json_window(struct json *json, const struct indicator *indicator, const void *state, unsigned w)
{
    const char *const *output = indicator->ops->output;
    const char *name = indicator->window[w].name;
    if (output == NULL) {
        json_output(json, name, indicator, state, w, 0);
        return;
    }
    json_open_object(json, name);
    for (unsigned i = 0; output[i] != NULL; i++)
        json_output(json, output[i], indicator, state, w, i);
    json_close_object(json);
}

void show_json(struct json *json, const struct indicators *all, const void *state, bool summary)
{
    for (unsigned i = 0; i < all->cnt; i++) {
        const struct indicator *indicator = &all->all[i];
        const char *other = summary ? indicator->ops->summary_key : NULL;
        json_open_object(json, other != NULL ? other : indicator->ops->name);
        for (unsigned w = 0; w < indicator->window_cnt; w++)
            json_window(json, indicator, state, w);
        json_close_object(json);
    }
}

/* --- CSV ---------------------------------------------------------------------------------------- */

/* A window's name as part of a column's: its commas as underscores. */
static void csv_name(struct out *out, const char *name)
{
    for (; *name != '\0'; name++)
        out_write(out, *name == ',' ? "_" : name, 1);
}

static void csv_column(struct out *out, const struct indicator *indicator, unsigned w, const char *output)
{
    out_text(out, ",");
    out_text(out, indicator->ops->name);
    out_text(out, "_");
    csv_name(out, indicator->window[w].name);
    if (output != NULL) {
        out_text(out, "_");
        out_text(out, output);
    }
}

static unsigned output_cnt(const struct indicator *indicator)
{
    unsigned cnt = 0;
    while (indicator->ops->output != NULL && indicator->ops->output[cnt] != NULL)
        cnt++;
    return cnt > 0 ? cnt : 1;
}

void show_csv_header(struct out *out, const struct indicators *all)
{
    for (unsigned i = 0; i < all->cnt; i++) {
        const struct indicator *indicator = &all->all[i];
        const char *const *output = indicator->ops->output;
        for (unsigned w = 0; w < indicator->window_cnt; w++) {
            for (unsigned o = 0; o < output_cnt(indicator); o++)
                csv_column(out, indicator, w, output != NULL ? output[o] : NULL);
        }
    }
}

void show_csv(struct out *out, const struct indicators *all, const void *state)
{
    char text[EXACT_TEXT_MAX];
    for (unsigned i = 0; i < all->cnt; i++) {
        const struct indicator *indicator = &all->all[i];
        for (unsigned w = 0; w < indicator->window_cnt; w++) {
            for (unsigned o = 0; o < output_cnt(indicator); o++) {
                out_text(out, ",");
                out_write(out, text, output_text(indicator, state, w, o, text));
            }
        }
    }
}

/* --- Text --------------------------------------------------------------------------------------- */

static void text_window(struct out *out, const struct indicator *indicator, const void *state, unsigned w)
{
    char text[EXACT_TEXT_MAX];
    const char *const *output = indicator->ops->output;
    out_text(out, "  ");
    out_text(out, indicator->ops->title);
    out_text(out, "(");
    out_text(out, indicator->window[w].name);
    out_text(out, ")");
    for (unsigned o = 0; o < output_cnt(indicator); o++) {
        size_t len = output_text(indicator, state, w, o, text);
        out_text(out, " ");
        if (output != NULL) {
            out_text(out, output[o]);
            out_text(out, " ");
        }
        out_text(out, len > 0 ? text : "-");
    }
}

void show_text(struct out *out, const struct indicators *all, const void *state)
{
    for (unsigned i = 0; i < all->cnt; i++) {
        for (unsigned w = 0; w < all->all[i].window_cnt; w++)
            text_window(out, &all->all[i], state, w);
    }
}
