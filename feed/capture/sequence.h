/* sequence.h - whether numbered streams of messages come without a gap, for protocols that number the first
 * message of each datagram. */
#ifndef FEED_SEQUENCE_H
#define FEED_SEQUENCE_H

#include <stdint.h>

#define SEQUENCE_KEY_LEN 10 /* what tells streams apart */
#define SEQUENCE_STREAM_MAX 16 /* of more, those met first are forgotten in turn */

enum sequence_result {
    SEQUENCE_IN_ORDER,
    SEQUENCE_GAP, /* messages are missing before these */
    SEQUENCE_BACK, /* messages that were there before, or that come late */
};

struct sequence_stream {
    unsigned char key[SEQUENCE_KEY_LEN];
    uint64_t next; /* number of the message that is to come */
};

/* All zero: no stream is known. */
struct sequences {
    struct sequence_stream stream[SEQUENCE_STREAM_MAX];
    uint32_t cnt;
    uint32_t last; /* the stream met last */
    uint32_t oldest; /* the one to be forgotten when there are too many */
};

/* sequence_check - cnt messages (0: none, but the number is told) of the stream `key`, the first numbered
 * `first`.  A stream met first is in order. */
enum sequence_result sequence_check(struct sequences *seen, const unsigned char key[SEQUENCE_KEY_LEN],
                                    uint64_t first, uint32_t cnt);

#endif
