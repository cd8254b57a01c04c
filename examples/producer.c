/* The smallest producer: a thousand trades into the ring "example". */
#include <stdio.h>
#include <tickring.h>

int main(void)
{
    static struct tr_producer p;
    struct tr_tick tick = {.kind = TR_TICK_TRADE, .size_qty = 2 * TR_PX_SCALE};
    int rc = tr_producer_open(&p, &(struct tr_producer_options){.ring = "example", .name = "maker"});
    if (rc != 0)
        return fprintf(stderr, "producer: error %d\n", -rc), 1;
    tr_producer_symbol(&p, "ABC", 3, &tick.symbol);
    while (tr_producer_consumer_cnt(&p) == 0)
        tr_producer_nap(&p, 0, TR_NS_PER_S); /* until somebody reads */
    for (int i = 0; i < 1000; i++) {
        tick.price_px = (100 + i) * TR_PX_SCALE;
        tick.ts_pub_ns = tr_now_ns();
        while (tr_publish(&p, &tick) == TR_FULL)
            tr_producer_wait(&p, TR_NS_PER_S); /* a consumer is slow */
    }
    tr_producer_close(&p, false);
}
