/* A pipe, one record a write and a read. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "bench/channel.h"

static int make_pipes(struct bench_run *run)
{
    return pipe(&run->fd[0]) == 0 && pipe(&run->fd[2]) == 0 ? 0 : -errno;
}

static void close_pipes(struct bench_run *run)
{
    for (int i = 0; i < 4; i++)
        close(run->fd[i]);
}

/* A record is smaller than PIPE_BUF: a write is whole or fails, and a read gets whole records. */
static bool put(struct bench_run *run, unsigned way, const struct bench_record *r)
{
    char line[BENCH_LINE] = {0};
    memcpy(line, r, sizeof *r);
    return write(run->fd[2 * way + 1], line, sizeof line) == sizeof line;
}

static bool take(struct bench_run *run, unsigned way, struct bench_record *r)
{
    char line[BENCH_LINE];
    bool whole = read(run->fd[2 * way], line, sizeof line) == sizeof line;
    memcpy(r, line, sizeof *r);
    return whole;
}

static const struct bench_channel channel = {.put = put, .take = take};

const struct bench_case case_pipe[] = {
    {.key = "pipe",
     .label = "pipe",
     .is_peer = true,
     .cnt = 300000,
     .slot_cnt = 1024,
     .channel = &channel,
     .open = make_pipes,
     .near = bench_channel_near,
     .far = bench_channel_far,
     .close = close_pipes},
    {.key = "pipe",
     .label = "two pipes",
     .is_peer = true,
     .is_rtt = true,
     .cnt = 5000,
     .channel = &channel,
     .open = make_pipes,
     .near = bench_channel_rtt_near,
     .far = bench_channel_rtt_far,
     .close = close_pipes},
    {.key = NULL},
};
