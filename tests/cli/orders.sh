#!/bin/sh
# orders.sh - made markets of one kind: updates of orders arrive all and in order up to the moment at which the
# feed is stopped; quotes cross, and are the same again from the same seed.
. "${0%/*}/lib/help.sh"
cd "$tmp" || exit 1

n=$prefix

# check_updates FILE: each order's filled quantity grows from update to update and ends with FILLED; the numbers of
# the orders and of the updates have no holes.
check_updates() {
    awk '
        /"event":"update"/ {
            split($0, part, /"seq":|,"ts":|"order_id":|,"status":"|","filled":"|","ordered":"|","price":/)
            seq = part[2]; id = part[4]; status = part[5]; filled = part[6]; ordered = part[7]
            if (seq != cnt++) wrong("sequence")
            if (id > last + 1) wrong("number of an order")
            if (id > last) last = id
            if (done[id]) wrong("update of an order that was filled")
            if (filled + 0 <= so_far[id] + 0 || filled + 0 > ordered + 0) wrong("filled")
            if ((status == "FILLED") != (filled == ordered)) wrong("status")
            so_far[id] = filled
            done[id] = status == "FILLED"
        }
        function wrong(what) { if (what_cnt++ < 3) print what ": " $0 }
        END {
            for (id = 1; id <= last; id++) if (!done[id]) open++
            if (open > 64) print open " orders are open"
            if (cnt == 0) print "no update"
        }' "$1"
}

# stop_orders NAME OPTION...: updates of orders, stopped after two seconds of 5000 ticks a second.
stop_orders() {
    run_name=$1
    shift
    start reader consumer -q -j --digest -n $n print
    reader=$pid
    start feed feed -q -j --digest -n $n --generate=orders "$@"
    feed=$pid
    until_true published $n 10000
    kill -TERM "$feed"
    ends 0 feed "$feed"
    ends 0 reader "$reader"
    same "$run_name: delivered" "$(json published feed.out)" "$(json delivered reader.out)"
    same "$run_name: lost" 0 "$(json lost reader.out)"
    same "$run_name: digest" "$(json digest feed.out)" "$(json digest reader.out)"
    same "$run_name: lines" "$(json published feed.out)" "$(grep -c '"event":"update"' reader.out)"
    same "$run_name: every update, in order" "" "$(check_updates reader.out)"
    left_nothing $n "$run_name"
}
stop_orders "orders at a pace" --rate=5k
stop_orders "orders through a ring of four" --slots=4 --seed=3

# The other stages make nothing of them.
for stage in volume signals; do
    start reader consumer -q -j -n $n $stage
    reader=$pid
    expect 0 '' feed -q -n $n --generate=orders --symbols=ABC -c 1000
    ends 0 reader "$reader"
    same "$stage of orders: delivered" 1000 "$(json delivered reader.out)"
    same "$stage of orders: trades" 0 "$(json trades reader.out)"
    same "$stage of orders: quotes" 0 "$(json quotes reader.out)"
    same "$stage of orders: lines" 1 "$(wc -l <reader.out | tr -d ' ')"
done

# A made market is what its seed says, whatever the pace.
for kind in quotes orders; do
    for pace in --speed=max --rate=10k; do
        start reader$pace consumer -q -C -n $n --policy=reliable print
        reader=$pid
        expect 0 '' feed -q -n $n --generate=$kind --seed=5 --venue=a,b,c -c 1000 $pace
        ends 0 reader$pace "$reader"
    done
    same "$kind: rows" 1001 "$(wc -l <reader--rate=10k.out | tr -d ' ')"
    checks=$((checks + 1))
    cmp -s reader--speed=max.out reader--rate=10k.out || fail "$kind: a pace makes other ticks"
done
same "CSV: kind and columns of an update" 1000 "$(awk -F, '$6 == "update" && $7 > 0 && $8 > 0 && $9 != "" && $10 == "" && NF == 13' \
    reader--rate=10k.out | wc -l | tr -d ' ')"

expect 0 '' feed --validate -j --generate=orders -c 1000
same "validate: updates" 1000 "$(json updates out)"
same "validate: quotes" 0 "$(json quotes out)"
same "validate: crossed" 0 "$(json crossed out)"
expect 0 '' feed --validate -j --generate=quotes -c 1000
same "validate: quotes of quotes" 1000 "$(json quotes out)"
finish
