#!/bin/sh
# input.sh - files as they come: absent, empty, cut, damaged, in other encodings.  What is whole before the
# damage is delivered, the damage is told with file, line and column, and nothing is guessed.
. "${0%/*}/lib/help.sh"
cd "$tmp" || exit 1

ring=$prefix
header='timestamp,symbol,price,amount'
row='1700000000,ABC,1.5,2'

# feed_file CODE PATTERN OPTION... FILE: publishes without consumers, in a ring that goes with the feed.
feed_file() {
    code=$1 pattern=$2
    shift 2
    expect "$code" "$pattern" feed -j -n "$ring" --slots=16 --wait-consumers=0 "$@"
    [ -z "$pattern" ] || same "$*: lines on standard error" 1 "$(wc -l <"$tmp/err" | tr -d ' ')"
}

# counts WHAT PUBLISHED BAD
counts() {
    same "$1: published" "$2" "$(json published "$tmp/out")"
    same "$1: bad" "$3" "$(json bad "$tmp/out")"
}

# bad PATTERN LINES: a file with a good row, these, and a good row.  LINES may have printf's escapes.
bad() {
    printf '%s\n%s\n'"$2"'\n%s\n' "$header" "$row" "$row" >f.csv
    feed_file 65 "^feed: f.csv:3:$1" f.csv
    counts "$2" 1 1
    run feed -j -n "$ring" --wait-consumers=0 --on-bad=skip f.csv
    same "$2, --on-bad=skip: exit code" 0 "$status"
    counts "$2, --on-bad=skip" 2 1
    matches "$2, --on-bad=skip" "^feed: f.csv:3:$1.*passed over" "$tmp/err"
}

# counts_of NAME WHAT PUBLISHED BAD: the same of a feed in the background.
counts_of() {
    same "$2: published" "$3" "$(json published "$tmp/$1.out")"
    same "$2: bad" "$4" "$(json bad "$tmp/$1.out")"
}

# peak_kb PID: the most memory it had so far.
peak_kb() {
    sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$1/status"
}

# fine N LINES: read without a word, N ticks.
fine() {
    printf '%s\n'"$2" "$header" >f.csv
    feed_file 0 '' f.csv
    counts "$2" "$1" 0
}

# --- No input -----------------------------------------------------------------------------------------

feed_file 66 '^feed: nofile.csv: .*No such file' nofile.csv
feed_file 66 '^feed: \.: .*directory' .
feed_file 66 '^feed: f.csv/x: ' f.csv/x
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
    printf '%s\n%s\n' "$header" "$row" >locked.csv
    chmod 600 locked.csv
    as_nobody feed -n "$ring" --wait-consumers=0 locked.csv >out 2>err
    same "unreadable file: exit code" 77 $?
    matches "unreadable file" '^feed: locked.csv: .*Permission denied' err
elif [ "$(id -u)" -ne 0 ]; then
    printf '%s\n%s\n' "$header" "$row" >locked.csv
    chmod 000 locked.csv
    feed_file 77 '^feed: locked.csv: .*Permission denied' locked.csv
else
    echo "part skipped: unreadable file: needs setpriv (package util-linux)"
fi

: >empty.csv
for option in '' --format=csv --format=utpv; do
    feed_file 0 '^feed: .*no records' $option empty.csv
    counts "empty file $option" 0 0
done
feed_file 0 '^feed: .*no records' - <empty.csv
printf '%s\n' "$header" >head.csv
feed_file 0 '^feed: .*no records' head.csv
printf '%s' "$header" >head.csv
feed_file 0 '^feed: .*no records' head.csv

# An end without a tick reaches the consumer as well, and the digests agree.
start none consumer -q -j --digest -n "$ring" print
none=$pid
expect 0 'no records' feed -j --digest -n "$ring" empty.csv
ends 0 none "$none"
same "empty file: delivered" 0 "$(json delivered none.out)"
same "empty file: digest" "$(json digest out)" "$(json digest none.out)"

# --- Line ends, encodings ---------------------------------------------------------------------------

fine 1 "$row"                   # no newline at the end
fine 2 "$row\n\n\n$row\n\n"     # blank lines
fine 2 "$row\r\n$row\r\n"       # CR LF
fine 3 "$row\r\n$row\n$row\r\n" # and mixed
fine 1 '1700000000 , ABC,\t1.5 , 2 \n'
bad '[0-9]+: 7 fields, expected 4' "$row\r$row" # lone CR
bad '16: .*NUL' '1700000000,ABC,\0001.5,2'
printf '\357\273\277%s\n%s\n' "$header" "$row" >bom.csv
feed_file 0 '' bom.csv
counts "byte-order mark" 1 0
printf '\377\376t\000i\000' >utf16.csv
feed_file 65 '^feed: utf16.csv: is UTF-16.*iconv' utf16.csv
printf '\376\377\000t\000i' >utf16.csv
feed_file 65 '^feed: utf16.csv: is UTF-16.*iconv' utf16.csv
# --- Compressed ---------------------------------------------------------------------------------------

# packed CODE PATTERN PUBLISHED FILE: a file, and the same from standard input; PUBLISHED is empty where it is
# refused before there is a report.  Where this build lacks the unpacker it says so.
packed() {
    run feed -j -n "$ring" --validate "$4"
    if grep -q 'does not read' "$tmp/err"; then
        matches "$4 needs a library" "^feed: $4: looks .* does not read: install .*, or use .* FILE \\| feed -" err
        return
    fi
    feed_file "$1" "$2" "$4"
    [ -z "$3" ] || counts "$4" "$3" 0
    feed_file "$1" "$(printf %s "$2" | sed "s/$4/stdin/")" - <"$4"
    [ -z "$3" ] || counts "$4 from a pipe" "$3" 0
}

printf '\037\213\010\000rest' >cut.gz
packed 65 '^feed: cut.gz@8: ends in the middle of the gzip data' '' cut.gz
awk -v header="$header" 'BEGIN { print header; for (i = 0; i < 2000; i++) print 1700000000 + i ",ABC," i % 977 ".25,2" }' >many.csv
gzip -nc many.csv >many.gz
packed 0 '' 2000 many.gz
size=$(wc -c <many.gz)
{ head -c $((size - 8)) many.gz; printf 'XXXX'; tail -c 4 many.gz; } >crc.gz
packed 65 "^feed: crc.gz@[0-9]+: gzip data is damaged: incorrect data check" 2000 crc.gz
{ cat many.gz; printf garbage; } >garbage.gz
packed 0 '' 2000 garbage.gz
if command -v zstd >/dev/null; then
    zstd -qc many.csv >many.zst
    packed 0 '' 2000 many.zst
    head -c 100 many.zst >cut.zst
    packed 65 '^feed: cut.zst@100: ends in the middle of the zstd data' '' cut.zst
fi
if command -v xz >/dev/null; then
    xz -qc many.csv >many.xz
    packed 0 '' 2000 many.xz
    head -c 100 many.xz >cut.xz
    packed 65 '^feed: cut.xz@100: ends in the middle of the xz data' 5 cut.xz
fi
if command -v zip >/dev/null; then
    zip -q many.zip many.csv
    packed 0 '' 2000 many.zip
    zip -q -P secret secret.zip many.csv
    packed 65 "^feed: secret.zip@[0-9]+: zip member 'many.csv' is encrypted" '' secret.zip
fi
head -c 300000 /dev/urandom | tr '\000-\037' x >noise.csv
feed_file 65 '^feed: noise.csv:' noise.csv

long=$(head -c 5000 /dev/zero | tr '\0' x)
bad '5001: 1 fields' "$long"
{
    printf '%s\n%s\n' "$header" "$row"
    head -c 3000000 /dev/zero | tr '\0' x
    printf '\n%s\n' "$row"
} >long.csv
feed_file 65 '^feed: long.csv:3:[0-9]+: .*longer' long.csv
counts "a line of 3 MB" 1 1
feed_file 0 '^feed: long.csv:3:[0-9]+: .*longer.*passed over' --on-bad=skip long.csv
counts "a line of 3 MB, --on-bad=skip" 2 1

# Memory does not grow with the input: a line of 1 GiB takes no more than one of 3 MB.
open_tap "$ring" --wait-consumers=0 --on-bad=skip
head -c 3000000 /dev/zero | tr '\0' x >&3
echo >&3
tap 1 1
until_true published "$ring" 1
short_kb=$(peak_kb "$tap_pid")
head -c 1073741824 /dev/zero >&3
echo >&3
tap 2 2
until_true published "$ring" 2
long_kb=$(peak_kb "$tap_pid")
checks=$((checks + 1))
[ $((long_kb - short_kb)) -lt 1024 ] || fail "a line of 1 GiB: memory grew from $short_kb to $long_kb kB"
close_tap
ends 0 tap "$tap_pid"
counts_of tap "lines of 3 MB and 1 GiB" 2 2

# What never ends is refused at once, and takes no more memory either.
feed_file 65 'not recognized.*csv' /dev/zero
feed_file 65 '^feed: /dev/zero:1:[0-9]+: .*longer' --format=csv /dev/zero
if [ -x /usr/bin/time ]; then
    /usr/bin/time -o peak -f %M timeout "$limit_s" "$bin/feed" --validate -q --format=csv /dev/zero >out 2>err
    checks=$((checks + 1))
    [ "$(tail -n 1 peak)" -lt $((short_kb + 4096)) ] || fail "/dev/zero: took $(tail -n 1 peak) kB"
else
    echo "part skipped: memory for /dev/zero: needs /usr/bin/time (package time)"
fi

# --- Columns ------------------------------------------------------------------------------------------

# columns CODE PATTERN HEADER ROW
columns() {
    printf '%s\n%s\n' "$3" "$4" >f.csv
    feed_file "$1" "$2" f.csv
}

columns 0 '' 'amount,price,symbol,timestamp' '2,1.5,ABC,1700000000'
columns 0 '' 'AMOUNT;Price;Symbol;nothing;Timestamp' '2;1.5;ABC;x;1700000000'
columns 65 '^feed: f.csv: .*no size.*timestamp, symbol, price, foo' 'timestamp,symbol,price,foo' "$row"
columns 65 '^feed: f.csv: .*no time.*foo, bar' 'foo,bar' '1,2'
columns 65 "^feed: f.csv: .*two columns 'price'" 'timestamp,symbol,price,price,amount' '1700000000,ABC,1,1,2'
columns 65 '^feed: f.csv: .*single orders' 'id,timestamp,exchange.timestamp,price,volume,action,direction' \
    '1,1700000000000,0,1,2,created,bid'
columns 65 '^feed: f.csv:2:23: .*bar' 'Datetime,Open,High,Low,Close,Volume' '2024-01-01T00:00:00,2,1,2,2,9'
columns 0 '' 'Datetime,Open,High,Low,Close,Volume' '2024-01-01T00:00:00,2,2,2,2,9'
columns 0 '' 'time_seconds,bid_price_bid_size,ask_price_ask_size' '1700000000,1.5_2|1.4_3,1.6_1'
columns 0 '' 'time_seconds,bid_price_bid_size,ask_price_ask_size' '1700000000,,'
columns 0 '' ',local_timestamp,side,price,amount' '0,1700000000000000,buy,1.5,2'

# A file without symbols: its name is one, and what has no name needs --symbol.
printf 'timestamp,price,amount\n1700000000,1.5,2\n' >XYZ.csv
start named consumer -q -j -n "$ring" print
named=$pid
run feed -q -n "$ring" XYZ.csv
ends 0 named "$named"
matches "the name of the file as symbol" '"symbol":"XYZ"' named.out
feed_file 64 '^feed: stdin: nothing tells the symbol, give --symbol=S' - <XYZ.csv
feed_file 0 '' --symbol=ABC - <XYZ.csv

# Times without a date count from 1970 unless --date tells the day; once is told that they do.
printf 'Time,Exchange,Symbol,Trade_Volume,Trade_Price\n08:00:00.5,K,ABC,1,2\n08:00:01,K,ABC,1,2\n' >clock.csv
feed_file 0 '' clock.csv
counts "times without a date" 2 0
same "times without a date: first" 28800500000000 "$(json first_ts out)"
matches "times without a date" '"kind":"no date: times count from 1970-01-01, give --date","count":1,"line":2' out
feed_file 0 '' --date=2011-01-13 clock.csv
same "--date: first" 1294905600500000000 "$(json first_ts out)"
lacks "--date" 'no date' out

# Levels of an order book: a quote at the end of each message that changed the best prices, none inside one.
levels='exchange,symbol,timestamp,local_timestamp,is_snapshot,side,price,amount'
printf '%s\n' "$levels" v,A,1700000000000000,1700000000000001,true,bid,1.5,2 \
    v,A,1700000000000000,1700000000000001,true,ask,1.7,3 \
    v,A,1700000001000000,1700000001000001,false,bid,1.6,1 \
    v,A,1700000002000000,1700000002000001,false,bid,1.2,9 \
    v,A,1700000003000000,1700000003000001,false,ask,1.7,x \
    v,A,1700000004000000,1700000004000001,false,ask,1.7,0 >levels.csv
feed_file 65 '^feed: levels.csv:6:53: size .x. is not a number' levels.csv
counts "levels" 2 1
start quotes consumer -q -j -n "$ring" print
quotes=$pid
run feed -q -n "$ring" --on-bad=skip levels.csv
ends 0 quotes "$quotes"
same "levels: quotes" '1.5 2 1.7 3|1.6 1 1.7 3|1.6 1 null null|' \
    "$(sed -n 's/.*"bid":"*\([^",]*\)"*,"bid_size":"*\([^",]*\)"*,"ask":"*\([^",]*\)"*,"ask_size":"*\([^",}]*\).*/\1 \2 \3 \4/p' quotes.out | tr '\n' '|')"
bad '[0-9]+: 3 fields, expected 4' '1700000000,ABC,1.5'
bad '[0-9]+: 5 fields, expected 4' '1700000000,ABC,1.5,2,3'
printf '%s\n%s\n1700000001,AB' "$header" "$row" >cut.csv
feed_file 65 '^feed: cut.csv:3:14: 2 fields, expected 4' cut.csv
counts "cut in a field" 1 1

# --- Values ---------------------------------------------------------------------------------------------

bad '1: time .*empty' ',ABC,1.5,2'
bad '12: symbol .*empty' '1700000000,,1.5,2'
bad '16: price .*empty' '1700000000,ABC,,2'
bad '20: size .*empty' '1700000000,ABC,1.5,'
for number in nan inf -inf 0x10 +5 1_000 1.2.3 . - '"1,000"' 1e 1,5 '1 000' '１'; do
    bad '[0-9]+: ' "1700000000,ABC,$number,2"
done
for number in 9223372036854775808 99999999999 1e400 -99999999999; do
    bad '16: price .*out of range' "1700000000,ABC,$number,2"
done
bad '20: size .*out of range' '1700000000,ABC,1.5,1e400'
bad '16: price .*smaller' '1700000000,ABC,1e-30,2'
bad '20: size .*negative' '1700000000,ABC,1.5,-2'
bad '1: time .*(negative|before)' '-1700000000,ABC,1.5,2'
bad '1: time .*range' '99999999999999999999,ABC,1.5,2'
for time in 2024-02-30T00:00:00Z 2024-01-01T25:61:00Z 2016-12-31T23:59:60Z yesterday; do
    bad '1: time .*not a time' "$time,ABC,1.5,2"
done
for time in 1700000000 1700000000.5 1700000000000 1700000000000000 1700000000000000000 2024-02-29T23:59:59.123456789Z \
    2024-02-29T23:59:59+05:30; do
    fine 1 "$time,ABC,1.5,2"
done
bad '12: symbol .*printable' '1700000000,\303\244,1.5,2'
bad '12: symbol .*printable' '1700000000,A\033[31mB,1.5,2'
lacks "control characters are not passed on" "$(printf '\033')" err
bad '12: symbol .*71' "1700000000,$(printf '%072d' 0),1.5,2"
fine 1 "1700000000,$(printf '%071d' 0),1.5,2"
bad '12: .*quotes' '1700000000,"ABC,1.5,2'
bad '[0-9]+: .*quotes' '1700000000,"AB"C,1.5,2'
fine 1 '1700000000,"A,""B",1.5,"2"\n'
fine 2 '1700000000,ABC,-1.5,2\n1700000000,ABC,1e3,2\n'       # spreads are negative; exporters write exponents
fine 3 "1700000005,ABC,1.5,2\n1700000000,ABC,1.5,2\n$row\n" # back in time, and equal

# More than nine decimals are rounded, and counted; a locale changes nothing.
start precise consumer -q -j -n "$ring" print
precise=$pid
printf '%s\n1700000000,ABC,1.00000000049,2\n1700000000,ABC,1.0000000005001,0.0000000016\n' "$header" >f.csv
LC_ALL=de_DE.UTF-8 timeout "$limit_s" "$bin/feed" -q -j -n "$ring" f.csv >out
same "more than nine decimals: rounded" 3 "$(json rounded out)"
ends 0 precise "$precise"
printf 'timestamp;symbol;price;amount\n1700000000;ABC;1,5;2\n' >f.csv
LC_ALL=de_DE.UTF-8 timeout "$limit_s" "$bin/feed" --validate f.csv >out 2>err
same "a decimal comma in a locale that has it: exit code" 65 $?
matches "a decimal comma" "^feed: f.csv:2:16: price '1,5' is not a number" err
matches "rounded down" '"seq":0,.*"price":"1","size":"2"' precise.out
matches "rounded up" '"seq":1,.*"price":"1.000000001","size":"0.000000002"' precise.out

# --- Delivery -------------------------------------------------------------------------------------------

# What was whole before the damage is delivered, and only that; the consumer ends in good order.
for mode in stop skip; do
    start got consumer -q -j --digest -n "$ring" print
    got=$pid
    awk -v header="$header" 'BEGIN {
        print header
        for (i = 0; i < 1000; i++)
            print (i == 700) ? "1700000000,ABC,oops,2" : sprintf("%d,ABC,%d.25,2", 1700000000 + i, i + 1)
    }' >f.csv
    run feed -j --digest -n "$ring" --slots=16 --on-bad=$mode f.csv
    status_feed=$status
    matches "damage in the middle" '^feed: f.csv:702:16: price .oops.' err
    ends 0 got "$got"
    [ $mode = stop ] && left=700 || left=999
    same "damage in the middle, $mode: exit code" "$([ $mode = stop ] && echo 65 || echo 0)" "$status_feed"
    counts "damage in the middle, $mode" $left 1
    same "damage in the middle, $mode: delivered" $left "$(json delivered got.out)"
    same "damage in the middle, $mode: ticks" $left "$(grep -c '"event":"tick"' got.out)"
    same "damage in the middle, $mode: digest" "$(json digest out)" "$(json digest got.out)"
    left_nothing "$ring" "damage in the middle"
done

# --validate reports what publishing would, and touches no ring.
awk -v header="$header" 'BEGIN { print header; for (i = 0; i < 9; i++) print 1700000000 + i ",ABC,1.5,2" }' >f.csv
expect 0 '' feed -j --digest -n "$ring" --wait-consumers=0 f.csv
mv out published
expect 0 '' feed -j --digest -n "$ring" --validate f.csv
for key in published bad skipped rounded first_ts last_ts digest; do
    same "--validate: $key" "$(json $key published)" "$(json $key out)"
done

# A fault of the device: reading the memory of a process at 0 fails with an I/O error.
if [ -r /proc/self/mem ]; then
    feed_file 74 '^feed: /proc/self/mem: .*error' --format=csv /proc/self/mem
fi

# The same file twice is one after the other by time; of two files the bad one is named.
printf '%s\n%s\n' "$header" "$row" >a.csv
feed_file 0 '' a.csv a.csv
counts "the same file twice" 2 0
printf '%s\nx\n' "$header" >b.csv
feed_file 65 '^feed: b.csv:2:' a.csv b.csv
feed_file 66 '^feed: nofile.csv: ' a.csv nofile.csv

# A FIFO: read to its end, and a row that its writer did not finish is no row.
mkfifo fifo
printf '%s\n%s\n' "$header" "$row" >fifo &
feed_file 0 '' fifo
counts "a FIFO" 1 0
printf '%s\n%s\n1700000001,AB' "$header" "$row" >fifo &
feed_file 65 '^feed: fifo:3:14: 2 fields, expected 4' fifo
counts "a FIFO whose writer died" 1 1

# many N: as many rows, more than are read at once.
many() {
    awk -v header="$header" -v last="$1" 'BEGIN {
        print header
        for (i = 0; i < last; i++)
            printf "%d,ABC,%09d.25,2\n", 1700000000 + i, i + 1
    }'
}

# A file that changes while it is read: cut short, grown, replaced by another.  The feed waits for a consumer that cannot
# write: it has read its first 64 KiB and no more, for as long as that takes.
mkfifo stuck.out
# start_held NAME FILE
start_held() {
    exec 5<>stuck.out
    start stuck consumer -q -n "$ring" print
    stuck=$pid
    start "$1" feed -j -n "$ring" --slots=64 "$2"
    until_true published "$ring" 100
}
# release CODE NAME PID: what the consumer has to say is taken, and both end.
release() {
    cat stuck.out >/dev/null 5>&- &
    exec 5>&-
    ends "$@"
    ends 0 stuck "$stuck"
    wait $!
}

many 20000 >long.csv
start_held cutting long.csv
cutting=$pid
: >long.csv
release 65 cutting "$cutting"
matches "cut while it is read" '^feed: long.csv@[0-9]+: the file became shorter while it was read' cutting.err
same "cut while it is read: whole rows of what was read" "$(((65536 - ${#header} - 1) / 30))" \
    "$(json published cutting.out)"
left_nothing "$ring" "all of it"

many 10000 >long.csv
start_held growing long.csv
growing=$pid
printf '%s\n' "$row" "$row" >>long.csv
release 0 growing "$growing"
counts_of growing "grown while it is read" 10002 0

many 10000 >long.csv
start_held replaced long.csv
replaced=$pid
echo nothing >other
mv other long.csv
release 0 replaced "$replaced"
counts_of replaced "replaced while it is read" 10000 0

# --- Output that cannot be written -----------------------------------------------------------------------

if [ -c /dev/full ]; then
    printf '%s\n%s\n' "$header" "$row" >f.csv
    for mode in --wait-consumers=0 --validate; do
        timeout "$limit_s" "$bin/feed" -j -n "$ring" $mode f.csv >/dev/full 2>err
        same "a full disk, $mode: exit code" 74 $?
        matches "a full disk, $mode" '^feed: output: No space left' err
    done
fi

finish
