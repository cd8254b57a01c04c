#!/bin/sh
# screen.sh - shmmon full screen, as somebody sees it who sits before it: in a terminal of tmux, keys are sent and what
# stands there is compared.
. "${0%/*}/lib/help.sh"
cd "$tmp" || exit 1
command -v tmux >/dev/null || skip "no tmux"
unset TMUX NO_COLOR
export TMUX_TMPDIR="$tmp" LC_ALL=C.UTF-8
n=$prefix
esc=$(printf '\033')

tm() {
    tmux -L screen -f /dev/null "$@" 2>/dev/null 3>&-
}
trap 'code=$?; tm kill-server; (exit $code); clean_up' EXIT

# shows PATTERN: some line of the terminal, which is in $tmp/pane, matches.
shows() {
    tm capture-pane -p >pane && grep -Eq -e "$1" pane
}

hides() {
    tm capture-pane -p >pane && ! grep -Eq -e "$1" pane
}

# see PATTERN: before long.
see() {
    until_true shows "$1"
}

keys() {
    tm send-keys "$@"
}

# begin OPTION...: shmmon in the terminal; ENVIRONMENT=... in $vars is its own.
vars=
begin() {
    rm -f before after code
    keys "clear; stty -a >before; $vars $bin/shmmon $*; echo \$? >code; stty -a >after" Enter
}

has_ended() {
    [ -s after ] && [ -s code ]
}

# over CODE HOW: it has ended, the terminal is as it was, and shows what it showed before.
over() {
    until_true has_ended
    same "$2: exit code" "$1" "$(cat code)"
    same "$2: stty" "$(cat before)" "$(cat after)"
    same "$2: the alternate screen is left" 0 "$(tm display-message -p '#{alternate_on}')"
    same "$2: the cursor is seen" 1 "$(tm display-message -p '#{cursor_flag}')"
    until_true shows '^[$#]( |$)'
}

# watcher: the process in the terminal.
watcher() {
    shell=$(tm display-message -p '#{pane_pid}')
    cat "/proc/$shell/task/$shell/children"
}

tm new-session -d -x 80 -y 24 sh || skip "tmux cannot start"
tm set-option -g status off
tm resize-window -x 80 -y 24
see '^[$#]( |$)'

# --- Before there is a ring, and when it comes ---------------------------------------------------------

begin -t 1s -n $n
over 75 "no ring in time"
see 'no such ring, start a feed'

begin -d 0.1 -n $n
see "no ring $n yet: waiting for a feed to start"
open_tap $n --slots=64
tap 1 50
start quick consumer -q -j -n $n --id=quick volume
quick=$pid
start other consumer -q -j -n $n --id=other --policy=lossy volume
other=$pid
until_true consumed $n quick 50
see '^.quick +reading +0 '

# --- The overview is what -j says ------------------------------------------------------------------------

look $n
see "^ring $n  open  OK .* 64 slots  [0-9:]{8} UTC$"
see '^behind: nobody \.+  not filling up  most [0-9]+ at [0-9:]{8}$'
see '^published 50, 0/s  lost 0  ledger balanced$'
see '^ PRODUCER +STATE +RATE/s PUBLISHED BLOCKED BY +STALLS DROPPED$'
see '^ feed +open +0 +50 +0% - +0 +0$'
see '^[0-9:]{8} +consumer quick joined \(pid '"$quick"'\)$'
see '^q quit  h help  Tab page  Enter detail  / filter  < > sort  '
same "rows" 24 "$(wc -l <pane | tr -d ' ')"
tm resize-window -x 200 -y 50
see "^ CONSUMER +PID STATE +POLICY +QUEUE\* +FULL +OLDEST +MARKET +RATE/s +DELIVERED"
see "^.quick +$quick reading reliable +0 +0% +- +- +[0-9]+ +$(member quick delivered look) +0 "
see "^.other +$other reading lossy +0 +0% +- +- +[0-9]+ +$(member other delivered look) +"
see "(m|u|n)s +$(member quick high_water look)$"
same "wide: rows" 50 "$(wc -l <pane | tr -d ' ')"
tm resize-window -x 20 -y 5
see '^needs 40 x 10$'
hides_ring() { hides "^ring"; }
until_true hides_ring
tm resize-window -x 80 -y 24
see "^ring $n  open"

# --- Keys ---------------------------------------------------------------------------------------------------

keys h
see '^keys$'
see '^  space +pause, and go on'
keys End
see '^  FULL +Queue in the fullest lane'
keys '?'
see "^ring $n"
keys j j
see '^>quick'
keys k k
see '^>other'
keys Down Enter
see "^consumer quick  pid $quick  reading  reliable"
see '^latency +ticks +p50 +p90 +p99 +p99.9 +max'
see '^  publish to read +50 '
see '^  feed  50 = 50 \+ 0 \+ 0, from 0 on'
keys '>'
see "^consumer quick  pid"
keys '<' Escape
see '^ PRODUCER'
keys Tab
see '^[0-9]+ events, newest first'
keys Tab
see "^consumer quick"
keys Tab
see '^ PRODUCER'
keys /
see '^filter: _'
keys qui
see '^filter: qui_'
no_other() { hides '^.other'; }
until_true no_other
keys Enter
see 'ledger balanced  filter: qui$'
keys Escape
see '^.other'
keys '>'
see 'OLDEST\*'
keys '<' + e
see 'every 200ms'
see ' [0-9]{4,} +[0-9]{4,}$' # times in ns
keys e -
see 'every 100ms'
keys 0
see 'counts since 0 was pressed'
keys 0
hides_since() { hides 'since 0'; }
until_true hides_since
keys p
see 'until 30s ago'
keys P
see 'deepest queue, last 1 min'
keys Space
see 'OK  PAUSED'
tap 51 60
until_true consumed $n quick 60
same "paused" "published 50," "$(tm capture-pane -p | grep -o 'published 50,')"
keys Space
see '^published 60,'
keys q
over 0 q

# --- Signals --------------------------------------------------------------------------------------------------

begin -n $n
see "^ring $n"
keys C-c
over 0 "^C"
begin -n $n
see "^ring $n"
kill -TERM "$(watcher)"
over 0 SIGTERM
keys 'set +m' Enter # no job control: it may be stopped without the shell going on
begin -n $n
see "^ring $n"
victim=$(watcher)
freeze $victim
kill -INT $victim
kill -TERM $victim
kill -CONT $victim
until_true has_ended
case $(cat code) in
130 | 143) code=$(cat code) ;;
*) code="130 or 143" ;;
esac
over "$code" "a second signal"
keys 'set -m' Enter
begin -d 0.1 -n $n
see "^ring $n"
keys C-z
see Stopped
same "^Z: the alternate screen is left" 0 "$(tm display-message -p '#{alternate_on}')"
keys clear Enter fg Enter
see "^ring $n"
tap 61 70
see '^published 70,'
keys q
see '^[$#]( |$)'
same "after ^Z and fg: the alternate screen is left" 0 "$(tm display-message -p '#{alternate_on}')"

# --- Terminals ------------------------------------------------------------------------------------------------

color="$esc\[[0-9;]*3[0-7]"
begin -n $n
see "^ring $n"
tm capture-pane -e -p >colored
matches "colour" "$color" colored
keys q
over 0 "with colour"
begin --no-color -n $n
see "^ring $n"
tm capture-pane -e -p >colored
lacks "--no-color" "$color" colored
keys q
over 0 --no-color
vars=NO_COLOR=1
begin -n $n
see "^ring $n"
tm capture-pane -e -p >colored
lacks "NO_COLOR" "$color" colored
keys q
over 0 NO_COLOR
vars=
begin -U -n $n
see '^ +[0-9]+\|'
same "-U: bytes beyond ASCII" 0 "$(tm capture-pane -p | LC_ALL=C tr -d '\000-\177' | wc -c | tr -d ' ')"
keys q
over 0 -U
for vars in TERM=dumb TERM=nonsense; do
    begin -c 2 -d 0.05 -n $n
    until_true has_ended
    see "^ring $n .* slots +open +since"
    same "$vars: exit code" 0 "$(cat code)"
    same "$vars: stty" "$(cat before)" "$(cat after)"
done
vars=
begin -c 2 -d 0.05 -n $n '</dev/null'
until_true has_ended
see "^ring $n .* slots +open +since"
begin -c 3 -d 0.05 -n $n
over 0 "-c 3"

# --- Alert, death, the end of the ring ----------------------------------------------------------------------

begin -d 0.1 "--alert='echo SPOILED; echo SPOILED >&2; echo told >>told; exit 3'" -n $n
see "^ring $n  open  OK"
kill_hard "$tap_pid"
see '^ feed +DEAD +- '
see '^ring .*CRIT'
see 'feed died'
until_true has_line told told
see 'the command failed with exit code 3'
checks=$((checks + 1))
hides SPOILED || fail "what the command of --alert writes is on the screen"
rm -f "/dev/shm/$n"
see "ring $n was removed, this is its last state"
see '^ feed +DEAD'
open_tap $n --slots=128 --wait-consumers=0
tap 1 7
see '^published 7,'
see ' 128 slots '
truncate -s 4096 "/dev/shm/$n"
see "^$n: "
shows '^ feed' || fail "the last state is not seen after the ring was truncated"
keys q
over 0 "a ring that was truncated"
close_tap
finish
