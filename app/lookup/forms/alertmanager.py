"""Alerts as Alertmanager and Grafana send and list them: the webhook (version 4), the list of API v2, one alert."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.lookup.forms.names import read_labels
from app.lookup.forms.reading import Paste, Reading, mapping, objects, one_line, text_of

MOST_ALERTS = 50
SUMMARIES = ("summary", "description", "message", "title", "detail", "info")
RUNBOOKS = ("runbook_url", "runbook", "runbookurl", "link")

Json = Mapping[str, Any]


def read(paste: Paste, reading: Reading) -> None:
    alerts = alerts_in(paste.data)
    if not alerts:
        return
    envelope = paste.data if isinstance(paste.data, Mapping) else {}
    grafana = "orgId" in envelope or any("dashboardURL" in alert or "valueString" in alert for alert in alerts)
    reading.form = "grafana" if grafana else "alertmanager"
    firing = [alert for alert in alerts if not _resolved(alert)]
    reading.resolved = not firing
    for alert in (firing + [alert for alert in alerts if _resolved(alert)])[:MOST_ALERTS]:
        reading.add("alert", text_of(alert, "labels", "alertname"), "label alertname")
    worst = (firing or alerts)[:MOST_ALERTS]
    read_labels(reading, _common(envelope, worst))
    for alert in worst:
        read_annotations(reading, mapping(alert, "annotations"))
    read_annotations(reading, mapping(envelope, "commonAnnotations"))


def alerts_in(data: Any) -> list[Json]:
    """The alerts of a payload, or none where it holds none."""
    if isinstance(data, Mapping):
        inner = data.get("data")
        listed = data.get("alerts")
        if listed is None and isinstance(inner, Mapping):
            # As Prometheus itself answers: {"status": "success", "data": {"alerts": […]}}.
            listed = inner.get("alerts")
        alerts = objects(inner if listed is None and isinstance(inner, list) else listed)
        alerts = alerts or ([data] if "labels" in data else [])
    else:
        alerts = objects(data)
    alerts = [alert for alert in alerts if text_of(alert, "labels", "alertname")]
    if not alerts and isinstance(data, Mapping) and text_of(data, "commonLabels", "alertname"):
        # The alerts were cut off, or left out; what is common to them was not.
        return [
            {"labels": data["commonLabels"], "annotations": data.get("commonAnnotations"), "status": data.get("status")}
        ]
    return alerts


def _resolved(alert: Json) -> bool:
    status = alert.get("status")
    state = text_of(status, "state") if isinstance(status, Mapping) else one_line(status)
    return (state or text_of(alert, "state")).casefold() in ("resolved", "inactive", "normal")


def _common(envelope: Json, alerts: Sequence[Json]) -> Json:
    """The labels that all these alerts have; where they share none, the first one's."""
    first = mapping(alerts[0], "labels")
    others = [mapping(alert, "labels") for alert in alerts[1:]]
    common = {name: value for name, value in first.items() if all(other.get(name) == value for other in others)}
    common.update(mapping(envelope, "commonLabels") if not common else {})
    return common or first


def read_annotations(reading: Reading, annotations: Json) -> None:
    folded = {name.casefold(): name for name in annotations}
    for name in SUMMARIES:
        if name in folded:
            reading.add("summary", annotations[folded[name]], f"annotation {name}")
    for name in RUNBOOKS:
        if name in folded:
            reading.add("runbook", annotations[folded[name]], f"annotation {name}")
