"""Grafana's older webhook: a rule with its matches. What it sends today has the form of Alertmanager's."""

from __future__ import annotations

from app.lookup.forms.names import read_labels
from app.lookup.forms.payload import raw, read_told
from app.lookup.forms.reading import Paste, Reading, mapping, objects, text_of


def read(paste: Paste, reading: Reading) -> None:
    data = mapping(paste.data)
    if not ("ruleName" in data or "evalMatches" in data):
        return
    reading.form = "grafana"
    reading.resolved = text_of(data, "state").casefold() in ("ok", "paused")
    reading.add("alert", text_of(data, "ruleName"), "ruleName")
    read_told(reading, raw(data, "message"), "message")
    for match in objects(data.get("evalMatches")):
        reading.add("summary", text_of(match, "metric"), "metric")
        read_labels(reading, mapping(match, "tags"))
    read_labels(reading, mapping(data, "tags"))
