"""The incidents of a pattern along time, as a picture that is read without colour: a shape and a word each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from app.library.incidents import Incident

# In the picture's own units, at the size of letters that a phone needs.
WIDTH, LANE, HEAD, FOOT = 640, 34, 6, 34
SIZE, WORD, GAP, LONGEST = 8, 62, 10, 6
# A word of so many units stands under the axis.
LABEL = 64
# More are a heap: then bars say it better.
MOST, MOST_LANES = 24, 6
PATHS = {
    "SEV1": "M-{0} -{0}H{0}V{0}H-{0}Z",
    "SEV2": "M0 -{0}L{0} {0}H-{0}Z",
    "SEV3": "M0 -{0}L{0} 0L0 {0}L-{0} 0Z",
}
OTHER = "M-{0} 0A{0} {0} 0 1 0 {0} 0A{0} {0} 0 1 0 -{0} 0Z"


@dataclass(frozen=True)
class Mark:
    """One incident: its shape around (`x`, `y`), and its word to the side where there is room."""

    x: float
    y: float
    path: str
    word: str
    word_x: float
    anchor: str


@dataclass(frozen=True)
class Tick:
    x: float
    word: str
    anchor: str


@dataclass(frozen=True)
class Picture:
    marks: Sequence[Mark]
    ticks: Sequence[Tick]
    base: int
    said: str
    width: int = WIDTH

    @property
    def height(self) -> int:
        return self.base + FOOT


def picture(incidents: Sequence[Incident]) -> Picture | None:
    """None for fewer than two dates, and for more incidents than a picture can hold apart."""
    dated = sorted(
        ((incident.started, incident.severity) for incident in incidents if incident.started), key=lambda each: each[0]
    )
    if not 2 <= len(dated) <= MOST:
        return None
    first, last = dated[0][0], dated[-1][0]
    whole = (last - first).total_seconds() or 1.0
    places = [SIZE + (at - first).total_seconds() / whole * (WIDTH - 2 * SIZE) for at, _ in dated]
    placed = list(_lanes(places))
    lanes = max(lane for lane, _ in placed) + 1
    if lanes > MOST_LANES:
        return None
    base = HEAD + lanes * LANE
    marks = []
    for x, (lane, left), (_, severity) in zip(places, placed, dated, strict=True):
        path = PATHS.get((severity or "").upper(), OTHER).format(SIZE)
        word_x = x - SIZE - 4 if left else x + SIZE + 4
        y = base - lane * LANE - LANE / 2
        word = (severity or "?")[:LONGEST]
        marks.append(Mark(round(x, 1), y, path, word, round(word_x, 1), "end" if left else "start"))
    said = f"{len(dated)} incidents from {first:%Y-%m-%d} to {last:%Y-%m-%d}; the list below says the same"
    return Picture(marks, list(_ticks(first, last)), base, said)


def _lanes(places: Sequence[float]) -> Iterator[tuple[int, bool]]:
    """For each place the lowest row that is free there, and whether its word stands to the left."""
    ends: list[float] = []
    for x in places:
        left = x + SIZE + WORD > WIDTH
        begin, end = (x - SIZE - WORD, x + SIZE) if left else (x - SIZE, x + SIZE + WORD)
        lane = next((lane for lane, taken in enumerate(ends) if taken + GAP <= begin), len(ends))
        if lane == len(ends):
            ends.append(end)
        ends[lane] = end
        yield lane, left


def _ticks(first: datetime, last: datetime) -> Iterator[Tick]:
    """Both ends by their day, and the years between that have room."""
    whole = (last - first).total_seconds()
    if whole < 1:
        yield Tick(0, f"{first:%Y-%m-%d}", "start")
        return
    yield Tick(0, f"{first:%Y-%m-%d}", "start")
    free = LABEL * 2.4
    for year in range(first.year + 1, last.year + 1):
        x = (datetime(year, 1, 1, tzinfo=UTC) - first).total_seconds() / whole * WIDTH
        if x - LABEL / 2 >= free and x + LABEL / 2 <= WIDTH - LABEL * 2.4:
            free = x + LABEL
            yield Tick(round(x, 1), str(year), "middle")
    if whole > 86_400:
        yield Tick(WIDTH, f"{last:%Y-%m-%d}", "end")
