#include "datagram.h"

#include "feed/source/wire.h"

/* Link types. */
#define LINK_NULL 0 /* loopback of the BSDs: 4 bytes with the address family in the order of the machine */
#define LINK_ETHERNET 1
#define LINK_RAW 101 /* the packet begins with its IP header */
#define LINK_LOOP 108 /* loopback of OpenBSD: as null, big-endian */
#define LINK_SLL 113 /* the "any" interface of Linux */
#define LINK_IPV4 228
#define LINK_IPV6 229
#define LINK_SLL2 276

#define ETHERNET_HEADER_LEN 14
#define SLL_HEADER_LEN 16
#define SLL2_HEADER_LEN 20
#define LOOPBACK_HEADER_LEN 4
#define VLAN_TAG_LEN 4

enum ethertype {
    ETHERTYPE_IPV4 = 0x0800,
    ETHERTYPE_VLAN = 0x8100,
    ETHERTYPE_IPV6 = 0x86DD,
    ETHERTYPE_QINQ = 0x88A8,
    ETHERTYPE_QINQ_OLD = 0x9100,
};

#define FAMILY_IPV4 2 /* everywhere; IPv6 has a number on each system */

enum protocol {
    PROTOCOL_HOP_BY_HOP = 0,
    PROTOCOL_UDP = 17,
    PROTOCOL_ROUTING = 43,
    PROTOCOL_FRAGMENT = 44,
    PROTOCOL_DESTINATION = 60,
};

#define IPV4_HEADER_MIN 20
#define IPV4_MORE_FRAGMENTS 0x2000
#define IPV4_OFFSET_MASK 0x1FFF
#define IPV6_HEADER_LEN 40
#define IPV6_EXTENSION_UNIT 8
#define UDP_HEADER_LEN 8

/* What is left of the packet. */
struct rest {
    const unsigned char *at;
    size_t len;
};

static enum datagram_result bad(struct datagram *out, struct rest rest, const char *why)
{
    out->payload = rest.at;
    out->why = why;
    return DATAGRAM_BAD;
}

static void drop(struct rest *rest, size_t n)
{
    rest->at += n;
    rest->len -= n;
}

static enum datagram_result find_udp(struct rest rest, struct datagram *out)
{
    if (rest.len < UDP_HEADER_LEN)
        return bad(out, rest, "the UDP header is cut");
    uint16_t len = wire_be16(rest.at + 4);
    if (len < UDP_HEADER_LEN || len > rest.len)
        return bad(out, rest, "the length in the UDP header does not fit the packet");
    out->port = wire_be16(rest.at + 2);
    out->payload = rest.at + UDP_HEADER_LEN;
    out->len = len - UDP_HEADER_LEN;
    return DATAGRAM_OK;
}

/* Behind the packet the frame may be padded. */
static enum datagram_result find_in_ipv4(struct rest rest, struct datagram *out)
{
    if (rest.len < IPV4_HEADER_MIN)
        return bad(out, rest, "the IPv4 header is cut");
    size_t header_len = (rest.at[0] & 0x0Fu) * 4;
    if (rest.at[0] >> 4 != 4 || header_len < IPV4_HEADER_MIN)
        return bad(out, rest, "not an IPv4 header");
    if (rest.at[9] != PROTOCOL_UDP)
        return DATAGRAM_OTHER;
    size_t packet_len = wire_be16(rest.at + 2);
    if (packet_len < header_len || packet_len > rest.len)
        return bad(out, rest, "the length in the IPv4 header does not fit the packet");
    if ((wire_be16(rest.at + 6) & (IPV4_MORE_FRAGMENTS | IPV4_OFFSET_MASK)) != 0)
        return DATAGRAM_FRAGMENT;
    rest.len = packet_len;
    drop(&rest, header_len);
    return find_udp(rest, out);
}

static bool is_extension(uint8_t protocol)
{
    return protocol == PROTOCOL_HOP_BY_HOP || protocol == PROTOCOL_ROUTING
           || protocol == PROTOCOL_DESTINATION;
}

static enum datagram_result find_in_ipv6(struct rest rest, struct datagram *out)
{
    if (rest.len < IPV6_HEADER_LEN)
        return bad(out, rest, "the IPv6 header is cut");
    if (rest.at[0] >> 4 != 6)
        return bad(out, rest, "not an IPv6 header");
    uint8_t protocol = rest.at[6];
    size_t payload_len = wire_be16(rest.at + 4);
    if (payload_len > rest.len - IPV6_HEADER_LEN)
        return bad(out, rest, "the length in the IPv6 header does not fit the packet");
    drop(&rest, IPV6_HEADER_LEN);
    rest.len = payload_len;
    while (is_extension(protocol)) {
        size_t extension_len = rest.len < 2 ? IPV6_EXTENSION_UNIT : (rest.at[1] + 1u) * IPV6_EXTENSION_UNIT;
        if (extension_len > rest.len)
            return bad(out, rest, "an IPv6 extension header goes beyond the packet");
        protocol = rest.at[0];
        drop(&rest, extension_len);
    }
    if (protocol == PROTOCOL_FRAGMENT)
        return DATAGRAM_FRAGMENT;
    return protocol == PROTOCOL_UDP ? find_udp(rest, out) : DATAGRAM_OTHER;
}

static bool is_vlan(uint16_t type)
{
    return type == ETHERTYPE_VLAN || type == ETHERTYPE_QINQ || type == ETHERTYPE_QINQ_OLD;
}

static enum datagram_result find_by_ethertype(uint16_t type, struct rest rest, struct datagram *out)
{
    while (is_vlan(type)) {
        if (rest.len < VLAN_TAG_LEN)
            return bad(out, rest, "a VLAN tag is cut");
        type = wire_be16(rest.at + 2);
        drop(&rest, VLAN_TAG_LEN);
    }
    if (type == ETHERTYPE_IPV4)
        return find_in_ipv4(rest, out);
    return type == ETHERTYPE_IPV6 ? find_in_ipv6(rest, out) : DATAGRAM_OTHER;
}

/* A link header of header_len bytes that has the Ethernet type at type_at. */
static enum datagram_result find_behind(size_t header_len, size_t type_at, struct rest rest,
                                        struct datagram *out)
{
    if (rest.len < header_len)
        return bad(out, rest, "the link header is cut");
    uint16_t type = wire_be16(rest.at + type_at);
    drop(&rest, header_len);
    return find_by_ethertype(type, rest, out);
}

static enum datagram_result find_raw(struct rest rest, struct datagram *out)
{
    if (rest.len == 0)
        return bad(out, rest, "an empty packet");
    return rest.at[0] >> 4 == 6 ? find_in_ipv6(rest, out) : find_in_ipv4(rest, out);
}

static bool is_ipv6_family(uint32_t family)
{
    return family == 10 || family == 24 || family == 28 || family == 30;
}

static enum datagram_result find_in_loopback(struct rest rest, struct datagram *out)
{
    if (rest.len < LOOPBACK_HEADER_LEN)
        return bad(out, rest, "the link header is cut");
    uint32_t little = wire_le32(rest.at);
    uint32_t big = wire_be32(rest.at);
    drop(&rest, LOOPBACK_HEADER_LEN);
    if (little == FAMILY_IPV4 || big == FAMILY_IPV4)
        return find_in_ipv4(rest, out);
    return is_ipv6_family(little) || is_ipv6_family(big) ? find_in_ipv6(rest, out) : DATAGRAM_OTHER;
}

bool datagram_reads(uint32_t link)
{
    switch (link) {
    case LINK_NULL:
    case LINK_ETHERNET:
    case LINK_RAW:
    case LINK_LOOP:
    case LINK_SLL:
    case LINK_IPV4:
    case LINK_IPV6:
    case LINK_SLL2:
        return true;
    default:
        return false;
    }
}

enum datagram_result datagram_find(uint32_t link, const unsigned char *packet, size_t len,
                                   struct datagram *out)
{
    struct rest rest = {packet, len};
    switch (link) {
    case LINK_ETHERNET:
        return find_behind(ETHERNET_HEADER_LEN, 12, rest, out);
    case LINK_SLL:
        return find_behind(SLL_HEADER_LEN, 14, rest, out);
    case LINK_SLL2:
        return find_behind(SLL2_HEADER_LEN, 0, rest, out);
    case LINK_NULL:
    case LINK_LOOP:
        return find_in_loopback(rest, out);
    default:
        return find_raw(rest, out);
    }
}
