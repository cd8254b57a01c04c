/* crc32c.h - CRC-32C (Castagnoli: polynomial 0x1EDC6F41, reflected, first and last inverted), the check
 * of headers and checkpoints.  Portable and byte by byte: nothing hot uses it. */
#ifndef TR_CRC32C_H
#define TR_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* tr_crc32c - the checksum of len bytes that follow those whose checksum is crc; 0 begins.
 * tr_crc32c(tr_crc32c(0, a), b) equals the checksum of a and b together. */
uint32_t tr_crc32c(uint32_t crc, const void *bytes, size_t len);

#endif
