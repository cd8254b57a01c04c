#!/bin/sh
# A bounded buffer that blocks its producer.  The ring has four slots, the least there can be, and the consumer
# takes half a second for each trade (simulated by --work).  Four trades fit at once; for the fifth and sixth the
# feed must wait: nothing is lost, and the feed says how long it waited and for whom.  The monitor has the same
# time and name.
#
# Then the same with --policy=drop-new: the feed never waits, and counts exactly what it left out.
. "$(dirname "$0")/lib.sh"

title "The feed waits"
start slow consumer -n "$ring" --id=slow --work=500ms print
run feed -n "$ring" --slots=4 --keep data/buffer.csv
says feed "waited [0-9.]+ s for consumer 'slow' \(buffer full\)"
ended slow
says slow 'delivered 6, lost 0'
run shmmon -n "$ring" --once
says shmmon '^feed .* slow [0-9.]+m?s'
run shmmon -n "$ring" clean

title "The feed drops what finds no room"
start slow consumer -n "$ring" --id=slow --work=500ms print
run feed -n "$ring" --slots=4 --policy=drop-new data/buffer.csv
ended slow
says feed '^published 4 '
says feed '^dropped +2,'
says slow 'delivered 4, lost 0'
echo 'four published and delivered + two dropped = six'
