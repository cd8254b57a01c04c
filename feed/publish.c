#include "feed/publish.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "exitcode.h"
#include "log.h"

#define WAIT_NS (50 * TR_NS_PER_MS) /* between two looks whether to stop */

/* The ends of a name: with its length they tell names of up to 16 bytes apart, without a call. */
static inline void name_ends(const char *text, size_t len, uint64_t ends[2])
{
    uint32_t low;
    uint32_t high;
    ends[0] = ends[1] = 0;
    if (len >= 8) {
        memcpy(&ends[0], text, 8);
        memcpy(&ends[1], text + len - 8, 8);
    } else if (len >= 4) {
        memcpy(&low, text, 4);
        memcpy(&high, text + len - 4, 4);
        ends[0] = low | (uint64_t)high << 32;
    } else {
        for (size_t i = 0; i < len; i++)
            ends[0] |= (uint64_t)(unsigned char)text[i] << (8 * i);
    }
}

/* Names are not empty, so an empty entry is never the same. */
static inline bool same_name(const struct publish_name *name, const uint64_t ends[2], const char *text,
                             size_t len)
{
    return name->len == len && name->ends[0] == ends[0] && name->ends[1] == ends[1]
           && (len <= 16 || memcmp(name->text, text, len) == 0);
}

static inline size_t cache_index(const uint64_t ends[2], size_t len)
{
    uint64_t h = (ends[0] ^ len) * UINT64_C(0x9E3779B97F4A7C15);
    h = (h ^ h >> 32 ^ ends[1]) * UINT64_C(0xD6E8FEB86659FD93);
    return (h >> 32) % PUBLISH_NAME_CACHE;
}

typedef int name_fn(struct tr_producer *p, const char *text, size_t len, uint16_t *id);

/* Asks the ring for a name that is not in its place of the cache.  Returns NULL with *rc set if the table is
 * full. */
static const struct publish_name *learn_name(struct publisher *pub, struct publish_name *entry,
                                             name_fn *number, const char *text, size_t len, int *rc)
{
    uint16_t id;
    *rc = number(&pub->ring, text, len, &id);
    if (*rc != 0)
        return NULL;
    entry->id = id;
    entry->len = (uint8_t)len;
    name_ends(text, len, entry->ends);
    memcpy(entry->text, text, len);
    entry->hash = tr_digest_name(text, len);
    return entry;
}

/* A name's number and hash: those of the tick before, or in the cache, or asked for. */
static inline const struct publish_name *find_name(struct publisher *pub, const struct publish_name **last,
                                                   struct publish_name *cache, name_fn *number,
                                                   const char *text, size_t len, int *rc)
{
    uint64_t ends[2];
    name_ends(text, len, ends);
    if (*last != NULL && same_name(*last, ends, text, len))
        return *last;
    struct publish_name *entry = &cache[cache_index(ends, len)];
    *last = same_name(entry, ends, text, len) ? entry : learn_name(pub, entry, number, text, len, rc);
    return *last;
}

void publisher_init(struct publisher *pub)
{
    pub->no_venue = (struct publish_name){.id = TR_VENUE_NONE, .hash = tr_digest_name("", 0)};
    tr_digest_init(&pub->digest);
}

/* Puts the record at the end of the batch, which the caller then makes longer or not. */
static int fill(struct publisher *pub, const struct source_record *rec)
{
    int rc = 0;
    const struct publish_name *venue = &pub->no_venue;
    const struct publish_name *symbol =
        find_name(pub, &pub->last_symbol, pub->symbol, tr_producer_symbol, rec->symbol, rec->symbol_len, &rc);
    if (symbol != NULL && rec->venue_len > 0)
        venue =
            find_name(pub, &pub->last_venue, pub->venue, tr_producer_venue, rec->venue, rec->venue_len, &rc);
    if (symbol == NULL || venue == NULL)
        return rc;
    struct tr_tick *tick = &pub->batch[pub->batch_cnt];
    *tick = rec->tick;
    tick->symbol = symbol->id;
    tick->venue = venue->id;
    pub->symbol_hash[pub->batch_cnt] = symbol->hash;
    pub->venue_hash[pub->batch_cnt] = venue->hash;
    return 0;
}

/* Counts ticks from .. from + cnt - 1 of the batch as published. */
static void count(struct publisher *pub, uint32_t from, uint32_t cnt)
{
    if (cnt == 0)
        return;
    if (pub->published == 0)
        pub->first_ts_ns = pub->batch[from].ts_event_ns;
    pub->last_ts_ns = pub->batch[from + cnt - 1].ts_event_ns;
    pub->published += cnt;
    for (uint32_t i = from; pub->wants_digest && i < from + cnt; i++)
        tr_digest_tick(&pub->digest, &pub->batch[i], pub->symbol_hash[i], pub->venue_hash[i]);
}

static void stamp(struct tr_tick *tick, uint32_t cnt, int64_t now_ns)
{
    for (uint32_t i = 0; i < cnt; i++)
        tick[i].ts_pub_ns = now_ns;
}

int publisher_housekeep(struct publisher *pub, int64_t now_ns)
{
    int rc = tr_producer_housekeep(&pub->ring, now_ns);
    audience_look(&pub->audience, &pub->ring);
    waits_tell(&pub->waits, &pub->ring, now_ns, false);
    queues_look(&pub->queues, &pub->ring, now_ns, false);
    return rc;
}

/* The gate is shut.  0: there is room. */
static int wait_for_room(struct publisher *pub)
{
    int64_t begin_ns = tr_now_ns();
    int rc = 0;
    waits_begin(&pub->waits, &pub->ring, begin_ns);
    queues_look(&pub->queues, &pub->ring, begin_ns, true);
    while (rc == 0 && tr_producer_wait(&pub->ring, WAIT_NS) != TR_OK) {
        int64_t now_ns = tr_now_ns();
        waits_look(&pub->waits, &pub->ring);
        if (pub->stopped())
            rc = -ECANCELED;
        else if (pub->patience_ns >= 0 && now_ns - begin_ns >= pub->patience_ns)
            rc = -ETIMEDOUT;
        if (rc == 0 && pub->waiting != NULL)
            pub->waiting(pub->waiting_arg, pub);
        if (rc == 0)
            rc = publisher_housekeep(pub, now_ns);
    }
    waits_end(&pub->waits, tr_now_ns());
    return rc;
}

int publisher_offer(struct publisher *pub)
{
    int64_t now_ns = tr_now_ns();
    stamp(pub->batch, pub->batch_cnt, now_ns);
    uint32_t cnt = tr_publish_batch(&pub->ring, pub->batch, pub->batch_cnt);
    count(pub, 0, cnt);
    pub->batch_cnt -= cnt;
    memmove(pub->batch, pub->batch + cnt, pub->batch_cnt * sizeof(pub->batch[0]));
    memmove(pub->symbol_hash, pub->symbol_hash + cnt, pub->batch_cnt * sizeof(pub->symbol_hash[0]));
    memmove(pub->venue_hash, pub->venue_hash + cnt, pub->batch_cnt * sizeof(pub->venue_hash[0]));
    return publisher_housekeep(pub, now_ns);
}

int publisher_flush(struct publisher *pub)
{
    uint32_t done = 0;
    int rc = 0;
    while (done < pub->batch_cnt && rc == 0) {
        uint32_t left = pub->batch_cnt - done;
        int64_t now_ns = tr_now_ns(); /* once more after every wait: latency counts from here */
        stamp(&pub->batch[done], left, now_ns);
        uint32_t cnt = tr_publish_batch(&pub->ring, &pub->batch[done], left);
        count(pub, done, cnt);
        done += cnt;
        rc = publisher_housekeep(pub, now_ns);
        if (cnt > 0 || rc != 0)
            continue;
        if (pub->policy == PUBLISH_BLOCK) {
            rc = wait_for_room(pub);
        } else {
            tr_producer_drop(&pub->ring, left);
            pub->dropped += left;
            done += left;
        }
    }
    pub->batch_cnt = 0;
    return rc;
}

int publisher_add(struct publisher *pub, const struct source_record *rec)
{
    bool seen = publisher_is_seen(pub);
    int rc = fill(pub, rec);
    if (rc != 0)
        return rc;
    pub->taken_cnt++;
    if (seen) { /* the batch is empty still */
        if (pub->wants_digest)
            tr_digest_tick(&pub->digest, &pub->batch[0], pub->symbol_hash[0], pub->venue_hash[0]);
        return 0;
    }
    pub->batch_cnt++;
    return pub->batch_cnt == PUBLISH_BATCH ? publisher_flush(pub) : 0;
}

#define WHY_LEN 96

/* The exit code of an error, and its words. */
static int explain(int rc, char why[WHY_LEN])
{
    switch (-rc) {
    case ECANCELED: /* stopped by a signal */
        return 0;
    case ENOSPC:
        snprintf(why, WHY_LEN, "more symbols (%d) or venues (%d) than a lane holds, use several feeds",
                 TR_SYMBOL_CNT_MAX, TR_VENUE_CNT_MAX);
        return EXIT_CODE_TEMPFAIL;
    case ETIMEDOUT:
        snprintf(why, WHY_LEN, "buffer full for too long, a consumer does not read: see which with shmmon");
        return EXIT_CODE_TEMPFAIL;
    case ESTALE:
        snprintf(why, WHY_LEN, "the ring was removed while in use, start feed and consumers again");
        return EXIT_CODE_UNAVAILABLE;
    case EIO:
        snprintf(why, WHY_LEN, "the segment was truncated under us, remove it and start again");
        return EXIT_CODE_IO;
    default:
        snprintf(why, WHY_LEN, "publishing failed with error %d", -rc);
        return EXIT_CODE_FAILED;
    }
}

int publisher_tell(struct publisher *pub, int rc)
{
    char why[WHY_LEN];
    int code = explain(rc, why);
    if (code != 0 && rc != pub->told_rc)
        log_error(pub->ring.seg.name, "%s", why);
    pub->told_rc = rc;
    return code;
}
