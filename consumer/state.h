/* state.h - everything a consumer knows, as bytes and back: what a checkpoint holds.
 *
 * One function for both directions: where it saves, state_bytes copies out of the field; where it loads, into
 * it.  So what was written is what is read, and a field is named once.  The bytes are those of this build on
 * this machine: a checkpoint says which build wrote it. */
#ifndef CONSUMER_STATE_H
#define CONSUMER_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct state {
    bool loading;
    bool failed; /* saving: out of memory; loading: the bytes do not fit, or a caller said so */
    uint8_t *bytes; /* saving: owned, grows as needed; loading: the caller's */
    size_t len; /* saving: written so far; loading: all there are */
    size_t cap;
    size_t pos; /* loading: read so far */
};

/* state_save - begins to save: forgets what is there, keeps the memory.  All zero is an empty state. */
void state_save(struct state *s);

/* state_load - begins to load from len bytes, which stay the caller's. */
void state_load(struct state *s, const uint8_t *bytes, size_t len);

/* state_bytes - one field of len bytes.  Once the state has failed, loading sets it to zero. */
void state_bytes(struct state *s, void *field, size_t len);

/* state_cnt - a number that says how much follows: loading, more than max fails, and gives 0. */
uint64_t state_cnt(struct state *s, uint64_t cnt, uint64_t max);

/* state_whole - whether all went well, and where it was loaded, to the last byte. */
bool state_whole(const struct state *s);

/* state_free - gives back what saving has allocated. */
void state_free(struct state *s);

#endif
