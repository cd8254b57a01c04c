/* macd: moving average convergence and divergence (Appel 1979), of exponential averages (smooth.h).
 *
 *     line = EMA(fast) - EMA(slow)      signal = EMA(line)      histogram = line - signal */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "consumer/indicator/indicator.h"
#include "consumer/indicator/smooth.h"

enum { FAST, SLOW, SIGNAL, AVERAGE_CNT };

struct macd_plan {
    unsigned window_cnt;
    struct smooth_plan average[][AVERAGE_CNT];
};

struct macd {
    struct smooth_ema average[AVERAGE_CNT];
};

/* Windows of one kind: either tick_cnt or span_ns is 0 in all. */
static uint64_t length_of(const struct sma_window *window)
{
    return window->span_ns != 0 ? (uint64_t)window->span_ns : window->tick_cnt;
}

static int macd_check(const struct indicator_window *window, char *why, size_t why_len)
{
    bool timed = window->part[0].span_ns != 0;
    for (unsigned i = 1; i < AVERAGE_CNT; i++) {
        if ((window->part[i].span_ns != 0) != timed) {
            snprintf(why, why_len, "use three numbers of ticks, or three times");
            return -EINVAL;
        }
    }
    if (length_of(&window->part[FAST]) < length_of(&window->part[SLOW]))
        return 0;
    snprintf(why, why_len, "the first average must be shorter than the second, such as 12,26,9");
    return -EINVAL;
}

static void *macd_open(const struct indicator_window *window, unsigned window_cnt)
{
    struct macd_plan *plan = malloc(sizeof *plan + window_cnt * sizeof plan->average[0]);
    if (plan == NULL)
        return NULL;
    plan->window_cnt = window_cnt;
    for (unsigned w = 0; w < window_cnt; w++) {
        for (unsigned i = 0; i < AVERAGE_CNT; i++)
            smooth_init_ema(&plan->average[w][i], &window[w].part[i]);
    }
    return plan;
}

static size_t macd_state_size(const void *plan)
{
    return ((const struct macd_plan *)plan)->window_cnt * sizeof(struct macd);
}

static exact_int line_of(const struct macd *macd)
{
    return macd->average[FAST].level - macd->average[SLOW].level;
}

static int macd_push(const void *plan, void *state, const struct indicator_value *value)
{
    const struct macd_plan *macd_plan = plan;
    struct macd *macd = state;
    exact_int level = value->half * SMOOTH_ONE;
    for (unsigned w = 0; w < macd_plan->window_cnt; w++) {
        const struct smooth_plan *average = macd_plan->average[w];
        smooth_push(&average[FAST], &macd[w].average[FAST], level, value->ts_event_ns);
        smooth_push(&average[SLOW], &macd[w].average[SLOW], level, value->ts_event_ns);
        smooth_push(&average[SIGNAL], &macd[w].average[SIGNAL], line_of(&macd[w]), value->ts_event_ns);
    }
    return 0;
}

/* When the signal has had its window of lines that were of a full slow average. */
static bool macd_ready(const void *plan, const void *state, unsigned w)
{
    const struct smooth_plan *average = ((const struct macd_plan *)plan)->average[w];
    const struct smooth_clock *clock = &((const struct macd *)state)[w].average[SLOW].clock;
    uint64_t length = length_of(&average[SLOW].window) + length_of(&average[SIGNAL].window);
    if (average[SLOW].window.span_ns == 0)
        return clock->cnt >= length - 1;
    return clock->cnt > 0 && (uint64_t)clock->now_ns - (uint64_t)clock->first_ns >= length;
}

static size_t macd_text(const void *plan, const void *state, unsigned w, unsigned output, char *text)
{
    const struct macd *macd = &((const struct macd *)state)[w];
    const exact_int signal = macd->average[SIGNAL].level;
    const exact_int value[] = {line_of(macd), signal, line_of(macd) - signal};
    (void)plan;
    text[0] = '\0';
    return macd->average[FAST].clock.cnt > 0 ? smooth_text(text, value[output]) : 0;
}

static const char *const macd_output[] = {"line", "signal", "histogram", NULL};

const struct indicator_ops indicator_macd = {
    .name = "macd",
    .title = "MACD",
    .arg_name = "FAST,SLOW,SIGNAL",
    .help = "difference of two exponential averages, its own average, and how far it is from that",
    .parts = "nnn",
    .output = macd_output,
    .check = macd_check,
    .open = macd_open,
    .state_size = macd_state_size,
    .push = macd_push,
    .ready = macd_ready,
    .text = macd_text,
};
