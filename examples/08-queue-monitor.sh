#!/bin/sh
# Watching a queue.  The feed publishes 1000 ticks a second, the consumer manages less than 500 (2 ms each): its
# queue grows until the ring of 512 slots is full, and empties when the feed has ended.  Four ways to be told:
#
#   shmmon          the queue, how old it is, the time a tick takes (mean, median, 99th percentile)
#   shmmon check    one line and an exit code, for a monitoring system: 0 OK, 1 WARNING, 2 CRITICAL
#   shmmon --alert  a command that is run when the level changes
#   feed --warn     the feed itself says whose queue has grown
. "$(dirname "$0")/lib.sh"
export ALERTS="$dir/alerts"

# until_level CODE...: has the ring checked until the exit code is one of these; shows the last check.
until_level() {
    until_true is_at_level "$@"
    typed shmmon check -n "$ring" -w 50% -W 75%
    cat "$dir/check"
    echo "exit code $code"
}

is_at_level() {
    code=0
    shmmon check -n "$ring" -w 50% -W 75% >"$dir/check" || code=$?
    case " $* " in
    *" $code "*) ;;
    *) return 1 ;;
    esac
}

title "A slow consumer"
start slow consumer -n "$ring" --id=slow --work=2ms volume
start feed feed -n "$ring" --slots=512 --warn=50% --generate=walk --rate=1k --count=1k
# shellcheck disable=SC2016  # for the shell that shmmon runs it with
start monitor shmmon -j -n "$ring" --delay=0.1 -w 50% -W 75% \
    --alert='echo "$TICKRING_BEFORE -> $TICKRING_LEVEL: $TICKRING_WHY" >>"$ALERTS"'
until_level 1 2
until_level 2
run shmmon --once -n "$ring" -w 50% -W 75%
ended feed
says feed "slow"
until_level 0
ended slow
over monitor

title "What the alerts were"
cat "$ALERTS"
for change in 'OK -> ' '.* -> CRIT: ' '.* -> OK: '; do
    grep -q "^$change" "$ALERTS" || fail "no alert $change"
done
