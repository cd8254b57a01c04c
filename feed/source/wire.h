/* wire.h - integers as they lie in packets and files: of either byte order, at any address. */
#ifndef FEED_WIRE_H
#define FEED_WIRE_H

#include <endian.h>
#include <stdint.h>
#include <string.h>

static inline uint16_t wire_le16(const unsigned char *at)
{
    uint16_t n;
    memcpy(&n, at, sizeof(n));
    return le16toh(n);
}

static inline uint32_t wire_le32(const unsigned char *at)
{
    uint32_t n;
    memcpy(&n, at, sizeof(n));
    return le32toh(n);
}

static inline uint64_t wire_le64(const unsigned char *at)
{
    uint64_t n;
    memcpy(&n, at, sizeof(n));
    return le64toh(n);
}

static inline uint16_t wire_be16(const unsigned char *at)
{
    uint16_t n;
    memcpy(&n, at, sizeof(n));
    return be16toh(n);
}

static inline uint32_t wire_be32(const unsigned char *at)
{
    uint32_t n;
    memcpy(&n, at, sizeof(n));
    return be32toh(n);
}

static inline uint64_t wire_be64(const unsigned char *at)
{
    uint64_t n;
    memcpy(&n, at, sizeof(n));
    return be64toh(n);
}

#endif
