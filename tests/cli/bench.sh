#!/bin/sh
# bench: it runs, every record is right, and its JSON has the keys that are promised.  Not how fast it is.
. "${0%/*}/lib/help.sh"

[ "$(nproc)" -ge 2 ] || skip "bench needs two processors"
expect 0 '' bench --quick --rounds=1 --json
same "one line" 1 "$(wc -l <"$tmp/out" | tr -d ' ')"
matches "rounds" '^\{"rounds":1,' "$tmp/out"
for key in limit_mps publish1_poll_mps publish1_read1_mps batch32_mps batch256_mps rtt_p50_ns raw_rtt_p50_ns; do
    matches "$key" "\"$key\":[0-9.]*[1-9]" "$tmp/out"
done
for peer in textbook pipe mq; do
    matches "$peer" "\"$peer\":\{\"mps\":[0-9.]+,\"rtt_p50_ns\":[0-9]+\}" "$tmp/out"
done
for ratio in publish1_poll/limit publish1_read1/limit batch32/limit batch256/limit publish1_poll/textbook rtt/raw_rtt; do
    matches "$ratio" "\"$ratio\":[0-9.]+" "$tmp/out"
done

# Reading tick files: every file was read to its end, alone and through a ring.
expect 0 '' bench --sources --quick --rounds=1 --json
same "--sources: one line" 1 "$(wc -l <"$tmp/out" | tr -d ' ')"
for key in csv binance dbn_trades dbn_mbp1 itch itch_book; do
    matches "--sources: $key" "\"$key\":\{\"bytes\":[0-9]+,\"ticks\":[0-9]+,\"parse_mbps\":[0-9]+,\"ring_mbps\":[0-9]+,\"wc_mbps\":[0-9]+,\"cat_mbps\":[0-9]+,\"ring/parse\":[0-9.]+\}" "$tmp/out"
done
expect 0 '' bench --sources --quick --rounds=1
matches "--sources for people" '^DBN trades +[0-9]+ +[0-9]+ +[0-9.]+ +[0-9]+ +[0-9]+ +[0-9.]+$' "$tmp/out"

# Stages: each is fed to the end, an object a line.
expect 0 '' bench --stages --quick --rounds=1 --symbols=100 --json
for key in signals/trades signals/quotes print/trades volume/trades; do
    matches "--stages: $key" "^\{\"stage\":\"${key%/*}\",\"input\":\"${key#*/}\",\"symbols\":100,\"ticks\":62500,\"lines\":[0-9]+,\"rounds\":1,\"ns_per_tick\":[0-9.]+,\"ns_least\":[0-9.]+,\"ns_most\":[0-9.]+,\"ticks_per_s\":[0-9]+\}\$" "$tmp/out"
done
matches "--stages: print writes a line a tick" '"stage":"print","input":"quotes",.*"ticks":62500,"lines":62500,' "$tmp/out"
expect 0 '' bench --stages --quick --rounds=1 --ticks=10k --symbols=7 --only=volume/trades
same "--stages for people: a head and the one that was asked for" 2 "$(wc -l <"$tmp/out" | tr -d ' ')"
matches "--stages for people" '^volume +trades +[0-9.]+ +[0-9.]+ +[0-9.]+ +[0-9.]+ +0$' "$tmp/out"
expect 64 "x: no such stage, see consumer --help" bench --stages --only=x
expect 64 'bench takes options only' bench x

# shmmon beside the ring: it did look, ten times a second and not only once.
expect 0 '' bench --monitor --quick --rounds=2 --json
same "--monitor: one line" 1 "$(wc -l <"$tmp/out" | tr -d ' ')"
spread='\{"median":[0-9.]+,"least":[0-9.]+,"most":[0-9.]+\}'
for key in with_mps without_mps with/without without/without; do
    matches "--monitor: $key" "\"$key\":$spread" "$tmp/out"
done
matches "--monitor: shares of a core" '"often_percent":[0-9.]+,"usual_percent":[0-9.]+\}$' "$tmp/out"
checks=$((checks + 1))
[ "$(json looks "$tmp/out")" -ge 4 ] || fail "--monitor: shmmon looked $(json looks "$tmp/out") times in two rounds"
expect 0 '' bench --monitor --quick --rounds=1
matches "--monitor for people" '^with / without +[0-9.]+ +[0-9.]+ +[0-9.]+$' "$tmp/out"
matches "--monitor for people" '^one look a second, the default +[0-9.]+ %' "$tmp/out"
same "nothing is left" "" "$(ring_files bench-)"
finish
