"""What `kubectl` and `oc` print: listings, descriptions, events and errors. Told is what is not healthy."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from app.lookup.forms import whereabouts
from app.lookup.forms.kubernetes import WORKLOADS, ill, kind_by_heads, kind_of, quantity
from app.lookup.forms.log import WRONG
from app.lookup.forms.names import is_member, workload
from app.lookup.forms.reading import Paste, Reading
from app.lookup.forms.tables import Table, tables_in
from app.lookup.forms.whereabouts import Place
from app.lookup.signature import signature

_COMMAND = re.compile(r"^(?:[\w@.:~/ -]{0,60}?[$#%>]\s{0,2})?(?:kubectl|oc|k)\s+(?P<rest>[a-z-].{0,1000})$")
_DESCRIBED = re.compile(r"^(?P<indent>\s{0,12})(?P<name>[A-Z][\w /-]{1,40}?):(?:\s+(?P<value>\S.{0,600}))?$")
_EVENT = re.compile(r"^\s{0,8}Warning\s{2,}(?P<reason>[A-Z]\w{2,60})\s{2,}(?P<rest>.{1,1500})$")
_CONDITION = re.compile(r"^\s{0,8}(?P<name>[A-Z]\w{2,60})\s{2,}(?P<state>True|False|Unknown)\b(?P<rest>.{0,1500})$")
_FULL = re.compile(r"^(?P<name>[a-z][\w./-]{1,80})\s{1,}(?P<used>\d[\w.]{0,20})\s{1,}(?P<hard>\d[\w.]{0,20})\s*$")
_WAITING = re.compile(r"^(?:Waiting for|error|Error|Warning|The connection|Unable)\b.{5,1500}$")
_NAMED = re.compile(r'^Waiting for [a-z]+(?: set)? (?:spec update|"(?P<name>[\w.-]{1,120})")')
_OPTIONS_WITH_VALUE = frozenset(
    """-n --namespace -o --output -l --selector -f --context -c --container --sort-by --field-selector --kubeconfig
    --tail --since""".split()
)
_TOLD = frozenset("Status Reason Message State Type".split())
_HEALTHY = frozenset("running completed succeeded active bound ready normal waiting terminated none <none>".split())
# Conditions of a node that are good where they are false.
_FIELDS_OF = (
    ("Roles", "Node"), ("Pods Statuses", "Job"), ("StrategyType", "Deployment"), ("Update Strategy", "StatefulSet"),
    ("Containers", "Pod"), ("Controlled By", "Pod"),
)  # fmt: skip
_PRESSURES = ("MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable", "Degraded", "Failed", "Failure")
# Reasons of events whose message says no more than they do.
PLAIN = ("BackoffLimitExceeded", "BackOff", "DeadlineExceeded")
ALMOST_FULL = 0.98
_MOST_LINES = 3_000


@dataclass(frozen=True)
class _Command:
    verb: str
    kind: str
    name: str
    line: int
    namespace: str = ""


def read(paste: Paste, reading: Reading) -> None:
    lines = paste.lines[:_MOST_LINES]
    commands = [command for number, line in enumerate(lines, 1) if (command := _command(line, number))]
    tables = [
        (table, _kind(table, commands))
        for table in tables_in(lines)
        if "NAME" in table.heads or "OBJECT" in table.heads
    ]
    described = _is_description(lines) or any(command.verb == "describe" for command in commands)
    if not commands and not any(kind for _, kind in tables) and not described:
        return
    reading.form = reading.form or "kubectl"
    for command in commands:
        if command.name and command.kind in WORKLOADS:
            reading.add("service", workload(command.name), f"{command.kind.casefold()} in the command")
    places = [Place(command.kind, command.name, command.namespace) for command in commands]
    inside = {row.line for table, _ in tables for row in table.rows} | {table.line for table, _ in tables}
    for table, kind in tables:
        places += _read_table(reading, table, kind)
    if described:
        kind = _read_description(reading, lines, commands)
        places.append(whereabouts.described(kind, lines))
    whereabouts.tell(reading, places)
    if described:
        inside |= {
            number
            for number, line in enumerate(lines, 1)
            if _EVENT.match(line) or _CONDITION.match(line) or _DESCRIBED.match(line)
        }
    if all(command.verb not in ("logs", "exec") for command in commands):
        _read_said(reading, lines, inside | {command.line for command in commands})
    if not reading.tells() and commands and commands[-1].verb not in ("logs", "exec"):
        reading.add("summary", " ".join(filter(None, (commands[-1].verb, commands[-1].kind))), "command")


def _command(line: str, number: int) -> _Command | None:
    found = _COMMAND.match(line.strip())
    if found is None:
        return None
    words: list[str] = []
    skipped = False
    for word in found["rest"].split("|", 1)[0].split():
        if skipped:
            skipped = False
        elif word.startswith("-"):
            skipped = word in _OPTIONS_WITH_VALUE
        else:
            words.append(word)
    words = [word for word in words if word not in ("adm", "status", "restart", "undo", "history", "top")]
    verb, rest = (words[0], words[1:]) if words else ("", [])
    namespace = whereabouts.namespace_in(found["rest"])
    kind, _, name = rest[0].partition("/") if rest else ("", "", "")
    if not name and len(rest) > 1:
        name = rest[1]
    if verb in ("logs", "exec") and not kind_of(kind):
        # A pod stands there by its name alone.
        return _Command(verb, "Pod", kind, number, namespace)
    return _Command(verb, kind_of(kind), name, number, namespace)


def _kind(table: Table, commands: list[_Command]) -> str:
    """What a table lists: what its heads say, else what the command before it asked for."""
    before = [command for command in commands if command.line < table.line]
    asked = before[-1].kind if before else ""
    by_heads = kind_by_heads(table.heads)
    return by_heads if by_heads and (not asked or by_heads == "Event") else asked


def _read_table(reading: Reading, table: Table, kind: str) -> list[Place]:
    """Takes up what is not healthy, and says where it is."""
    places: list[Place] = []
    if "OBJECT" in table.heads:
        _read_events(reading, table)
        return places
    states: Counter[str] = Counter()
    names: Counter[str] = Counter()
    for row in table.rows:
        for role in row.cells.get("ROLES", "").split(","):
            reading.disclaim(role)
        own_kind, slash, name = row.cells.get("NAME", "").rpartition("/")
        of = kind_of(own_kind) if slash else kind
        said = ill(row.cells)
        # A pod with a number is one of a stateful set; where it was never started, that is what matters.
        of_set = "StatefulSet " if of == "Pod" and is_member(name) and said[:1] != ["CrashLoopBackOff"] else ""
        states.update(f"{of_set}{of} {each}".strip() for each in said)
        if not said and len(table.rows) > 1:
            continue
        places.append(Place(of, name, row.cells.get("NAMESPACE", ""), named=False))
        if of == "Node" and said:
            reading.add("host", name, "listing")
        elif of == "APIService":
            names[row.cells.get("SERVICE", "").rpartition("/")[2]] += 1
        elif of in WORKLOADS and name:
            names[workload(name)] += 1
    for state, _ in states.most_common():
        reading.add("status", state, f"{kind or 'listing'}, column of state")
    for name, _ in names.most_common(3):
        if name != "Local":
            reading.add("service", name, f"{kind.casefold()} in the listing" if kind else "listing")
    return places


def _read_events(reading: Reading, table: Table) -> None:
    for row in table.rows:
        if row.cells.get("TYPE") != "Warning":
            continue
        kind, _, name = row.cells.get("OBJECT", "").partition("/")
        reason = row.cells.get("REASON", "")
        reading.add("status", f"{kind_of(kind)} {reason}".strip(), f"event, line {row.line}")
        if reason not in PLAIN:
            reading.add("error", signature(row.cells.get("MESSAGE", "")), f"event, line {row.line}")
        if kind_of(kind) in WORKLOADS:
            reading.add("service", workload(name), "event’s object")
        elif kind_of(kind) == "Node":
            reading.add("host", name, "event’s object")


def _is_description(lines: tuple[str, ...]) -> bool:
    names = _fields(lines)
    return (
        "Name" in names
        and len(
            names & {"Namespace", "Labels", "Annotations", "Events", "Controlled By", "Selector", "Conditions", "Roles"}
        )
        >= 2
    )


def _fields(lines: tuple[str, ...]) -> set[str]:
    return {found["name"] for line in lines[:300] if (found := _DESCRIBED.match(line)) and not found["indent"]}


def _kind_described(lines: tuple[str, ...]) -> str:
    """What is described where no command says it: only that kind has these fields."""
    names = _fields(lines)
    return next((kind for needed, kind in _FIELDS_OF if needed in names), "")


def _read_description(reading: Reading, lines: tuple[str, ...], commands: list[_Command]) -> str:
    """Takes up what a description says that is wrong, and gives the kind of what it describes."""
    kind, name = next(((command.kind, command.name) for command in commands if command.verb == "describe"), ("", ""))
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


def _read_said(reading: Reading, lines: tuple[str, ...], known: set[int]) -> None:
    """Sentences outside of tables and fields: errors, and what is being waited for."""
    for number, line in enumerate(lines, 1):
        if number in known:
            continue
        if waiting := _NAMED.match(line):
            reading.add("service", waiting["name"], f"line {number}")
        if _WAITING.match(line) or WRONG.search(line[:1_000]):
            reading.add("error", signature(line), f"line {number}")
