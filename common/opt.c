#include "opt.h"

#include <errno.h>
#include <string.h>

#include "exitcode.h"
#include "log.h"
#include "num.h"

#define WHY_LEN 256
#define HELP_COLUMN 28
#define HELP_WIDTH 80

struct parse {
    const struct opt *table;
    size_t cnt;
    int argc;
    char **argv;
    int at; /* next argument */
    void *values;
};

/* --- Values ------------------------------------------------------------------------------------- */

static int set_number(const struct opt *o, void *value, const char *arg, char *why)
{
    bool slots = o->type == OPT_SLOTS;
    int rc = slots ? num_slots(arg, o->min, o->max, value) : num_u64(arg, o->min, o->max, value);
    if (rc != 0)
        snprintf(why, WHY_LEN, "use a %s from %llu to %llu", slots ? "power of two" : "number",
                 (unsigned long long)o->min, (unsigned long long)o->max);
    return rc;
}

static int set_duration(const struct opt *o, int64_t *value, const char *arg, char *why)
{
    if (o->may_be_off && strcmp(arg, "off") == 0) {
        *value = -1;
        return 0;
    }
    int rc = num_duration_ns(arg, value);
    if (rc != 0)
        snprintf(why, WHY_LEN, "use a time with its unit, such as 500ms, 2s%s",
                 o->may_be_off ? ", or off" : "");
    return rc;
}

static int set_choice(const struct opt *o, int *value, const char *arg, char *why)
{
    size_t len = (size_t)snprintf(why, WHY_LEN, "use");
    for (int i = 0; o->choice[i] != NULL; i++) {
        if (strcmp(o->choice[i], arg) == 0) {
            *value = i;
            return 0;
        }
        if (len < WHY_LEN)
            len += (size_t)snprintf(why + len, WHY_LEN - len, "%s %s", i > 0 ? "," : "", o->choice[i]);
    }
    return -EINVAL;
}

static int set_value(const struct opt *o, void *values, const char *arg, char *why)
{
    void *value = (char *)values + o->offset;
    switch (o->type) {
    case OPT_FLAG:
        *(bool *)value = true;
        return 0;
    case OPT_TEXT:
        *(const char **)value = arg;
        return 0;
    case OPT_U64:
    case OPT_SLOTS:
        return set_number(o, value, arg, why);
    case OPT_DURATION:
        return set_duration(o, value, arg, why);
    case OPT_CHOICE:
        return set_choice(o, value, arg, why);
    case OPT_CALL:
        return o->call(values, arg, why, WHY_LEN);
    }
    return -EINVAL;
}

/* spelled: as the user wrote the option. */
static int apply(const struct parse *p, const struct opt *o, const char *spelled, const char *arg)
{
    char why[WHY_LEN] = "is refused";
    if (set_value(o, p->values, arg, why) == 0)
        return 0;
    log_error(spelled, "'%s' is no value for it, %s", arg, why);
    return EXIT_CODE_USAGE;
}

/* The value of an option that needs one: what stands behind it, or the next argument. */
static int apply_with_value(struct parse *p, const struct opt *o, const char *spelled, const char *attached)
{
    if (attached == NULL && p->at < p->argc)
        attached = p->argv[p->at++];
    if (attached != NULL)
        return apply(p, o, spelled, attached);
    log_error(spelled, "needs a value, %s", o->arg_name);
    return EXIT_CODE_USAGE;
}

/* --- Names -------------------------------------------------------------------------------------- */

#define DISTANCE_LEN 32

static size_t smallest(size_t a, size_t b, size_t c)
{
    size_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* Levenshtein's distance of two names, of which the first DISTANCE_LEN bytes count. */
static size_t distance(const char *a, const char *b)
{
    size_t a_len = strnlen(a, DISTANCE_LEN);
    size_t b_len = strnlen(b, DISTANCE_LEN);
    size_t row[DISTANCE_LEN + 1];
    for (size_t j = 0; j <= b_len; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            size_t above = row[j];
            row[j] = smallest(above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
            diagonal = above;
        }
    }
    return row[b_len];
}

static void refuse_unknown(const struct parse *p, const char *spelled, const char *name)
{
    const char *nearest = NULL;
    size_t least = 4; /* further apart is no misspelling */
    for (size_t i = 0; i < p->cnt; i++) {
        size_t d = distance(name, p->table[i].long_name);
        if (d < least && d < strlen(name)) { /* at least one letter is right */
            least = d;
            nearest = p->table[i].long_name;
        }
    }
    if (nearest != NULL)
        log_error(spelled, "no such option, did you mean --%s? --help shows all", nearest);
    else
        log_error(spelled, "no such option, --help shows all");
}

/* The option of that name, or the only one that begins so; *matches counts those. */
static const struct opt *find_long(const struct parse *p, const char *name, size_t len, size_t *matches)
{
    const struct opt *found = NULL;
    *matches = 0;
    for (size_t i = 0; i < p->cnt; i++) {
        const struct opt *o = &p->table[i];
        if (strncmp(o->long_name, name, len) != 0)
            continue;
        found = o;
        ++*matches;
        if (o->long_name[len] == '\0') {
            *matches = 1;
            break;
        }
    }
    return found;
}

static int handle_long(struct parse *p, const char *arg)
{
    char spelled[64];
    size_t len = strcspn(arg + 2, "=");
    size_t matches;
    const char *value = arg[2 + len] == '=' ? arg + 2 + len + 1 : NULL;
    const struct opt *o = find_long(p, arg + 2, len, &matches);
    snprintf(spelled, sizeof spelled, "%.*s", (int)(len + 2 < sizeof spelled ? len + 2 : sizeof spelled - 1),
             arg);
    if (matches > 1) {
        log_error(spelled, "could be several options, write it out: --help shows all");
        return EXIT_CODE_USAGE;
    }
    if (matches == 0) {
        refuse_unknown(p, spelled, spelled + 2);
        return EXIT_CODE_USAGE;
    }
    if (o->type != OPT_FLAG)
        return apply_with_value(p, o, spelled, value);
    if (value == NULL)
        return apply(p, o, spelled, "");
    log_error(spelled, "takes no value, leave out =%s", value);
    return EXIT_CODE_USAGE;
}

/* -j, -jq, -nNAME: flags until one takes the rest. */
static int handle_short(struct parse *p, const char *arg)
{
    for (const char *c = arg + 1; *c != '\0'; c++) {
        const char spelled[] = {'-', *c, '\0'};
        const struct opt *o = NULL;
        for (size_t i = 0; i < p->cnt && o == NULL; i++)
            o = p->table[i].short_name == *c ? &p->table[i] : NULL;
        if (o == NULL) {
            refuse_unknown(p, spelled, spelled + 1);
            return EXIT_CODE_USAGE;
        }
        if (o->type != OPT_FLAG)
            return apply_with_value(p, o, spelled, c[1] != '\0' ? c + 1 : NULL);
        apply(p, o, spelled, "");
    }
    return 0;
}

static int handle_operand(struct parse *p, const char *arg, opt_call *operand)
{
    char why[WHY_LEN] = "is not expected, see --help";
    if (operand != NULL && operand(p->values, arg, why, sizeof why) == 0)
        return 0;
    log_error(arg, "%s", why);
    return EXIT_CODE_USAGE;
}

int opt_parse(const struct opt *table, size_t cnt, int argc, char **argv, void *values, opt_call *operand)
{
    struct parse p = {.table = table, .cnt = cnt, .argc = argc, .argv = argv, .at = 1, .values = values};
    bool options = true;
    int code = 0;
    while (code == 0 && p.at < argc) {
        const char *arg = argv[p.at++];
        if (!options || arg[0] != '-' || arg[1] == '\0')
            code = handle_operand(&p, arg, operand);
        else if (strcmp(arg, "--") == 0)
            options = false;
        else if (arg[1] == '-')
            code = handle_long(&p, arg);
        else
            code = handle_short(&p, arg);
    }
    return code;
}

/* --- Help --------------------------------------------------------------------------------------- */

/* From HELP_COLUMN on. */
static void print_wrapped(FILE *file, const char *text)
{
    size_t at = HELP_COLUMN;
    while (*text != '\0') {
        size_t len = strcspn(text, " ");
        if (at + 1 + len > HELP_WIDTH && at > HELP_COLUMN) {
            fprintf(file, "\n%*s", HELP_COLUMN, "");
            at = HELP_COLUMN;
        }
        at += (size_t)fprintf(file, "%s%.*s", at > HELP_COLUMN ? " " : "", (int)len, text);
        text += len + (text[len] == ' ');
    }
    fputc('\n', file);
}

void opt_print_help(FILE *file, const struct opt *table, size_t cnt)
{
    for (size_t i = 0; i < cnt; i++) {
        const struct opt *o = &table[i];
        char left[96];
        char shown = o->short_name != 0 ? o->short_name : ' ';
        int n = snprintf(left, sizeof left, "  %c%c%c --%s%s%s", shown == ' ' ? ' ' : '-', shown,
                         shown == ' ' ? ' ' : ',', o->long_name, o->arg_name != NULL ? "=" : "",
                         o->arg_name != NULL ? o->arg_name : "");
        fputs(left, file);
        if (n + 1 >= HELP_COLUMN)
            fprintf(file, "\n%*s", HELP_COLUMN, "");
        else
            fprintf(file, "%*s", HELP_COLUMN - n, "");
        print_wrapped(file, o->help);
    }
}
