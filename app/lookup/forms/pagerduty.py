"""PagerDuty: webhooks of version 3 and 2, an incident as its REST API gives it, an event as its Events API v2 takes
it.
"""

from __future__ import annotations

from app.lookup.forms.payload import Json, raw, read_details, read_told
from app.lookup.forms.reading import Paste, Reading, mapping, objects, text_of

_INCIDENT = ("service", "incident_number", "incident_key", "html_url")


def read(paste: Paste, reading: Reading) -> None:
    data = mapping(paste.data)
    if "event_action" in data or "routing_key" in data:
        _read_event(reading, data)
        return
    messages = objects(data.get("messages"))
    incident = mapping(data, "event", "data") or mapping(messages[0] if messages else data, "incident")
    if any(name in incident for name in _INCIDENT):
        _read_incident(reading, incident)


def _read_incident(reading: Reading, incident: Json) -> None:
    reading.form = "pagerduty"
    reading.resolved = text_of(incident, "status").casefold() == "resolved"
    service = text_of(incident, "service", "summary") or text_of(incident, "service", "name")
    reading.add("service", service, "service of the incident")
    for name in ("title", "summary", "description"):
        read_told(reading, raw(incident, name), name)
    read_details(reading, mapping(incident, "body", "details"))
    read_details(reading, mapping(incident, "first_trigger_log_entry", "channel", "details"))


def _read_event(reading: Reading, event: Json) -> None:
    reading.form = "pagerduty"
    reading.resolved = text_of(event, "event_action").casefold() == "resolve"
    payload = mapping(event, "payload")
    for name in ("summary", "class"):
        read_told(reading, raw(payload, name), name)
    for name in ("component", "group"):
        reading.add("service", text_of(payload, name), name)
    read_details(reading, mapping(payload, "custom_details"))
    reading.add("host", text_of(payload, "source"), "source")
