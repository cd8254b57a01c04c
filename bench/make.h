/* make.h - tick files to measure with: seeded, so that every run reads the same bytes.  Their rows and messages
 * are like those of the venues, their prices are made up. */
#ifndef BENCH_MAKE_H
#define BENCH_MAKE_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of a file in the making. */
struct make {
    unsigned char *buf;
    size_t len;
    size_t cap;
    uint64_t random;
    uint64_t step; /* rows or messages so far */
};

#define MAKE_ROW_MAX 32768 /* bytes that a maker may add in one step */

/* A maker adds one row or message; make->step is 0 for the first, before which comes what a file of the
 * format begins with. */
typedef void make_fn(struct make *make);

make_fn make_csv; /* trades with a header, as Tardis has them */
make_fn make_binance; /* spot trades without a header */
make_fn make_json; /* recorded lines of a combined stream: best quotes, trades, depth */
make_fn make_dbn_trades;
make_fn make_dbn_mbp1;
make_fn make_itch; /* orders added, deleted, executed, cancelled, replaced; hidden trades */

#endif
