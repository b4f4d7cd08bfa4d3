"""Incidents over time as bars, computed here and drawn as inline SVG with attributes only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.library.documents import Document

WIDTH, HEIGHT, FOOT = 640, 120, 20
QUARTERS_UP_TO_YEARS = 3


@dataclass(frozen=True)
class Bar:
    label: str
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Chart:
    """`undated` incidents stand in no bar; the page says how many there are. `step` labels every so many bars."""

    bars: Sequence[Bar]
    undated: int
    unit: str
    step: int
    width: int = WIDTH
    height: int = HEIGHT
    foot: int = FOOT


def incidents_over_time(documents: Iterable[Document]) -> Chart | None:
    """By quarter where they lie within three years, else by year; None where none has a date."""
    starts = [document.incident.started if document.incident else None for document in documents]
    dated = sorted(start for start in starts if start)
    if not dated:
        return None
    years = dated[-1].year - dated[0].year + 1
    quarterly = years <= QUARTERS_UP_TO_YEARS
    counted = Counter(map(_quarter if quarterly else _year, dated))
    first, last = min(counted), max(counted)
    keys = range(first, last + 1)
    most, slot = max(counted.values()), WIDTH / len(keys)
    bars = [
        Bar(
            label=f"{key // 4} Q{key % 4 + 1}" if quarterly else str(key),
            count=counted[key],
            x=round(place * slot + slot * 0.1, 1),
            y=round((HEIGHT - FOOT) * (1 - counted[key] / most) + 14, 1),
            width=round(min(slot * 0.8, 56), 1),
            height=round((HEIGHT - FOOT) * counted[key] / most, 1),
        )
        for place, key in enumerate(keys)
    ]
    return Chart(bars, len(starts) - len(dated), "quarter" if quarterly else "year", max(1, -(-len(keys) // 10)))


def _quarter(moment: datetime) -> int:
    return moment.year * 4 + (moment.month - 1) // 3


def _year(moment: datetime) -> int:
    return moment.year
