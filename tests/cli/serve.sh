#!/bin/sh
# serve.sh - shmmon --listen: what is under which path, with a ring, without one, and when it goes; clients that read
# nothing or talk rubbish disturb nobody.
. "${0%/*}/lib/help.sh"
command -v python3 >/dev/null || skip "no python3 here, which asks over HTTP"
"$bin/shmmon" --listen=x:y 2>&1 | grep -q libmicrohttpd && skip "built without libmicrohttpd"
cd "$tmp" || exit 1

n=$prefix
lib=$root/tests/cli/lib
walk='--generate=walk --symbols=3'

# get PATH [METHOD [HEADER...]]: then answer (all of it) and body.
get() {
    path=$1 method=${2:-GET}
    shift
    [ $# -eq 0 ] || shift
    python3 "$lib/ask.py" "$port" "$method" "$path" "$@" >answer 2>&1
    sed '1,/^$/d' answer >body
}

status_is() {
    what=$1 code=$2
    shift 2
    get "$@"
    same "$what: status" "$code" "$(head -n 1 answer)"
}

# serves NAME: the server that start called so has said where; then $port.
serves() {
    until_true has_line 'serving http' "$1.err"
    port=$(sed -n 's|.*http://.*:\([0-9]*\)/$|\1|p' "$1.err")
}

metric() {
    get /metrics
    grep -q "^$1\$" body
}

healthy() {
    get /healthz
    [ "$(head -n 1 answer)" = 200 ]
}

# --- Where -------------------------------------------------------------------------------------------

for bad in nowhere 127.0.0.1 127.0.0.1: 127.0.0.1:65536 ::1:9464 '[::1]' no-such-name.invalid:1; do
    expect 64 "^shmmon: $(echo "$bad" | sed 's/[][]/\\&/g'): no address to serve at, use ADDR:PORT" shmmon --listen="$bad" $n
done
expect 73 '^shmmon: 192.0.2.1:0: no address of this machine, use' shmmon --listen=192.0.2.1:0 $n
for other in -1 '-c 3' '-t 1s' -j --csv --prometheus; do
    # shellcheck disable=SC2086
    expect 64 'leave out|exclude' shmmon --listen=127.0.0.1:0 $other $n
done
expect 64 'leave out the verb' shmmon --listen=127.0.0.1:0 list

start served shmmon --listen=127.0.0.1:0 -d 0.1 $n
served=$pid
serves served
expect 73 "^shmmon: 127.0.0.1:$port: in use by another program, use another port" shmmon --listen=127.0.0.1:$port $n
if [ "$(id -u)" -eq 0 ] && [ "$(cat /proc/sys/net/ipv4/ip_unprivileged_port_start)" -gt 81 ]; then
    as_nobody shmmon --listen=127.0.0.1:81 $n 2>err
    same "a port of root: exit code" 77 $?
    matches "a port of root" '^shmmon: 127.0.0.1:81: no permission for this port, use' err
fi

# --- No ring yet -------------------------------------------------------------------------------------

until_true has_line "^shmmon: $n: no such ring yet" served.err
status_is "no ring: metrics" 200 /metrics
matches "no ring" "^tickring_up\{ring=\"$n\"\} 0" body
lacks "no ring" '^tickring_published' body
status_is "no ring: health" 503 /healthz
matches "no ring: health" 'no such ring yet' body
matches "no ring: health" '^retry-after: 1' answer
status_is "no ring: snapshot" 503 /snapshot.json
status_is "no ring: history" 503 /history.json
status_is "no ring: page" 200 /
python3 "$lib/ask.py" "$port" events 2 >events.out
same "no ring: events" "more more " "$(sed 's/ .*//' events.out | tr '\n' ' ')"
matches "no ring: events" '"up":false,"gone":false,"why":"no such ring yet' events.out

# --- What is served ------------------------------------------------------------------------------------

open_tap $n --slots=1k --wait-consumers=0
start slow consumer -q -n $n --id=slow --hold=60s volume
slow=$pid
until_true joined $n slow
freeze "$slow" # what it reads stays as it is
tap 1 100
until_true published $n 100
until_true metric "tickring_up{ring=\"$n\"} 1"
until_true metric "tickring_published_total{ring=\"$n\"} 100"
matches "metrics" '^content-type: text/plain; version=0.0.4' answer
until_true metric "tickring_consumer_lag_ticks{ring=\"$n\",consumer=\"slow\"} 100"
matches "attached" "^shmmon: $n: attached" served.err
status_is "health" 200 /healthz
same "health" ok "$(cat body)"
status_is "snapshot" 200 /snapshot.json
matches "snapshot" "^\{\"ring\":\"$n\",.*\"ledger\":\{\"published\":100,\"balanced\":true\}" body
matches "snapshot" '^content-type: application/json' answer
status_is "page" 200 /
matches "page" '^content-type: text/html; charset=utf-8' answer
matches "page" "^content-security-policy: default-src 'none'" answer
matches "page" '^cache-control: no-store' answer
matches "page" '^x-content-type-options: nosniff' answer
cmp -s body "$root/monitor/serve/page.html"
same "the page is the one of the sources" 0 $?
same "the page asks no other host" 0 "$(grep -Eo '(https?:)?//[a-z]' body | grep -vc 'http://w')"
status_is "a query is ignored" 200 '/?x=1'
status_is "about" 200 /about.json
matches "about" '"lag":\{"head":"QUEUE"' body
status_is "history" 200 /history.json
matches "history" '"depth":\[.*"rate":\[.*"p99_ns":\[' body
status_is "history of one" 200 '/history.json?consumer=slow'
matches "history of one" '^\{"id":"slow"' body
status_is "history of nobody" 404 '/history.json?consumer=nobody'
status_is "histogram" 200 '/histogram.json?consumer=slow'
status_is "histogram of nobody" 404 /histogram.json
for path in /nothing /metrics/ //metrics /../etc/passwd /index.html; do
    status_is "$path" 404 $path
done
for method in POST PUT DELETE OPTIONS TRACE PATCH; do
    status_is "$method" 405 /metrics $method
    matches "$method" '^allow: GET, HEAD' answer
done
for path in / /metrics /healthz /snapshot.json /events; do
    status_is "HEAD $path" 200 $path HEAD
    same "HEAD $path: body" "" "$(cat body)"
done
status_is "a name that resolves to here" 403 /metrics GET 'Host: evil.example'
status_is "the name of here" 200 /metrics GET 'Host: LocalHost:1'
python3 "$lib/ask.py" "$port" events 4 >events.out
same "events" "more message more message " "$(sed 's/ .*//' events.out | tr '\n' ' ')"
matches "events" '^message \{"ring":.*"published":100' events.out
matches "events" '^more .*"up":true.*"consumers":\[\{"id":"slow","reason":"[a-z]' events.out

# --- Clients that read nothing, and rubbish ----------------------------------------------------------------

mkfifo hold
python3 "$lib/ask.py" "$port" slow 20 <hold >slow.out 2>&1 &
idle=$!
pids="$pids $idle"
exec 4>hold
until_true has_line open slow.out
status_is "beside clients that read nothing" 200 /healthz
python3 "$lib/ask.py" "$port" events 2 >events.out
matches "events beside them" '^message ' events.out
exec 4>&-
wait "$idle"
same "rubbish: a whole request after it" "HTTP/1.1 200 OK" "$(timeout 120 python3 "$lib/rubbish.py" "$port" "${TICKRING_SEED:-1}" 300)"
connections() {
    [ "$(find /proc/$served/fd -lname 'socket:*' | wc -l)" -le 2 ]
}
until_true connections # those whose client has gone have ended
status_is "after rubbish" 200 /healthz

# --- A long delay: who comes and goes between two looks -------------------------------------------------------

start rare shmmon --listen=127.0.0.1:0 -d 600 $n
rare=$pid
serves rare
streams() {
    [ "$(python3 "$lib/ask.py" "$port" stream)" = 200 ]
}
for i in $(seq 40); do # more than there are places
    streams
done
until_true streams
kill -TERM "$rare"
ends 0 rare "$rare"
serves served

# --- Level, a kill, the end, another ring --------------------------------------------------------------------

tap 101 1000
until_true metric "tickring_level{ring=\"$n\"} 2"
status_is "behind" 503 /healthz
matches "behind" '^CRIT: consumer slow is behind: 1000 ticks' body
kill_hard "$tap_pid" "$slow"
close_tap
died() {
    get /healthz
    grep -q '^CRIT: feed died before its end' body
}
until_true died
status_is "killed: snapshot" 200 /snapshot.json
matches "killed: the last sequence" '"published":1000' body
expect 0 '' shmmon -q clean $n
until_true has_line "^shmmon: $n: the ring was removed" served.err
status_is "removed: health" 503 /healthz
status_is "removed: metrics" 200 /metrics
matches "removed: metrics" "^tickring_up\{ring=\"$n\"\} 0" body
status_is "removed: its last state" 200 /snapshot.json
matches "removed: its last state" '"published":1000' body
python3 "$lib/ask.py" "$port" events 2 >events.out
matches "removed: events" '^more .*"up":false,"gone":true' events.out
# shellcheck disable=SC2086
start again feed -q -n $n --wait-consumers=0 --rate=1k --slots=2k $walk
again=$pid
until_true metric "tickring_slots{ring=\"$n\"} 2048"
until_true healthy

# --- Others' names, the end -----------------------------------------------------------------------------------

start six shmmon --listen='[::1]:0' $n
six=$pid
has_six() {
    grep -Eq 'serving http://\[::1\]:[0-9]+/|no address of this machine|not supported' six.err
}
until_true has_six
start all shmmon --listen=0.0.0.0:0 $n
all=$pid
serves all
status_is "bound to all: any name" 200 /healthz GET 'Host: monitor.example'
serves served
python3 "$lib/ask.py" "$port" events 1000 >events.out 2>&1 & # a stream is open when it ends
stream=$!
pids="$pids $stream"
until_true has_line message events.out
kill -TERM "$served" "$all"
kill -INT "$six" 2>/dev/null
ends 0 served "$served"
ends 0 all "$all"
grep -q 'serving' six.err && ends 0 six "$six"
kill -KILL "$stream" 2>/dev/null
kill -TERM "$again"
ended "$again"
expect 0 '' shmmon -q clean $n
finish
