# shellcheck shell=sh
# lib.sh - what the examples share.  Sourced by each of them, from wherever it is called:
#
#     . "$(dirname "$0")/lib.sh"
#     start totals consumer -n "$ring" volume          # in the background, as in another terminal
#     run feed -n "$ring" data/totals.csv              # in this one
#     ended totals                                     # waits for it, and shows what it wrote
#     says totals 'BTC .* 4\.3 '
#
# The programs are those of build/ beside the examples, of the folder BUILD, or installed ones.  Whatever goes
# wrong ends the example with 1.  At the end, or on Ctrl-C, what still runs is killed and nothing is left.
set -eu
export LC_ALL=C # numbers have a point
cd "$(dirname "$0")"
case ${BUILD:-build} in
/*) PATH=$BUILD:$PATH ;;
*) PATH=$(cd .. && pwd)/${BUILD:-build}:$PATH ;;
esac

example=$(basename "$0" .sh)
ring=${example#*-}.$$ # no other one has it; also what begins with this name is ours
dir=$(mktemp -d)      # what the programs write

tidy_up() {
    status=$?
    trap - EXIT INT TERM HUP
    jobs -p >"$dir/jobs"
    while read -r pid; do
        kill -KILL "$pid" 2>/dev/null || continue
        wait "$pid" 2>/dev/null || true
    done <"$dir/jobs"
    for left in "/dev/shm/$ring"*; do
        [ ! -e "$left" ] || shmmon -q -n "${left##*/}" clean >/dev/null || true
    done
    rm -rf "$dir"
    exit "$status"
}
trap tidy_up EXIT
trap 'cd "$dir" && tail -n 2 -- * >&2 2>/dev/null; exit 130' INT # with what they said last
trap 'exit 143' TERM HUP

fail() {
    echo "$example: $*" >&2
    exit 1
}

for program in feed consumer shmmon; do
    command -v $program >/dev/null || fail "there is no $program: build the project with make first, or set BUILD"
done

title() {
    printf '\n== %s\n' "$*"
}

# typed PROGRAM ARGUMENT...: shows the command as one would type it.
typed() {
    line='$'
    for word; do
        case $word in
        *[!A-Za-z0-9_=,./:@%+-]* | '') line="$line '$word'" ;;
        *) line="$line $word" ;;
        esac
    done
    echo "$line"
}

# launch JOB PROGRAM ARGUMENT...: starts it; what it writes is in $dir/JOB.
launch() {
    job=$1
    shift
    "$@" >"$dir/$job" 2>&1 &
    eval "pid_$job=$!"
}

# over JOB [CODE]: waits for its end.  Its exit code must be CODE, by default 0.
over() {
    eval "pid=\$pid_$1"
    code=0
    wait "$pid" 2>/dev/null || code=$?
    [ "$code" -eq "${2:-0}" ] || fail "$1 ended with $code, not ${2:-0}: $(tail -n 3 "$dir/$1")"
}

# send SIGNAL JOB: if it is over already, over tells how it has ended.
send() {
    eval "pid=\$pid_$2"
    typed kill "-$1" "$pid"
    kill "-$1" "$pid" 2>/dev/null || true
}

# start JOB PROGRAM ARGUMENT...: in the background, as in another terminal.
start() {
    job=$1
    shift
    echo "$(typed "$@") &"
    launch "$job" "$@"
}

# ended JOB: the same, and shows what it wrote.
ended() {
    over "$1"
    sed "s/^/$1 | /" "$dir/$1"
}

# run PROGRAM ARGUMENT...: in this terminal, to its end; as a job it is called by its program.
run() {
    run_to 0 "$@"
}

# run_to CODE PROGRAM ARGUMENT...: the same; the exit code must be CODE.
run_to() {
    code=$1
    shift
    typed "$@"
    launch "$1" "$@"
    over "$1" "$code"
    cat "$dir/$1"
}

# says JOB PATTERN: some line that it wrote matches the extended regular expression.
says() {
    grep -Eq -e "$2" "$dir/$1" || fail "$1 should have said: $2"
}

# same WHAT EXPECTED GOT
same() {
    [ "$2" = "$3" ] || fail "$1: $3, but it should be $2"
}

# until_true COMMAND...: waits until it succeeds.
until_true() {
    tries=1000
    until "$@" 2>/dev/null; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || fail "waited in vain for: $*"
        sleep 0.02
    done
}
