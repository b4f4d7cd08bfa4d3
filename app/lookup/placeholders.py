"""A runbook's command with its placeholders filled from the labels of a page.

`<namespace>`, `{{ $labels.namespace }}`, `${NAMESPACE}`, `$NAMESPACE` and, as an argument, a bare `NAMESPACE` are
placeholders. A value comes from outside and is about to be pasted into a shell: it goes in only where the shell reads
it as one word. Outside quotation marks it is quoted where it needs to be; inside them only plain signs may go in.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

State = Literal["text", "filled", "open"]

# Placeholders in other words -> the labels that say it, best first.
_MEANINGS = {
    "namespace": "namespace exported_namespace kubernetes_namespace project",
    "ns": "namespace exported_namespace kubernetes_namespace",
    "project": "project namespace",
    "pod": "pod pod_name exported_pod",
    "node": "node nodename kubernetes_node exported_node host hostname",
    "host": "host hostname node nodename server",
    "hostname": "hostname host node nodename",
    "machine": "node nodename host",
    "instance": "instance",
    "svc": "service",
    "service": "service svc service_name",
    "app": "app app_kubernetes_io_name application service",
    "application": "application app app_kubernetes_io_name",
    "container": "container container_name",
    "cluster": "cluster cluster_name k8s_cluster",
    "deploy": "deployment",
    "sts": "statefulset",
    "ds": "daemonset",
    "rs": "replicaset",
    "hpa": "horizontalpodautoscaler hpa",
    "pvc": "persistentvolumeclaim pvc",
    "claim": "persistentvolumeclaim pvc",
    "pv": "persistentvolume pv volume",
    "volume": "persistentvolume volume",
    "job": "job_name job",
    "cronjob": "cronjob",
    "database": "datname database db",
    "db": "datname database db",
    "dbname": "datname database db",
    "queue": "queue",
    "topic": "topic",
    "vm": "name vm",
    "mount": "mountpoint",
    "mount point": "mountpoint",
    "disk": "device",
}
_FILLERS = frozenset("your my the a an name of affected failing failed broken target this that labels label".split())
# What tools print in angle brackets, and what is markup: nobody fills it in.
_PRINTED = frozenset("none unknown nil unset invalid pending null empty br p div span html body a b i u".split())
_JOB = re.compile(r"\b(?:kubectl|oc)\b")

_PLACEHOLDER = re.compile(
    r"""(?<![<\w])<(?P<angle>[A-Za-z][\w .:/|-]{0,40})>
      | \{\{-?\s*\$?\.?(?P<braces>[A-Za-z][\w.]{0,60})\s*-?\}\}
      | \$\{(?P<shell>[A-Za-z_]\w{0,40})\} | \$(?P<bare_shell>[A-Za-z_]\w{0,40})
      | (?<![\w$.{"'=-])(?P<capitals>[A-Z][A-Z0-9]{2,}(?:[_-][A-Z0-9]+){0,4})(?![\w=:"'(.-])""",
    re.VERBOSE,
)
# A table's heading is all capitals too: only behind a command's first word they are its arguments.
_COMMAND_LINE = re.compile(r"\s*(?:[$#>]\s+)?[a-z]")
_PARTS = re.compile(r"(?<=[a-z])(?=[A-Z])|[^A-Za-z0-9]+")
# What every shell, and every quotation mark, leaves as it is.
_PLAIN = re.compile(r"[A-Za-z0-9_./:][\w@%+=:,./-]*", re.ASCII)
# A path that leads elsewhere than the command says.
_STEPS_OUT = re.compile(r"(?:^|/)\.{1,2}(?:/|$)|^/+$")
LONGEST_VALUE = 253


@dataclass(frozen=True)
class Piece:
    """A part of a command: as it stands, filled in, or a placeholder that stays open."""

    text: str
    state: State = "text"


@dataclass(frozen=True)
class Filled:
    """`filled` and `open` name the placeholders, each once; `refused` those whose value a shell could take for more
    than a word.
    """

    pieces: tuple[Piece, ...]
    filled: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


def fill(command: str, labels: Mapping[str, str]) -> Filled:
    """The command with what the labels say in its placeholders."""
    known = {name.casefold(): value for name, value in labels.items() if value}
    pieces: list[Piece] = []
    names: dict[str, dict[str, None]] = {"filled": {}, "open": {}, "refused": {}}
    at = 0
    for found in _PLACEHOLDER.finditer(command):
        name = str(found[found.lastgroup or 0])
        value = _value(name, found, command, known)
        if value is None and not _asks(name, found):
            continue
        written = None if value is None else _written(value, command, found)
        pieces.append(Piece(command[at : found.start()]))
        pieces.append(Piece(found[0], "open") if written is None else Piece(written, "filled"))
        names["filled" if written is not None else "open" if value is None else "refused"][found[0]] = None
        at = found.end()
    pieces.append(Piece(command[at:]))
    return Filled(tuple(piece for piece in pieces if piece.text), *(tuple(names[each]) for each in names))


def _asks(name: str, found: re.Match[str]) -> bool:
    """Whether what nothing is known of is a placeholder at all; `{{.metadata.name}}` asks the tool, not the reader."""
    return (found["angle"] is not None and name.casefold() not in _PRINTED) or (
        found["braces"] is not None and "." not in found[0]
    )


def _value(name: str, found: re.Match[str], command: str, known: Mapping[str, str]) -> str | None:
    """What the labels say of a placeholder; None where they say nothing, or where it is none."""
    line = command[command.rfind("\n", 0, found.start()) + 1 : found.end()]
    if found["capitals"] and (not _COMMAND_LINE.match(line) or line.strip() == name):
        return None
    # A variable that the command itself sets.
    if not found["angle"] and re.search(rf"(?<![\w$]){name}=|\b(?:for|read|read -r) {name}\b", command):
        return None
    for label in _labels(name):
        if label == "job" and _JOB.search(line):
            # The label `job` is who scrapes; a job of the cluster is `job_name`.
            continue
        if label in known:
            return known[label]
    return None


def _labels(name: str) -> Iterator[str]:
    """The names of labels that a placeholder may stand for, best first."""
    words = [word.casefold() for word in _PARTS.split(name) if word]
    telling = [word for word in words if word not in _FILLERS]
    said = " ".join(telling)
    yield "_".join(words)
    if said in _MEANINGS:
        yield from _MEANINGS[said].split()
    yield "_".join(telling)
    yield "".join(telling)


def _written(value: str, command: str, found: re.Match[str]) -> str | None:
    """The value as it may stand there; None where it may not."""
    if len(value) > LONGEST_VALUE or value.startswith("-") or not value.isprintable() or _STEPS_OUT.search(value):
        return None
    if _PLAIN.fullmatch(value):
        return value
    before, line = command[: found.start()], command[command.rfind("\n", 0, found.start()) + 1 : found.start()]
    within = any(text.count(sign) % 2 for text in (before, line) for sign in "'\"")
    beside = command[found.start() - 1 : found.start()] + command[found.end() : found.end() + 1]
    if within or beside.strip() or any(sign in before for sign in ("\\", "`", "<<")):
        return None
    quoted = shlex.quote(value)
    return quoted if quoted != value else f"'{value}'"
