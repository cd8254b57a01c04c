#!/bin/sh
# sanitize.sh - the tests under ASan and UBSan, those with threads on one mapping under TSan, and all of it
# compiled by clang: no suppressions.
set -eu
cd "$(dirname "$0")/.."
tools/need.sh build formats test sanitize

build() { # build FOLDER VARIABLE...: compiles everything
    folder=$1
    shift
    make -s -j"$(nproc)" BUILD="$folder" "$@" tests-build
}

export TICKRING_ROUNDS="${TICKRING_ROUNDS:-100}" TICKRING_VALUES="${TICKRING_VALUES:-50000}"

echo "clang: warnings"
build build/clang CC=clang

echo "address and undefined behaviour"
build build/address-undefined SAN=address,undefined
make -s BUILD=build/address-undefined SAN=address,undefined run-unit run-multi

echo "threads"
build build/thread SAN=thread
make -s BUILD=build/thread SAN=thread run-threads
