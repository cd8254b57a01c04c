#!/bin/sh
# run.sh PROGRAM... - runs tests, TICKRING_JOBS (2) at a time, each with a bound against hanging, and sums up.
# They share nothing but the machine: each names its rings and files after its own process.
# A program ends with 0: all passed, 77: skipped (its last line says why), else: failed.
# TICKRING_EMULATOR: a command in front of each (foreign machines).
# Programs written with cmocka count by test function, others as one test.
set -u

limit_s=${TICKRING_TEST_LIMIT_S:-300}

# sum WORD LOG: the counts of cmocka's groups in the log.
sum() {
    sed -n "s/.*\[  $1  \] \(tests: \)\{0,1\}\([0-9]*\) test(s).*/\2/p" "$2" | awk '{ n += $1 } END { print n + 0 }'
}

# one FOLDER PROGRAM: what is said about it goes out in one piece, its "passed failed skipped" into the folder.
one() {
    counts=$1/counts program=$2 name=${2##*/}
    log=$1/$$.log said=$1/$$.said
    if [ ! -e "$program" ]; then
        echo "FAILED  $program is not there"
        echo 0 1 0 >>"$counts"
        return
    fi
    begin=$(date +%s)
    timeout -k 5 "$limit_s" ${TICKRING_EMULATOR:-} "$program" >"$log" 2>&1
    status=$?
    took=$(($(date +%s) - begin))
    ok=$(sum PASSED "$log")
    bad=$(sum FAILED "$log")
    gone=$(sum SKIPPED "$log")
    if [ "$status" -eq 77 ]; then
        printf 'skip    %-28s %s\n' "$name" "$(tail -n 1 "$log")"
        echo 0 0 1 >>"$counts"
        return
    fi
    [ $((ok + bad)) -eq 0 ] && [ "$status" -eq 0 ] && ok=1
    [ "$status" -ne 0 ] && [ "$bad" -eq 0 ] && bad=1
    echo "$ok $bad $gone" >>"$counts"
    if [ "$status" -eq 0 ]; then
        printf 'ok      %-28s %3d tests %4d s%s\n' "$name" "$ok" "$took" "$([ "$gone" -gt 0 ] && echo "  $gone skipped")"
        [ "$gone" -eq 0 ] || grep -a '^skipped:' "$log"
    else
        printf 'FAILED  %-28s exit %d after %d s\n' "$name" "$status" "$took"
        sed 's/^/        /' "$log" | tail -n 60
    fi >"$said"
    cat "$said"
}

if [ "${1:-}" = --one ]; then
    one "$2" "$3"
    exit 0
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
: >"$folder/counts"
[ $# -eq 0 ] || printf '%s\n' "$@" | xargs -P "${TICKRING_JOBS:-2}" -I {} "$0" --one "$folder" {}
awk -v cnt=$# '
    { passed += $1; failed += $2; skipped += $3 }
    END {
        if (NR != cnt) { print "FAILED  only " NR " of " cnt " programs were run"; failed++ }
        printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
        exit failed > 0 || passed == 0
    }' "$folder/counts"
