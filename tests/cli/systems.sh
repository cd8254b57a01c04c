#!/bin/sh
# systems.sh - each system's example runs with one command, from anywhere, says what it should, and leaves nothing.
. "${0%/*}/lib/help.sh"
limit_s=60 # for a whole example
export BUILD="$bin"
ran= # all of them

# system NAME: runs the example, from a folder that is not its own.
system() {
    name=$1
    (cd "$tmp" && exec timeout -k 5 "$limit_s" "$root/examples/$name.sh") >"$tmp/out" 2>"$tmp/err" </dev/null 3>&-
    status=$?
    same "$name: exit code (it said: $(tail -n 5 "$tmp/err"))" 0 "$status"
    same "$name: standard error" "" "$(grep -v Killed "$tmp/err")" # as some shells tell of a job
    left_none_of "$(grep -o "${name#*-}\.[0-9]*" "$tmp/out" | head -n 1)"
    ran="$ran $name"
}

# left_none_of RING: nor of those whose names begin so, nor their checkpoints.
left_none_of() {
    same "$name: left in /dev/shm" "" "$(ls -A /dev/shm | grep -F "${1:-no ring in the output}")"
}

# has PATTERN: some line of its output matches.
has() {
    matches "$name" "$1" "$tmp/out"
}

system 01-totals
has '^totals \| BTC .* 4\.3 '
has '^totals \| ETH .* 15 '
has '"BTC":.*"volume":"4\.3".*"ETH":.*"volume":"15"'

system 02-bounded-buffer
has "waited [0-9.]+ s for consumer 'slow' \(buffer full\)"
has '^slow \| .*feed#5 BTC +buy +1 @ 42080$'
has 'delivered 6, lost 0'
has '^published 4 ticks'
has '^dropped +2,'
has 'delivered 4, lost 0'

system 03-arbitrage
has '^BTC/USD +42022 kraken +42021 binance'
has '"edge":"1","buy_venue":"binance","sell_venue":"kraken"'
has '"edge":"-7\.4043"'

system 04-pipeline
has 'signals: delivered 7, lost 0, BUY 4, SELL 0$'
has 'SMA\(5\) 42142$'
has 'fill +buy +[0-9.]+ @ 42150 '
has 'executed 1, skipped 3 \(3 low_confidence\)'
has '^same bytes: 5 lines$'

system 05-shutdown
has 'PARTIAL|FILLED'
published=$(sed -n 's/.*{"published":\([0-9]*\),.*/\1/p' "$tmp/out")
has "delivered $published, lost 0, digest "
has 'the feed has ended'
has 'no tick in time'
has 'the feed died'

system 06-risk
has 'order +buy +198\.01980198 @ 101 '
has 'risk HALTED, sent 4, refused 6 \(2 position_limit, 1 total_limit, 1 reducing, 2 halted\)'
has 'sent 0, refused 10 \(10 no_edge\)'
has '"win_rate":"0\.[0-9]+"'

system 07-load-balancer
same "$name: reports of a whole balance" 2 "$(grep -Ec '^all +30 +60000  0 symbols' "$tmp/out")"

system 08-queue-monitor
has '^TICKRING WARNING - |^TICKRING CRITICAL - '
has '^TICKRING CRITICAL - .*slow is behind'
has '^TICKRING OK - '
has "the queue of consumer 'slow' has grown"
has '^OK -> (WARN|CRIT): consumer slow'
has ' -> OK: $'

system 09-indicators
has '^"sma":\{"5":"[0-9.]+","20":"[0-9.]+"\}$'
has '^"ready":true,'
# What awk has computed in floating point begins as what was computed exactly.
for average in sma:SMA ema:EMA; do
    exact=$(sed -n "s/^\"${average%:*}\":.*\"20\":\"\([0-9.]*\)\".*/\1/p" "$tmp/out")
    float=$(sed -n "s/^by awk:.*${average#*:}(20) \([0-9.]*\).*/\1/p" "$tmp/out")
    same "$name: ${average#*:}(20), rounded" "$float" "$(printf '%.6f' "$exact")"
done
for strategy in momentum cross meanrev; do
    has "--strategy=$strategy "
done
same "$name: strategies that made signals" 3 \
    "$(grep -Ec 'delivered 20000, lost 0, BUY [1-9][0-9]*, SELL [1-9]' "$tmp/out")"

system 10-exactly-once
for stage in signals risk execute; do
    has "^$stage: [0-9]+ lines, the same$"
done

# --- What is left -----------------------------------------------------------------------------------------

same "examples that were run" "$(cd "$root/examples" && echo [0-9]*.sh)" "$(printf ' %s.sh' $ran | cut -c 2-)"

# Stopped on the way, an example takes its processes and rings with it.
name='an example that is stopped'
"$root/examples/02-bounded-buffer.sh" >"$tmp/out" 2>&1 </dev/null 3>&- &
example=$!
pids="$pids $example"
until_true test -e "/dev/shm/bounded-buffer.$example"
kill -TERM "$example"
ended "$example"
same "$name: exit code" 143 "$status"
left_none_of "bounded-buffer.$example"

# Without programs it says what to do.
mkdir "$tmp/tools"
for tool in sh dirname basename mktemp rm; do
    ln -s "$(command -v $tool)" "$tmp/tools/"
done
PATH=$tmp/tools BUILD=$tmp sh "$root/examples/01-totals.sh" >"$tmp/out" 2>"$tmp/err"
same "an example without programs: exit code" 1 $?
matches "an example without programs" '^01-totals: there is no feed: build the project with make first' "$tmp/err"
finish
