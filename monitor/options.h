/* options.h - the command line of shmmon. */
#ifndef MONITOR_OPTIONS_H
#define MONITOR_OPTIONS_H

#include <stdbool.h>

#include "monitor/level.h"

enum verb { VERB_WATCH, VERB_LIST, VERB_CHECK, VERB_CLEAN };

struct monitor_options {
    enum verb verb;
    bool has_verb;
    const char *ring; /* NULL: the default; clean: all */
    int64_t timeout_ns; /* -1: off; -2: not said */
    bool json;
    bool quiet;
    bool verbose;
    bool help;
    bool version;
    bool once;
    int64_t delay_ns;
    uint64_t count; /* 0: until stopped */
    struct level_limits limits;
};

/* monitor_options_read - fills *opt from the command line.  Returns 0, or an exit code after it has logged why. */
int monitor_options_read(struct monitor_options *opt, int argc, char **argv);

/* monitor_options_print_help - for --help, to standard output. */
void monitor_options_print_help(void);

#endif
