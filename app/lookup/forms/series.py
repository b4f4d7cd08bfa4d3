"""Series as Prometheus shows them: `ALERTS{alertname="…"}  1`, `up{job="…"} 0`."""

from __future__ import annotations

import re

from app.lookup.forms.names import read_labels
from app.lookup.forms.reading import Paste, Reading

MOST_SERIES = 200
_SERIES = re.compile(
    r"^\s{0,8}(?P<metric>[A-Za-z_:][\w:]{1,120})\{(?P<labels>[^{}]{2,4000})\}\s{0,40}(?:=>\s*)?(?P<value>[-+\d.eE]{1,30}|NaN|[+-]?Inf)?(?:\s+@.{0,40})?\s*$"
)
_LABEL = re.compile(r'(?P<name>[A-Za-z_]\w{0,80})\s?=~?\s?"(?P<value>(?:[^"\\]|\\.){0,400})"')


def read(paste: Paste, reading: Reading) -> None:
    series = [found for line in paste.lines[: MOST_SERIES * 5] if (found := _SERIES.match(line))][:MOST_SERIES]
    if not series or 2 * len(series) < sum(bool(line.strip()) for line in paste.lines):
        return
    reading.form = "promql"
    for found in series:
        labels = {each["name"]: each["value"] for each in _LABEL.finditer(found["labels"])}
        reading.add("alert", labels.get("alertname"), "label alertname")
        if found["metric"] not in ("ALERTS", "ALERTS_FOR_STATE"):
            reading.add("status", found["metric"], "metric")
        read_labels(reading, {name: value for name, value in labels.items() if name != "alertstate"})
