"""From a pasted text to what it is. Any text is something; none raises."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

from app.lookup.forms import ANY_PAYLOAD, ANY_TEXT, PAYLOADS, TEXTS
from app.lookup.forms.loglines import LEVEL_NAMES
from app.lookup.forms.payload import parsed
from app.lookup.forms.reading import Paste, Reading, visible
from app.lookup.understood import Known, Understood, understood
from app.text.redaction import mask

# So many characters of a text are read: the beginning, and the end, where a trace or a log says what came of it.
FROM_START = 150_000
FROM_END = 50_000
LINES_FROM_START = 4_000
LINES_FROM_END = 1_000
LONGEST_LINE = 4_000
# JSON is read whole, since half of it is none.
MOST_JSON = 4_000_000
# Where an object or a list begins: a line of its own, perhaps behind the fence of a chat.
_OPENED = re.compile(r"^(?:```(?:json)?\s{0,4})?([{\[])", re.M)
_FENCE = re.compile(r"^[\s>]{0,8}```\w{0,20}\s*$")
_LOGGED = frozenset(("msg", "message", "ts", "time", "timestamp", "@timestamp"))
_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|#39|#34|nbsp);")


def understand(text: str, known: Known | None = None) -> Understood:
    """What a text is. `known` are the library's names, which it may name in the middle of a sentence."""
    known = known or Known()
    data = _json(text)
    paste = _paste(text, data, known)
    reading = Reading(known)
    if data is not None and not _is_log_line(data):
        for form in (*PAYLOADS, ANY_PAYLOAD):
            form(paste, reading)
            if reading.form:
                break
    if not reading.form or not reading.tells():
        for group in TEXTS:
            if not reading.tells():
                for form in group:
                    form(paste, reading)
        ANY_TEXT(paste, reading)
    return understood(reading.form or "text", reading.parts(), reading.resolved)


def _paste(text: str, data: Any, known: Known) -> Paste:
    if len(text) > FROM_START + FROM_END:
        text = text[:FROM_START] + "\n" + text[-FROM_END:]
    text = visible(text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n"))
    if data is None and _ENTITY.search(text):
        text = unescape(text)
    text = mask(text)[0]
    written = text.split("\n")
    if len(written) > LINES_FROM_START + LINES_FROM_END:
        written = written[:LINES_FROM_START] + written[-LINES_FROM_END:]
    # Up to there every line keeps its number: it is told with what was found.
    lines = tuple("" if _FENCE.match(line) else line[:LONGEST_LINE].rstrip() for line in written)
    return Paste("\n".join(lines), lines, data, known)


def _json(text: str) -> Any:
    """What a text says as JSON: an object or a list, alone, fenced, or behind a line that introduces it."""
    bare = text.strip().removeprefix("\ufeff")
    if len(bare) > MOST_JSON:
        return None
    start = _OPENED.search(bare)
    data, behind = parsed(bare[start.start(1) :]) if start else (None, "")
    if not isinstance(data, Mapping | list) or not data or behind.startswith(("{", "[")):
        return None
    # A list in brackets before something else is no message of a tool (`[1] 4711`).
    return data if isinstance(data, Mapping) or not behind else None


def _is_log_line(data: Any) -> bool:
    """Whether an object is one line of a log rather than a tool's message."""
    if not isinstance(data, Mapping) or "labels" in data or "alerts" in data:
        return False
    return not LEVEL_NAMES.isdisjoint(data) and not _LOGGED.isdisjoint(data)
