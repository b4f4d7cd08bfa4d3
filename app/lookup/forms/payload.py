"""What the readers of JSON share, and the reader of JSON that none of them knows: what stands under the usual names."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Mapping
from typing import Any

from app.lookup.forms.message import read_text
from app.lookup.forms.names import SERVICE_LABELS, read_labels
from app.lookup.forms.reading import Paste, Reading, text_of

Json = Mapping[str, Any]
_TITLES = (
    "title", "summary", "message", "msg", "description", "text", "body", "subject", "event_title", "reason", "headline",
)  # fmt: skip
_ERRORS = ("error", "err", "exception", "errorMessage", "error_message", "culprit", "output")
_NAMES = (
    "alertname", "alert_name", "alertName", "ruleName", "policy_name", "condition_name", "monitor_name", "check_name",
)  # fmt: skip
_OTHERS = frozenset((*_TITLES, *_ERRORS, *_NAMES, "value", "tags"))
_OVER = ("resolved", "ok", "recovered", "closed", "up", "inactive")
MOST_TAGS = 40
MOST_BEHIND = 200
_DECODER = json.JSONDecoder()
_DEEPEST = 6
_MOST_OBJECTS = 400


def read(paste: Paste, reading: Reading) -> None:
    waiting: deque[tuple[Any, int]] = deque([(paste.data, 0)])
    for _ in range(_MOST_OBJECTS):
        if not waiting:
            break
        data, depth = waiting.popleft()
        if isinstance(data, Mapping):
            _read_object(reading, data)
        inside = data.values() if isinstance(data, Mapping) else data if isinstance(data, list) else ()
        if depth < _DEEPEST:
            waiting += [(each, depth + 1) for each in list(inside)[:50] if isinstance(each, Mapping | list)]
    if reading.tells():
        reading.form = "json"
        states = (text_of(paste.data, name).casefold() for name in ("status", "state", "alert_transition"))
        reading.resolved = any(state in _OVER for state in states)


def parsed(text: str) -> tuple[Any, str]:
    """What a text says as JSON, and what stands behind it; None where it is none, or one that no tool writes."""
    try:
        data, end = _DECODER.raw_decode(text)
        return data, text[end : end + MOST_BEHIND].strip(" \t\r\n`")
    except (ValueError, RecursionError):
        return None, ""


def raw(data: Json, *path: str) -> str:
    """The text at a path of keys with its line breaks, or nothing."""
    value: Any = data
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value[:20_000] if isinstance(value, str) else ""


def read_told(reading: Reading, text: str, source: str) -> None:
    """A title or message: a name and labels may be in it, and it says something."""
    if text:
        read_text(reading, text, source=source)


def read_details(reading: Reading, details: Json) -> None:
    """Details that an integration adds: labels, or what Alertmanager wrote as a text."""
    for name in ("firing", "resolved"):
        read_told(reading, raw(details, name), f"details {name}")
    for name in ("summary", "description", "message"):
        read_told(reading, raw(details, name), f"details {name}")
    plain = scalars(details)
    reading.add("alert", plain.pop("alertname", None), "details alertname")
    reading.add("runbook", plain.get("runbook_url") or plain.get("runbook"), "details runbook")
    told = ("firing", "resolved", "num_firing", "num_resolved", *_TITLES)
    read_labels(reading, {name: value for name, value in plain.items() if name not in told})


def tagged(tags: Any) -> dict[str, str]:
    """Tags as labels: `service:checkout`, as a list or parted by commas."""
    listed = re.split(r"[,;]\s{0,4}", tags[:4_000]) if isinstance(tags, str) else tags if isinstance(tags, list) else ()
    parted = (re.split("[:=]", tag, maxsplit=1) for tag in listed[:MOST_TAGS] if isinstance(tag, str))
    return {pair[0].strip(): pair[1].strip() for pair in parted if len(pair) == 2}


def scalars(data: Json) -> dict[str, str | int | float]:
    return {
        name: value
        for name, value in data.items()
        if isinstance(value, str | int | float) and not isinstance(value, bool)
    }


def _read_object(reading: Reading, data: Json) -> None:
    for name in _NAMES:
        reading.add("alert", text_of(data, name), name)
    for name in _ERRORS:
        reading.add("error", text_of(data, name), name)
    if "value" in data and (title := text_of(data, "title")):
        # A field of a chat message: {"title": "Service", "value": "checkout"}.
        read_labels(reading, {title.casefold().replace(" ", "_"): data["value"]})
        return
    for name in _TITLES:
        read_told(reading, raw(data, name), name)
    read_labels(reading, tagged(data.get("tags")))
    read_labels(reading, {name: value for name, value in scalars(data).items() if name not in _OTHERS})
    for name in SERVICE_LABELS:
        reading.add("service", text_of(data, name, "name") or text_of(data, name, "summary"), name)
