#!/bin/sh
# Exactly once through kill -9.  Each process of a pipeline is killed in turn, and then all together, and started again
# with the same command.  Each goes on exactly where it was: a stage by its checkpoint and by what it has written
# already, into the next ring and (with >>) into its file; a feed by the end of its lane.  Look at the end: the files
# are byte for byte those of a run in which nobody was killed.
. "$(dirname "$0")/lib.sh"
ticks=12000
keep=--hold=10s                    # so long may one be away
rules='--fee=1 --min-confidence=0' # the same for risk and execute

# go FOLDER JOB: starts it, or starts it again.
# shellcheck disable=SC2086  # lists of options
go() {
    case $2 in
    feed) set -- "$@" feed -q -n "$ring" --generate=walk --rate=$rate --count=$ticks ;;
    signals) set -- "$@" consumer -q -j -n "$ring" $keep --out="$ring.sig" --threshold=0.01 signals ;;
    risk) set -- "$@" consumer -q -j -n "$ring.sig" $keep --out="$ring.ord" $rules --win-rate=0.6 --payoff=1 risk ;;
    execute) set -- "$@" consumer -q -j -n "$ring.ord" $keep $rules execute ;;
    esac
    to=$1 job=$2
    shift 2
    echo "$(typed "$@") >>$to/$job &"
    "$@" >>"$dir/$to/$job" 2>>"$dir/talk" &
    eval "pid_$job=$!"
}

go_all() {
    for each in signals risk execute feed; do
        go "$1" $each
    done
}

all_over() {
    for each in feed signals risk execute; do
        over $each
    done
}

# crash JOB...: kill -9, all at the same time.
crash() {
    for each; do
        send KILL "$each"
    done
    for each; do
        over "$each" 137
    done
}

# has_lines N: so many lines of the last stage are there.
has_lines() {
    [ "$(wc -l <"$dir/killed/execute")" -ge "$1" ]
}

mkdir "$dir/killed" "$dir/calm"

title "With kills"
rate=4k
go_all killed
lines=0
for victim in signals risk execute feed; do
    lines=$((lines + 40))
    until_true has_lines $lines
    crash $victim
    go killed $victim
done
until_true has_lines $((lines + 40))
crash feed signals risk execute
go_all killed
all_over

title "Without"
rate=1G
go_all calm
all_over

title "Both are the same"
for job in signals risk execute; do
    cmp "$dir/killed/$job" "$dir/calm/$job" || fail "$job: not what it wrote without kills"
    echo "$job: $(wc -l <"$dir/calm/$job") lines, the same"
done
tail -n 1 "$dir/calm/execute"
