#!/bin/sh
# need.sh WHAT... - installs the Debian packages that are not there and that are needed for building (build), reading
# compressed files and JSON (formats), the screen and the server of shmmon (screen) and testing (test; page: a Prometheus, a
# browser), and says which and why; where it may not install, it prints the command and fails.
set -u

missing=
why=

# need PACKAGE WHY TEST...: the package is needed for WHY unless TEST succeeds.
need() {
    package=$1 reason=$2
    shift 2
    "$@" >/dev/null 2>&1 && return
    missing="$missing $package"
    why="$why
    $package: $reason"
}

has_header() {
    printf '#include <stdarg.h>\n#include <stddef.h>\n#include <setjmp.h>\n#include <stdint.h>\n#include <%s>\n' "$1" \
        | "${CC:-gcc}" -E -x c - -o /dev/null
}

can_fuzz() {
    echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' | clang -fsanitize=fuzzer,address -x c - -o /dev/null
}

for what; do
    case $what in
    build)
        need gcc "the C compiler" command -v gcc
        need libc6-dev "headers of the C library" test -e /usr/include/stdio.h
        ;;
    formats)
        need pkg-config "finding the libraries below" command -v pkg-config
        need zlib1g-dev "gzip and zip files" has_header zlib.h
        need libzstd-dev "zstd files" has_header zstd.h
        need liblzma-dev "xz and bi5 files" has_header lzma.h
        need libyajl-dev "JSON" has_header yajl/yajl_parse.h
        ;;
    screen)
        need pkg-config "finding the libraries below" command -v pkg-config
        need libncurses-dev "the screen of shmmon" has_header ncursesw/ncurses.h
        need libmicrohttpd-dev "shmmon --listen" has_header microhttpd.h
        ;;
    test)
        need libcmocka-dev "the unit tests" has_header cmocka.h
        need spin "checking the protocol's model" command -v spin
        need tmux "looking at the screen of shmmon" command -v tmux
        need valgrind "counting the instructions of a tick" command -v valgrind
        ;;
    page)
        need prometheus "reading the metrics, and promtool" command -v prometheus
        need chromium "looking at the page" command -v chromium
        need python3-jsonschema "checking JSON against its schema" python3 -c 'import jsonschema'
        ;;
    sanitize)
        need clang "a second compiler's opinion" command -v clang
        ;;
    fuzz)
        need clang "libFuzzer" command -v clang
        need libclang-rt-dev "libFuzzer" can_fuzz
        ;;
    arm64)
        need gcc-aarch64-linux-gnu "the arm64 build" command -v aarch64-linux-gnu-gcc
        need libc6-dev-arm64-cross "the arm64 build" test -e /usr/aarch64-linux-gnu/include/stdio.h
        need qemu-user "running arm64 tests here" command -v qemu-aarch64
        ;;
    *)
        echo "need.sh: $what: not known, try build, formats, screen, test, page, sanitize, fuzz, arm64" >&2
        exit 64
        ;;
    esac
done

[ -n "$missing" ] || exit 0
command="apt-get install -y --no-install-recommends$missing"
echo "Packages to install:$why"
if ! command -v apt-get >/dev/null 2>&1; then
    echo "need.sh: no apt-get here: install the equivalent of:$missing" >&2
    exit 69
fi
if [ "$(id -u)" -eq 0 ]; then
    sudo=
elif command -v sudo >/dev/null 2>&1; then
    sudo=sudo
else
    echo "need.sh: neither root nor sudo: as root, run: apt-get update && $command" >&2
    exit 77
fi
echo "Running: $sudo $command"
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086  # both are lists of words
$sudo $command >/dev/null 2>&1 || { $sudo apt-get update >/dev/null && $sudo $command >/dev/null; } || {
    echo "need.sh: installing failed: run it by hand to see why: $sudo apt-get update && $sudo $command" >&2
    exit 69
}
