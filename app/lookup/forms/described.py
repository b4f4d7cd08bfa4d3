"""What `kubectl describe` prints: fields, conditions and events. Told is what is not healthy."""

from __future__ import annotations

import re

from app.lookup.forms.kubernetes import WORKLOADS, quantity
from app.lookup.forms.names import is_member, workload
from app.lookup.forms.reading import Reading
from app.lookup.signature import signature

_DESCRIBED = re.compile(r"^(?P<indent>\s{0,12})(?P<name>[A-Z][\w /-]{1,40}?):(?:\s+(?P<value>\S.{0,600}))?$")
_EVENT = re.compile(r"^\s{0,8}Warning\s{2,}(?P<reason>[A-Z]\w{2,60})\s{2,}(?P<rest>.{1,1500})$")
_CONDITION = re.compile(r"^\s{0,8}(?P<name>[A-Z]\w{2,60})\s{2,}(?P<state>True|False|Unknown)\b(?P<rest>.{0,1500})$")
_FULL = re.compile(r"^(?P<name>[a-z][\w./-]{1,80})\s{1,}(?P<used>\d[\w.]{0,20})\s{1,}(?P<hard>\d[\w.]{0,20})\s*$")
_TOLD = frozenset("Status Reason Message State Type".split())
_HEALTHY = frozenset("running completed succeeded active bound ready normal waiting terminated none <none>".split())
# Fields that only one kind of object has.
_FIELDS_OF = (
    ("Roles", "Node"), ("Pods Statuses", "Job"), ("StrategyType", "Deployment"), ("Update Strategy", "StatefulSet"),
    ("Containers", "Pod"), ("Controlled By", "Pod"),
)  # fmt: skip
# Conditions of a node that are good where they are false.
_PRESSURES = ("MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable", "Degraded", "Failed", "Failure")
# Reasons of events whose message says no more than they do.
PLAIN = ("BackoffLimitExceeded", "BackOff", "DeadlineExceeded")
ALMOST_FULL = 0.98


def describes(lines: tuple[str, ...]) -> bool:
    """Whether a text is a description, though no command says so."""
    names = _fields(lines)
    return (
        "Name" in names
        and len(
            names & {"Namespace", "Labels", "Annotations", "Events", "Controlled By", "Selector", "Conditions", "Roles"}
        )
        >= 2
    )


def of_description(line: str) -> bool:
    """Whether a line has been read as an event, a condition or a field."""
    return bool(_EVENT.match(line) or _CONDITION.match(line) or _DESCRIBED.match(line))


def _fields(lines: tuple[str, ...]) -> set[str]:
    return {found["name"] for line in lines[:300] if (found := _DESCRIBED.match(line)) and not found["indent"]}


def _kind_described(lines: tuple[str, ...]) -> str:
    """What is described where no command says it: only that kind has these fields."""
    names = _fields(lines)
    return next((kind for needed, kind in _FIELDS_OF if needed in names), "")


def read_description(reading: Reading, lines: tuple[str, ...], kind: str, name: str) -> str:
    """Takes up what a description says that is wrong. `kind` and `name` are what a command says is described; returns
    the kind that it is.
    """
    plain = kind = kind or _kind_described(lines)
    kind = "StatefulSet Pod" if kind == "Pod" and is_member(name) else kind
    in_events = False
    for number, line in enumerate(lines, 1):
        if event := _EVENT.match(line):
            columns = re.split(r"\s{2,}", event["rest"].strip())
            reading.add("status", f"{kind} {event['reason']}".strip(), f"event, line {number}")
            if event["reason"] not in PLAIN:
                reading.add("error", signature(columns[-1]), f"event, line {number}")
            continue
        if condition := _CONDITION.match(line):
            _read_condition(reading, condition, kind, number)
            continue
        if full := _FULL.match(line):
            used, hard = quantity(full["used"]), quantity(full["hard"])
            if used is not None and hard and used >= ALMOST_FULL * hard:
                reading.add(
                    "status",
                    f"quota {'fully used' if used >= hard else 'almost full'}: {full['name']}",
                    f"line {number}",
                )
            continue
        found = _DESCRIBED.match(line)
        if found is None:
            continue
        in_events = in_events or found["name"] == "Events"
        if not in_events and found["value"]:
            _read_field(reading, found["name"], found["value"].strip(), kind, bool(found["indent"]), number)
    return plain


def _read_condition(reading: Reading, condition: re.Match[str], kind: str, number: int) -> None:
    name, state = condition["name"], condition["state"]
    if state != "Unknown" and (state == "True") != name.endswith(_PRESSURES):
        return
    said = "not ready" if name in ("Ready", "ContainersReady") else f"{name} {state}"
    reading.add("status", f"{kind} {said}".strip(), f"condition, line {number}")
    reading.add("error", signature(re.split(r"\s{2,}", condition["rest"].strip())[-1]), f"condition, line {number}")


def _read_field(reading: Reading, name: str, value: str, kind: str, within: bool, number: int) -> None:
    where = f"{name}, line {number}"
    if name == "Controlled By":
        controller, _, owner = value.partition("/")
        reading.add("service", workload(owner) if controller != "Node" else "", where)
    elif name == "Name" and not within and (kind.rpartition(" ")[2] in WORKLOADS or not kind):
        reading.add("service", workload(value) if kind else "", where)
        reading.hint(workload(value), where)
    elif name == "Name" and kind == "Node" and not within:
        reading.add("host", value, where)
    elif name == "Node" and kind != "Node":
        reading.add("host", value.partition("/")[0], where)
    elif name == "Pods Statuses" and not re.search(r"\b0 Failed", value):
        reading.add("status", f"{kind or 'Job'} failed", where)
    elif name == "Ready" and value == "False":
        reading.add("status", f"{kind or 'Pod'} not ready", where)
    elif name == "Message":
        reading.add("error", signature(value), where)
    elif name in _TOLD and value.casefold().split()[0] not in _HEALTHY and len(value.split()) <= 4:
        reading.add("status", f"{kind} {value}".strip() if name == "Status" else value, where)
