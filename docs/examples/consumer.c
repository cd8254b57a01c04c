/* The smallest consumer: adds up the prices of the ring "example", to its end. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <tickring.h>

int main(void)
{
    static struct tr_consumer c;
    const struct tr_consumer_options opt = {.ring = "example", .id = "adder", .hold_ns = TR_HOLD_DEFAULT_NS};
    struct tr_tick tick[64];
    struct tr_batch b;
    enum tr_status st;
    int64_t sum = 0;
    int rc;
    while ((rc = tr_ring_await(opt.ring, TR_NS_PER_S)) != 0 || (rc = tr_consumer_open(&c, &opt)) != 0) {
        if (rc != -ETIMEDOUT && rc != -ENOENT)
            return fprintf(stderr, "consumer: error %d\n", -rc), 1;
    }
    while ((st = tr_read(&c, tick, 64, &b)) != TR_CLOSED) {
        if (st == TR_EMPTY)
            tr_consumer_wait(&c, TR_NS_PER_S);
        if (st == TR_OVERRUN)
            printf("lost %" PRIu64 " to %" PRIu64 "\n", b.gap.from, b.gap.to - 1);
        for (uint32_t i = 0; st == TR_OK && i < b.cnt; i++)
            sum += tick[i].price_px / TR_PX_SCALE;
        if (st == TR_OK)
            tr_advance(&c, &b);
    }
    printf("sum %" PRId64 "\n", sum);
    tr_consumer_close(&c);
    return 0;
}
