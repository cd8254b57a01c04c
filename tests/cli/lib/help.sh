# help.sh - what the tests of the three programs share.  Sourced by tests/cli/*.sh:
#
#     . "${0%/*}/lib/help.sh"
#     ...
#     finish
#
# A check that fails is told with what was expected and what came, and the script goes on; finish ends it.
# Descriptor 3 is for a pipe into a feed: no program started here inherits it.
set -u

theme=${0##*/}
theme=${theme%.sh}
root=$(cd "${0%/*}/../.." && pwd)
bin=${BUILD:-build}
case $bin in
/*) ;;
*) bin=$root/$bin ;;
esac
tmp=$(mktemp -d)
chmod 755 "$tmp"
prefix=cli$$ # every ring of this script is called so, with a letter or two behind it
limit_s=20   # for whatever should take a moment: sanitized programs on a busy machine take long
pids=
checks=0
failures=0

# ring_files PREFIX: what is in /dev/shm under the name: rings and their semaphores.
ring_files() {
    ls /dev/shm | grep -E "^(sem\.)?$1"
}

# Ends what this script started and still lives, and takes away what it left.
clean_up() {
    status=$?
    trap - EXIT INT TERM
    for p in $pids; do
        kill -KILL "$p" 2>/dev/null && wait "$p" 2>/dev/null
    done
    for file in $(ring_files "$prefix"); do
        rm -rf "/dev/shm/$file"
    done
    rm -rf "$tmp"
    exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

skip() {
    echo "$*"
    exit 77
}

fail() {
    failures=$((failures + 1))
    echo "FAILED: $*"
}

# finish: the last command of a script.
finish() {
    echo "$theme: $checks checks, $failures failed"
    [ "$failures" -eq 0 ]
    exit
}

# same WHAT EXPECTED GOT
same() {
    checks=$((checks + 1))
    [ "$2" = "$3" ] || fail "$1: expected '$2', got '$3'"
}

# matches WHAT PATTERN FILE: some line of the file matches the extended regular expression.
matches() {
    checks=$((checks + 1))
    grep -Eq -e "$2" "$3" || fail "$1: no line matches '$2' in: $(head -c 600 "$3")"
}

# lacks WHAT PATTERN FILE
lacks() {
    checks=$((checks + 1))
    grep -Eq -e "$2" "$3" && fail "$1: there must be no line like '$2' in: $(head -c 600 "$3")"
}

# --- Running ------------------------------------------------------------------------------------

# run PROGRAM ARGUMENT...: to its end; then $status, $tmp/out, $tmp/err.
run() {
    program=$1
    shift
    timeout -k 5 "$limit_s" "$bin/$program" "$@" >"$tmp/out" 2>"$tmp/err" 3>&-
    status=$?
}

# expect CODE PATTERN PROGRAM ARGUMENT...: it ends with CODE and says PATTERN on standard error ('': nothing).
expect() {
    code=$1 pattern=$2
    shift 2
    run "$@"
    same "$*: exit code (it said: $(head -c 300 "$tmp/err"))" "$code" "$status"
    if [ -n "$pattern" ]; then
        matches "$*: standard error" "$pattern" "$tmp/err"
    else
        same "$*: standard error" "" "$(cat "$tmp/err")"
    fi
}

# as_nobody PROGRAM ARGUMENT...: by a user who owns nothing, and may not even look where this checkout is.
as_nobody() {
    program=$1
    shift
    [ -d "$tmp/everybody" ] || mkdir "$tmp/everybody"
    [ -e "$tmp/everybody/$program" ] || cp "$bin/$program" "$tmp/everybody/"
    setpriv --reuid=65534 --regid=65534 --clear-groups timeout -k 5 "$limit_s" "$tmp/everybody/$program" "$@" 3>&-
}

# start NAME PROGRAM ARGUMENT...: in the background; then $pid, $tmp/NAME.out, $tmp/NAME.err.
start() {
    name=$1 program=$2
    shift 2
    : >"$tmp/$name.out" # here, not in the child: nobody must see what an earlier one of the name said
    : >"$tmp/$name.err"
    # A shell gives a job in the background no standard input: hand it on as another descriptor.
    { "$bin/$program" "$@" >"$tmp/$name.out" 2>"$tmp/$name.err" <&4 3>&- 4<&- & } 4<&0
    pid=$!
    pids="$pids $pid"
}

# holds_within SECONDS COMMAND...: waits until the command succeeds; false if it does not in that time.
holds_within() {
    tries=$(($1 * 50))
    shift
    while ! "$@"; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || return 1
        sleep 0.02
    done
}

# until_true COMMAND...: waits until the command succeeds; a failure if it does not.
until_true() {
    checks=$((checks + 1))
    holds_within "$limit_s" "$@" && return
    fail "waited $limit_s s in vain for: $*"
    limit_s=3 # what follows from it need not take as long
}

# in_time TRY: TRY starts something and meets it before it is over; where it comes too late, once more.
in_time() {
    checks=$((checks + 1))
    for try in 1 2 3 4 5 6; do
        "$@" && return
    done
    fail "too late each time: $*"
}

# meets PID COMMAND...: waits until the command succeeds, or the process is over; false if it is over.
meets() {
    met=$1
    shift
    until_true is_met "$@"
    ! is_over "$met"
}

is_met() {
    is_over "$met" || "$@"
}

is_over() {
    case $(sed 's/.*) //;s/ .*//' "/proc/$1/stat" 2>/dev/null) in
    '' | Z | X) return 0 ;;
    esac
    return 1
}

# ended PID: waits for its end; then $status.  A process that does not end is killed and status is "none".
ended() {
    if holds_within "$limit_s" is_over "$1"; then
        wait "$1"
        status=$?
    else
        kill -KILL "$1"
        wait "$1" 2>/dev/null
        status=none
        limit_s=3
    fi
    rest=
    for p in $pids; do
        [ "$p" = "$1" ] || rest="$rest $p"
    done
    pids=$rest
}

# ends CODE NAME PID: the process that start called NAME ends with CODE.
ends() {
    ended "$3"
    same "$2: exit code (it said: $(tail -n 3 "$tmp/$2.err"))" "$1" "$status"
}

# kill_hard PID...: as a crash.
kill_hard() {
    for victim; do
        kill -KILL "$victim"
        ended "$victim" 2>/dev/null
    done
}

# is_stopped PID: by SIGSTOP, all of it.
is_stopped() {
    [ "$(sed 's/.*) //;s/ .*//' "/proc/$1/stat" 2>/dev/null)" = T ]
}

freeze() {
    kill -STOP "$1"
    until_true is_stopped "$1"
}

# --- Looking ------------------------------------------------------------------------------------

# json KEY FILE: the first value of the key in the last line, without quotes.
json() {
    tail -n 1 "$2" | awk -v key="\"$1\":" '{
        at = index($0, key)
        if (at == 0) { print "(no " key ")"; exit }
        rest = substr($0, at + length(key))
        if (substr(rest, 1, 1) == "\"") { rest = substr(rest, 2); sub(/".*/, "", rest) }
        else if (substr(rest, 1, 1) ~ /[\[{]/) { sub(/[}\]].*/, "", rest); rest = substr(rest, 2) }
        else sub(/[,}\]].*/, "", rest)
        print rest
    }'
}

# member ID KEY FILE: the number of that consumer in the monitor's snapshot.
member() {
    grep -Eo "\"id\":\"$1\".*" "$3" | grep -o "\"$2\":[0-9]*" | head -n 1 | sed 's/.*://'
}

# look RING: one snapshot of the monitor, in $tmp/look; false if there is no such ring.
look() {
    "$bin/shmmon" -q -1 -j -t 0 -n "$1" >"$tmp/look" 2>/dev/null 3>&-
}

# published RING N: the ring has (had) at least so many ticks.
published() {
    look "$1" && [ "$(sed 's/.*"ledger":{"published":\([0-9]*\).*/\1/' "$tmp/look")" -ge "$2" ]
}

# joined RING ID: a consumer of that name is in, and lives.
joined() {
    look "$1" && grep -Eq "\"id\":\"$2\",\"pid\":[0-9]+,\"alive\":true" "$tmp/look"
}

# consumed RING ID N: that consumer has read at least so many.
consumed() {
    joined "$1" "$2" && [ "$(member "$2" delivered "$tmp/look")" -ge "$3" ]
}

has_line() {
    grep -Eq "$1" "$2" 2>/dev/null
}

# left_nothing RING: no file of it is in /dev/shm any more.
left_nothing() {
    checks=$((checks + 1))
    left=$(ring_files "$1")
    [ -z "$left" ] || fail "left in /dev/shm after $2:" $left
}

# --- A feed that is fed by hand -------------------------------------------------------------------

# open_tap RING OPTION...: starts a feed ($tap_pid) that publishes what tap writes, until close_tap.  It is quiet,
# unless the script has set tap_quiet to nothing.
tap_quiet=-q
open_tap() {
    tap_ring=$1
    shift
    rm -f "$tmp/tap"
    mkfifo "$tmp/tap"
    start tap feed $tap_quiet -j -n "$tap_ring" "$@" "$tmp/tap"
    tap_pid=$pid
    exec 3<>"$tmp/tap" # reading too: so it does not wait for the feed
    echo 'timestamp,symbol,price,amount' >&3
}

# tap FIRST LAST: trades numbered so.
tap() {
    awk -v i="$1" -v last="$2" 'BEGIN { for (; i <= last; i++) printf "%d,ABC,%d.5,1\n", 1700000000 + i, 100 + i }' >&3
}

close_tap() {
    exec 3>&-
}
