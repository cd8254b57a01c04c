#!/bin/sh
# usage.sh - what the programs say to a user who asks, and to one who errs: every option of each is taken
# with good values and refused with bad ones, in one line that says what, why, and what to try.
. "${0%/*}/lib/help.sh"
cd "$tmp" || exit 1

printf 'timestamp,symbol,price,amount\n1700000000,ABC,1.5,2\n' >good.csv

# wrong PATTERN PROGRAM ARGUMENT...: refused with 64 and one line.
wrong() {
    expect 64 "$@"
    shift
    same "$*: lines on standard error" 1 "$(wc -l <"$tmp/err" | tr -d ' ')"
    same "$*: standard output" "" "$(cat "$tmp/out")"
    matches "$*: prog: what: why" "^$1: [^:]+: [^ ].*" "$tmp/err"
}

# good PROGRAM ARGUMENT...: the options are taken (--help ends it before anything is done).
good() {
    run "$@" --help
    same "$*: exit code (it said: $(cat "$tmp/err"))" 0 "$status"
}

# --- What all three say -----------------------------------------------------------------------------

for prog in feed consumer shmmon; do
    for option in -h --help --hel; do
        expect 0 '' $prog $option
        matches "$prog $option" "^usage: $prog \[OPTION\]" "$tmp/out"
    done
    same "$prog --help: columns over 80" "" "$(awk 'length > 80' "$tmp/out")"
    lacks "$prog --help" '[[:cntrl:]]' "$tmp/out"
    sed -n 's/^  \(-.,\|   \) --\([a-z-]*\).*/\2/p' "$tmp/out" | sort >"$tmp/$prog.options"
    for option in -V --version; do
        expect 0 '' $prog $option
        matches "$prog $option" "^$prog \(tickring\) [0-9]+\.[0-9]+\.[0-9]+$" "$tmp/out"
    done

    wrong "^$prog: --nonsense: " $prog --nonsense
    wrong "^$prog: --nane: .*did you mean --name" $prog --nane=x
    wrong "^$prog: -X: " $prog -X
    wrong "^$prog: -X: " $prog -qX
    wrong "^$prog: --name: needs a value" $prog --name
    wrong "^$prog: -n: needs a value" $prog -q -n
    wrong "^$prog: --json: takes no value" $prog --json=1
    wrong "^$prog: --[a-z]*: could be several" $prog --"$(sed 's/\(.\).*/\1/' "$tmp/$prog.options" | uniq -d | head -n 1)"
    for name in .hidden sem.x a/b 'a b' abcdefghijklmnopqrstuvwxyzab; do
        wrong "^$prog: $name: no name for a ring" $prog -n "$name"
    done
    wrong "no name for a ring" $prog --name=
    for time in 5 x 5h -1s 1e3s 99999999999999999999s ''; do
        wrong "^$prog: --timeout: .*unit" $prog --timeout="$time"
    done
    for time in off 0 10ns 5us 5ms 2s 1.5s 3m; do
        good $prog --timeout=$time
        good $prog -t $time
    done
    good $prog -jqv -n abcdefghijklmnopqrstuvwxyza
    good $prog --nam=A_-.z --verb --qui --jso
    grep -vxF -e help -e version -e json -e quiet -e verbose -e name -e timeout "$tmp/$prog.options" >"$tmp/$prog.own"
done

# --- Every option of each ------------------------------------------------------------------------------
# option|good values|bad values|what the refusal says.  Values are separated by blanks; "-" is none.

# table PROGRAM: reads such lines; the help must have these options and no others.
table() {
    prog=$1
    : >"$tmp/listed"
    while IFS='|' read -r option goods bads why; do
        echo "$option" >>"$tmp/listed"
        [ "$goods" != - ] || good "$prog" --"$option"
        [ "$bads" != - ] || continue
        for value in $goods; do
            [ "$value" = - ] || good "$prog" --"$option=$value"
        done
        wrong "needs a value" "$prog" --"$option"
        for value in $bads; do
            wrong "^$prog: [^:]*: .*$why" "$prog" --"$option=$value" $operand
        done
    done
    same "$prog: options of the help" "$(sort "$tmp/listed" | tr '\n' ' ')" "$(tr '\n' ' ' <"$tmp/$prog.own")"
}

set -f
operand=good.csv
table feed <<'END'
format|csv utpv|nonsense|csv
generate|walk quotes orders|nonsense|walk, quotes, orders
symbol|ABC|12345678901234567890123456789012345678901234567890123456789012345678901234567890|71
venue|east|12345678901234567890123456789012345678901234567890123456789012345678901234567890|71
date|2024-02-29|x 2024-02-30 2024-13-01 20240101|YYYY-MM-DD
time-unit|s ms us ns|h 1|s, ms, us, ns
map|ts=1,price=2,size=3|nonsense price nonsense=1 price=nonsense price=9 price=3,price=4|--map|
symbols|A,B*,?C 3|-|
seed|0 1 18446744073709551615|-1 x 18446744073709551616|number
trades|-|-|
quotes|-|-|
speed|max 1 10 0.5|0 -1 x 1x|as recorded
max-gap|1s 0|1 x off|unit
rate|1 20k 1M 1G|0 -1 x 2G 1.5|ticks a second
from|2024-08-08T23:54:15Z 1723161255 1723161255342|x 2024-13-01T00:00:00Z|2024-08-08
to|2024-08-08T23:54:15Z 1723161255342000000|x|2024-08-08
skip|0 5 1k|-1 x 1.5|number
count|1 5 1k|0 -1 x|number
repeat|0 1 5|-1 x|number
slots|4 16 1k 64k 1M|0 1 2 3 15 100 1000 -4 x 8G 16K|power of two
mode|600 640 660 0600 666|0 400 755 999 x 1600|octal
group|root|no-such-group|no such group
producer|x A_-.z ab.|a/b no-name-is-longer-than-31-bytes-x é|name
resume|auto no|maybe|auto, no
policy|block drop-new|drop|block, drop-new
wait-consumers|0 1 64|-1 65 x|number
stall-timeout|off 1s|1 x|unit
split|1 2 64|0 65 x|number
merge-by|event receive|time|event, receive
warn|1 1000 2k 1% 75% 100%|0 0% x 101% -1 10ms|ticks
on-bad|stop skip|ignore|stop, skip
validate|-|-|
digest|-|-|
wait|block auto yield spin|sleep|block
cpu|0|-1 x 4096|number
keep|-|-|
END

operand=
table consumer <<'END'
csv|-|-|
id|x A_-.z|a/b no-name-is-longer-than-31-bytes-x|name
out|sig a.b_c|a/b .x sem.x|name
from|oldest newest resume 0 100|x -1 1.5 first|oldest, newest, resume
producers|1 16|0 17 x|number
policy|reliable lossy|block|reliable, lossy
hold|0 1s 500ms|1 x off|unit
order|lane event|time|lane, event
symbols|A,B*,?C|-|
shard|1/1 1/4 4/4|0/4 5/4 1/0 1 x /|I/N
sma|5 5,20 1 30s 5,30s,1m|0 5,x -1 1.5 5,,6 0s|window
ema|20 20,30s|0 x 20,|window
vwap|100 1m|0 x 5h|window
rsi|14 14,5m|0 x|window
macd|12,26,9 10s,1m,5s 12,26,9,5,35,5|12 12,26 26,12,9 12,26,9s 12,26,x|FAST,SLOW,SIGNAL|three|first|window
bollinger|20,2 30s,2.5|20 20,0 20,x 20,101 x,2|N,K|factor|window
atr|14 14,1m|0 x|window
strategy|momentum cross meanrev|x MOMENTUM|momentum, cross, meanrev
threshold|0 0.1 5|-1 x 1e|per cent
alias|A=B XBTUSD=BTC/USD,BTC-USD=BTC/USD|A A=B,A=C A=B,B=C A=B=C A=B, =B|XBTUSD=BTC
stale|off 0 500ms 2s|1 x -1s|unit
all|-|-|
min-confidence|0 0.15 1|-1 x 1.1 1e-1 0.0000000000001|0.15
equity|1 100k 2.5M 0.5|0 x -1 1e5 2000G 1kk|amount of money
max-position|25% 10k 10%,50% 0,1M|x % -1 10%, ,5 1,2,3 1e3|amount of money
max-drawdown|off 0.5 100|0 x -1 101 5%|per cent
kelly|0.5 1|0 x -1 1.1|0.5
kelly-cap|0.1 1|0 x -1 1.1|0.1
kelly-min|1 20 1k|0 x -1|number
win-rate|0 0.55 1|x -1 1.1 55%|0.55
payoff|0.5 1.5 1000000|0 x -1 1000001|1.5
fee|0 2.5 10000|x -1 10001 0.0000000001|ten thousand
slippage|0 2.5 10000|x -1 10001 1e1|ten thousand
count|1 1k|0 -1 x|number
exit-at-end|-|-|
work|0 1us 2ms|1 x|unit
digest|-|-|
wait|block auto yield spin|sleep|block
cpu|0|-1 x 4096|number
END

table shmmon <<'END'
once|-|-|
delay|1 0.01 500ms|0 x -1 0.001|seconds
count|1 5|0 -1 x|number
csv|-|-|
prometheus|-|-|
listen|127.0.0.1:9464 [::1]:0|nowhere x 127.0.0.1|serve at
history|1s 10m 90s 1.5m|0 999ms 601s 11m x -1s|use 1s to 10m
sort|lag lag_ns id policy latency_ns|x LAG start published|id, pid, alive
warn|1000 75% 10ms|x 101% -1 1e3|ticks
crit|1000 90% 10ms|x 101% -1 %|ticks
alert|true echo|-|
ascii|-|-|
no-color|-|-|
END
set +f

# Short spellings of the contract.
good feed -f csv -S max -r 5 -c 5 -p block -w 75% -t 1s -jqv
good consumer -C -c 5 -e -t 1s
good shmmon -1 -d 1 -c 5 -w 1 -W 2 -t 1s -s lag -C


# --- Operands and combinations -----------------------------------------------------------------------

wrong '^feed: FILE: none given' feed
wrong 'exclude each other' feed --generate=walk good.csv
wrong 'exclude each other' feed --trades --quotes good.csv
wrong '^feed: --validate: .*--count' feed --validate --generate=walk
wrong '^feed: --symbols: a count must be 1 to 65536: ' feed --generate=walk --symbols=65537
wrong '^feed: --venue: must be 1 to 16 names ' feed --generate=quotes --venue=a,,b
wrong 'exclude each other' consumer -j -C
wrong '^consumer: --strategy: cross looks at 2 averages' consumer --strategy=cross --sma=5
wrong '^consumer: nonsense: .*signals, print, volume' consumer nonsense
wrong '^consumer: print: one stage' consumer volume print
wrong '^consumer: --out: .*makes no records' consumer --out=x volume
wrong '^consumer: one: .*the ring that is read' consumer -n one --out=one signals
wrong '^consumer: --cpu: ' consumer --cpu=4095
wrong '^feed: --cpu: ' feed --cpu=4095 good.csv
wrong 'one ring' shmmon one two
wrong 'one ring' shmmon check one two
wrong '^shmmon: one: list takes no name' shmmon list one
wrong '^shmmon: a/b: no name for a ring' shmmon check a/b
wrong '^shmmon: --alert: goes with watching' shmmon --alert=true check
wrong '^shmmon: --csv: and --json exclude each other' shmmon -j -C
wrong '^shmmon: --prometheus: and --csv exclude each other' shmmon -C --prometheus
wrong '^shmmon: --listen: and --json exclude each other' shmmon -j --listen=localhost:0
for option in --csv --prometheus --listen=localhost:0 --sort=lag; do
    wrong "^shmmon: ${option%%=*}: goes with watching" shmmon $option list
done
for option in list check clean --prometheus --listen=localhost:0; do
    wrong '^shmmon: --history: ' shmmon --history=1m $option
done
wrong '^shmmon: --alert: must be a command' shmmon --alert=
wrong '^feed: good.csv: --map: .*columns are: timestamp, symbol, price, amount' feed --map=price=nonsense good.csv
wrong '^feed: good.csv: --map: .*ts, recv, symbol, venue' feed --map=nonsense=1 good.csv

wrong 'no name for a producer' feed --producer= good.csv
wrong 'no name for a consumer' consumer --id=

# What is not built yet is refused, not ignored.
for option in --order=event --equity=1 --kelly=1 --fee=1 --stale=1s --alias=A=B; do
    grep -q "^$(echo "$option" | sed 's/--//;s/=.*//')$" "$tmp/consumer.options" || wrong 'no such option' consumer $option
done
for stage in quotes risk execute pipeline; do
    "$bin/consumer" --help | grep -q "^  $stage " || wrong 'no such stage' consumer $stage
done

# Exact names go before abbreviations; -- ends the options; the last of two counts.
expect 0 '' feed --validate -j --symbol=X good.csv
same "--symbol is not --symbols" 1 "$(json published "$tmp/out")"
expect 0 '' feed --validate -j --symbols=X --symbols=ABC good.csv
same "the last of two options counts" 1 "$(json published "$tmp/out")"
cp good.csv ./--help
expect 0 '' feed --validate -j -- --help
same "-- ends the options" 1 "$(json published "$tmp/out")"
expect 0 '' feed --validate -j --speed 1 good.csv
same "a value may stand apart" 1 "$(json published "$tmp/out")"

# No colour and no cursor movement where nobody looks.
for prog in feed consumer shmmon; do
    run $prog --nonsense
    lacks "$prog: refusal" '[[:cntrl:]]' "$tmp/err"
done
finish
