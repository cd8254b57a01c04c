#include "tests/multi/faultplan.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exitcode.h"
#include "tests/multi/proc.h"

#define ORDER_MAX 512 /* calls of a kind; of more, the first so many */
#define CODE_MAX 4

struct entry {
    enum inject_kind kind;
    int error;
    bool lasting;
    int code[CODE_MAX]; /* with which a program may end; 0s: it goes on as if nothing were */
};

#define FAILED EXIT_CODE_FAILED
#define FULL EXIT_CODE_CANTCREATE
#define BROKEN EXIT_CODE_IO
#define LATER EXIT_CODE_TEMPFAIL
#define FORBIDDEN EXIT_CODE_NOPERM
#define GONE EXIT_CODE_UNAVAILABLE

static const struct entry table[] = {
    {INJECT_OPEN, EMFILE, false, {FAILED, BROKEN}},
    {INJECT_OPEN, EMFILE, true, {FAILED, BROKEN}},
    {INJECT_OPEN, ENFILE, false, {FAILED, BROKEN}},
    {INJECT_OPEN, EACCES, false, {FORBIDDEN}},
    {INJECT_OPEN, ENOSPC, false, {FULL, BROKEN}},
    {INJECT_OPEN, EINTR, false, {FAILED}},
    {INJECT_OPEN, EOPNOTSUPP, false, {FAILED, BROKEN}},
    {INJECT_STAT, EIO, false, {BROKEN, GONE}},
    {INJECT_STAT, EIO, true, {BROKEN, GONE}},
    {INJECT_SEEK, EIO, false, {BROKEN}},
    {INJECT_CHMOD, EPERM, false, {FORBIDDEN}},
    {INJECT_CHMOD, EIO, false, {BROKEN}},
    {INJECT_TRUNCATE, ENOSPC, false, {FULL}},
    {INJECT_TRUNCATE, EFBIG, false, {FAILED}},
    {INJECT_TRUNCATE, EIO, false, {BROKEN}},
    {INJECT_ALLOCATE, ENOSPC, false, {FULL}},
    {INJECT_ALLOCATE, ENOSPC, true, {FULL}},
    {INJECT_ALLOCATE, EINTR, false, {0}},
    {INJECT_ALLOCATE, EIO, false, {BROKEN}},
    {INJECT_ALLOCATE, EOPNOTSUPP, false, {0}},
    {INJECT_MAP, ENOMEM, false, {FULL}},
    {INJECT_MAP, ENOMEM, true, {FULL}},
    {INJECT_MAP, EAGAIN, false, {FULL}},
    {INJECT_MEMORY, ENOMEM, true, {FAILED, FULL}},
    {INJECT_LINK, EEXIST, false, {0}},
    {INJECT_LINK, ENOSPC, false, {FULL}},
    {INJECT_LINK, EPERM, false, {FORBIDDEN}},
    {INJECT_LINK, ENOENT, false, {FULL}},
    {INJECT_UNLINK, EACCES, false, {FORBIDDEN}},
    {INJECT_UNLINK, EACCES, true, {FORBIDDEN}},
    {INJECT_LIST, EIO, false, {BROKEN, FAILED}},
    {INJECT_LOCK, ENOLCK, false, {FAILED, LATER}},
    {INJECT_LOCK, ENOLCK, true, {FAILED, LATER}},
    {INJECT_LOCK, EINTR, false, {0}},
    {INJECT_LOCK, EAGAIN, false, {LATER, FULL}},
    {INJECT_PREAD, EIO, false, {BROKEN}},
    {INJECT_PREAD, EINTR, false, {FAILED}},
    {INJECT_PWRITE, ENOSPC, false, {FULL}},
    {INJECT_PWRITE, EIO, false, {BROKEN}},
    {INJECT_READ, EIO, false, {BROKEN}},
    {INJECT_READ, EINTR, false, {0}},
    {INJECT_WRITE, ENOSPC, false, {BROKEN}},
    {INJECT_WRITE, ENOSPC, true, {BROKEN}},
    {INJECT_WRITE, EIO, false, {BROKEN}},
    {INJECT_WRITE, EPIPE, true, {0}},
    {INJECT_WRITE, EINTR, false, {0}},
    {INJECT_WRITE, EAGAIN, false, {0}},
    {INJECT_SLEEP, EINTR, false, {0}},
    {INJECT_SLEEP, EINTR, true, {0}},
    {INJECT_SLEEP, EINVAL, false, {0}},
    {INJECT_WAKE, EINVAL, false, {0}},
    {INJECT_WAKE, EFAULT, false, {0}},
    {INJECT_BARRIER, EINVAL, false, {0}},
    {INJECT_BARRIER, EPERM, true, {0}},
    {INJECT_BARRIER, ENOSYS, true, {0}},
    {INJECT_RANDOM, EINTR, false, {0}},
    {INJECT_RANDOM, ENOSYS, true, {FAILED}},
    {INJECT_ADVISE, EINVAL, true, {0}},
    {INJECT_WATCH, EMFILE, false, {0}},
    {INJECT_WATCH, ENOSPC, true, {0}},
    {INJECT_POLL, EINTR, false, {0}},
    {INJECT_POLL, ENOMEM, false, {0}},
};

#define TABLE_CNT (sizeof table / sizeof table[0])

struct order {
    uint16_t nth[ORDER_MAX];
    unsigned cnt;
};

static char current[160];
static bool current_fails_plainly;

const char *faultplan_unfinished(void)
{
    static char told[sizeof current];
    memcpy(told, current, sizeof told);
    current[0] = '\0';
    return told;
}

static const struct entry *entry_of(const struct inject_fault *fault)
{
    for (unsigned i = 0; i < TABLE_CNT; i++) {
        const struct entry *e = &table[i];
        if (e->kind == fault->kind && e->error == fault->error && e->lasting == fault->lasting)
            return e;
    }
    return NULL;
}

bool faultplan_allows(const struct inject_fault *fault, int code)
{
    const struct entry *e = entry_of(fault);
    if (current_fails_plainly && fault->nth > 0 && code == EXIT_CODE_FAILED)
        return true;
    for (unsigned i = 0; e != NULL && i < CODE_MAX; i++) {
        if (e->code[i] == code)
            return true;
    }
    return false;
}

/* 1 to cnt in random order (Fisher and Yates). */
static void shuffle(struct order *order, uint64_t cnt, uint64_t *random)
{
    order->cnt = cnt < ORDER_MAX ? (unsigned)cnt : ORDER_MAX;
    for (unsigned i = 0; i < order->cnt; i++) {
        unsigned k = (unsigned)proc_random(random, i + 1);
        order->nth[i] = order->nth[k];
        order->nth[k] = (uint16_t)(i + 1);
    }
}

static void run_trial(const struct faultplan *plan, const struct inject_fault *fault, uint64_t *cnt)
{
    if (fault->nth == 0)
        snprintf(current, sizeof current, "%s, no fault", plan->job);
    else
        snprintf(current, sizeof current, "%s, %s no. %" PRIu64 "%s: %s", plan->job,
                 inject_kind_name(fault->kind), fault->nth, fault->lasting ? " and all after it" : "",
                 strerror(fault->error));
    current_fails_plainly = plan->fails_plainly;
    plan->trial(plan->arg, fault, cnt);
    current[0] = '\0';
}

/* A sanitizer that gets no memory ends the program. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MEMORY_IS_OURS false
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define MEMORY_IS_OURS false
#endif
#endif
#ifndef MEMORY_IS_OURS
#define MEMORY_IS_OURS true
#endif

static bool is_wanted(const struct faultplan *plan, enum inject_kind kind)
{
    if (kind == INJECT_MEMORY && !MEMORY_IS_OURS)
        return false;
    return plan->kind_mask == 0 || (plan->kind_mask >> kind & 1) != 0;
}

static uint64_t make_orders(const struct faultplan *plan, struct order *order)
{
    uint64_t cnt[INJECT_KIND_CNT];
    uint64_t all = 0;
    const struct inject_fault none = {.kind = INJECT_KIND_CNT, .no_nameless = plan->no_nameless};
    run_trial(plan, &none, cnt);
    for (unsigned i = 0; i < TABLE_CNT; i++) {
        shuffle(&order[i], is_wanted(plan, table[i].kind) ? cnt[table[i].kind] : 0, plan->random);
        all += order[i].cnt;
    }
    return all;
}

void faultplan_run(const struct faultplan *plan)
{
    static struct order order[TABLE_CNT];
    uint64_t cnt[INJECT_KIND_CNT];
    uint64_t all = make_orders(plan, order);
    uint64_t tried = 0;
    unsigned first = (unsigned)proc_random(plan->random, TABLE_CNT); /* for when not all have their turn */
    for (unsigned turn = 0; tried < all && tried < plan->trial_max; turn++) {
        for (unsigned k = 0; k < TABLE_CNT && tried < plan->trial_max; k++) {
            unsigned i = (first + k) % TABLE_CNT;
            if (turn >= order[i].cnt)
                continue;
            const struct inject_fault fault = {
                .kind = table[i].kind,
                .error = table[i].error,
                .nth = order[i].nth[turn],
                .lasting = table[i].lasting,
                .no_nameless = plan->no_nameless,
            };
            run_trial(plan, &fault, cnt);
            tried++;
        }
    }
    printf("%s: %" PRIu64 " of %" PRIu64 " faults (call and error)\n", plan->job, tried, all);
}
