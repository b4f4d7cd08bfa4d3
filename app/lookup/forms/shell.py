"""Commands of other tools with what they answered: their errors, tables, full filesystems."""

from __future__ import annotations

import re

from app.lookup.forms.log import WRONG
from app.lookup.forms.reading import Paste, Reading
from app.lookup.forms.tables import barred
from app.lookup.signature import is_noise, signature

MOST_LINES = 1_000
MOST_ROWS = 8
_PROMPT = re.compile(
    r"^(?:\[?[\w.-]{1,40}@[\w.-]{1,60}[ :][^$#]{0,80}[$#]|[$#%❯➜])\s{1,2}"
    r"(?P<command>(?:sudo\s)?[A-Za-z./][\w./-]{1,80}(?:\s.{0,1000})?)$"
)
# Tools that speak with one server alone: what they are asked about is that server.
_SERVERS = """
    etcdctl=etcd etcdutl=etcd redis-cli=redis rabbitmqctl=rabbitmq rabbitmq-diagnostics=rabbitmq nodetool=cassandra
    kafka-topics=kafka kafka-topics.sh=kafka kafka-consumer-groups=kafka kafka-consumer-groups.sh=kafka
    patronictl=patroni ceph=ceph vault=vault consul=consul nomad=nomad mongosh=mongodb mongo=mongodb
    pgbackrest=pgbackrest haproxy=haproxy nginx=nginx varnishadm=varnish zkcli.sh=zookeeper istioctl=istio
    cilium=cilium calicoctl=calico
"""
_TOOLS = dict(pair.split("=") for pair in _SERVERS.split())
_FULL = re.compile(r"^\S{1,120}\s+(?:[\d.]{1,15}[KMGTPE]?i?\s+){2,3}(?P<used>\d{1,3})%\s+(?P<mount>/\S{0,200})$")
_ALMOST_FULL = 90


def read(paste: Paste, reading: Reading) -> None:
    lines = paste.lines[:MOST_LINES]
    commands = [
        (number, found["command"]) for number, line in enumerate(lines, 1) if (found := _PROMPT.match(line.strip()))
    ]
    full = [found for line in lines if (found := _FULL.match(line))]
    if not commands and not full:
        return
    reading.form = reading.form or "shell"
    for _, command in commands:
        words = command.removeprefix("sudo ").split()
        if name := _TOOLS.get(words[0].rsplit("/", 1)[-1].casefold()) if words else None:
            reading.add("service", name, f"command {words[0].rsplit('/', 1)[-1]}")
    for found in full:
        if int(found["used"]) >= _ALMOST_FULL:
            reading.add("status", f"filesystem full {found['mount']}", "table of filesystems")
            reading.label("mountpoint", found["mount"])
    _read_answers(reading, lines, {number for number, _ in commands})
    for _, command in commands[:3] if not reading.of("error") else ():
        reading.add("summary", signature(command.split("|", 1)[0]), "command")


def _read_answers(reading: Reading, lines: tuple[str, ...], commands: set[int]) -> None:
    inside: set[int] = set()
    for table in barred(lines):
        inside |= {table.line, *(row.line for row in table.rows)}
        reading.add("summary", signature(" ".join(head for head in table.heads)), f"table, line {table.line}")
        for row in table.rows[:MOST_ROWS]:
            told = [
                cell for cell in row.cells.values() if not is_noise(cell) and cell.casefold() not in ("true", "false")
            ]
            reading.add("status", signature(" ".join(told)), f"table, line {row.line}")
    for number, line in enumerate(lines, 1):
        if number not in commands and number not in inside and WRONG.search(line[:1_000]):
            reading.add("error", signature(line), f"line {number}")
