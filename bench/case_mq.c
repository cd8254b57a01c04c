/* A POSIX message queue, of the ten messages that a user may have by default. */
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <string.h>

#include "bench/channel.h"

#define MSG_CNT 10

static int make_queues(struct bench_run *run)
{
    for (int way = 0; way < 2; way++) {
        struct mq_attr attr = {.mq_maxmsg = MSG_CNT, .mq_msgsize = BENCH_LINE};
        char name[64];
        snprintf(name, sizeof name, "/%s", run->name[way]);
        run->fd[way] = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attr);
        if (run->fd[way] < 0)
            return -errno;
        mq_unlink(name);
    }
    return 0;
}

static void close_queues(struct bench_run *run)
{
    for (int way = 0; way < 2; way++)
        mq_close(run->fd[way]);
}

static bool put(struct bench_run *run, unsigned way, const struct bench_record *r)
{
    char line[BENCH_LINE] = {0};
    memcpy(line, r, sizeof *r);
    return mq_send(run->fd[way], line, sizeof line, 0) == 0;
}

static bool take(struct bench_run *run, unsigned way, struct bench_record *r)
{
    char line[BENCH_LINE];
    bool whole = mq_receive(run->fd[way], line, sizeof line, NULL) == sizeof line;
    memcpy(r, line, sizeof *r);
    return whole;
}

static const struct bench_channel channel = {.put = put, .take = take};

const struct bench_case case_mq[] = {
    {.key = "mq",
     .label = "POSIX message queue",
     .is_peer = true,
     .cnt = 100000,
     .slot_cnt = MSG_CNT,
     .channel = &channel,
     .open = make_queues,
     .near = bench_channel_near,
     .far = bench_channel_far,
     .close = close_queues},
    {.key = "mq",
     .label = "two POSIX message queues",
     .is_peer = true,
     .is_rtt = true,
     .cnt = 5000,
     .channel = &channel,
     .open = make_queues,
     .near = bench_channel_rtt_near,
     .far = bench_channel_rtt_far,
     .close = close_queues},
    {.key = NULL},
};
