#!/bin/sh
# grafana.sh - docs/grafana.json is a dashboard whose expressions name metrics that there are, as do the alarms in
# docs/metrics.md; promtool, where it is, can read them.
. "${0%/*}/lib/help.sh"
command -v python3 >/dev/null 2>&1 || skip "no python3 here"
cd "$tmp" || exit 1

# good DASHBOARD MANUAL: nothing is wrong.
good() {
    python3 "$root/tests/cli/lib/grafana.py" "$1" "$root/monitor/metrics.def" "$2" rules.json >said 2>&1
}

# found WHAT SED PATTERN: a dashboard that was changed so is told to be wrong.
found() {
    checks=$((checks + 1))
    sed "$2" "$root/docs/grafana.json" >changed.json
    cmp -s changed.json "$root/docs/grafana.json" && fail "$1: nothing was changed"
    good changed.json "$root/docs/metrics.md" && fail "$1: not found"
    matches "$1" "$3" said
}

checks=$((checks + 1))
good "$root/docs/grafana.json" "$root/docs/metrics.md" || fail "docs/grafana.json: $(head -n 5 said)"
if command -v promtool >/dev/null 2>&1; then
    checks=$((checks + 1))
    timeout -k 5 60 promtool check rules rules.json >lint.out 2>&1 || fail "promtool: $(head -n 5 lint.out)"
    matches "promtool: expressions" 'SUCCESS: [3-9][0-9] rules found' lint.out
fi

found "a metric that there is not" 's/tickring_consumer_lag_ticks/tickring_consumer_depth/' 'no metric tickring_consumer_depth'
found "a histogram without its part" 's/latency_seconds_bucket/latency_seconds/' 'no metric tickring_consumer_latency_seconds$'
found "a part of what is no histogram" 's/stalls_total/stalls_total_count/' 'no metric .*_count'
found "any ring" 's/{ring=\\"\$ring\\"}//' 'not of the ring'
found "no JSON" 's/"title"://' 'JSON'
[ -s lint.out ] || echo "without promtool, which is not here (Debian: prometheus)"
finish
