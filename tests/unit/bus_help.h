/* bus_help.h - what the tests of producers and consumers share: handles on real rings, ticks that say which
 * sequence they belong to, and bounded waiting. */
#ifndef TESTS_BUS_HELP_H
#define TESTS_BUS_HELP_H

#include "shm_help.h"

#include <fcntl.h>

#include "tickring.h"

#define BUS_BOUND_NS (20 * TR_NS_PER_S) /* against hanging; not a measure of anything */
#define BUS_LONG_NS (1000 * TR_NS_PER_S)

#define bus_test(name) cmocka_unit_test_teardown(name, help_teardown)

/* Waits for a condition; fails where it does not come. */
#define bus_until(cond)                                                                                      \
    do {                                                                                                     \
        int64_t until_begin_ns = tr_now_ns();                                                                \
        while (!(cond)) {                                                                                    \
            assert_true(tr_now_ns() - until_begin_ns < BUS_BOUND_NS);                                        \
            usleep(200);                                                                                     \
        }                                                                                                    \
    } while (0)

static inline struct tr_producer_options bus_producer_options(const char *ring, const char *name)
{
    return (struct tr_producer_options){.ring = ring, .name = name, .slot_cnt = 16, .wait = TR_WAIT_BLOCK};
}

static inline struct tr_consumer_options bus_consumer_options(const char *ring, const char *id)
{
    return (struct tr_consumer_options){
        .ring = ring, .id = id, .hold_ns = TR_HOLD_DEFAULT_NS, .wait = TR_WAIT_BLOCK};
}

static inline void bus_produce(struct tr_producer *p, const char *ring, const char *name)
{
    const struct tr_producer_options opt = bus_producer_options(ring, name);
    assert_int_equal(tr_producer_open(p, &opt), 0);
}

static inline void bus_consume(struct tr_consumer *c, const char *ring, const char *id)
{
    const struct tr_consumer_options opt = bus_consumer_options(ring, id);
    assert_int_equal(tr_consumer_open(c, &opt), 0);
}

static inline struct tr_tick bus_tick(uint64_t seq)
{
    return (struct tr_tick){.ts_event_ns = (int64_t)seq * 1000,
                            .price_px = (int64_t)(seq * 31 + 7),
                            .size_qty = (int64_t)~seq,
                            .id = seq,
                            .kind = TR_TICK_TRADE,
                            .venue = TR_VENUE_NONE};
}

static inline bool bus_tick_is(const struct tr_tick *tick, uint64_t seq)
{
    return tick->id == seq && tick->ts_event_ns == (int64_t)seq * 1000
           && tick->price_px == (int64_t)(seq * 31 + 7) && tick->size_qty == (int64_t)~seq;
}

/* Publishes at most cnt; returns how many there was room for. */
static inline uint64_t bus_publish(struct tr_producer *p, uint64_t cnt)
{
    uint64_t done = 0;
    for (; done < cnt; done++) {
        const struct tr_tick tick = bus_tick(p->w.next);
        if (tr_publish(p, &tick) != TR_OK)
            break;
    }
    return done;
}

/* Reads at most max ticks of one batch, in which each is what it must be, and moves over them. */
static inline enum tr_status bus_read(struct tr_consumer *c, uint32_t max, struct tr_batch *b)
{
    struct tr_tick tick[256];
    enum tr_status status = tr_read(c, tick, max < 256 ? max : 256, b);
    if (status != TR_OK)
        return status;
    for (uint32_t i = 0; i < b->cnt; i++)
        assert_true(bus_tick_is(&tick[i], b->seq + i));
    tr_advance(c, b);
    return TR_OK;
}

/* Reads until there is nothing, which must be `last`; returns how many. */
static inline uint64_t bus_drain(struct tr_consumer *c, enum tr_status last)
{
    struct tr_batch b;
    enum tr_status status;
    uint64_t done = 0;
    while ((status = bus_read(c, 256, &b)) == TR_OK)
        done += b.cnt;
    assert_int_equal(status, last);
    return done;
}

/* Ends a handle as a kill would: what the kernel does at the end of a process, and nothing else.  (A map
 * holds the file, and so the locks, like a descriptor.) */
static inline void bus_kill_consumer(struct tr_consumer *c)
{
    for (unsigned p = 0; p < TR_LANE_MAX; p++)
        tr_peer_forget(&c->peer[p]);
    if (c->sem != NULL)
        sem_close(c->sem);
    munmap(c->bell, c->seg.map.page_len);
    munmap(c->member, c->seg.map.page_len);
    munmap(c->stats, c->seg.map.stats_len);
    tr_segment_close(&c->seg);
}

static inline void bus_kill_producer(struct tr_producer *p)
{
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++)
        tr_peer_forget(&p->peer[c]);
    if (p->sem != NULL)
        sem_close(p->sem);
    tr_symtab_fini(&p->symbols);
    tr_symtab_fini(&p->venues);
    munmap(p->data, p->seg.map.data_len);
    munmap(p->lane, p->seg.map.page_len);
    munmap(p->bell, p->seg.map.page_len);
    tr_segment_close(&p->seg);
}

/* Writes bytes over a ring's file. */
static inline void bus_scribble(const char *ring, off_t off, const void *bytes, size_t len)
{
    char path[HELP_PATH_MAX];
    help_shm_path(path, ring);
    int fd = open(path, O_RDWR | O_CREAT, 0600);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, bytes, len, off), len);
    close(fd);
}

static inline void bus_unlink(const char *ring)
{
    char path[HELP_PATH_MAX];
    help_shm_path(path, ring);
    assert_int_equal(unlink(path), 0);
}

/* Cuts the last page, which nobody uses, off a ring. */
static inline void bus_truncate(const struct tr_segment *seg)
{
    assert_int_equal(ftruncate(seg->fd, (off_t)(seg->map.total_len - seg->map.page_len)), 0);
}

#endif
