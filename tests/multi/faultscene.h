/* faultscene.h - a ring, its feeds and consumers, and how one of them may end when a call of it failed. */
#ifndef TESTS_FAULTSCENE_H
#define TESTS_FAULTSCENE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "tests/multi/history.h"
#include "tests/multi/inject.h"

#define SCENE_ROW_CNT 200 /* of each feed */
#define SCENE_FEED_MAX 2

struct scene {
    const char *dir;
    char ring[32];
    char input[SCENE_FEED_MAX][96];
    char output[2][96]; /* of a consumer, and of the one after it */
    char text[96]; /* standard output of the one with the fault, if it is no consumer */
    char errors[96]; /* its standard error */
    uint64_t random;
    uint64_t rounds;
};

/* For cmocka: of the group, and after each test (says what the fault was if the test failed). */
int scene_make(void **state);
int scene_remove(void **state);
int scene_tell_fault(void **state);

/* proc_start or proc_start_traced. */
typedef pid_t scene_start(const char *const argv[], const char *out_path, const char *err_path);

/* scene_feed, scene_consumer - start one; with the fault (standard error kept) by proc_start_traced.  option:
 * one more.  Consumer i writes to output[i], and waits for feed_cnt feeds. */
pid_t scene_feed(const struct scene *s, unsigned f, const char *option, scene_start *start);
pid_t scene_consumer(const struct scene *s, unsigned i, unsigned feed_cnt, const char *option,
                     scene_start *start);

/* scene_expect_complete - output[0] has every tick of the feeds, once, and a summary that says so. */
void scene_expect_complete(const struct scene *s, unsigned feed_cnt);

/* scene_run_normally - feeds and a consumer without a fault, to a complete end. */
void scene_run_normally(const struct scene *s, unsigned feed_cnt);

/* scene_ring_is_there - for proc_until; arg: the ring's name. */
bool scene_ring_is_there(void *arg);

/* scene_judge_end - waits for the one with the fault.  Returns its exit code: `usual` (without a fault, and
 * with one that does not matter), or one that fits the fault, and then it has said why. */
int scene_judge_end(const struct scene *s, const struct inject_fault *fault, pid_t pid, const char *prog,
                    int usual);

void scene_clean(const struct scene *s);

/* scene_expect_nothing_left - ... in /dev/shm; but what a removal that failed has left goes with shmmon
 * clean. */
void scene_expect_nothing_left(const struct scene *s, const struct inject_fault *fault);

#endif
