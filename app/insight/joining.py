"""What becomes of new incidents where patterns are already there. Nothing is written here; `patterns` does that."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping
from statistics import fmean

import numpy as np

from app.insight.casebook import Casebook
from app.insight.forming import Formed, Kept, Said
from app.insight.grouping import compared, highest, surroundings
from app.insight.weights import NEAREST, TOGETHER

# In front of the id of a pattern that is being founded: no id has a colon.
NEW = "new:"
# Who is near an incident, the nearest first, and how near.
Near = Mapping[str, float]


def joining(book: Casebook, new: Mapping[str, Near], kept: Collection[Kept], said: Said) -> list[Formed]:
    """What becomes of new incidents, the oldest first: each joins the nearest pattern, or founds one with the nearest
    incident that is in none. Nothing that is there changes otherwise. `kept` are the patterns of whoever is near.
    """
    patterns = _Patterns(book, kept, said)
    for id in sorted(new, key=lambda id: _when(book, id)):
        if id not in patterns.of:
            patterns.take_in(id, new[id])
    return patterns.formed()


def near_to(book: Casebook, id: str) -> dict[str, float]:
    """Who is near an incident, the nearest first: of as many as are looked at, those that could be in one pattern."""
    place = book.places[id]
    all_scores, _, kin = compared(book, place)
    here = book.around[id] = surroundings(all_scores[book.alive & ~kin])
    scores = np.where(book.alive, all_scores, -np.inf).astype(np.float32)
    scores[place] = -np.inf
    found = {}
    for other in highest(scores, NEAREST):
        if scores[other] - here / 2 < TOGETHER:
            break
        found[book.cases[other].id] = float(scores[other] - (here + around(book, other)) / 2)
    return dict(sorted(found.items(), key=lambda each: (-each[1], book.places[each[0]])))


class _Patterns:
    """The patterns that there are, and what has come to them. `of`: the patterns that an incident is in."""

    def __init__(self, book: Casebook, kept: Collection[Kept], said: Said) -> None:
        self.book, self.said = book, said
        self.there = {each.id: Kept(each.id, set(each.members), each.excluded) for each in kept}
        self.of: dict[str, set[str]] = {}
        for each in kept:
            for member in each.members:
                self.of.setdefault(member, set()).add(each.id)
        self.come: defaultdict[str, dict[str, float]] = defaultdict(dict)
        self.nearest: dict[str, str] = {}

    def formed(self) -> list[Formed]:
        return [
            Formed(None if id.startswith(NEW) else id, come, {each: self.nearest[each] for each in come})
            for id, come in self.come.items()
        ]

    def take_in(self, id: str, near: Near) -> None:
        link, pattern = self._best(id, near)
        nearness, lone = self._lone(id, near)
        coming = {id: link}
        if lone and pattern and nearness > link:
            # As two groups meet when patterns are formed from nothing: the two that are nearest first, then their mean.
            coming[lone] = self._link(lone, near_to(self.book, lone), pattern)
        if not pattern or sum(coming.values()) / len(coming) < TOGETHER:
            if not lone:
                return
            pattern, coming = NEW + id, {id: nearness, lone: nearness}
            self.there[pattern] = Kept(pattern, set())
        self.there[pattern].members.update(coming)
        self.come[pattern] |= coming
        self.of |= {each: {pattern} for each in coming}
        others = self.there[pattern].members
        self.nearest[id] = next(other for other in near if other in others)
        if lone in coming:
            self.nearest[lone] = id

    def _best(self, id: str, near: Near) -> tuple[float, str]:
        """(how near it is, id) of the pattern that an incident is nearest to; "" where there is none."""
        patterns = {pattern for other in near for pattern in self.of.get(other, ())}
        links = ((self._link(id, near, pattern), pattern) for pattern in patterns)
        return max(links, default=(-math.inf, ""))

    def _link(self, id: str, near: Near, pattern: str) -> float:
        """The mean nearness to a pattern; to a large one, of as many as were looked at."""
        kept = self.there[pattern]
        if id in kept.excluded or any(self.said.parts(id, other) for other in kept.members):
            return -math.inf
        found = [near.get(other, 0.0) for other in kept.members if other in self.book.places]
        return fmean(sorted(found)[-NEAREST:]) if found else -math.inf

    def _lone(self, id: str, near: Near) -> tuple[float, str]:
        """(how near it is, id) of the nearest incident that is in no pattern; "" where none is near enough."""
        for other, found in near.items():
            if found < TOGETHER:
                break
            if other not in self.of and not self.said.parts(id, other):
                return found, other
        return -math.inf, ""


def around(book: Casebook, place: int) -> float:
    """The surroundings of an incident, remembered by the casebook: they change slowly."""
    id = book.cases[place].id
    if id not in book.around:
        scores, _, kin = compared(book, place)
        book.around[id] = surroundings(scores[book.alive & ~kin])
    return book.around[id]


def _when(book: Casebook, id: str) -> tuple[bool, float, str]:
    started = book.cases[book.places[id]].started
    return started is None, started.timestamp() if started else 0.0, id
