/* venues.h - the latest quote of each venue for one symbol, whatever number of venues it has.
 *
 * Kept by name, ascending (bytes), so that nothing that is made of them depends on which venue came first. */
#ifndef CONSUMER_QUOTES_VENUES_H
#define CONSUMER_QUOTES_VENUES_H

#include "consumer/exact.h"
#include "consumer/state.h"
#include "tick.h"

#define VENUES_MAX 256 /* of one symbol: as many as a lane can have */
#define VENUE_NAME_MAX 71

struct venue_side {
    bool there;
    int64_t px;
    exact_int qty; /* in units of 1e-9, whatever unit the tick had */
};

struct venue {
    char name[VENUE_NAME_MAX + 1]; /* NUL terminated */
    size_t name_len;
    struct venue_side bid; /* of the latest quote: the last one to arrive */
    struct venue_side ask;
    int64_t ts_event_ns; /* its event time */
    uint64_t quote_cnt;
    bool stale; /* the latest quote was found too old */
};

/* All zero is empty.  A venue stays where it is until venues_free. */
struct venues {
    struct venue **all;
    unsigned cnt;
    unsigned cap;
};

/* venues_get - the venue of that name, made if it is new; a name longer than VENUE_NAME_MAX is cut.
 * 0; -ENOSPC: there are VENUES_MAX others; -ENOMEM. */
int venues_get(struct venues *v, const char *name, size_t len, struct venue **out);

/* venue_quote - the tick, a quote, is the venue's latest. */
void venue_quote(struct venue *venue, const struct tr_tick *tick);

/* venues_keep - saves or loads all of them (state.h); to be loaded into an empty one. */
void venues_keep(struct venues *v, struct state *state);

/* venues_keep_one - saves or loads which of them *venue is; NULL is none. */
void venues_keep_one(const struct venues *v, const struct venue **venue, struct state *state);

void venues_free(struct venues *v);

#endif
