"""How much text is rendered. Within these bounds the time taken grows with the text, not with its square."""

from __future__ import annotations

import re
from collections.abc import Iterable

MOST_BYTES = 1_000_000
LONGEST_LINE = 20_000
DEEPEST = 200
MOST_CELLS = 20_000
# Each is tried as the beginning of a link, which costs a tenth of a millisecond.
MOST_BRACKETS = 10_000
# The sum of how deep raw tags lie: an unclosed <b> is opened again in every paragraph after it.
MOST_NESTED = 1_000_000

VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr")
)

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_DELIMITER = re.compile(r"[\s|:-]*-[\s|:-]*")


def too_much(markdown: str) -> str | None:
    """Why a text is not even parsed, or None."""
    if len(markdown) > MOST_BYTES or (not markdown.isascii() and len(markdown.encode(errors="replace")) > MOST_BYTES):
        return f"it is larger than {MOST_BYTES // 1_000_000} MB"
    lines = markdown.split("\n")
    if len(markdown) > LONGEST_LINE and max(map(len, lines)) > LONGEST_LINE:
        return f"one of its lines is longer than {LONGEST_LINE:,} characters"
    if markdown.count("[") > MOST_BRACKETS:
        return f"it has more than {MOST_BRACKETS:,} square brackets"
    if "|" in markdown and _cells(lines) > MOST_CELLS:
        return f"its tables have more than {MOST_CELLS:,} cells"
    return None


def too_deep(blocks: Iterable[str]) -> str | None:
    """Why a text is not rendered whose blocks hold this raw HTML (nothing, for most of them), or None."""
    depth = total = 0
    for raw in blocks:
        if raw:
            for closing, name in _TAG.findall(raw):
                if name.lower() not in VOID:
                    depth = max(0, depth + (-1 if closing else 1))
                    total += depth
        total += depth
        if depth > DEEPEST or total > MOST_NESTED:
            return f"its tags are nested more than {DEEPEST} deep"
    return None


def too_long(written: int, shown: int) -> str | None:
    """Why a page that came of a text is not shown, or None."""
    return "it grows too much when it is rendered" if shown > 20 * written + 100_000 else None


def _cells(lines: Iterable[str]) -> int:
    cells = columns = 0
    for line in lines:
        if "|" in line and _DELIMITER.fullmatch(line):
            columns = line.count("|") + 1
        elif not line.strip():
            columns = 0
        cells += columns
    return cells
