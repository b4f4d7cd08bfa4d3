"""Logs: of all their lines those that tell what is wrong, each said once."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from app.lookup.forms.loglines import UNSAID, LogLine, log_line
from app.lookup.forms.names import workload
from app.lookup.forms.reading import Paste, Reading
from app.lookup.forms.stacktrace import traces_in
from app.lookup.signature import signature

MOST_LINES = 3_000
MOST_TOLD = 6
WRONG = re.compile(
    r"""\b(?:errors?|fail(?:ed|s|ing)?|failures?|fatal|panic|exception|refused|denied|forbidden|unauthori[sz]ed|timed?\s?out|timeout|unable
      |cannot|can't|could\snot|couldn't|not\sfound|no\sspace|full|exceeded|exhausted|dropp(?:ed|ing)|reset|unreachable|unavailable|unhealthy
      |expired|invalid|corrupt(?:ed|ion)?|killed|oom|out\sof|too\smany|not\sready|rejected|aborted|deadlock|overloaded|too\slong|slow|unexpected
      |missing|lost|broken|conflict|throttl\w+|degraded|halt\w*|evict\w+|not\shealthy|unhealthy|is\sdown|stuck|skipping|back-?off|crash\w*)\b|\bE[A-Z]{4,12}\b""",
    re.VERBOSE | re.IGNORECASE,
)
# Whose log it is, by the source files that it names.
_PROGRAMS = (("etcdserver/", "etcd"), ("etcdmain/", "etcd"), ("raft/raft", "etcd"))
# The unit that systemd speaks of.
_UNIT = re.compile(r"(?P<name>[\w.-]{1,80})(?:@[^\s:]{0,80})?\.service: ")
_OF_TRACE = re.compile(r"\s|at |File |Caused by|goroutine |\.\.\. \d")


@dataclass
class _Told:
    level: int
    wrong: bool
    line: int
    times: int = 1


def read(paste: Paste, reading: Reading) -> None:
    lines = [(number, line) for number, line in enumerate(paste.lines, 1) if line.strip()][:MOST_LINES]
    told = [(number, log_line(line)) for number, line in lines]
    if reading.of("frame"):
        # Between the lines of the log stands a trace, which was read.
        told = [(number, line) for number, line in told if line.kind not in ("", "level")]
    logged = [(number, line) for number, line in told if line.kind]
    if len(logged) == 1 and logged[0][1].kind == "level" and not WRONG.search(logged[0][1].message):
        # A sentence that begins with a word such as CRIT.
        return
    if not logged or 5 * len(logged) < 2 * sum(not _OF_TRACE.match(line) for _, line in lines):
        return
    reading.form = reading.form or "log"
    _read_services(reading, [line for _, line in logged])
    _read_traces(reading, [line for _, line in logged])
    _read_messages(reading, told)
    hosts = Counter(line.host for _, line in logged if line.host and line.kind == "syslog")
    for host, _ in hosts.most_common(3):
        reading.add("host", host, "host of the log")


def read_messages(reading: Reading, lines: list[tuple[int, str]]) -> None:
    """Takes up what lines of a log say that is wrong, where they stand within something else."""
    _read_messages(reading, [(number, log_line(line)) for number, line in lines if line.strip()])


def _read_messages(reading: Reading, told: list[tuple[int, LogLine]]) -> None:
    found: dict[str, _Told] = {}
    for number, line in told:
        said = signature(": ".join(dict.fromkeys(filter(None, (line.message, line.error)))))
        if not said:
            continue
        if said in found:
            found[said].times += 1
            continue
        wrong = WRONG.search(said) is not None
        level = line.level + (1 if wrong and line.level == UNSAID else 0)
        found[said] = _Told(level, wrong, number)
    worst = sorted(found.items(), key=lambda each: (-each[1].level, not each[1].wrong, each[1].line))
    top = worst[0][1].level if worst else 0
    for said, each in worst[:MOST_TOLD]:
        # Beside an error what only informs is background.
        if each.level < min(top, 3) - 1 and not each.wrong:
            continue
        where = f"line {each.line}" + (f", {each.times} times" if each.times > 1 else "")
        reading.add("error" if each.level >= 3 or each.wrong else "summary", said, where)


def _read_services(reading: Reading, lines: list[LogLine]) -> None:
    named = Counter(line.service for line in lines if line.service)
    for name, _ in named.most_common(2):
        reading.add("service", name, "field service")
    pods = Counter(workload(line.workload) for line in lines if line.workload)
    for name, _ in pods.most_common(2):
        reading.add("service", name, "pod name")
    for line in lines[:200]:
        for prefix, program in _PROGRAMS:
            if line.caller.startswith(prefix):
                reading.add("service", program, f"caller {line.caller}")
        if unit := _UNIT.match(line.message) if line.program == "systemd" else None:
            reading.add("service", unit["name"], "unit in the log")
            reading.disclaim(line.program)
        else:
            reading.hint(line.program, "program of the log")
        reading.hint(line.caller.split("/", 1)[0].split(":", 1)[0], "caller")


def _read_traces(reading: Reading, lines: list[LogLine]) -> None:
    """Traces that stand in a field of a line, as one text."""
    for line in [line for line in lines if line.trace][:3]:
        for trace in traces_in(tuple(line.trace.split("\n")[:400])):
            reading.add("exception", trace.exception, "trace in the log")
            reading.add("error", signature(trace.message), "trace in the log")
            if frame := trace.own_frame:
                reading.add("frame", frame.written, "trace in the log")
