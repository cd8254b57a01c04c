#!/bin/sh
# run.sh FORMAT RUNS [LIBFUZZER_OPTION...] - that many executions of the source FORMAT ("auto": the detected
# one) on inputs that libFuzzer makes, under ASan and UBSan.  It begins with corpus/FORMAT and with what
# earlier runs found, which stays in $BUILD/corpus/FORMAT.  An input at fault is left in $BUILD, named in the
# output: $BUILD/fuzz_source FILE tries it again.
# run.sh --merge FORMAT - what covers most of all that was found becomes corpus/FORMAT: look at it, commit it.
set -eu
cd "$(dirname "$0")/../.."
BUILD=${BUILD:-build/fuzz}
MERGED_MAX=24 # files of corpus/FORMAT

merge=
[ "${1:-}" != --merge ] || { merge=yes && shift; }
[ $# -ge 1 ] || { echo "usage: run.sh FORMAT RUNS [OPTION...] | run.sh --merge FORMAT" >&2 && exit 64; }
format=$1
runs=${2:-0}
shift
[ $# -eq 0 ] || shift

# Long enough for some records of the format, short enough to be fast.
case $format in
dbn | pcap | itch | auto) max_len=4096 ;;
json) max_len=2048 ;;
*) max_len=512 ;;
esac

tools/need.sh build formats fuzz
make -s -j2 BUILD="$BUILD" CC=clang SAN=address,undefined,fuzzer-no-link "$BUILD/fuzz_source"

kept=tests/fuzz/corpus/$format
found=$BUILD/corpus/$format
mkdir -p "$found"
export TICKRING_FUZZ_FORMAT="$format"

if [ -z "$merge" ]; then
    [ ! -d "$kept" ] || set -- "$@" "$kept"
    log=$BUILD/$format.log
    "$BUILD/fuzz_source" -runs="$runs" -max_len="$max_len" -timeout=10 -print_final_stats=1 \
        -artifact_prefix="$BUILD/" "$found" "$@" >"$log" 2>&1 || {
        tail -n 60 "$log"
        exit 1
    }
    grep -aE '^#.*(INITED|DONE) ' "$log"
    grep -aE 'number_of_executed_units|average_exec_per_sec|new_units_added' "$log"
    exit
fi

# The smallest set that reaches the same edges; of it those that came first, which reach most.
mkdir -p "$kept"
minimal=$(mktemp -d)
trap 'rm -rf "$minimal"' EXIT
"$BUILD/fuzz_source" -set_cover_merge=1 -use_counters=0 -max_len="$max_len" "$minimal" "$kept" "$found" 2>&1 |
    grep -a MERGE-OUTER || true
rm -f "$kept"/*
find "$minimal" -type f -size -5k -printf '%T@ %p\n' | sort -n | head -n "$MERGED_MAX" | cut -d' ' -f2- |
    xargs -I{} cp {} "$kept"
echo "$kept: $(find "$kept" -type f | wc -l) files, $(cat "$kept"/* | wc -c) bytes"
