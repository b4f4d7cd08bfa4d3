"""CloudWatch: an alarm as SNS delivers it, with or without its envelope, and as EventBridge does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.lookup.forms.payload import Json, parsed, raw, read_told, scalars
from app.lookup.forms.reading import Paste, Reading, mapping, objects, text_of

# Dimensions that name what is ill, best first.
_ILL = (
    "ServiceName", "FunctionName", "DBClusterIdentifier", "DBInstanceIdentifier", "CacheClusterId",
    "ReplicationGroupId", "DomainName", "Cluster Name", "QueueName", "TableName", "ApiName",
)  # fmt: skip


def read(paste: Paste, reading: Reading) -> None:
    data = mapping(paste.data)
    records = objects(data.get("Records"))
    data = mapping(records[0], "Sns") if records else data
    if isinstance(data.get("Message"), str) and ("TopicArn" in data or data.get("Type") == "Notification"):
        alarm, _ = parsed(data["Message"])
        if not isinstance(alarm, Mapping):
            reading.form = "cloudwatch"
            for name in ("Subject", "Message"):
                read_told(reading, raw(data, name), name)
            return
        data = alarm
    if "AlarmName" in data:
        _read_alarm(reading, data)
    elif "alarmName" in (detail := mapping(data, "detail")):
        _read_event(reading, detail)


def _read_alarm(reading: Reading, alarm: Json) -> None:
    reading.form = "cloudwatch"
    reading.resolved = text_of(alarm, "NewStateValue") == "OK"
    reading.add("alert", text_of(alarm, "AlarmName"), "AlarmName")
    read_told(reading, raw(alarm, "AlarmDescription"), "AlarmDescription")
    trigger = mapping(alarm, "Trigger")
    metrics = objects(trigger.get("Metrics"))
    metric = mapping(metrics[0], "MetricStat", "Metric") if metrics else trigger
    _read_metric(reading, text_of(metric, "Namespace"), text_of(metric, "MetricName"), metric.get("Dimensions"))
    if not reading.of("summary"):
        reading.add("summary", text_of(alarm, "NewStateReason"), "NewStateReason")


def _read_event(reading: Reading, detail: Json) -> None:
    reading.form = "cloudwatch"
    reading.resolved = text_of(detail, "state", "value") == "OK"
    reading.add("alert", text_of(detail, "alarmName"), "alarmName")
    read_told(reading, raw(detail, "configuration", "description"), "description")
    metrics = objects(mapping(detail, "configuration").get("metrics"))
    metric = mapping(metrics[0], "metricStat", "metric") if metrics else {}
    _read_metric(reading, text_of(metric, "namespace"), text_of(metric, "name"), metric.get("dimensions"))
    if not reading.of("summary"):
        reading.add("summary", text_of(detail, "state", "reason"), "reason")


def _read_metric(reading: Reading, namespace: str, name: str, given: Any) -> None:
    """`given` are its dimensions: a list of names and values, or an object."""
    reading.add("status", f"{namespace} {name}".strip(), "metric")
    dimensions = {
        text_of(each, "name") or text_of(each, "Name"): text_of(each, "value") or text_of(each, "Value")
        for each in objects(given)
    }
    dimensions.update({key: str(value) for key, value in scalars(mapping(given)).items()})
    for dimension in _ILL:
        reading.add("service", dimensions.get(dimension), f"dimension {dimension}")
    for dimension, value in dimensions.items():
        reading.hint(value, f"dimension {dimension}")
        reading.label(dimension.replace(" ", "_"), value)
    reading.label("metric", name)
