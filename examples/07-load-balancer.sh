#!/bin/sh
# A load balancer: one feed, 30 symbols, three consumers, each with its own share of the symbols.  A symbol is
# always at the same consumer (by a hash of its name), so what that one knows of it is all there is to know.
#
# First with a channel for each: feed --split=3 writes three rings.  One of the consumers is stopped on the way, and the
# other two go on to the end.  The feed would wait for it only when its own ring is full, and not even then with
# --policy=drop-new or --stall-timeout.  Then on one ring: consumer --shard=I/3 reads every tick and keeps the symbols
# that are its own.  Look at the reports: every tick is at one consumer, and both ways share out alike.
. "$(dirname "$0")/lib.sh"
ticks=60000

# balance JOB...: how symbols and ticks are shared out, from the consumers' summaries.
balance() {
    for job; do
        grep -o '"[^"]*":{"trades":[0-9]*,"quotes":[0-9]*' "$dir/$job" | sed "s/^/$job /; s/[^A-Za-z0-9-]/ /g"
    done | awk '
        { symbols[$1]++; ticks[$1] += $4 + $6; all += $4 + $6 }
        seen[$2]++ { twice++ }
        END {
            print "consumer  symbols   ticks   share"
            for (job in symbols)
                printf "%-8s  %7d  %6d  %5.1f%%\n", job, symbols[job], ticks[job], 100 * ticks[job] / all | "sort"
            close("sort")
            printf "%-8s  %7d  %6d  %d symbols at more than one\n", "all", NR - twice, all, twice
        }'
}

has_begun() {
    shmmon -q -j -1 -n "$1" | grep -q '"delivered":[1-9]'
}

title "Three channels; one consumer is stopped on the way"
for i in 0 1 2; do
    start "part$i" consumer -q -j -n "$ring.$i" volume
done
start feed feed -n "$ring" --split=3 --generate=walk --symbols=30 --rate=40k --count=$ticks
until_true has_begun "$ring.1"
send STOP part1
ended feed
over part0
over part2
echo "The feed and the other two have ended.  What waits for the second:"
run shmmon -n "$ring.1" --once
send CONT part1
over part1
balance part0 part1 part2 | tee "$dir/split"
says split "^all +30 +$ticks  0 symbols"

title "One ring, and a third of the symbols for each"
for i in 1 2 3; do
    start "part$((i - 1))" consumer -q -j -n "$ring" --shard=$i/3 volume
done
run feed -n "$ring" --wait-consumers=3 --generate=walk --symbols=30 --count=$ticks
for i in 0 1 2; do
    over "part$i"
done
balance part0 part1 part2 | tee "$dir/shard"
says shard "^all +30 +$ticks  0 symbols"
cmp "$dir/split" "$dir/shard" || fail "the two ways have shared out otherwise"
