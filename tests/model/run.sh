#!/bin/sh
# run.sh [quick] - checks the configurations in the file configs (quick: those marked q), two at a time, and
# says how many ended as expected.  Exit 1 if any did not, 77 if spin is missing.
set -u

cd "$(dirname "$0")" || exit 1
command -v spin >/dev/null || { echo "skipped: spin is not installed (Debian: apt-get install spin)"; exit 77; }
which='^(ok|bug)'
[ "${1:-}" = quick ] && which='^(ok|bug) +q'
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT

# shellcheck disable=SC2016
grep -E "$which" configs | xargs -P 2 -L 1 sh -c '
    want=$0 tag=$1
    shift
    [ "$tag" = L ] || export TICKRING_MODEL_CFLAGS=-O0
    got=$(./one.sh "$@")
    case $want$got in
    "okerr=0 "* | "bugerr=1 "*) verdict=pass ;;
    *) verdict=BAD ;;
    esac
    printf "%-4s %-3s %-62s %s\n" "$verdict" "$want" "$*" "$got"' | tee "$log"
good=$(grep -c '^pass' "$log")
bad=$(grep -c '^BAD' "$log")
echo "$good as expected, $bad not"
[ "$bad" -eq 0 ] && [ "$good" -gt 0 ]
