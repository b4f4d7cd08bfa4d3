"""Incidents over time as bars, computed here and drawn as inline SVG with attributes only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.library.documents import Document

# Above the bars is room for their numbers, below for the years, beside them for half a year's number, at the size that
# a phone needs.
WIDTH, HEAD, BARS, FOOT, EDGE = 640, 26, 100, 30, 25
WIDEST = 56
QUARTERS_UP_TO_YEARS = 3
MARKS = 10


@dataclass(frozen=True)
class Bar:
    """`mark` is what stands under it: a year at its first bar, or nothing."""

    label: str
    mark: str
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Chart:
    """`undated` incidents stand in no bar; the page says how many there are. `base` is the height of the bars' feet."""

    bars: Sequence[Bar]
    undated: int
    unit: str
    width: int = WIDTH
    height: int = HEAD + BARS + FOOT
    base: int = HEAD + BARS


def incidents_over_time(documents: Iterable[Document]) -> Chart | None:
    """By quarter where they lie within three years, else by year; None where none has a date."""
    return over_time([document.incident.started if document.incident else None for document in documents])


def over_time(starts: Sequence[datetime | None]) -> Chart | None:
    """The same of these moments."""
    dated = sorted(start for start in starts if start)
    if not dated:
        return None
    years = dated[-1].year - dated[0].year + 1
    quarterly = years <= QUARTERS_UP_TO_YEARS
    counted = Counter(map(_quarter if quarterly else _year, dated))
    first, last = min(counted), max(counted)
    keys = range(first, last + 1)
    most, slot = max(counted.values()), (WIDTH - 2 * EDGE) / len(keys)
    width = min(slot * 0.8, WIDEST)
    every = 1 if quarterly else max(1, -(-len(keys) // MARKS))
    bars = [
        Bar(
            label=f"{key // 4} Q{key % 4 + 1}" if quarterly else str(key),
            mark=_mark(key, place, quarterly, every),
            count=counted[key],
            x=round(EDGE + place * slot + (slot - width) / 2, 1),
            y=round(HEAD + BARS * (1 - counted[key] / most), 1),
            width=round(width, 1),
            height=round(BARS * counted[key] / most, 1),
        )
        for place, key in enumerate(keys)
    ]
    return Chart(bars, len(starts) - len(dated), "quarter" if quarterly else "year")


def _mark(key: int, place: int, quarterly: bool, every: int) -> str:
    if quarterly:
        return str(key // 4) if place == 0 or key % 4 == 0 else ""
    return str(key) if place % every == 0 else ""


def _quarter(moment: datetime) -> int:
    return moment.year * 4 + (moment.month - 1) // 3


def _year(moment: datetime) -> int:
    return moment.year
