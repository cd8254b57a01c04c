#!/bin/sh
# run.sh PROGRAM... - runs tests one after the other, each with a bound against hanging, and sums up.
# A program ends with 0: all passed, 77: skipped (its last line says why), else: failed.
# TICKRING_EMULATOR: a command in front of each (foreign machines).
# Programs written with cmocka count by test function, others as one test.
set -u

limit_s=${TICKRING_TEST_LIMIT_S:-300}
passed=0
failed=0
skipped=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# sum WORD: the counts of cmocka's groups in the log.
sum() {
    sed -n "s/.*\[  $1  \] \(tests: \)\{0,1\}\([0-9]*\) test(s).*/\2/p" "$log" | awk '{ n += $1 } END { print n + 0 }'
}

for program; do
    if [ ! -e "$program" ]; then
        echo "FAILED  $program is not there"
        failed=$((failed + 1))
        continue
    fi
    name=${program##*/}
    begin=$(date +%s)
    timeout -k 5 "$limit_s" ${TICKRING_EMULATOR:-} "$program" >"$log" 2>&1
    status=$?
    took=$(($(date +%s) - begin))
    ok=$(sum PASSED)
    bad=$(sum FAILED)
    gone=$(sum SKIPPED)
    if [ "$status" -eq 77 ]; then
        printf 'skip    %-28s %s\n' "$name" "$(tail -n 1 "$log")"
        skipped=$((skipped + 1))
        continue
    fi
    [ $((ok + bad)) -eq 0 ] && [ "$status" -eq 0 ] && ok=1
    [ "$status" -ne 0 ] && [ "$bad" -eq 0 ] && bad=1
    passed=$((passed + ok))
    failed=$((failed + bad))
    skipped=$((skipped + gone))
    if [ "$status" -eq 0 ]; then
        printf 'ok      %-28s %3d tests %4d s%s\n' "$name" "$ok" "$took" "$([ "$gone" -gt 0 ] && echo "  $gone skipped")"
        [ "$gone" -eq 0 ] || grep -a '^skipped:' "$log"
    else
        printf 'FAILED  %-28s exit %d after %d s\n' "$name" "$status" "$took"
        sed 's/^/        /' "$log" | tail -n 60
    fi
done

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
