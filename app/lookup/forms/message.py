"""An alert as people get it, as text: in a chat, a mail, a text message, or in somebody's own words."""

from __future__ import annotations

import re

from app.lookup.forms.names import read_labels
from app.lookup.forms.pairs import PLACES, chrome, inline_pairs, line_pairs
from app.lookup.forms.reading import Paste, Reading
from app.lookup.signature import signature

MOST_LINES = 400
# Who speaks, where a name stands at the head of a message.
TOOLS = frozenset(
    """pagerduty alertmanager opsgenie cloudwatch datadog newrelic uptimerobot statuscake victorops healthchecks
    betterstack incidentio firehydrant squadcast logicmonitor solarwinds servicenow github gitlab""".split()
)
# Forms of which nothing is left to say.
EXACT = ("prometheus-rule", "promql")
_NAME = r"[A-Za-z_][\w:.-]{2,99}"
# `CPUThrottlingHigh`, `etcdMembersDown`: at least two words in one.
_CAMEL = r"(?=\w{0,60}[a-z])(?:[A-Z][a-z0-9]*[A-Z]|[a-z]+[A-Z]|[A-Z][a-z0-9]+_)[A-Za-z0-9_]{3,90}"
_STATE = re.compile(
    rf"\[?\b(?P<state>FIRING|ALERTING|RESOLVED|OK)\b(?::\s?\d{{1,5}})?\]\W{{0,8}}(?P<name>{_NAME})?", re.I
)
# A sentence may stand there instead: `Alert: PostgreSQL has too many connections`.
_CALLED = re.compile(
    rf"\balert(?:\s?name)?\W{{0,6}}[:=]\W{{0,4}}(?P<name>{_CAMEL})(?!\w|\s+(?!(?:for|on|in|at|is|fir(?:ing|ed)|triggered)\b)[a-z])",
    re.I,
)
_SHOUTED = re.compile(
    rf"\b(?:CRIT(?:ICAL)?|WARN(?:ING)?|ERROR|PAGE|ALERT|ALERTING|FIRING|PROBLEM|DOWN|P[1-5]|SEV-?[1-5])\b\W{{1,6}}(?P<name>{_CAMEL})\b"
)
_FOR = re.compile(rf"(?<![\w.])(?P<name>{_CAMEL})\s+(?:for|on|firing|is firing|fired|triggered|alert)\b")
# At the head of a message; an exception stands there too, and is none.
_HEADING = re.compile(rf"^\W{{0,8}}(?P<name>{_CAMEL})(?<!Error)(?<!Exception)\s{{0,3}}(?:[|:(–—-]|$)")
_RESOLVED = re.compile(
    r"\[RESOLVED\b|^\W{0,6}(?:resolved|recovered|\*\*resolved\*\*)\b|\bhas been resolved\b", re.I | re.M
)
_FIRING = re.compile(r"\bFIRING\b|\bTRIGGERED\b|\*\*Firing\*\*")
_ON = re.compile(r"\b(?:TRIGGERED|ACKNOWLEDGED|RESOLVED|ESCALATED)\b\W{1,4}on\W{1,4}(?P<name>[\w.-]{2,60})", re.I)
_OWNED = re.compile(
    r"\b(?:deployment|statefulset|daemonset|cronjob|deploy|sts|ds)(?:/|\s+\"?[a-z0-9][a-z0-9-]{0,60}/)(?P<name>[a-z0-9][a-z0-9-]{1,60})",
    re.I,
)
_RUNBOOK = re.compile(r"https?://[^\s|<>\"')]{4,300}")
_HEAD = re.compile(r"^(?:subject|from|to|date|cc|reply-to|message-id)\s*:", re.I)
_MARKED = re.compile(r":[a-z_]{2,30}:|^\s{0,4}[•◦▪]|\*[A-Z][\w ]{1,40}:?\*|<https?://[^|>]{4,300}\|| APP \s?\d", re.M)
_WORDS = re.compile(r"[A-Za-z0-9_][\w.-]{1,99}")
# A step of a path or of an address (`GET /api/cart`, `http://prometheus:9090`) names no service, but in these folders.
_FREE_WORDS = re.compile(r"(?:(?<![\w/.-])|(?<=/etc/)|(?<=/var/(?:lib|log|run)/))[A-Za-z0-9_][\w.-]{1,99}")
_LETTERHEAD = re.compile(
    r"^(?:from|to|cc|bcc|date|sent|reply-to|message-id|received|mime-version|content-[a-z-]+)\s?:", re.I
)


def read(paste: Paste, reading: Reading) -> None:
    """Names and labels always; what is said beside them only where nothing better was read before."""
    if reading.form in EXACT:
        return
    own_words = not reading.form
    read_text(reading, paste.text, said=own_words)
    if own_words and reading.parts():
        reading.form = _form(paste)
    reading.resolved = reading.resolved or bool(_RESOLVED.search(paste.text) and not _FIRING.search(paste.text))


def read_text(reading: Reading, text: str, said: bool = True, source: str = "") -> None:
    """Takes up what a text says of an alert: its name, labels and services and, with `said`, its sentences."""
    lines = text.split("\n")[:MOST_LINES]
    _read_names(reading, lines, said, source)
    labels: dict[str, str] = {}
    rest: list[tuple[int, str]] = []
    listed = False
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        listed = listed or re.match(r"\W{0,4}(?:labels|details|annotations)\W{0,4}$", line, re.I) is not None
        pairs = line_pairs(line, listed)
        if not pairs:
            labels.update({name: value for name, value in inline_pairs(line).items() if name not in labels})
            rest.append((number, line))
        for pair in pairs:
            if pair.kind == "label":
                labels.setdefault(pair.name, pair.value)
            elif said or pair.kind == "runbook":
                reading.add(pair.kind, pair.value, source or pair.source)
    labels.pop("alertname", None)
    # A log and a trace are full of names with values; of those only the usual ones are labels.
    read_labels(reading, {name: value for name, value in labels.items() if said or name in PLACES})
    _read_services(reading, text, source)
    if said:
        _read_sentences(reading, rest, source)


def _read_names(reading: Reading, lines: list[str], said: bool, source: str) -> None:
    firing: dict[str, str] = {}
    resolved: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        where = source or _where(lines, number)
        for found in _STATE.finditer(line[:2_000]):
            if found["name"] and not found["name"].islower():
                side = resolved if found["state"].upper() in ("RESOLVED", "OK") else firing
                side.setdefault(found["name"].rstrip(":.-"), where)
        for pattern in _patterns(said, where):
            if (named := pattern.search(line[:2_000])) and named["name"].casefold() not in TOOLS:
                firing.setdefault(named["name"], where)
        for name, value in inline_pairs(line).items() if "alertname" in line else ():
            if name == "alertname":
                firing.setdefault(value, "label alertname")
        for word in _WORDS.findall(line[:2_000]) if reading.known.alerts else ():
            known = reading.known.alerts.get(word.casefold().rstrip(".:-"))
            # A name that is also a word (`Watchdog`) is meant where it is written like the name.
            if known and (known == word.rstrip(".:-") or re.search(r"[a-z][A-Z]|\d|_", known)):
                firing.setdefault(known, where)
    for name, where in (firing | {name: where for name, where in resolved.items() if name not in firing}).items():
        reading.add("alert", name, where)


def _patterns(said: bool, where: str) -> tuple[re.Pattern[str], ...]:
    """In which places a name is one of an alert; of a log or a trace only where it says so."""
    if not said:
        return (_CALLED,)
    return (_CALLED, _SHOUTED, _FOR, _HEADING) if where == "first line" else (_CALLED, _SHOUTED, _FOR)


def _where(lines: list[str], number: int) -> str:
    return f"line {number}" if any(line.strip() for line in lines[: number - 1]) else "first line"


def _read_services(reading: Reading, text: str, source: str) -> None:
    if on := _ON.search(text):
        reading.add("service", on["name"], source or "text: on …")
    owned = list(dict.fromkeys(found["name"] for found in _OWNED.finditer(text[:20_000])))
    for name in owned:
        # Of several nobody can tell which one is meant.
        if len(owned) == 1:
            reading.add("service", name, source or "workload in the text")
        reading.hint(name, source or "workload in the text")
    if reading.known.services:
        for word in dict.fromkeys(_FREE_WORDS.findall(text[:20_000])):
            reading.hint(word.rstrip(".-"), source or "text")


def _read_sentences(reading: Reading, rest: list[tuple[int, str]], source: str) -> None:
    for number, line in rest:
        for url in _RUNBOOK.findall(line):
            if "runbook" in line.casefold():
                reading.add("runbook", url, source or f"line {number}")
                break
        said = "" if _LETTERHEAD.match(line) else chrome(line)
        words = signature(said).split()
        # One word alone is a heading, or a name that was taken up already.
        if len(words) > 1 or (len(words) == len(rest) == 1 and words[0] not in reading.of("alert")):
            reading.add("summary", said, source or ("first line" if number == rest[0][0] else f"line {number}"))


def _form(paste: Paste) -> str:
    text = paste.text
    if _HEAD.search(text) and any(line.casefold().startswith("subject:") for line in paste.lines[:30]):
        return "email"
    folded = text[:2_000].casefold()
    for tool in ("pagerduty", "opsgenie", "grafana"):
        if re.search(rf"^\W{{0,4}}{tool}\b", folded, re.M):
            return tool
    return "slack" if _MARKED.search(text[:20_000]) else "text"
