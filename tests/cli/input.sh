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
printf '\037\213\010\000rest' >zipped.csv
feed_file 65 '^feed: zipped.csv: .*gzip.*zcat' zipped.csv
feed_file 65 '^feed: stdin: .*gzip.*zcat' - <zipped.csv
feed_file 65 'not recognized.*csv' /dev/zero
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
columns 65 '^feed: f.csv: .*symbol' 'timestamp,price,amount' '1700000000,1,2'
columns 65 '^feed: f.csv: .*order book' 'timestamp,symbol,is_snapshot,side,price,amount' '1700000000,ABC,true,bid,1,2'
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

# A file that is cut short while it is read.
awk -v header="$header" 'BEGIN {
    print header
    for (i = 0; i < 20000; i++)
        printf "%d,ABC,%09d.25,2\n", 1700000000 + i, i + 1
}' >long.csv
start cutting feed -j -n "$ring" --wait-consumers=0 --rate=10k long.csv
cutting=$pid
until_true published "$ring" 100
: >long.csv
ends 65 cutting "$cutting"
matches "cut while it is read" '^feed: long.csv:[0-9]+:[0-9]+: ' cutting.err
lacks "cut while it is read: nothing is made up" '"published":20000' cutting.out
left_nothing "$ring" "all of it"
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
