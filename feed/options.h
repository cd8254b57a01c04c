/* options.h - the command line of the feed. */
#ifndef FEED_OPTIONS_H
#define FEED_OPTIONS_H

#include "feed/merge.h"
#include "feed/pace.h"
#include "feed/publish.h"
#include "feed/select.h"
#include "limit.h"

/* One FILE with what was said of it before it; options before the first count for all after them. */
struct feed_file {
    const char *path;
    const char *format; /* NULL: detected */
    struct source_options opt;
};

struct feed_options {
    const char *ring;
    int64_t timeout_ns; /* -1: off */
    bool json;
    bool quiet;
    bool verbose;
    bool help;
    bool version;
    struct feed_file now; /* what was said so far; its path is NULL */
    struct feed_file file[MERGE_MAX];
    unsigned file_cnt;
    const char *generate; /* NULL: files */
    const char *symbols; /* globs; --generate: names or a count */
    struct select select;
    struct pace pace;
    uint64_t count_max; /* 0: to the end */
    uint64_t pass_cnt; /* 0: for ever */
    uint64_t slot_cnt; /* 0: as it is, or the default */
    mode_t mode; /* 0: the default */
    gid_t gid;
    const char *producer; /* NULL: the venue, or "feed" */
    int resume; /* 0 auto, 1 no */
    int policy; /* enum publish_policy */
    uint64_t split_cnt; /* rings that the symbols are spread over; 0: one, called just `ring` */
    int merge_by; /* 0 event time, 1 receive time */
    uint64_t consumer_cnt; /* wait for so many */
    int64_t stall_timeout_ns; /* -1: off */
    struct limit warn; /* ticks or per cent; 0: no queue is told */
    int on_bad; /* 0 stop, 1 skip */
    bool validate;
    bool digest;
    int wait; /* enum tr_wait_kind */
    uint64_t cpu; /* UINT64_MAX: not pinned */
    bool keep;
};

/* feed_options_read - fills *opt from the command line.  Returns 0, or an exit code after it has logged why.
 */
int feed_options_read(struct feed_options *opt, int argc, char **argv);

/* feed_options_print_help - for --help, to standard output. */
void feed_options_print_help(void);

#define OPTIONS_SPLIT_MAX 64
#define OPTIONS_RING_MAX (TR_RING_NAME_MAX + 8) /* room for a name that turns out too long */

/* options_ring - the name of the idx-th ring. */
void options_ring(const struct feed_options *opt, unsigned idx, char name[OPTIONS_RING_MAX + 1]);

/* options_producer - the name of the lane. */
const char *options_producer(const struct feed_options *opt);

#endif
