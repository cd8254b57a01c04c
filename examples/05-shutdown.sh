#!/bin/sh
# Stopping, and how to tell what has happened.  SIGTERM (or Ctrl-C) is an orderly end: a feed publishes what it has
# taken and closes its lane, consumers read that to its end.  Look at the first part: order updates run for two
# seconds and are stopped; what was published, was delivered, and the digests over all of it agree.
#
# A consumer that is stopped leaves the others alone.  And one with --timeout tells three silences apart by its exit
# code: 0 the feed has ended, 75 it is quiet, 69 it is dead (killed, and nobody has started it again).
. "$(dirname "$0")/lib.sh"

title "A feed is stopped: every update that was sent was received"
start updates consumer -n "$ring" --digest print
start feed feed -j -n "$ring" --generate=orders --rate=2k --digest
typed sleep 2
sleep 2
send TERM feed
ended feed
over updates
grep -E ' (PARTIAL|FILLED)$' "$dir/updates" | tail -n 3
tail -n 1 "$dir/updates"
published=$(sed -n 's/^{"published":\([0-9]*\),.*/\1/p' "$dir/feed")
digest=$(sed -n 's/.*"digest":"\([0-9a-f]*\)".*/\1/p' "$dir/feed")
says updates "delivered $published, lost 0, digest $digest"
same "lines for $published updates" "$published" "$(grep -Ec ' (PARTIAL|FILLED)$' "$dir/updates")"

title "One of two consumers is stopped: the feed and the other go on"
start stays consumer -n "$ring" --id=stays volume
start goes consumer -j -n "$ring" --id=goes print
start feed feed -n "$ring" --wait-consumers=2 --generate=walk --rate=5k --count=5k
until_true grep -q '"seq":500,' "$dir/goes"
send TERM goes
over goes
tail -n 2 "$dir/goes" | cut -c 1-120
ended feed
ended stays
says stays 'delivered 5000, lost 0'

title "Silence, first: the feed has ended"
start feed feed -q -n "$ring" data/totals.csv
until_true test -e "/dev/shm/$ring"
run consumer -n "$ring" --timeout=1s volume
ended feed

title "Silence, second: the feed is quiet"
start feed feed -q -n "$ring" --generate=walk --rate=1
until_true test -e "/dev/shm/$ring"
run_to 75 consumer -n "$ring" --timeout=500ms volume
send TERM feed
ended feed

title "Silence, third: the feed is dead"
start feed feed -q -n "$ring" --generate=walk --rate=1k
start waits consumer -j -n "$ring" --timeout=1s print
until_true grep -q '"seq":10,' "$dir/waits"
send KILL feed
over feed 137
over waits 69
grep '^consumer: ' "$dir/waits"
