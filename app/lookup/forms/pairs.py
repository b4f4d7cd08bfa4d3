"""Names with values in a text: `name: value` alone or beside others on a line, `name=value` within one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.lookup.forms.names import HINT_LABELS, HOST_LABELS, SERVICE_LABELS, STATUS_LABELS, WORKLOAD_LABELS

# What a line may tell under these names, as a part of another kind than a label.
_TOLD = {
    "summary": "summary", "description": "summary", "message": "summary", "title": "summary", "subject": "summary",
    "details": "summary", "problem": "summary", "reason": "status", "error": "error", "alert": "summary",
    "state reason": "summary", "reason for state change": "summary", "runbook": "runbook", "runbook_url": "runbook",
    "alarm description": "summary", "trigger": "summary",
}  # fmt: skip
LABELS = frozenset(
    (*SERVICE_LABELS, *WORKLOAD_LABELS, *HINT_LABELS, *HOST_LABELS, *STATUS_LABELS, "alertname", "severity", "priority",
     "cluster", "region", "environment", "env", "zone", "device", "mountpoint", "fstype", "team", "owner")
)  # fmt: skip
# Those that say where something is, and so fill the placeholders of a runbook.
PLACES = LABELS.difference(STATUS_LABELS, ("name", "team", "owner", "priority", "severity", "component", "job"))
_LINE = re.compile(
    r"""^[\s>]{0,12}(?P<bullet>[-•◦▪*+]\s{1,4})?[*_`]{0,3}(?P<name>[A-Za-z][A-Za-z0-9_./\x20-]{0,40}?)
        [*_`]{0,3}\s{0,3}(?P<sign>[:=])
        [*_`]{0,3}(?:\s{1,8}|(?<==))(?P<value>\S.{0,2000}?)\s*$""",
    re.VERBOSE,
)
# A sentence may name a label too; what stands beside others has few words.
MOST_WORDS_BESIDE = 2
# Between two labels on one line: `namespace: shop | pod: web-1`, `namespace=shop pod=web-1`.
_BESIDE = re.compile(
    rf"""(?<![\s•◦▪+>-])(?<!\A\*)(?:\s{{0,8}}[|,;·]\s{{0,8}}|\s{{1,8}})
        (?=[*_`]{{0,3}}(?:{"|".join(sorted(LABELS))})[*_`]{{0,3}}\s?[:=]|[A-Za-z_][\w.]{{0,60}}=)""",
    re.VERBOSE | re.IGNORECASE,
)
_INLINE = re.compile(
    r"""(?<![\w.$/&?-])(?P<name>[A-Za-z_][\w.]{0,60})=(?:"(?P<quoted>(?:[^"\\]|\\.){0,400})"|(?P<bare>[^\s"',;(){}\[\]|]{1,200}))"""
    r"""|(?:map\[|(?<=\s))(?P<key>[a-z_]{2,40}):(?P<word>[^\s\]"',;:/]{2,120})(?=[\s\]])""",
    re.VERBOSE,
)
# Buttons, times of day, the names of apps and channels: what stands around a message.
_CHROME = re.compile(
    r"""(?:^[\w .-]{2,40}?\s{1,3}(?:APP|BOT)\b\s{0,3}(?:\d{1,2}:\d{2}(?:\s?[AP]M)?)?)
      | <https?://[^|<>]{1,500}\|[^<>]{1,80}> | https?://[^\s<>]{1,500} | :[a-z0-9_+-]{2,40}:
      | ^\W{0,4}\#[\w-]{2,60}\s*$ | ^[\w ]{0,30}\d{1,2}:\d{2}(?::\d{2})?(?:\s?[AP]M)?\s*$
      | \b(?:Ack(?:nowledge)?|Resolve|Silence|Escalate|Snooze|Dashboard|Runbook|Panel|View\sin\s\w+)\b(?=\s*(?:[|\d]|$))
      | ^\s*(?:Sent\sby|Unsubscribe|You\sare\sreceiving|View\s(?:this|in|on)
          |Labels|Annotations|Details|Source|Value|Silence|GeneratorURL)\b\W{0,3}.{0,200}$
      | \bAssigned\sto\s[\w@. -]{1,60}$ | ^\s*\d{1,4}\salerts?\sfor\s.{0,200}$
      | \[(?:ALERT|FIRING|RESOLVED|ALERTING|OK|PROBLEM)(?::\s?\d{1,5})?\]
      | @(?:here|channel|oncall|on-call)\b | ^PagerDuty:\s\#\d{1,9}""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True)
class Pair:
    """`kind` is that of a part; `source` says under which name it stood."""

    kind: str
    name: str
    value: str
    source: str


def line_pairs(line: str, listed: bool) -> list[Pair]:
    """The names and values that a line consists of: mostly one, or several beside one another where the first is a
    label. None where something else stands there too. `listed`: it stands in a list of labels.
    """
    # In quotation marks `name=` may be a part of a value.
    pieces = [line] if '"' in line else _BESIDE.split(line.lstrip()[:2_500])
    pairs = [_pair(piece, listed) for piece in pieces]
    several = [pair for pair in pairs if pair and len(pair.value.split()) <= MOST_WORDS_BESIDE]
    if 1 < len(pieces) == len(several) and several[0].kind == "label":
        return several
    whole = _pair(line, listed)
    if whole is None or (whole.kind == "label" and _BESIDE.search(whole.value)):
        return []
    return [whole]


def _pair(line: str, listed: bool) -> Pair | None:
    found = _LINE.match(line[:2_500])
    if found is None:
        return None
    written = found["name"].strip()
    name = written.casefold()
    value = _unquoted(found["value"].replace("`", "").strip(" *_"))
    if name in _TOLD and value:
        return Pair(_TOLD[name], name, value, f"line “{written}”")
    field = name.replace(" ", "_")
    in_list = (listed or found["bullet"]) and " " not in written and len(value.split()) <= 6
    if not value or not (
        field in LABELS or (in_list and written.islower()) or (found["sign"] == "=" and " " not in value)
    ):
        return None
    # A sentence may begin like this (`Host: we cannot reach it`); a label's value has few words.
    return Pair("label", field, value, f"label {field}") if len(value.split()) <= 6 else None


def _unquoted(value: str) -> str:
    inner = value[1:-1]
    return inner if inner and value in (f'"{inner}"', f"'{inner}'") and value[0] not in inner else value


def inline_pairs(line: str) -> dict[str, str]:
    """What a line says as `name=value`, or as Go prints its maps."""
    pairs: dict[str, str] = {}
    if "=" not in line and "map[" not in line:
        return pairs
    maps = "map[" in line
    for found in _INLINE.finditer(line[:8_000]):
        if found["name"]:
            pairs.setdefault(found["name"], found["bare"] if found["quoted"] is None else found["quoted"])
        elif maps and found["key"]:
            pairs.setdefault(found["key"], found["word"])
    return pairs


def chrome(line: str) -> str:
    """A line of a message without what stands around what it says."""
    return _CHROME.sub(" ", line[:2_000]).strip(" \t|>*_-–—•·")
