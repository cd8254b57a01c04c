/* capture.h - the packets of a capture file, pcap or pcapng, one by one from the input of a source.
 *
 * Sources: the Internet drafts draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng.
 *
 * Why not libpcap: it reads from a FILE and blocks there, so that a stopped feed or a silent pipe could not be
 * left; after a signal it cannot go on where it was; it refuses a pcapng file whose interfaces have different
 * link types; and what unpacks compressed input would have to be told to it.  The two formats are small. */
#ifndef FEED_CAPTURE_H
#define FEED_CAPTURE_H

#include "feed/source/source.h"

#define CAPTURE_PACKET_MAX (1 << 18) /* bytes of one packet, as tcpdump's own limit */
#define CAPTURE_BLOCK_MAX (1 << 24) /* bytes of a block of pcapng that is passed over */
#define CAPTURE_INTERFACE_MAX 1024 /* of one section of pcapng */

/* What packets were captured from: its link type and how it tells time (pcap files have one). */
struct capture_interface {
    uint32_t link; /* LINKTYPE_ of the tcpdump registry */
    uint32_t snap_len; /* longest packet it keeps; 0: no limit */
    /* Nanoseconds of a time t: (t * mul >> shift) / div, rounded down, and offset_s seconds. */
    uint64_t mul;
    uint64_t div;
    uint8_t shift;
    int64_t offset_s;
};

struct capture {
    bool is_ng;
    bool is_big; /* byte order of the file, of the section in pcapng */
    bool in_section; /* pcapng: there was a section header */
    uint32_t frac_ns; /* pcap: unit of the fraction of a second */
    uint32_t interface_cnt;
    uint32_t pass_len; /* pcapng: bytes of a block to be passed over that are left */
    uint32_t pass_total_len;
    uint64_t pass_offset; /* where that block begins */
    size_t held_len; /* bytes of the input that the packet handed out last lies in */
    struct capture_interface interface[CAPTURE_INTERFACE_MAX];
};

struct capture_packet {
    const unsigned char *bytes; /* valid until the next call */
    size_t len; /* at most CAPTURE_PACKET_MAX */
    bool is_cut; /* the wire carried more bytes than were captured */
    uint32_t link;
    int64_t ts_ns; /* when it was captured, since 1970 UTC; 0: the file does not say */
    uint64_t offset; /* of `bytes` in the input */
};

/* capture_detect - whether a file that begins with these bytes is a capture, also of a kind that is not read. */
bool capture_detect(const char *bytes, size_t len);

/* capture_open - reads the header of the file; cap is all zero.
 * 0; -1 with error and exit_code: not a capture, or one of a kind that is not read; exit_code 0: interrupted,
 * may be called again. */
int capture_open(struct capture *cap, struct source *src);

/* capture_next - the next packet.
 * SOURCE_OK; SOURCE_END; SOURCE_BAD: a packet that says what cannot be, the next call goes on after it;
 * SOURCE_FATAL: broken framing, or the file is cut; SOURCE_AGAIN. */
enum source_result capture_next(struct capture *cap, struct source *src, struct capture_packet *packet);

#endif
