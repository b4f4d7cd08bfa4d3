"""Objects of Kubernetes as `kubectl get -o json` and `-o yaml` give them."""

from __future__ import annotations

import re
from typing import Any

from app.errors import Invalid
from app.lookup.forms.kubernetes import WORKLOADS
from app.lookup.forms.names import read_labels, workload
from app.lookup.forms.reading import Paste, Reading, mapping, objects, text_of
from app.lookup.signature import signature
from app.text import yaml

MOST_OBJECTS = 20
_OBJECT = re.compile(r"^apiVersion:\s\S", re.M)
_PRESSURE = re.compile(r".*(?:Pressure|Unavailable|Degraded|Failure|Failed)|Progressing")


def read(paste: Paste, reading: Reading) -> None:
    data = paste.data
    if data is None and _OBJECT.search(paste.text[:4_000]):
        try:
            data = yaml.load(paste.text).data
        except Invalid:
            return
    listed = objects(mapping(data).get("items")) or ([mapping(data)] if mapping(data) else [])
    for each in [each for each in listed if "kind" in each and "metadata" in each][:MOST_OBJECTS]:
        reading.form = "kubectl"
        _read_object(reading, each)


def _read_object(reading: Reading, each: Any) -> None:
    kind, name = text_of(each, "kind"), text_of(each, "metadata", "name")
    status = mapping(each, "status")
    said = len(reading.of("status"))
    phase = text_of(status, "phase")
    if phase and phase.casefold() not in ("running", "succeeded", "active", "bound"):
        reading.add("status", f"{kind} {phase}", "phase")
    for condition in objects(status.get("conditions")):
        bad = "true" if _PRESSURE.fullmatch(text_of(condition, "type")) else "false"
        state = str(condition.get("status")).casefold()
        if state in (bad, "unknown"):
            about = text_of(condition, "type")
            which = "not ready" if about.endswith("Ready") else f"{about} {state}"
            reading.add("status", f"{kind} {which} {text_of(condition, 'reason')}".strip(), "condition")
            reading.add("error", signature(text_of(condition, "message")), "condition")
    for container in objects(status.get("containerStatuses")):
        for state in ("state", "lastState"):
            for which in ("waiting", "terminated"):
                reason = text_of(container, state, which, "reason")
                if reason and reason != "Completed":
                    reading.add("status", reason, f"container {text_of(container, 'name')}")
                    reading.add("error", signature(text_of(container, state, which, "message")), "container")
    if kind == "Event":
        reading.add("status", text_of(each, "reason"), "event")
        reading.add("error", signature(text_of(each, "message")), "event")
        kind, name = text_of(each, "involvedObject", "kind"), text_of(each, "involvedObject", "name")
    if kind in WORKLOADS and (len(reading.of("status")) > said or not reading.of("service")):
        labels = mapping(each, "metadata", "labels")
        read_labels(reading, {key: value for key, value in labels.items() if "hash" not in str(key)})
        reading.add("service", workload(name), f"name of the {kind}")
    reading.label("namespace", text_of(each, "metadata", "namespace"))
