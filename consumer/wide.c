#include "consumer/wide.h"

/* part * factor + carry; the carry in and out is below 2^64. */
static wide_half multiply_part(wide_half part, uint64_t factor, wide_half *carry)
{
    wide_half low = (wide_half)(uint64_t)part * factor + *carry;
    wide_half high = (part >> 64) * factor + (low >> 64);
    *carry = high >> 64;
    return high << 64 | (uint64_t)low;
}

void wide_times(struct wide *size, uint64_t factor)
{
    wide_half carry = 0;
    size->low = multiply_part(size->low, factor, &carry);
    size->high = multiply_part(size->high, factor, &carry);
}

static unsigned bits_of(wide_half half)
{
    uint64_t top = (uint64_t)(half >> 64);
    if (top != 0)
        return 128 - (unsigned)__builtin_clzll(top);
    return half != 0 ? 64 - (unsigned)__builtin_clzll((uint64_t)half) : 0;
}

unsigned wide_bits(struct wide size)
{
    return size.high != 0 ? 128 + bits_of(size.high) : bits_of(size.low);
}

struct wide wide_product(wide_half a, wide_half b)
{
    uint64_t a_high = (uint64_t)(a >> 64);
    uint64_t b_high = (uint64_t)(b >> 64);
    wide_half low = (wide_half)(uint64_t)a * (uint64_t)b;
    wide_half one = (wide_half)a_high * (uint64_t)b; /* these two count 64 bits further up */
    wide_half other = (wide_half)(uint64_t)a * b_high;
    wide_half middle = (low >> 64) + (uint64_t)one + (uint64_t)other;
    wide_half high = (wide_half)a_high * b_high + (one >> 64) + (other >> 64) + (middle >> 64);
    return (struct wide){middle << 64 | (uint64_t)low, high};
}

wide_half wide_divide(struct wide *num, wide_half den)
{
    wide_half rest = num->high % den;
    num->high /= den;
    if (rest == 0) {
        rest = num->low % den;
        num->low /= den;
        return rest;
    }
    for (int bit = 0; bit < 128; bit++) {
        rest = rest << 1 | num->low >> 127; /* twice a remainder fits: den <= 2^127 */
        num->low <<= 1;
        if (rest >= den) {
            rest -= den;
            num->low |= 1;
        }
    }
    return rest;
}

void wide_divide_half_even(struct wide *num, wide_half den)
{
    wide_half rest = wide_divide(num, den);
    wide_half missing = den - rest;
    if (rest > missing || (rest == missing && (num->low & 1)))
        wide_add(num, (struct wide){1, 0});
}

/* Bit by bit from the top: root holds what is known of it, shifted so that twice the root, and the square of
 * the bit that is tried, can be taken off at once. */
wide_half wide_root(struct wide square, bool *exact)
{
    struct wide root = {0, 0};
    for (unsigned end = (wide_bits(square) + 1) / 2; end > 0; end--) {
        struct wide bit = wide_shift((struct wide){1, 0}, 2 * (end - 1));
        struct wide tried = root;
        wide_add(&tried, bit);
        root = (struct wide){root.low >> 1 | root.high << 127, root.high >> 1};
        if (wide_compare(square, tried) >= 0) {
            wide_subtract(&square, tried);
            wide_add(&root, bit);
        }
    }
    *exact = square.low == 0 && square.high == 0;
    return root.low;
}
