#!/bin/sh
# one.sh MODEL [-Dflag...] - checks one configuration of a model in this folder and prints a line:
# err=0 (right) or 1 (caught), states stored, seconds, why.  Its files are elsewhere, and removed.
# TICKRING_MODEL_LIMIT_S: seconds it may take (190).  TICKRING_MODEL_CFLAGS: -O0 for small ones.
set -u

model=$(cd "$(dirname "$0")" && pwd)/$1
shift
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1

spin -a "$@" "$model" >spin.out 2>&1 || { echo "err=? spin: $(tail -n 1 spin.out)"; exit 1; }
gcc ${TICKRING_MODEL_CFLAGS:--O1} -DSAFETY -DCOLLAPSE -DVECTORSZ=512 -DMEMLIM=6000 -w -o pan pan.c || exit 1
begin=$(date +%s.%N)
timeout "${TICKRING_MODEL_LIMIT_S:-190}" ./pan -m200000 >pan.out 2>&1
status=$?
took=$(echo "$begin $(date +%s.%N)" | awk '{ printf "%.1f", $2 - $1 }')

err=$(sed -n 's/.*errors: \([0-9]*\).*/\1/p' pan.out)
states=$(awk '/states, stored/ { print $1 }' pan.out)
why=$(sed -n 's/^pan:1: *//p' pan.out | cut -c 1-70 | head -n 1)
grep -q 'Search not completed\|max search depth too small' pan.out && [ "$err" = 0 ] && err=incomplete
[ "$status" -eq 124 ] && err=timeout
echo "err=${err:-?} states=${states:-?} ${took}s $why"
