#!/bin/sh
# examples.sh - the C examples of the README are those in the folder examples, compile against an installed
# copy with nothing but the compiler, and work with one another.
. "${0%/*}/lib/help.sh"

sources=$root/examples
readme=$root/README.md
cc=${CC:-cc}
command -v "$cc" >/dev/null || skip "no C compiler ($cc)"
if grep -q __asan_init "$bin/feed" || grep -q __tsan_init "$bin/feed"; then
    skip "a sanitized library needs more than the compiler alone"
fi

# --- The README's text ------------------------------------------------------------------------------------

if [ -e "$readme" ]; then
    awk -v to="$tmp/block" '/^```c$/ { in_block = 1; cnt++; next } /^```/ { in_block = 0 } in_block { print > (to cnt) }' "$readme"
    for example in producer consumer; do
        checks=$((checks + 1))
        for block in "$tmp"/block*; do
            cmp -s "$block" "$sources/$example.c" && continue 2
        done
        fail "no \`\`\`c block of README.md is the text of examples/$example.c"
    done
else
    fail "README.md: not there"
fi

# --- Against an installed copy -----------------------------------------------------------------------------

to=$tmp/installed
checks=$((checks + 1))
(cd "$root" && MAKEFLAGS='' make -s BUILD="${BUILD:-build}" DESTDIR="$to" PREFIX=/usr install) >"$tmp/install" 2>&1 \
    || fail "make install DESTDIR=$to PREFIX=/usr: $(tail -n 5 "$tmp/install")"
for file in bin/feed bin/consumer bin/shmmon lib/libtickring.a lib/libtickring.so lib/libtickring.so.0 \
    lib/pkgconfig/tickring.pc include/tickring/tickring.h share/man/man1/feed.1 share/man/man1/consumer.1 \
    share/man/man1/shmmon.1; do
    checks=$((checks + 1))
    [ -e "$to/usr/$file" ] || fail "make install: no $file"
done
include=$to/usr/include/tickring
lib=$to/usr/lib
for example in producer consumer; do
    checks=$((checks + 1))
    "$cc" -I"$include" -L"$lib" "$sources/$example.c" -ltickring -o "$tmp/$example" >"$tmp/log" 2>&1 \
        || fail "cc -I<include> $example.c -ltickring: $(head -n 5 "$tmp/log")"
    checks=$((checks + 1))
    "$cc" -I"$include" "$sources/$example.c" "$lib/libtickring.a" -o "$tmp/$example.static" >"$tmp/log" 2>&1 \
        || fail "cc -I<include> $example.c libtickring.a: $(head -n 5 "$tmp/log")"
    checks=$((checks + 1))
    "$cc" -std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Werror -I"$include" -fsyntax-only "$sources/$example.c" >"$tmp/log" 2>&1 \
        || fail "cc -std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra $example.c: $(head -n 5 "$tmp/log")"
done
if command -v pkg-config >/dev/null; then
    # shellcheck disable=SC2046  # a list of options
    "$cc" $(PKG_CONFIG_PATH=$lib/pkgconfig pkg-config --define-variable=prefix="$to/usr" --cflags tickring) \
        "$sources/producer.c" \
        $(PKG_CONFIG_PATH=$lib/pkgconfig pkg-config --define-variable=prefix="$to/usr" --libs tickring) \
        -o "$tmp/by-pkg-config" >"$tmp/log" 2>&1
    same "cc by pkg-config ($(head -n 3 "$tmp/log"))" 0 $?
    same "pkg-config: version" "$("$to/usr/bin/feed" -V | sed 's/.* //')" \
        "$(PKG_CONFIG_PATH=$lib/pkgconfig pkg-config --modversion tickring)"
fi

# --- Together ------------------------------------------------------------------------------------------------

# both SUFFIX: producer and consumer; their ring has a name of its own ("example").
both() {
    [ ! -e /dev/shm/example ] || {
        echo "part skipped: a ring named example is there"
        return
    }
    for example in consumer producer; do
        LD_LIBRARY_PATH=$lib timeout "$limit_s" "$tmp/$example$1" >"$tmp/$example.out" 2>"$tmp/$example.err" &
        pids="$pids $!"
        eval "$example=\$!"
    done
    ends 0 producer "$producer"
    ends 0 consumer "$consumer"
    # What it prints is made of the prices 100 to 1099.
    same "the consumer's output" "sum $(awk 'BEGIN { for (i = 100; i < 1100; i++) sum += i; print sum }'), lost 0" \
        "$(tail -n 1 "$tmp/consumer.out")"
    left_nothing example "the examples"
}
both ''
both .static
finish
