"""Where that is which `kubectl` shows: the namespace and the name that a runbook's commands ask for.

They are told only where there is one of them. Of several pods that are ill nobody can tell which one is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.lookup.forms.reading import Reading

# Objects -> the label that names one.
_LABELS = {
    "Pod": "pod", "Deployment": "deployment", "StatefulSet": "statefulset", "DaemonSet": "daemonset",
    "ReplicaSet": "replicaset", "Job": "job_name", "CronJob": "cronjob", "Node": "node",
    "PersistentVolume": "persistentvolume", "PersistentVolumeClaim": "persistentvolumeclaim",
    "HorizontalPodAutoscaler": "horizontalpodautoscaler",
}  # fmt: skip
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,252}")
_NAMESPACE = re.compile(r"(?:^|\s)(?:-n[ =]?|--namespace[ =])(?P<name>[a-z0-9][a-z0-9-]{0,62})(?=\s|$)")
_FIELD = re.compile(r"^(?P<field>Name|Namespace):\s+(?P<value>\S{1,253})\s*$")


@dataclass(frozen=True)
class Place:
    """`named`: a command or a description is about this very object; it is not only one of a list."""

    kind: str
    name: str
    namespace: str
    named: bool = True


def namespace_in(arguments: str) -> str:
    """The namespace that a command's arguments name, or nothing."""
    found = _NAMESPACE.search(arguments)
    return found["name"] if found else ""


def described(kind: str, lines: Iterable[str]) -> Place:
    fields: dict[str, str] = {}
    for line in lines:
        if found := _FIELD.match(line):
            fields.setdefault(found["field"], found["value"])
    return Place(kind, fields.get("Name", ""), fields.get("Namespace", ""))


def tell(reading: Reading, places: list[Place]) -> None:
    _tell(reading, "namespace", [place.namespace for place in places])
    for kind, label in _LABELS.items():
        of_kind = [place for place in places if place.kind == kind and place.name]
        named = [place for place in of_kind if place.named]
        _tell(reading, label, [place.name for place in named or of_kind])


def _tell(reading: Reading, label: str, values: Iterable[str]) -> None:
    said = {value for value in values if value}
    if len(said) == 1 and _NAME.fullmatch(value := said.pop()):
        reading.label(label, value)
