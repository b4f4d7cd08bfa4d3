"""What `kubectl` and `oc` print: listings, events and errors; `described` reads descriptions. Told is what is ill."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from app.lookup.forms import whereabouts
from app.lookup.forms.described import PLAIN, describes, of_description, read_description
from app.lookup.forms.kubernetes import WORKLOADS, ill, kind_by_heads, kind_of
from app.lookup.forms.log import WRONG
from app.lookup.forms.names import is_member, workload
from app.lookup.forms.reading import Paste, Reading
from app.lookup.forms.tables import Table, tables_in
from app.lookup.forms.whereabouts import Place
from app.lookup.signature import signature

_COMMAND = re.compile(r"^(?:[\w@.:~/ -]{0,60}?[$#%>]\s{0,2})?(?:kubectl|oc|k)\s+(?P<rest>[a-z-].{0,1000})$")
_WAITING = re.compile(r"^(?:Waiting for|error|Error|Warning|The connection|Unable)\b.{5,1500}$")
_NAMED = re.compile(r'^Waiting for [a-z]+(?: set)? (?:spec update|"(?P<name>[\w.-]{1,120})")')
_OPTIONS_WITH_VALUE = frozenset(
    """-n --namespace -o --output -l --selector -f --context -c --container --sort-by --field-selector --kubeconfig
    --tail --since""".split()
)
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
    described = describes(lines) or any(command.verb == "describe" for command in commands)
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
        asked = next((command for command in commands if command.verb == "describe"), _Command("describe", "", "", 0))
        kind = read_description(reading, lines, asked.kind, asked.name)
        places.append(whereabouts.described(kind, lines))
    whereabouts.tell(reading, places)
    if described:
        inside |= {number for number, line in enumerate(lines, 1) if of_description(line)}
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


def _read_said(reading: Reading, lines: tuple[str, ...], known: set[int]) -> None:
    """Sentences outside of tables and fields: errors, and what is being waited for."""
    for number, line in enumerate(lines, 1):
        if number in known:
            continue
        if waiting := _NAMED.match(line):
            reading.add("service", waiting["name"], f"line {number}")
        if _WAITING.match(line) or WRONG.search(line[:1_000]):
            reading.add("error", signature(line), f"line {number}")
