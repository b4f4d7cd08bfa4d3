"""Tables that tools print: columns under capital heads, or between bars."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_ROWS = 500
_HEAD = re.compile(
    r"^[A-Z][A-Z0-9()%/._-]*(?: [A-Z0-9()%/._-]+)*(?:\s{2,}[A-Z][A-Z0-9()%/._-]*(?: [A-Z0-9()%/._-]+)*)+\s*$"
)
_TIGHT = re.compile(r"^NAME(?: [A-Z][A-Z-]+){2,12}\s*$")
_COLUMN = re.compile(r"\S+(?: \S+)*")
_RULE = re.compile(r"^[\s|+=-]{3,}$")


@dataclass(frozen=True)
class Row:
    """`cells` by their head; `line` from 1."""

    cells: dict[str, str]
    line: int


@dataclass(frozen=True)
class Table:
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    line: int


def tables_in(lines: tuple[str, ...]) -> Iterator[Table]:
    """The tables whose head is in capitals."""
    number = 0
    while number < len(lines):
        head = lines[number]
        if not (_HEAD.match(head) or _TIGHT.match(head)):
            number += 1
            continue
        tight = _HEAD.match(head) is None
        columns = [
            (found.start(), found[0]) for found in (re.finditer(r"\S+", head) if tight else _COLUMN.finditer(head))
        ]
        rows: list[Row] = []
        at = number + 1
        while at < len(lines) and lines[at].strip() and not _ends(lines[at]) and len(rows) < MOST_ROWS:
            rows.append(Row(_cells(lines[at], columns, tight), at + 1))
            at += 1
        yield Table(tuple(name for _, name in columns), tuple(rows), number + 1)
        number = at


def barred(lines: tuple[str, ...]) -> Iterator[Table]:
    """The tables whose cells stand between bars, as psql, mysql and many others print them."""
    heads: tuple[str, ...] = ()
    rows: list[Row] = []
    start = 0
    for number, line in enumerate((*lines, ""), 1):
        if _RULE.match(line):
            continue
        cells = tuple(cell.strip() for cell in line.strip().strip("|").split("|")) if " | " in line else ()
        if heads and len(cells) == len(heads):
            if len(rows) < MOST_ROWS:
                rows.append(Row(dict(zip(heads, cells, strict=True)), number))
        else:
            if heads and rows:
                yield Table(heads, tuple(rows), start)
            heads, rows, start = cells, [], number


def _ends(line: str) -> bool:
    """A further head, or the next command."""
    return _HEAD.match(line) is not None or line.startswith(("$ ", "# ", "> "))


def _cells(line: str, columns: list[tuple[int, str]], tight: bool) -> dict[str, str]:
    starts = [start for start, _ in columns]
    crossed = any(0 < start < len(line) and line[start - 1] != " " for start in starts)
    if tight or crossed:
        # Not as wide as its head, since blanks were lost on the way: cells are what blanks part.
        pieces = line.split() if tight else re.split(r"\s{2,}|\t", line.strip())
        return dict(zip((name for _, name in columns), pieces, strict=False))
    ends = [*starts[1:], max(len(line), starts[-1])]
    return {name: line[start:end].strip() for (start, name), end in zip(columns, ends, strict=True)}
