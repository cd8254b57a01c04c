#!/bin/sh
# instructions: what a tick costs in a stage, counted and not timed: the same on every machine and every day.
# instructions.txt has the counts: one that has risen by more than 3 % fails, and one above its limit.  Where a rise
# is worth it, write the new count there.
. "${0%/*}/lib/help.sh"

ticks=20000
built='GNU C11 12[.0-9]* -mtune=generic -march=x86-64 -g -O2 -std=gnu11'

command -v valgrind >/dev/null 2>&1 || skip "no valgrind, which counts the instructions"
grep -aq "$built" "$bin/bench" && ! grep -aq -e '-fsanitize=' "$bin/bench" \
    || skip "another compiler or other flags: the counts are those of gcc 12 -O2 for x86-64"

# count CASE TICKS: then $counted: instructions in the consumer's loop for so many ticks and those that come before.
count() {
    valgrind --tool=callgrind --toggle-collect=run_ticks --callgrind-out-file=/dev/null \
        "$bin/bench" --stages --only="$1" --rounds=1 --ticks="$2" -j >"$tmp/out" 2>"$tmp/err" 3>&-
    same "$1: exit code (it said: $(tail -n 3 "$tmp/err"))" 0 "$?"
    counted=$(sed -n 's/.*Collected *: *//p' "$tmp/err")
}

# What a run begins with is in the short one as in the long one: the difference is ticks alone.
while read -r name now limit; do
    case $name in
    '' | '#'*) continue ;;
    esac
    count "$name" "$ticks"
    short=$counted
    count "$name" $((3 * ticks))
    each=$(awk "BEGIN { printf \"%.1f\", ($counted - $short) / (2 * $ticks) }")
    echo "$name: $each instructions a tick (noted: $now, limit: $limit)"
    same "$name: some, 3 % above what is noted at most, within the limit" 1 \
        "$(awk "BEGIN { print ($each > 10 && $each <= 1.03 * $now && $each <= $limit) }")"
done <"${0%/*}/instructions.txt"
finish
