"""Opsgenie: what its webhook sends, and an alert as its API takes and gives it."""

from __future__ import annotations

from app.lookup.forms.names import read_labels
from app.lookup.forms.payload import MOST_TAGS, raw, read_details, read_told, tagged
from app.lookup.forms.reading import Paste, Reading, mapping, one_line, text_of

_ALERT = ("alertId", "tinyId", "responders", "teams", "entity")


def read(paste: Paste, reading: Reading) -> None:
    data = mapping(paste.data)
    alert = mapping(data, "alert") or mapping(data, "data") or data
    if "message" not in alert or not ("integrationName" in data or any(name in alert for name in _ALERT)):
        return
    reading.form = "opsgenie"
    over = (text_of(data, "action").casefold(), text_of(alert, "status").casefold())
    reading.resolved = "close" in over or "closed" in over
    for name in ("message", "description"):
        read_told(reading, raw(alert, name), name)
    read_details(reading, mapping(alert, "details"))
    reading.hint(text_of(alert, "entity"), "entity")
    labels = tagged(alert.get("tags"))
    for tag in alert["tags"][:MOST_TAGS] if isinstance(alert.get("tags"), list) else ():
        reading.hint(one_line(tag), "tag")
    reading.add("alert", labels.pop("alertname", None), "tag alertname")
    read_labels(reading, labels)
