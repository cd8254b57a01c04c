/* The bounded buffer of the textbooks: two named semaphores count free and filled slots, a mutex guards
 * the indices. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

#include "bench/channel.h"

#define SLOT_CNT 1024

struct buffer {
    pthread_mutex_t mutex;
    uint64_t in;
    uint64_t out;
    struct bench_record slot[SLOT_CNT];
};

static struct { /* of this process */
    sem_t *empty;
    sem_t *filled;
} semaphore[2];

static sem_t *open_semaphore(const struct bench_run *run, unsigned way, const char *what, unsigned value)
{
    char name[64];
    snprintf(name, sizeof name, "/%s-%s", run->name[way], what);
    return sem_open(name, O_CREAT, 0600, value);
}

static int attach(struct bench_run *run)
{
    for (unsigned way = 0; way < 2; way++) {
        semaphore[way].empty = open_semaphore(run, way, "empty", SLOT_CNT);
        semaphore[way].filled = open_semaphore(run, way, "filled", 0);
        if (semaphore[way].empty == SEM_FAILED || semaphore[way].filled == SEM_FAILED)
            return -errno;
    }
    return 0;
}

static int init_mutexes(struct bench_run *run)
{
    struct buffer *buffer = run->shared;
    pthread_mutexattr_t attr;
    pthread_mutexattr_init(&attr);
    pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
    for (int way = 0; way < 2; way++)
        pthread_mutex_init(&buffer[way].mutex, &attr);
    pthread_mutexattr_destroy(&attr);
    return 0;
}

static void remove_semaphores(struct bench_run *run)
{
    for (unsigned way = 0; way < 2; way++) {
        char name[64];
        snprintf(name, sizeof name, "/%s-empty", run->name[way]);
        sem_unlink(name);
        snprintf(name, sizeof name, "/%s-filled", run->name[way]);
        sem_unlink(name);
        sem_close(semaphore[way].empty);
        sem_close(semaphore[way].filled);
    }
}

static void wait_on(sem_t *sem)
{
    while (sem_wait(sem) != 0)
        continue;
}

static bool put(struct bench_run *run, unsigned way, const struct bench_record *r)
{
    struct buffer *buffer = (struct buffer *)run->shared + way;
    wait_on(semaphore[way].empty);
    pthread_mutex_lock(&buffer->mutex);
    buffer->slot[buffer->in++ % SLOT_CNT] = *r;
    pthread_mutex_unlock(&buffer->mutex);
    return sem_post(semaphore[way].filled) == 0;
}

static bool take(struct bench_run *run, unsigned way, struct bench_record *r)
{
    struct buffer *buffer = (struct buffer *)run->shared + way;
    wait_on(semaphore[way].filled);
    pthread_mutex_lock(&buffer->mutex);
    *r = buffer->slot[buffer->out++ % SLOT_CNT];
    pthread_mutex_unlock(&buffer->mutex);
    return sem_post(semaphore[way].empty) == 0;
}

static const struct bench_channel channel = {.attach = attach, .put = put, .take = take};

const struct bench_case case_textbook[] = {
    {.key = "textbook",
     .label = "textbook: two named semaphores and a mutex",
     .is_peer = true,
     .cnt = 400000,
     .slot_cnt = SLOT_CNT,
     .shared_len = 2 * sizeof(struct buffer),
     .channel = &channel,
     .open = init_mutexes,
     .near = bench_channel_near,
     .far = bench_channel_far,
     .close = remove_semaphores},
    {.key = "textbook",
     .label = "two named semaphores and a mutex, twice",
     .is_peer = true,
     .is_rtt = true,
     .cnt = 5000,
     .shared_len = 2 * sizeof(struct buffer),
     .channel = &channel,
     .open = init_mutexes,
     .near = bench_channel_rtt_near,
     .far = bench_channel_rtt_far,
     .close = remove_semaphores},
    {.key = NULL},
};
