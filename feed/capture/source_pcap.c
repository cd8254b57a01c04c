/* Captured packets: IEX-TP with TOPS or DEEP, MoldUDP64 with ITCH 5.0.  The name of a record's parts lies in
 * the packet, so that it is held until the last record of it was handed out. */
#include <stdlib.h>

#include "capture.h"
#include "datagram.h"
#include "exitcode.h"
#include "iex.h"
#include "mold.h"
#include "feed/source/sources.h"

/* Who has read the datagram before, or still does. */
enum reader { READER_NONE, READER_IEX, READER_MOLD };

struct pcap_state {
    struct iex *iex;
    struct mold *mold;
    enum reader reader;
    struct capture capture;
};

static void pcap_close(struct source *src)
{
    struct pcap_state *st = src->state;
    iex_free(st->iex);
    mold_free(st->mold);
    free(st);
    src->state = NULL;
}

static int make_readers(struct source *src, struct pcap_state *st)
{
    struct source_identity id;
    if (source_identity(src, "iex", &id) != 0)
        return -1;
    st->iex = iex_new(src, &id);
    if (source_identity(src, "nasdaq", &id) != 0)
        return -1;
    st->mold = mold_new(src, &id);
    if (st->iex == NULL || st->mold == NULL)
        return source_fail(src, EXIT_CODE_FAILED, "out of memory");
    return 0;
}

/* A pcapng file may have interfaces of several link types: there a packet is looked at by itself. */
static int check_link(struct source *src, const struct capture *capture)
{
    if (capture->is_ng || datagram_reads(capture->interface[0].link))
        return 0;
    return source_fail(
        src, EXIT_CODE_DATA,
        "packets of link type %u, which is not read (Ethernet, raw IP, Linux cooked and loopback"
        " are)",
        capture->interface[0].link);
}

static int pcap_open(struct source *src)
{
    struct pcap_state *st = calloc(1, sizeof(*st));
    if (st == NULL)
        return source_fail(src, EXIT_CODE_FAILED, "out of memory");
    src->state = st;
    int rc = make_readers(src, st);
    if (rc == 0)
        rc = capture_open(&st->capture, src);
    if (rc == 0)
        rc = check_link(src, &st->capture);
    if (rc != 0)
        pcap_close(src);
    return rc;
}

static enum source_result pass_packet(struct source *src, const char *kind, uint64_t offset)
{
    if (kind != NULL)
        source_note_at(src, kind, offset);
    src->counts.skipped_cnt++;
    return SOURCE_OK;
}

/* Begins to read the datagram if its protocol is known. */
static enum source_result take_datagram(struct source *src, struct pcap_state *st,
                                        const struct capture_packet *packet, const struct datagram *datagram)
{
    const unsigned char *payload = datagram->payload;
    uint64_t offset = packet->offset + (uint64_t)(payload - packet->bytes);
    switch (iex_kind(payload, datagram->len)) {
    case IEX_READ:
        st->reader = READER_IEX;
        return iex_begin(st->iex, payload, datagram->len, offset, packet->ts_ns);
    case IEX_FOREIGN:
        return pass_packet(src, "IEX-TP datagram with messages that are not read", offset);
    case IEX_NONE:
        break;
    }
    switch (mold_kind(st->mold, payload, datagram->len, datagram->port)) {
    case MOLD_PACKET:
        st->reader = READER_MOLD;
        return mold_begin(st->mold, payload, datagram->len, datagram->port, offset, packet->ts_ns);
    case MOLD_DAMAGED:
        return source_bad_at(src, BAD_MESSAGE, offset, "the messages of a MoldUDP64 packet do not fill it");
    case MOLD_NONE:
        break;
    }
    return pass_packet(src, "datagram of no known protocol", offset);
}

static enum source_result take_packet(struct source *src, struct pcap_state *st,
                                      const struct capture_packet *packet)
{
    struct datagram datagram;
    if (packet->is_cut)
        return pass_packet(src, "packet cut short by the capture", packet->offset);
    if (!datagram_reads(packet->link))
        return pass_packet(src, "packet of a link type that is not read", packet->offset);
    switch (datagram_find(packet->link, packet->bytes, packet->len, &datagram)) {
    case DATAGRAM_OK:
        return take_datagram(src, st, packet, &datagram);
    case DATAGRAM_FRAGMENT:
        return pass_packet(src, "fragment of a datagram", packet->offset);
    case DATAGRAM_BAD:
        return source_bad_at(src, BAD_MESSAGE, packet->offset + (uint64_t)(datagram.payload - packet->bytes),
                             "packet: %s", datagram.why);
    case DATAGRAM_OTHER:
        break;
    }
    return pass_packet(src, NULL, packet->offset);
}

static enum source_result next_of_datagram(struct pcap_state *st, struct source_record *rec)
{
    switch (st->reader) {
    case READER_IEX:
        return iex_next(st->iex, rec);
    case READER_MOLD:
        return mold_next(st->mold, rec);
    case READER_NONE:
        break;
    }
    return SOURCE_END;
}

static enum source_result pcap_next(struct source *src, struct source_record *rec)
{
    struct pcap_state *st = src->state;
    enum source_result result;
    while ((result = next_of_datagram(st, rec)) == SOURCE_END) {
        struct capture_packet packet;
        result = capture_next(&st->capture, src, &packet);
        if (result == SOURCE_OK)
            result = take_packet(src, st, &packet);
        if (result != SOURCE_OK)
            return result;
    }
    return result;
}

const struct source_ops source_pcap = {
    .name = "pcap",
    .help = "captures (pcap, pcapng): IEX TOPS and DEEP, ITCH in MoldUDP64",
    .detect = capture_detect,
    .open = pcap_open,
    .next = pcap_next,
    .close = pcap_close,
};
