#!/bin/sh
# sanitize.sh - the tests under ASan and UBSan, those with threads on one mapping under TSan, and all of it
# compiled by clang: no suppressions.
set -eu
cd "$(dirname "$0")/.."
tools/need.sh build formats test sanitize

build() { # build TARGET FOLDER VARIABLE...
    target=$1 folder=$2
    shift 2
    make -s -j"$(nproc)" BUILD="$folder" "$@" "$target"
}

export TICKRING_ROUNDS="${TICKRING_ROUNDS:-100}" TICKRING_RUNS="${TICKRING_RUNS:-20}" TICKRING_VALUES="${TICKRING_VALUES:-50000}"

echo "clang: warnings"
build tests-build build/clang CC=clang

echo "address and undefined behaviour"
build tests-build build/address-undefined SAN=address,undefined
# To note the whole stack of each allocation takes half of the time of some tests, and finds nothing more.
ASAN_OPTIONS="${ASAN_OPTIONS:-malloc_context_size=1}" make -s BUILD=build/address-undefined SAN=address,undefined run-unit
make -s BUILD=build/address-undefined SAN=address,undefined run-multi

echo "threads"
build threads-build build/thread SAN=thread
make -s BUILD=build/thread SAN=thread run-threads
