"""grafana.py DASHBOARD METRICS_DEF MANUAL RULES - checks the dashboard, and writes its expressions as rules for promtool.

Every metric that an expression names must be declared in METRICS_DEF (those of a histogram with _bucket, _sum or _count);
the alarms in MANUAL, the indented lines, are expressions as well.  Says what is wrong, and ends with 1.
"""

import json
import re
import sys

SHMMON_OWN = {"tickring_up": "GAUGE", "tickring_build_info": "GAUGE"}


def declared(file):
    """The type of each metric that Prometheus is told."""
    with open(file, encoding="utf-8") as f:
        found = re.findall(r'^METRIC\(\w+, (\w+), \w+, \w+, "(\w+)"', f.read(), re.M)
    return {name: kind for kind, name in found} | SHMMON_OWN


def known(name, metrics):
    whole = re.sub(r"_(bucket|sum|count)$", "", name)
    if whole != name and metrics.get(whole) == "HISTOGRAM":
        return True
    return metrics.get(name, "HISTOGRAM") != "HISTOGRAM"


def overlap(a, b):
    return (a["x"] < b["x"] + b["w"] and b["x"] < a["x"] + a["w"]
            and a["y"] < b["y"] + b["h"] and b["y"] < a["y"] + a["h"])


def panel_faults(panels):
    """What is wrong with how the panels are laid out and filled."""
    if len({p["id"] for p in panels}) != len(panels):
        yield "two panels have the same id"
    for i, panel in enumerate(panels):
        at = panel["gridPos"]
        if at["x"] + at["w"] > 24:
            yield f"{panel['title']}: beyond the right edge"
        for other in panels[:i]:
            if overlap(at, other["gridPos"]):
                yield f"{panel['title']}: lies over {other['title']}"
        if not panel["title"] or not panel["description"] or not panel["targets"]:
            yield f"panel {panel['id']}: without a title, a description or a target"
        for part in [panel, *panel["targets"]]:
            if part["datasource"] != {"type": "prometheus", "uid": "${datasource}"}:
                yield f"{panel['title']}: another data source than the one that was chosen"


def alarms(manual):
    """Indented lines: an expression, a wide gap, what it means."""
    with open(manual, encoding="utf-8") as f:
        return [re.split(r"  +", line.strip())[0] for line in f if line.startswith("    ")]


def main():
    dashboard_file, metrics_file, manual, rules_file = sys.argv[1:]
    with open(dashboard_file, encoding="utf-8") as f:
        dashboard = json.load(f)
    metrics = declared(metrics_file)
    variables = {v["name"] for v in dashboard["templating"]["list"]}
    panels = dashboard["panels"]
    faults = list(panel_faults(panels))
    exprs = [(p["title"], t["expr"]) for p in panels for t in p["targets"]]
    for title, expr in exprs:
        if 'ring="$ring"' not in expr:
            faults.append(f"{title}: not of the ring that was chosen: {expr}")
        for variable in re.findall(r"\$\{?(\w+)", expr):
            if variable not in variables | {"__rate_interval", "__range"}:
                faults.append(f"{title}: no variable {variable}")
    exprs += [("alarm", expr) for expr in alarms(manual)]
    exprs += [("variable", v["definition"]) for v in dashboard["templating"]["list"] if "definition" in v]
    for title, expr in exprs:
        names = re.findall(r"tickring_\w+", expr)
        faults += [f"{title}: there is no metric {name}" for name in names if not known(name, metrics)]
        if not names:
            faults.append(f"{title}: no metric at all: {expr}")
    with open(rules_file, "w", encoding="utf-8") as f:
        rules = [{"record": f"x:{i}", "expr": re.sub(r"\$__\w+", "1m", expr)}
                 for i, (title, expr) in enumerate(exprs) if title != "variable"]
        json.dump({"groups": [{"name": "dashboard", "rules": rules}]}, f)
    print("\n".join(faults))
    sys.exit(1 if faults else 0)


main()
