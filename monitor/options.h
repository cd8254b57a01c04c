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
    const char *operand; /* the ring as an operand; it is in `ring` as well */
    int64_t timeout_ns; /* -1: off; -2: not said */
    bool json;
    bool csv;
    bool prometheus;
    bool ascii;
    bool no_color;
    const char *listen; /* ADDR:PORT to serve at; NULL: none */
    const char *sort; /* key of the column; NULL: as they came */
    int64_t history_ns; /* how far back to print the past; 0: not at all */
    bool quiet;
    bool verbose;
    bool help;
    bool version;
    bool once;
    int64_t delay_ns; /* 0: not said */
    uint64_t count; /* 0: until stopped */
    struct level_limits limits;
    const char *alert; /* command for a change of level; NULL: none */
};

/* monitor_options_read - fills *opt from the command line.  Returns 0, or an exit code after it has logged
 * why. */
int monitor_options_read(struct monitor_options *opt, int argc, char **argv);

/* monitor_options_settle - what depends on where the output goes: a terminal is watched, a pipe or file gets
 * one look, unless a delay or count was given; who looks once waits 1 s for the ring. */
void monitor_options_settle(struct monitor_options *opt, bool is_terminal);

/* monitor_options_print_help - for --help, to standard output. */
void monitor_options_print_help(void);

#endif
