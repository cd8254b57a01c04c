/* bigendian.h - unsigned integers of a format that stores the highest byte first, at any address. */
#ifndef FEED_BIGENDIAN_H
#define FEED_BIGENDIAN_H

#include <stdint.h>
#include <string.h>

static inline uint16_t big_u16(const unsigned char *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t big_u32(const unsigned char *at)
{
    return (uint32_t)big_u16(at) << 16 | big_u16(at + 2);
}

static inline uint64_t big_u64(const unsigned char *at)
{
    return (uint64_t)big_u32(at) << 32 | big_u32(at + 4);
}

#endif
