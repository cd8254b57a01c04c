#!/bin/sh
# A pipeline: signals from ticks, orders from signals, fills from orders.  Each stage is a process, and a ring joins it
# to the next (--out); each can be watched, stopped and restarted by itself.  `consumer pipeline` is the same in one
# process.  Look at the signals (SMA of 5, changes over 0.1 %, which are the defaults): four times BUY; only the one at
# 42150 has a confidence of at least 0.15 and is executed.  Both ways give the same lines and the same profit and loss,
# byte for byte.
. "$(dirname "$0")/lib.sh"

title "Three processes, joined by rings"
start signals consumer -n "$ring" --out="$ring.sig" signals
start risk consumer -n "$ring.sig" --out="$ring.ord" risk
start execute consumer -n "$ring.ord" execute
run feed -q -n "$ring" data/pipeline.csv
for stage in signals risk execute; do
    echo
    ended $stage
done
says signals 'SMA\(5\) 42142$'
says signals 'BUY 4, SELL 0'
says execute 'fill +buy +[0-9.]+ @ 42150 '
says execute 'executed 1, skipped 3 \(3 low_confidence\)'

title "The same in one process; both as JSON, to compare them"
start signals consumer -q -j -n "$ring" --out="$ring.sig" signals
start risk consumer -q -j -n "$ring.sig" --out="$ring.ord" risk
start execute consumer -q -j -n "$ring.ord" execute
run feed -q -n "$ring" data/pipeline.csv
for stage in signals risk execute; do
    over $stage
done
start pipeline consumer -q -j -n "$ring" pipeline
run feed -q -n "$ring" data/pipeline.csv
ended pipeline

# The summary of a pipeline begins with what signals and risk say; from "orders" on it is that of execute.
for job in execute pipeline; do
    sed 's/^{"event":"summary".*"orders":/"orders":/' "$dir/$job" >"$dir/$job.json"
done
cmp "$dir/execute.json" "$dir/pipeline.json" || fail "the two ways differ"
echo "same bytes: $(wc -l <"$dir/execute.json") lines"
