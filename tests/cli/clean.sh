#!/bin/sh
# clean.sh - after a normal run nothing is left, and a run that crashed is put right by the next start: no
# step by hand, no tick lost.
. "${0%/*}/lib/help.sh"
cd "$tmp" || exit 1

n=$prefix
total=8000
feed_options="-j -q --digest -n $n --slots=64 --generate=walk --seed=7 --rate=10k -c $total"

# begin ROUND: feed and two consumers.
begin() {
    start feed.$1 feed $feed_options --wait-consumers=2
    feed=$pid
    start print.$1 consumer -j -n $n print
    print=$pid
    start volume.$1 consumer -j --digest -n $n volume
    volume=$pid
}

# --- A normal run -----------------------------------------------------------------------------------------

begin 0
ends 0 feed.0 "$feed"
ends 0 print.0 "$print"
ends 0 volume.0 "$volume"
left_nothing $n "a normal run"
digest=$(json digest feed.0.out)
same "a normal run: digest" "$digest" "$(json digest volume.0.out)"
same "files in the working folder that nobody asked for" "" "$(ls | grep -v -e '\.out$' -e '\.err$' -e '^look$')"

# --keep: the ring stays, also when its readers leave, until it is cleaned.
expect 0 '' feed -q -n $n --keep --wait-consumers=0 -c 50 --generate=walk
for reader in one two; do
    expect 0 '' consumer -q -j -n $n --id=$reader volume
    same "--keep: delivered to reader $reader" 50 "$(json delivered out)"
done
run shmmon clean $n
left_nothing $n "--keep and clean"

# --- All killed at once, at several points ------------------------------------------------------------------

# seqs FILE...: the sequences that print wrote; a line that was cut by the kill does not count.
seqs() {
    cat "$@" | sed -n 's/.*"event":"tick",.*"seq":\([0-9]*\),.*}$/\1/p'
}

# crash NAME POINT: all three killed when so many ticks are published; false if they were over, and the ring gone.
crash() {
    begin $1
    meets "$feed" published $n $2
    kill_hard "$feed" "$print" "$volume"
    [ -e /dev/shm/$n ]
}

for point in 1 150 700 1500; do
    in_time crash a $point
    begin b
    ends 0 feed.b "$feed"
    ends 0 print.b "$print"
    ends 0 volume.b "$volume"
    same "killed at $point: published before and after" $total \
        $(($(json resumed feed.b.out) + $(json published feed.b.out)))
    same "killed at $point: digest of the feed" "$digest" "$(json digest feed.b.out)"
    same "killed at $point: lost" 0 "$(json lost print.b.out)"
    same "killed at $point: every tick is there, in order" "$total in order" "$(
        { seqs print.a.out; seqs print.b.out; } | awk '
            $1 > next_seq { print "a gap before " $1; bad = 1 }
            $1 == next_seq { next_seq++ }
            END { if (!bad) print next_seq " in order" }'
    )"
    left_nothing $n "a crash at $point and another start"
done

# --- One of them killed --------------------------------------------------------------------------------------

# The feed: those who wait get every tick once, as if nothing had been.
# lose_feed NAME: it is killed; false if it was over.
lose_feed() {
    begin $1
    meets "$feed" published $n 300
    kill_hard "$feed"
    [ "$status" -eq 137 ] && [ -e /dev/shm/$n ] && return
    ends 0 print.$1 "$print"
    ends 0 volume.$1 "$volume"
    false
}
in_time lose_feed c
start again feed $feed_options
again=$pid
ends 0 again "$again"
ends 0 print.c "$print"
ends 0 volume.c "$volume"
same "feed killed: digest" "$digest" "$(json digest volume.c.out)"
same "feed killed: ticks" "0..$((total - 1))" "$(seqs print.c.out | awk '$1 != next_seq++ { bad = $1 } END { print bad == "" ? "0.." next_seq - 1 : "broken at " bad }')"
left_nothing $n "a killed feed"

# Another input after a crash: begun anew, and said.
in_time lose_feed d
start other feed -j -n $n --generate=walk --seed=8 -c 100
other=$pid
ends 0 other "$other"
ends 0 print.d "$print"
ends 0 volume.d "$volume"
matches "another input" 'begins anew' other.err
same "another input: published" 100 "$(json published other.out)"
left_nothing $n "another input"

# A consumer: its place is held, it goes on where it was.
# lose_print NAME: it is killed; false if it was over.
lose_print() {
    begin $1
    meets "$print" consumed $n print 300
    kill_hard "$print"
    [ "$status" -eq 137 ] && published $n 1 && return
    ends 0 feed.$1 "$feed"
    ends 0 volume.$1 "$volume"
    false
}
in_time lose_print e
start back consumer -j -n $n print
print=$pid
ends 0 feed.e "$feed"
ends 0 back "$print"
ends 0 volume.e "$volume"
same "consumer killed: lost" 0 "$(json lost back.out)"
same "consumer killed: ticks" "$total in order" "$(
    { seqs print.e.out; seqs back.out; } | awk '
        $1 > next_seq { print "a gap before " $1; bad = 1 }
        $1 == next_seq { next_seq++ }
        END { if (!bad) print next_seq " in order" }'
)"
left_nothing $n "a killed consumer"

# A feed, then a consumer, killed before anything was published.
start early feed $feed_options --wait-consumers=2
early=$pid
until_true look $n
kill_hard "$early"
start feed.f feed $feed_options --wait-consumers=2
feed=$pid
start print.f consumer -j -n $n print
until_true joined $n print
kill_hard "$pid"
start print.g consumer -j -n $n print
print=$pid
start volume.f consumer -j --digest -n $n volume
volume=$pid
ends 0 feed.f "$feed"
ends 0 print.g "$print"
ends 0 volume.f "$volume"
same "killed before the first tick: delivered" $total "$(json delivered print.g.out)"
left_nothing $n "kills before the first tick"

# The ring deleted by hand after a crash: its semaphores are in nobody's way, and clean takes them.
in_time crash h 50
rm /dev/shm/$n
begin i
ends 0 feed.i "$feed"
ends 0 print.i "$print"
ends 0 volume.i "$volume"
same "a ring deleted by hand: delivered" $total "$(json delivered print.i.out)"
run shmmon clean $n
left_nothing $n "clean"
finish
