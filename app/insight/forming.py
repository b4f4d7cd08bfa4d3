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

from app.insight.casebook import Casebook
from app.insight.grouping import Near, compared, groups, neighbours, surroundings
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
    ids = sorted(book.places)
    places = {id: place for place, id in enumerate(ids)}
    near, twins = neighbours(book, ids)
    owners: dict[int, str] = {}
    for each in kept:
        owners |= {places[id]: each.id for id in each.members if id in places and places[id] not in owners}
    held = [frozenset(places[id] for id in each.members if owners.get(places.get(id, -1)) == each.id) for each in kept]
    apart = set(_pairs(places, said.apart))
    apart |= {(min(a), min(b)) for a, b in combinations(filter(None, held), 2)}
    for each, group in zip(kept, held, strict=True):
        apart |= {(min(group), places[id]) for id in each.excluded if group and id in places}
    seeds = _united(len(ids), held, [*_pairs(places, sorted(said.alike)), *twins], apart)
    formed = []
    for group in groups(near, seeds, apart):
        owner = next((owners[place] for place in sorted(group) if place in owners), None)
        formed.append(Formed(owner, {ids[place]: _mean(near, place, group) for place in sorted(group)}))
    return sorted(formed, key=lambda each: min(each.members))


def joining(book: Casebook, new: Iterable[str], kept: Collection[Kept], said: Said) -> list[Formed]:
    """What becomes of new incidents, the oldest first: each joins the nearest pattern, or founds one with the nearest
    incident that is in none. Nothing that is there changes otherwise.
    """
    patterns = [Kept(each.id, set(each.members), each.excluded) for each in kept]
    formed: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for id in sorted(new, key=lambda id: _when(book, id)):
        taken = set().union(*(each.members for each in patterns))
        if id in taken:
            continue
        near = _nearness(book, id)
        options = [(_linked(near, each.members, book), each.id, each) for each in patterns if _may(id, each, said)]
        link, _, pattern = max(options, key=lambda option: (option[0], option[1]), default=(-np.inf, "", None))
        nearness, lone = _nearest_lone(book, id, near, taken, said)
        coming = {id: link}
        if nearness > link and pattern and lone:
            # As two groups meet when patterns are formed from nothing: the two that are nearest first, then their mean.
            coming[lone] = (
                _linked(_nearness(book, lone), pattern.members, book) if _may(lone, pattern, said) else -np.inf
            )
        if pattern and sum(coming.values()) / len(coming) >= TOGETHER:
            pattern.members.update(coming)
            formed[pattern.id] |= coming
        elif lone:
            patterns.append(Kept(NEW + id, {id, lone}))
            formed[NEW + id] |= {id: nearness, lone: nearness}
    return [Formed(None if id.startswith(NEW) else id, members) for id, members in formed.items()]


def _when(book: Casebook, id: str) -> tuple[bool, float, str]:
    started = book.cases[book.places[id]].started
    return started is None, started.timestamp() if started else 0.0, id


def _nearness(book: Casebook, id: str) -> NDArray[np.float32]:
    """How near every incident is to this one; what is not among the nearest counts as not near at all."""
    place = book.places[id]
    scores = np.where(book.alive, compared(book, place)[0], -np.inf).astype(np.float32)
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
        scores, _, kin = compared(book, place)
        book.around[id] = surroundings(scores[book.alive & ~kin])
    return book.around[id]


def _linked(near: NDArray[np.float32], members: Collection[str], book: Casebook) -> float:
    """Of a large pattern as many count as were looked at."""
    places = [book.places[id] for id in members if id in book.places]
    return float(np.sort(near[places])[-NEAREST:].mean()) if places else -np.inf


def _may(id: str, pattern: Kept, said: Said) -> bool:
    if id in pattern.excluded:
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


def _united(
    count: int,
    held: Iterable[frozenset[int]],
    pairs: Iterable[tuple[int, int]],
    apart: Iterable[tuple[int, int]],
) -> list[frozenset[int]]:
    """So many places as groups: those that are held, and what one pair after the other puts together as long as nothing
    meets that is apart.
    """
    never: defaultdict[int, set[int]] = defaultdict(set)
    for a, b in apart:
        never[a].add(b)
        never[b].add(a)
    home = {place: {place} for place in range(count)}
    for group in held:
        whole = set(group)
        home |= dict.fromkeys(group, whole)
    for a, b in pairs:
        small, large = sorted((home[a], home[b]), key=len)
        if small is large or any(not never[place].isdisjoint(large) for place in small if place in never):
            continue
        large |= small
        home |= dict.fromkeys(small, large)
    return [frozenset(group) for group in {id(group): group for group in home.values()}.values()]


def _mean(near: Near, place: int, group: Collection[int]) -> float:
    others = [near.get((min(place, other), max(place, other)), 0.0) for other in group if other != place]
    return sum(others) / len(others)


def _pairs(places: Mapping[str, int], pairs: Iterable[tuple[str, str]]) -> Iterable[tuple[int, int]]:
    return ((places[a], places[b]) for a, b in pairs if a in places and b in places)
