"""JSON that is none: cut off at its end, or with something of its own in between. Its names and values still are."""

from __future__ import annotations

import re

from app.lookup.forms.alertmanager import read_annotations
from app.lookup.forms.names import read_labels
from app.lookup.forms.pairs import LABELS
from app.lookup.forms.reading import Paste, Reading

_PAIR = re.compile(r'"(?P<name>[A-Za-z_][\w.-]{0,60})"\s{0,8}:\s{0,8}"(?P<value>(?:[^"\\]|\\.){0,600})(?:"|$)')
# An alert that ended may stand behind one that did not.
_STATUS = re.compile(r'"status"\s{0,8}:\s{0,8}"(\w{1,20})"')


def read(paste: Paste, reading: Reading) -> None:
    if paste.data is not None or not paste.text.lstrip().startswith(("{", "[")):
        return
    pairs = [(found["name"], found["value"]) for found in _PAIR.finditer(paste.text)]
    alerts = [value for name, value in pairs if name in ("alertname", "AlarmName")]
    if not alerts:
        return
    reading.form = "alertmanager" if "alertname" in dict(pairs) else "cloudwatch"
    reading.resolved = set(_STATUS.findall(paste.text)) == {"resolved"}
    for alert in alerts:
        reading.add("alert", alert, "alertname")
    first = dict(reversed(pairs))
    read_labels(reading, {name: value for name, value in first.items() if name in LABELS})
    read_annotations(reading, first)
