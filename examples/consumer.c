/* The smallest consumer: adds up the prices of the ring "example", to its end. */
#include <errno.h>
#include <stdio.h>
#include <tickring.h>

int main(void)
{
    static struct tr_consumer c;
    const struct tr_consumer_options opt = {.ring = "example", .id = "adder", .hold_ns = TR_HOLD_DEFAULT_NS};
    struct tr_tick tick[64];
    struct tr_batch b;
    enum tr_status status;
    long long sum = 0;
    int rc;
    while ((rc = tr_consumer_open(&c, &opt)) == -ENOENT)
        tr_ring_await(opt.ring, TR_NS_PER_S); /* no producer yet */
    if (rc != 0)
        return fprintf(stderr, "consumer: error %d\n", -rc), 1;
    while ((status = tr_read(&c, tick, 64, &b)) != TR_CLOSED) {
        if (status == TR_EMPTY)
            tr_consumer_wait(&c, TR_NS_PER_S);
        for (uint32_t i = 0; status == TR_OK && i < b.cnt; i++)
            sum += tick[i].price_px / TR_PX_SCALE;
        if (status == TR_OK)
            tr_advance(&c, &b); /* only now may they be overwritten */
    }
    printf("sum %lld, lost %llu\n", sum, (unsigned long long)tr_consumer_lost(&c));
    tr_consumer_close(&c);
}
