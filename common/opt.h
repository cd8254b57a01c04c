/* opt.h - the options of a program as a table: one row is parsed, checked, and shown by --help. */
#ifndef COMMON_OPT_H
#define COMMON_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum opt_type {
    OPT_FLAG, /* bool */
    OPT_TEXT, /* const char *, into argv */
    OPT_U64, /* uint64_t, min to max (num_u64) */
    OPT_SLOTS, /* uint64_t, a power of two, min to max (num_slots) */
    OPT_DURATION, /* int64_t, ns (num_duration_ns); "off" is -1 where the row allows it */
    OPT_CHOICE, /* int, index into choice */
    OPT_CALL, /* call does it */
};

/* Handles an argument; anything but 0 refuses it, and why says what there is instead. */
typedef int opt_call(void *values, const char *arg, char *why, size_t why_len);

struct opt {
    char short_name; /* 0: none */
    const char *long_name;
    enum opt_type type;
    size_t offset; /* of the value in the caller's struct */
    const char *arg_name; /* for --help; NULL for a flag */
    const char *help;
    uint64_t min;
    uint64_t max;
    const char *const *choice; /* OPT_CHOICE: ended by NULL */
    bool may_be_off;
    opt_call *call;
};

/* opt_parse - handles options and operands in the order in which they stand: --name=V, --name V, -nV, -n V,
 * -jq; long names may be cut as long as they are unique; "--" ends the options, "-" is an operand.
 * Returns 0, or EXIT_CODE_USAGE after it has logged one line. */
int opt_parse(const struct opt *table, size_t cnt, int argc, char **argv, void *values, opt_call *operand);

/* opt_print_help - the rows of the table, aligned, at most 80 columns wide. */
void opt_print_help(FILE *file, const struct opt *table, size_t cnt);

#endif
