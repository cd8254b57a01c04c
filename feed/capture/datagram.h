/* datagram.h - from a captured packet to the payload of its UDP datagram.
 *
 * Sources: the link types of the tcpdump registry, IEEE 802.1Q, RFC 791 (IPv4), RFC 8200 (IPv6), RFC 768 (UDP).
 * Checksums are not looked at: a capture on the sending machine has them before they are computed. */
#ifndef FEED_DATAGRAM_H
#define FEED_DATAGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum datagram_result {
    DATAGRAM_OK, /* a whole UDP datagram */
    DATAGRAM_OTHER, /* a packet of another protocol */
    DATAGRAM_FRAGMENT, /* of IP: nothing is put together here */
    DATAGRAM_BAD, /* lengths that do not fit */
};

struct datagram {
    const unsigned char *payload; /* BAD: where in the packet it is wrong */
    size_t len;
    uint16_t port; /* destination */
    const char *why; /* BAD: what is wrong */
};

/* datagram_reads - whether packets of this link type are understood. */
bool datagram_reads(uint32_t link);

/* datagram_find - the datagram in packet[0..len), a whole packet of a link type that is understood. */
enum datagram_result datagram_find(uint32_t link, const unsigned char *packet, size_t len,
                                   struct datagram *out);

#endif
