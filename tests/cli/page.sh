#!/bin/sh
# page.sh - the page of shmmon --listen in a real browser: its values are those of shmmon -1 -j, on a desk and on a phone,
# light and dark.  TICKRING_PICTURES=folder keeps what it looked like.
. "${0%/*}/lib/help.sh"
command -v chromium >/dev/null || skip "no chromium here (Debian: chromium)"
command -v python3 >/dev/null || skip "no python3 here, which drives the browser"
"$bin/shmmon" --listen=x:y 2>&1 | grep -q libmicrohttpd && skip "built without libmicrohttpd"
cd "$tmp" || exit 1

n=$prefix
limit_s=40 # a browser takes its time to begin
pictures=${TICKRING_PICTURES:-$tmp}

# browse SIZE SCHEME PICTURE EXPRESSION...: then browsed, a line for each expression.
place=
browse() {
    size=$1 scheme=$2 picture=$pictures/$3
    shift 3
    timeout -k 5 100 python3 "$root/tests/cli/lib/browser.py" "http://127.0.0.1:$port/$place" "$size" "$scheme" "$picture" "$@" \
        >browsed 2>&1 3>&-
    same "the page ($size $scheme; it said: $(tail -n 3 browsed))" 0 $?
}

# cell ID KEY: an expression for the whole value behind a cell of a table.
cell() {
    echo "document.querySelector('tr[data-id=\"$1\"] td[data-key=\"$2\"]').dataset.value"
}

line() {
    sed -n "$1p" browsed
}

# at ID KEY: what -j has of a producer or consumer, texts too.
at() {
    python3 -c '
import json, sys
snap = json.load(open("look"))
who = [w for w in snap["producers"] + snap["consumers"] if sys.argv[1] in (w.get("id"), w.get("name"))][0]
for key in sys.argv[2].split("."):
    who = who[key]
print(who)' "$1" "$2"
}

shown=$(printf '%s' "document.querySelector('#g-hist .bar') && document.querySelector('#g-depth .line') && 'shown'")
fits="document.documentElement.scrollWidth <= innerWidth"

# --- No ring yet ---------------------------------------------------------------------------------------

start served shmmon --listen=127.0.0.1:0 -d 0.2 $n
served=$pid
until_true has_line 'serving http' served.err
port=$(sed -n 's|.*http://.*:\([0-9]*\)/$|\1|p' served.err)
browse 800x600 light waiting.png "!document.getElementById('banner').hidden && document.getElementById('banner').textContent" \
    "document.title"
same "no ring: it says so" "no such ring yet, waiting for a feed" "$(line 1)"
same "no ring: title" "waiting · shmmon" "$(line 2)"

# --- A quiet ring: a consumer is behind, and stays so --------------------------------------------------------

open_tap $n --slots=1k --wait-consumers=0 --producer=binance
start signals consumer -q -n $n --id=signals signals
start slow consumer -q -n $n --id=slow --hold=60s --work=1ms volume
slow=$pid
until_true joined $n slow
until_true joined $n signals
tap 1 60
until_true consumed $n slow 60
freeze "$slow"
tap 61 900
until_true consumed $n signals 900

set --
for key in id state policy lag delivered lost latency_ns.p50 latency_ns.p99 latency_ns.p999; do
    set -- "$@" slow "$key" signals "$key"
done
for key in name pid published dropped stalls; do
    set -- "$@" binance "$key"
done
expressions() {
    browse 1280x1000 light desk-light.png "$shown" "document.body.dataset.shown === '900' && $(cell slow state) === 'silent' && 'settled'" "$@"
}
pairs=$*
set --
# shellcheck disable=SC2086
for word in $pairs; do
    if [ -z "${who:-}" ]; then
        who=$word
    else
        set -- "$@" "$(cell "$who" "$word")"
        who=
    fi
done
expressions "$@" "document.getElementById('level').textContent" \
    "document.querySelector('#consumers tr[data-id=slow] .text').textContent" \
    "document.getElementById('warnings').textContent" "document.getElementById('h-detail').textContent" \
    "document.getElementById('stages').tBodies[0].textContent" "document.getElementById('ledger').tBodies[0].textContent" \
    "[...document.querySelectorAll('#g-depth text')].some(t => t.textContent === '60 s ago')"
look $n
nr=2
# shellcheck disable=SC2086
for word in $pairs; do
    if [ -z "${who:-}" ]; then
        who=$word
    else
        nr=$((nr + 1))
        same "$who $word" "$(at "$who" "$word")" "$(line $nr)"
        who=
    fi
done
same "level" "! WARN" "$(line $((nr + 1)))"
checks=$((checks + 1))
line $((nr + 2)) | grep -q 'stopped' || fail "why it is slow: $(line $((nr + 2)))"
checks=$((checks + 1))
line $((nr + 3)) | grep -q 'consumer slow is behind: 840 ticks (82 % of the ring)' || fail "warnings: $(line $((nr + 3)))"
same "the latency of the one who is behind" "Latency of slow" "$(line $((nr + 4)))"

matches "replayed ticks have no time from event to publish" '^event to publish, replayed: events were long ago60-+publish to read60' browsed
matches "the ledger of who is behind" '^binance900600840balances$' browsed
same "a graph is as long as there is something to see" true "$(line $((nr + 7)))"

# --- A desk, a phone ----------------------------------------------------------------------------------------

browse 1280x1000 dark desk-dark.png "$shown" "$fits" "getComputedStyle(document.body).backgroundColor"
same "dark" "rgb(14, 17, 22)" "$(line 3)"
for scheme in light dark; do
    browse 360x780 $scheme phone-$scheme.png "$shown" "$fits" "$(cell slow lag)"
    same "on a phone: lag" 840 "$(line 3)"
done

# --- Choosing by key, and what follows ----------------------------------------------------------------------------

browse 1280x1000 light chosen.png "$shown" \
    "(() => { const b = document.querySelector('#consumers tr[data-id=signals] button'); b.focus(); b.click(); return 'chosen'; })()" \
    "document.getElementById('h-detail').textContent === 'Latency of signals' && location.hash" \
    "document.querySelector('tr[data-id=signals]').getAttribute('aria-selected')" \
    "document.activeElement.textContent" \
    "document.getElementById('who').value" \
    "(() => { const g = document.getElementById('g-depth'); if (!g.querySelector('.line')) return false; g.focus(); g.dispatchEvent(new KeyboardEvent('keydown', {key: 'End'})); return document.getElementById('n-depth').textContent; })()"
same "chosen: the address keeps it" "#signals" "$(line 3)"
same "chosen: marked" true "$(line 4)"
same "chosen: keeps the focus" signals "$(line 5)"
same "chosen: in the list too" signals "$(line 6)"
matches "a graph is read by keys" '^[0-9:]+: ' browsed

# --- An address that nobody made, a server that stands still ------------------------------------------------------

place='#%'
browse 800x900 light - "$shown"
place=
browse 800x900 light silent.png "$shown" "document.getElementById('banner').textContent.startsWith('No connection to shmmon, what is shown is of')" &
browser=$!
until_true has_line shown browsed
kill -STOP "$served"
wait "$browser"
same "a server that stands still: it says so" true "$(line 2)"
kill -CONT "$served"

close_tap
kill -CONT "$slow"
ended "$tap_pid"
ended "$slow"
browse 800x900 light removed.png "!document.getElementById('banner').hidden && document.getElementById('banner').textContent" \
    "document.getElementById('level').textContent" "$(cell slow delivered)"
same "removed: it says so" "The ring was removed: this is its last state; waiting for the next" "$(line 1)"
same "removed: level" removed "$(line 2)"
same "removed: last state" 900 "$(line 3)"
kill -TERM "$served"
ends 0 served "$served"
finish
