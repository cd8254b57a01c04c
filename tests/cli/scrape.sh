#!/bin/sh
# scrape.sh - a real Prometheus scrapes shmmon --listen, and has the numbers of the ring.
. "${0%/*}/lib/help.sh"
command -v prometheus >/dev/null || skip "no prometheus here (Debian: prometheus)"
command -v python3 >/dev/null || skip "no python3 here, which asks over HTTP"
"$bin/shmmon" --listen=x:y 2>&1 | grep -q libmicrohttpd && skip "built without libmicrohttpd"
cd "$tmp" || exit 1

n=$prefix
limit_s=40 # Prometheus takes its time to begin

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

open_tap $n --slots=1k --wait-consumers=0
start signals consumer -q -n $n --id=signals --hold=60s volume
signals=$pid
until_true joined $n signals
tap 1 50
until_true consumed $n signals 50
freeze "$signals"
tap 51 140
until_true published $n 140

start served shmmon --listen=127.0.0.1:0 $n
served=$pid
until_true has_line 'serving http' served.err
port=$(sed -n 's|.*http://.*:\([0-9]*\)/$|\1|p' served.err)

cat >prometheus.yml <<EOF
global: {scrape_interval: 1s, scrape_timeout: 1s}
scrape_configs:
  - job_name: tickring
    static_configs: [{targets: ["127.0.0.1:$port"]}]
EOF
ask_port=$(free_port)
prometheus --config.file=prometheus.yml --storage.tsdb.path=data --web.listen-address="127.0.0.1:$ask_port" \
    --log.level=warn >prometheus.out 2>&1 3>&- &
prometheus=$!
pids="$pids $prometheus"

# has QUERY VALUE: Prometheus answers with that one value.
has() {
    python3 -c '
import json, sys, urllib.parse, urllib.request
url = "http://127.0.0.1:%s/api/v1/query?query=%s" % (sys.argv[1], urllib.parse.quote(sys.argv[2]))
result = json.load(urllib.request.urlopen(url, timeout=20))["data"]["result"]
sys.exit([r["value"][1] for r in result] != [sys.argv[3]])' "$ask_port" "$1" "$2" 2>/dev/null
}

until_true has 'up{job="tickring"}' 1
until_true has "tickring_up{ring=\"$n\"}" 1
until_true has "tickring_published_total{ring=\"$n\"}" 140
until_true has "tickring_consumer_lag_ticks{ring=\"$n\",consumer=\"signals\"}" 90
until_true has "tickring_consumer_delivered_total{ring=\"$n\",consumer=\"signals\"}" 50
until_true has "tickring_consumer_latency_seconds_count{ring=\"$n\"}" 50
until_true has "histogram_quantile(1, tickring_consumer_latency_seconds_bucket{ring=\"$n\"}) > bool 0" 1
until_true has "tickring_ledger_balanced{ring=\"$n\"}" 1

kill -CONT "$signals"
until_true consumed $n signals 140
until_true has "tickring_consumer_lag_ticks{ring=\"$n\"}" 0
close_tap
ended "$tap_pid"
ended "$signals"
until_true has "tickring_up{ring=\"$n\"}" 0
until_true has 'up{job="tickring"}' 1 # shmmon is well, the ring has ended
kill -TERM "$served" "$prometheus"
ends 0 served "$served"
ended "$prometheus"
finish
