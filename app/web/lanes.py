"""Incidents over time as a picture: a lane for each severity; each incident as a numbered mark where they are few, bars
that count them where they are many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.library.documents import Document
from app.library.pages.history import Month

# The picture's own units. A lane has its name above it; a mark is as wide as a number of two digits on a phone.
WIDTH, LANE, FOOT, TALLEST = 640, 30, 34, 110
MARK, MARK_HEIGHT, STEP = 28, 22, 26
# Marks are for so many incidents, and for so many of a lane one above the other.
MARKED, STACKED = 48, 5
BINS = 18
SPANS = (1, 2, 5, 10, 20, 50, 100)
LEAST_SPAN = timedelta(days=30)
UNSTATED = "severity not stated"


@dataclass(frozen=True)
class Mark:
    """An incident; `number` is its place in the list beneath."""

    number: int
    document: Document
    x: float
    y: float


@dataclass(frozen=True)
class Bar:
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Lane:
    """`base` is where its marks and bars stand."""

    name: str
    severity: str | None
    count: int
    top: float
    base: float
    marks: Sequence[Mark] = ()
    bars: Sequence[Bar] = ()


@dataclass(frozen=True)
class Tick:
    x: float
    label: str


@dataclass(frozen=True)
class Row:
    """What one bar of each lane counts; `years` are the first and the last of it."""

    label: str
    years: tuple[int, int]
    counts: Sequence[int]


@dataclass(frozen=True)
class History:
    """`unit` is what a bar counts; "" where each incident has its mark. `rows` are the bars as a table."""

    lanes: Sequence[Lane]
    ticks: Sequence[Tick]
    unit: str
    rows: Sequence[Row]
    height: float
    width: int = WIDTH


def marked(incidents: Sequence[Document]) -> History | None:
    """Each incident at its time, numbered in the order given; None where they are too many, or too close together."""
    dated = [(each.incident, number) for number, each in enumerate(incidents, 1) if each.incident]
    starts = [incident.started for incident, _ in dated if incident.started]
    if not starts or len(starts) > MARKED:
        return None
    first, last = min(starts), max(starts)
    room = max(LEAST_SPAN - (last - first), timedelta()) / 2
    first, last = first - room, last + room

    def across(moment: datetime) -> float:
        return (moment - first) / (last - first) * (WIDTH - MARK)

    lanes, top = [], 0.0
    for severity in _severities(incident.severity for incident, _ in dated):
        placed: list[tuple[float, int, int]] = []
        ends: list[float] = []
        for incident, number in sorted(dated, key=lambda each: (each[0].started or first, -each[1])):
            if incident.severity != severity or incident.started is None:
                continue
            x = across(incident.started)
            level = next((level for level, end in enumerate(ends) if end <= x), len(ends))
            ends[level : level + 1] = [x + MARK + 2]
            placed.append((x, level, number))
        if len(ends) > STACKED:
            return None
        base = top + LANE + len(ends) * STEP
        marks = [
            Mark(number, incidents[number - 1], round(x, 1), base - (level + 1) * STEP + 2)
            for x, level, number in placed
        ]
        lanes.append(Lane(severity or UNSTATED, severity, len(marks), top, base, marks))
        top = base
    return History(lanes, _ticks(first, last, across), "", (), top + FOOT)


def _ticks(first: datetime, last: datetime, across: Callable[[datetime], float]) -> list[Tick]:
    """At most six beginnings of years, or of months where all is within two years."""
    if last.year - first.year < 2:
        moments = [
            datetime(year, month, 1, tzinfo=UTC) for year in range(first.year, last.year + 1) for month in range(1, 13)
        ]
        form = "%Y-%m"
    else:
        moments = [datetime(year, 1, 1, tzinfo=UTC) for year in range(first.year, last.year + 1)]
        form = "%Y"
    within = [moment for moment in moments if first <= moment <= last]
    every = -(-len(within) // 6) or 1
    return [Tick(round(across(moment) + MARK / 2, 1), f"{moment:{form}}") for moment in within[::every]]


def binned(months: Iterable[Month]) -> History | None:
    """Bars over months, quarters, years or more, so that there are at most BINS; None where none has a date."""
    dated = [(month, month.year * 12 + month.month - 1) for month in months if month.year and month.month]
    if not dated:
        return None
    first, last = min(each for _, each in dated), max(each for _, each in dated)
    size = _size(first, last)
    keys = list(range(first // size, last // size + 1))
    counted = {severity: Counter[int]() for severity in _severities(month.severity for month, _ in dated)}
    for month, each in dated:
        counted[month.severity][each // size] += month.count
    most, slot = max(max(each.values()) for each in counted.values()), WIDTH / len(keys)
    lanes, top = [], 0.0
    for severity, counts in counted.items():
        base = top + LANE + 18 + round(TALLEST * max(counts.values()) / most)
        bars = [_bar(counts[key], place, slot, base, most) for place, key in enumerate(keys) if counts[key]]
        lanes.append(Lane(severity or UNSTATED, severity, counts.total(), top, base, bars=bars))
        top = base
    every = -(-len(keys) // 6)
    ticks = [Tick(round((place + 0.5) * slot, 1), _label(key, size)) for place, key in enumerate(keys)][::every]
    rows = [
        Row(_label(key, size), _years(key, size), [counts[key] for counts in counted.values()])
        for key in reversed(keys)
    ]
    return History(lanes, ticks, _unit(size), [row for row in rows if any(row.counts)], top + FOOT)


def _bar(count: int, place: int, slot: float, base: float, most: int) -> Bar:
    width, height = min(slot * 0.8, 56), max(2.0, TALLEST * count / most)
    x = place * slot + (slot - width) / 2
    return Bar(count, round(x, 1), round(base - height, 1), round(width, 1), round(height, 1))


def _size(first: int, last: int) -> int:
    """How many months a bar counts."""
    for size in (1, 3, *(12 * years for years in SPANS)):
        if last // size - first // size < BINS:
            return size
    return 12 * SPANS[-1]


def _label(key: int, size: int) -> str:
    year, month = divmod(key * size, 12)
    if size == 1:
        return f"{year}-{month + 1:02}"
    if size == 3:
        return f"{year} Q{month // 3 + 1}"
    return str(year) if size == 12 else f"{year}–{year + size // 12 - 1}"


def _years(key: int, size: int) -> tuple[int, int]:
    return key * size // 12, ((key + 1) * size - 1) // 12


def _unit(size: int) -> str:
    return {1: "a month", 3: "a quarter", 12: "a year"}.get(size, f"{size // 12} years")


def _severities(found: Iterable[str | None]) -> list[str | None]:
    """The gravest first, what is not stated last."""
    return sorted(set(found), key=lambda level: (level is None, level or ""))
