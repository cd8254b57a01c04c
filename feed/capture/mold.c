#include "mold.h"

#include <stdlib.h>
#include <string.h>

#include "exitcode.h"
#include "feed/itch/itch.h"
#include "newyork.h"
#include "sequence.h"
#include "timetext.h"
#include "feed/source/wire.h"

#define SESSION_LEN SEQUENCE_KEY_LEN
#define AT_SEQUENCE 10
#define AT_MESSAGE_CNT 18
#define HEADER_LEN 20
#define CNT_END 0xFFFF /* the session is over; 0 messages: a heartbeat */
#define LENGTH_LEN 2 /* before each message */
#define LEAST_BEHIND_UTC_NS (4 * 3600 * TIME_NS_PER_S) /* New York's clocks in summer */

struct session {
    unsigned char name[SESSION_LEN];
    uint16_t port;
    struct itch *itch; /* NULL: a free place */
};

struct mold {
    struct source *src;
    struct source_identity id;
    struct sequences sequences;
    struct session session[MOLD_SESSION_MAX];
    struct outbox box;
    /* The packet that is read. */
    struct itch *itch;
    const unsigned char *packet;
    size_t at; /* of the next message */
    size_t end;
    uint64_t offset;
    int64_t ts_recv_ns;
};

struct mold *mold_new(struct source *src, const struct source_identity *id)
{
    struct mold *mold = calloc(1, sizeof(*mold));
    if (mold == NULL)
        return NULL;
    mold->src = src;
    mold->id = *id;
    return mold;
}

void mold_free(struct mold *mold)
{
    if (mold == NULL)
        return;
    for (unsigned i = 0; i < MOLD_SESSION_MAX; i++)
        itch_free(mold->session[i].itch);
    outbox_free(&mold->box);
    free(mold);
}

static bool is_filled(const unsigned char *packet, size_t len)
{
    uint16_t cnt = wire_be16(packet + AT_MESSAGE_CNT);
    size_t at = HEADER_LEN;
    if (cnt == CNT_END)
        cnt = 0;
    for (; cnt > 0 && len - at >= LENGTH_LEN; cnt--) {
        size_t message_len = LENGTH_LEN + (size_t)wire_be16(packet + at);
        if (message_len > len - at)
            return false;
        at += message_len;
    }
    return cnt == 0 && at == len;
}

static const struct session *find(const struct mold *mold, const unsigned char *name)
{
    for (unsigned i = 0; i < MOLD_SESSION_MAX; i++)
        if (mold->session[i].itch != NULL && memcmp(mold->session[i].name, name, SESSION_LEN) == 0)
            return &mold->session[i];
    return NULL;
}

enum mold_kind mold_kind(const struct mold *mold, const unsigned char *payload, size_t len, uint16_t port)
{
    if (len < HEADER_LEN)
        return MOLD_NONE;
    if (is_filled(payload, len))
        return MOLD_PACKET;
    const struct session *session = find(mold, payload);
    return session != NULL && session->port == port ? MOLD_DAMAGED : MOLD_NONE;
}

/* Midnight UTC of the date that clocks in New York show. */
static int64_t day_in_newyork(int64_t utc_ns)
{
    int64_t day_ns = (utc_ns - LEAST_BEHIND_UTC_NS) / TIME_NS_PER_DAY * TIME_NS_PER_DAY;
    return utc_ns >= newyork_day(day_ns).utc_ns ? day_ns : day_ns - TIME_NS_PER_DAY;
}

static struct itch *new_decoder(const struct mold *mold, int64_t ts_recv_ns)
{
    struct source_identity id = mold->id;
    if (!id.has_day && ts_recv_ns >= TIME_NS_PER_DAY) {
        id.has_day = true;
        id.day_ns = day_in_newyork(ts_recv_ns);
    }
    return itch_new(mold->src, &id);
}

static struct session *free_place(struct mold *mold)
{
    for (unsigned i = 0; i < MOLD_SESSION_MAX; i++)
        if (mold->session[i].itch == NULL)
            return &mold->session[i];
    return NULL;
}

/* The decoder of the packet's session, a new one where none is known. */
static enum source_result find_decoder(struct mold *mold, const unsigned char *name, uint16_t port,
                                       int64_t ts_recv_ns)
{
    const struct session *known = find(mold, name);
    if (known != NULL) {
        mold->itch = known->itch;
        return SOURCE_OK;
    }
    struct session *session = free_place(mold);
    if (session == NULL) {
        source_fail(mold->src, EXIT_CODE_TEMPFAIL, "more than %d sessions of MoldUDP64 at once",
                    MOLD_SESSION_MAX);
        return SOURCE_FATAL;
    }
    session->itch = mold->itch = new_decoder(mold, ts_recv_ns);
    if (session->itch == NULL) {
        source_fail(mold->src, EXIT_CODE_FAILED, "out of memory");
        return SOURCE_FATAL;
    }
    memcpy(session->name, name, SESSION_LEN);
    session->port = port;
    return SOURCE_OK;
}

static void end_session(struct mold *mold, const unsigned char *name)
{
    for (unsigned i = 0; i < MOLD_SESSION_MAX; i++) {
        struct session *session = &mold->session[i];
        if (session->itch == NULL || memcmp(session->name, name, SESSION_LEN) != 0)
            continue;
        itch_free(session->itch);
        session->itch = NULL;
    }
}

/* The orders of all its messages come into the cache while the first is worked on. */
static void expect_messages(const struct mold *mold)
{
    for (size_t at = mold->at; at < mold->end;) {
        size_t len = wire_be16(mold->packet + at);
        at += LENGTH_LEN;
        if (len > 0)
            itch_expect(mold->itch, mold->packet + at, len);
        at += len;
    }
}

static void check_sequence(struct mold *mold, const unsigned char *packet, uint16_t cnt, uint64_t offset)
{
    switch (sequence_check(&mold->sequences, packet, wire_be64(packet + AT_SEQUENCE), cnt)) {
    case SEQUENCE_GAP:
        source_note_at(mold->src, "MoldUDP64 sequence gap: messages are missing", offset);
        break;
    case SEQUENCE_BACK:
        source_note_at(mold->src, "MoldUDP64 sequence going back: messages come again or late", offset);
        break;
    case SEQUENCE_IN_ORDER:
        break;
    }
}

enum source_result mold_begin(struct mold *mold, const unsigned char *payload, size_t len, uint16_t port,
                              uint64_t offset, int64_t ts_recv_ns)
{
    uint16_t cnt = wire_be16(payload + AT_MESSAGE_CNT);
    mold->at = mold->end = HEADER_LEN;
    check_sequence(mold, payload, cnt == CNT_END ? 0 : cnt, offset);
    if (cnt == CNT_END)
        end_session(mold, payload);
    if (cnt == 0 || cnt == CNT_END)
        return SOURCE_OK;
    enum source_result result = find_decoder(mold, payload, port, ts_recv_ns);
    if (result != SOURCE_OK)
        return result;
    mold->packet = payload;
    mold->end = len;
    mold->offset = offset;
    mold->ts_recv_ns = ts_recv_ns;
    expect_messages(mold);
    return SOURCE_OK;
}

static enum source_result take_message(struct mold *mold)
{
    const unsigned char *message = mold->packet + mold->at + LENGTH_LEN;
    size_t len = wire_be16(mold->packet + mold->at);
    uint64_t offset = mold->offset + mold->at + LENGTH_LEN;
    mold->at += LENGTH_LEN + len;
    if (len > 0)
        return itch_message(mold->itch, message, len, offset, &mold->box);
    source_note_at(mold->src, "empty message of MoldUDP64", offset);
    return SOURCE_OK;
}

static void take_record(struct mold *mold, struct source_record *rec)
{
    outbox_take(&mold->box, rec);
    rec->ts_recv_ns = mold->ts_recv_ns;
    if (rec->tick.kind != TR_TICK_TRADE || mold->ts_recv_ns == 0)
        return;
    rec->tick.ts_recv_ns = mold->ts_recv_ns;
    rec->tick.flags |= TR_TICK_HAS_RECV;
}

enum source_result mold_next(struct mold *mold, struct source_record *rec)
{
    while (outbox_is_empty(&mold->box)) {
        if (mold->at == mold->end)
            return SOURCE_END;
        enum source_result result = take_message(mold);
        if (result != SOURCE_OK)
            return result;
    }
    take_record(mold, rec);
    return SOURCE_OK;
}
