"""Which incidents recur, as one audience sees it: formed from nothing, or with new incidents joining what is there.

Nothing here is written; `patterns` does that. What people said (incidents that stay together, or apart) comes first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from app.insight.casebook import Casebook, score
from app.insight.grouping import Near, groups, neighbours, surroundings
from app.insight.weights import NEAREST, TOGETHER

# In front of the id of a pattern that is being founded: no id has a colon.
NEW = "new:"


@dataclass
class Kept:
    """A pattern that is there: `members` are ids of incidents, those `excluded` never join by themselves."""

    id: str
    members: set[str]
    excluded: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Said:
    """What people said of two incidents: the same again, or not."""

    alike: frozenset[tuple[str, str]] = frozenset()
    apart: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class Formed:
    """Incidents that belong together, and how near each is to the others. `id` is the pattern's that they join."""

    id: str | None
    members: Mapping[str, float] = field(default_factory=dict)


def from_nothing(book: Casebook, kept: Collection[Kept], said: Said) -> list[Formed]:
    """Groups over all incidents of a casebook. A kept pattern stays whole and apart from the others."""
    among = sorted(book.places.values())
    near, twins = neighbours(book, among)
    held = [frozenset(book.places[id] for id in each.members if id in book.places) for each in kept]
    seeds = _united([*held, *twins, *(_places(book, pair) for pair in said.alike)], held)
    apart = set(_pairs(book, said.apart))
    apart |= {(min(a), min(b)) for a, b in combinations([each for each in held if each], 2)}
    for each, places in zip(kept, held, strict=True):
        apart |= {(min(places), book.places[id]) for id in each.excluded if places and id in book.places}
    owners = {min(places): each.id for each, places in zip(kept, held, strict=True) if places}
    formed = []
    for group in groups(near, seeds, apart):
        owner = next((owners[place] for place in sorted(group) if place in owners), None)
        formed.append(Formed(owner, {book.cases[place].id: _mean(near, place, group) for place in sorted(group)}))
    return sorted(formed, key=lambda each: min(each.members))


def joining(book: Casebook, new: Iterable[str], kept: Collection[Kept], said: Said) -> list[Formed]:
    """What becomes of new incidents, the oldest first: each joins the nearest pattern, or founds one with the nearest
    incident that is in none. Nothing that is there changes otherwise.
    """
    patterns = [Kept(each.id, set(each.members), each.excluded) for each in kept]
    formed: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for id in sorted(new, key=lambda id: _when(book, id)):
        near = _nearness(book, id)
        options = [(_linked(near, each.members, book), each.id, each) for each in patterns if _may(id, each, said)]
        taken = set().union(*(each.members for each in patterns))
        lone = _nearest_lone(book, id, near, taken, said)
        best = max(options, key=lambda option: (option[0], option[1]), default=(-np.inf, "", None))
        if best[2] is not None and best[0] >= max(TOGETHER, lone[0]):
            best[2].members.add(id)
            formed[best[1]][id] = float(best[0])
        elif lone[0] >= TOGETHER:
            patterns.append(Kept(NEW + id, {id, lone[1]}))
            formed[NEW + id] |= {id: float(lone[0]), lone[1]: float(lone[0])}
    return [Formed(None if id.startswith(NEW) else id, members) for id, members in formed.items()]


def _when(book: Casebook, id: str) -> tuple[bool, float, str]:
    started = book.cases[book.places[id]].started
    return started is None, started.timestamp() if started else 0.0, id


def _nearness(book: Casebook, id: str) -> NDArray[np.float32]:
    """How near every incident is to this one; what is not among the nearest counts as not near at all."""
    place = book.places[id]
    scores = np.where(book.alive, score(book.compare(book.cases[place])), -np.inf).astype(np.float32)
    scores[place] = -np.inf
    found = np.zeros(len(scores), np.float32)
    nearest = np.argsort(-scores, kind="stable")[:NEAREST]
    here = around(book, place)
    for other in nearest[np.isfinite(scores[nearest])].tolist():
        if scores[other] - here / 2 < TOGETHER:
            break
        found[other] = scores[other] - (here + around(book, other)) / 2
    return found


def around(book: Casebook, place: int) -> float:
    """The surroundings of an incident, remembered by the casebook: they change slowly."""
    id = book.cases[place].id
    if id not in book.around:
        scores = score(book.compare(book.cases[place]))
        others = np.flatnonzero(book.alive & (np.arange(len(scores)) != place))
        book.around[id] = surroundings(scores[others])
    return book.around[id]


def _linked(near: NDArray[np.float32], members: Collection[str], book: Casebook) -> float:
    places = [book.places[id] for id in members if id in book.places]
    return float(near[places].mean()) if places else -np.inf


def _may(id: str, pattern: Kept, said: Said) -> bool:
    if id in pattern.members or id in pattern.excluded:
        return False
    return not any((min(id, other), max(id, other)) in said.apart for other in pattern.members)


def _nearest_lone(
    book: Casebook, id: str, near: NDArray[np.float32], taken: Collection[str], said: Said
) -> tuple[float, str]:
    for place in np.argsort(-near, kind="stable").tolist():
        if near[place] < TOGETHER:
            break
        other = book.cases[place].id
        if other not in taken and (min(id, other), max(id, other)) not in said.apart:
            return float(near[place]), other
    return -np.inf, ""


def _united(sets: Iterable[frozenset[int]], held: Collection[frozenset[int]]) -> list[frozenset[int]]:
    """Sets that share a place become one, but two held ones never."""
    owner = {place: number for number, places in enumerate(held) for place in places}
    parent: dict[int, int] = {}

    def root(place: int) -> int:
        while parent.setdefault(place, place) != place:
            place = parent[place]
        return place

    owned: dict[int, int] = {}
    for places in sets:
        for place in sorted(places):
            first, second = root(min(places)), root(place)
            if first == second:
                continue
            one, two = owned.get(first, owner.get(first)), owned.get(second, owner.get(second))
            if one is not None and two is not None and one != two:
                continue
            low, high = sorted((first, second))
            parent[high] = low
            if (known := one if one is not None else two) is not None:
                owned[low] = known
    found: dict[int, set[int]] = {}
    for place in list(parent):
        found.setdefault(root(place), set()).add(place)
    return [frozenset(each) for each in found.values()]


def _mean(near: Near, place: int, group: Collection[int]) -> float:
    others = [near.get((min(place, other), max(place, other)), 0.0) for other in group if other != place]
    return sum(others) / len(others)


def _places(book: Casebook, ids: Iterable[str]) -> frozenset[int]:
    return frozenset(book.places[id] for id in ids if id in book.places)


def _pairs(book: Casebook, pairs: Iterable[tuple[str, str]]) -> Iterable[tuple[int, int]]:
    return ((book.places[a], book.places[b]) for a, b in pairs if a in book.places and b in book.places)
