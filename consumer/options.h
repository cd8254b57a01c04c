/* options.h - the command line of the consumer. */
#ifndef CONSUMER_OPTIONS_H
#define CONSUMER_OPTIONS_H

#include "consumer/stage/stage.h"
#include "tickring.h"

struct consumer_options {
    const char *ring;
    int64_t timeout_ns; /* -1: off */
    bool json;
    bool csv;
    bool quiet;
    bool verbose;
    bool help;
    bool version;
    const char *id; /* NULL: the stage's name */
    const char *out; /* ring of the next stage; NULL: none */
    enum tr_from from;
    uint64_t from_seq;
    uint64_t lane_cnt;
    int policy; /* 0 reliable, 1 lossy */
    int64_t hold_ns;
    int order; /* enum tr_order */
    struct filter filter;
    const char *indicator_arg[INDICATOR_MAX]; /* as in the table of indicators; NULL: not given */
    struct indicators indicators; /* asked for, not open */
    const struct strategy_ops *strategy;
    int64_t threshold_pct;
    bool all;
    uint64_t count_max;
    bool exit_at_end;
    int64_t work_ns;
    bool digest;
    int wait; /* enum tr_wait_kind */
    uint64_t cpu; /* UINT64_MAX: not pinned */
    const struct stage_ops *stage;
};

/* consumer_options_read - fills *opt from the command line.  Returns 0, or an exit code after it has
 * logged why. */
int consumer_options_read(struct consumer_options *opt, int argc, char **argv);

/* consumer_options_stage - what of it is the stage's business; what it points to is opt's. */
struct stage_options consumer_options_stage(const struct consumer_options *opt);

/* consumer_options_print_help - for --help, to standard output. */
void consumer_options_print_help(void);

#endif
