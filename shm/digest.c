#include "digest.h"

/* Odd 64-bit numbers without structure: digits of pi, e and the golden ratio. */
static const uint64_t KEY[8] = {
    UINT64_C(0x243f6a8885a308d3), UINT64_C(0x13198a2e03707345), UINT64_C(0xa4093822299f31d1),
    UINT64_C(0x082efa98ec4e6c89), UINT64_C(0x452821e638d01377), UINT64_C(0xbe5466cf34e90c6d),
    UINT64_C(0xc0ac29b7c97c50dd), UINT64_C(0x3f84d5b5b5470917),
};
#define MULTIPLIER UINT64_C(0x9e3779b97f4a7c15)
#define ADDEND UINT64_C(0xb7e151628aed2a6b)

static uint64_t fold(uint64_t a, uint64_t b)
{
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t mix(uint64_t v)
{
    v ^= v >> 32;
    v *= MULTIPLIER;
    v ^= v >> 29;
    v *= KEY[1];
    return v ^ v >> 32;
}

static uint64_t rotate(uint64_t v, unsigned by)
{
    return v << by | v >> (64 - by);
}

void tr_digest_init(struct tr_digest *digest)
{
    *digest = (struct tr_digest){.state = KEY[0]};
}

static uint64_t load_bytes(const char *text, size_t len)
{
    uint64_t word = 0;
    for (size_t i = 0; i < len; i++)
        word |= (uint64_t)(uint8_t)text[i] << (8 * i);
    return word;
}

uint64_t tr_digest_name(const char *text, size_t len)
{
    uint64_t h = mix(KEY[2] ^ len);
    for (size_t i = 0; i < len; i += 8)
        h = mix(rotate(h, 29) * MULTIPLIER + load_bytes(text + i, len - i < 8 ? len - i : 8));
    return h;
}

void tr_digest_tick(struct tr_digest *digest, const struct tr_tick *tick, uint64_t symbol_hash,
                    uint64_t venue_hash)
{
    uint64_t w[8] = {
        (uint64_t)tick->ts_event_ns,
        (uint64_t)tick->kind | (uint64_t)tick->side << 8 | (uint64_t)tick->flags << 16,
        tick->word[0],
        tick->word[1],
        tick->word[2],
        tick->word[3],
        symbol_hash,
        venue_hash,
    };
    if (tick->kind == TR_TICK_TRADE && (tick->flags & TR_TICK_HAS_RECV) == 0)
        w[4] = 0;
    uint64_t sum = 0;
    for (int i = 0; i < 4; i++)
        sum += fold(w[2 * i] ^ KEY[2 * i], w[2 * i + 1] ^ KEY[2 * i + 1]);
    digest->state = rotate(digest->state ^ sum, 29) * MULTIPLIER + ADDEND;
    digest->tick_cnt++;
}

uint64_t tr_digest_value(const struct tr_digest *digest)
{
    return mix(digest->state ^ mix(digest->tick_cnt));
}

uint64_t tr_digest_combine(const struct tr_digest *lane, size_t lane_cnt)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < lane_cnt; i++)
        sum += tr_digest_value(&lane[i]);
    return sum;
}

void tr_digest_text(uint64_t value, char text[TR_DIGEST_TEXT_LEN + 1])
{
    for (int i = 0; i < TR_DIGEST_TEXT_LEN; i++)
        text[i] = "0123456789abcdef"[value >> (60 - 4 * i) & 15];
    text[TR_DIGEST_TEXT_LEN] = '\0';
}
