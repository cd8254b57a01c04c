/* print: every tick as it is, like a tail. */
#include <string.h>

#include "consumer/line.h"

static void print_header(struct stage *stage)
{
    line_csv_header(stage->out);
    out_text(stage->out, "\n");
}

static int print_tick(struct stage *stage, const struct stage_tick *t)
{
    switch (stage->opt.format) {
    case FORMAT_JSON:
        json_open_object(&stage->json, NULL);
        json_text(&stage->json, "event", line_event(t->tick), strlen(line_event(t->tick)));
        line_json(&stage->json, t);
        json_close_object(&stage->json);
        out_json_line(stage->out, &stage->json);
        break;
    case FORMAT_CSV:
        line_csv(stage->out, t);
        out_text(stage->out, "\n");
        break;
    case FORMAT_TEXT:
        line_text(stage->out, t);
        out_text(stage->out, "\n");
        break;
    }
    return 0;
}

const struct stage_ops stage_print = {
    .name = "print",
    .help = "ticks as text, CSV or JSON",
    .header = print_header,
    .tick = print_tick,
};
