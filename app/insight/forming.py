"""Which incidents recur, as one audience sees it, formed from nothing.

Nothing here is written; `patterns` does that. What people said (incidents that stay together, or apart) comes first.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from app.insight.casebook import Casebook
from app.insight.grouping import Near, groups, neighbours


@dataclass
class Kept:
    """A pattern that is there: `members` are ids of incidents, those `excluded` never join by themselves."""

    id: str
    members: set[str]
    excluded: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Said:
    """What people said of two incidents: the same again, or not."""

    alike: frozenset[tuple[str, str]] = frozenset()
    apart: frozenset[tuple[str, str]] = frozenset()

    def parts(self, id: str, other: str) -> bool:
        """Whether somebody said that these two are not the same."""
        return (min(id, other), max(id, other)) in self.apart


@dataclass(frozen=True)
class Formed:
    """Incidents that belong together, and how near each is to the others; `nearest` is the one of them that it is
    nearest to, where that is known. `id` is the pattern's that they join.
    """

    id: str | None
    members: Mapping[str, float] = field(default_factory=dict)
    nearest: Mapping[str, str] = field(default_factory=dict)


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
    twin = {place: first for first, place in twins} | dict(reversed(twins))
    formed = []
    for together in [sorted(each) for each in groups(near, seeds, apart)]:
        owner = next((owners[place] for place in together if place in owners), None)
        nearest = {ids[place]: ids[_nearest(near, place, together, twin.get(place))] for place in together}
        formed.append(Formed(owner, {ids[place]: _mean(near, place, together) for place in together}, nearest))
    return sorted(formed, key=lambda each: min(each.members))


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


def _nearest(near: Near, place: int, group: Sequence[int], twin: int | None) -> int:
    """Whoever says the very same is nearest of all."""
    if twin is not None and twin in group:
        return twin
    found = [(near.get((min(place, other), max(place, other)), -math.inf), -other) for other in group if other != place]
    return -max(found)[1]


def _mean(near: Near, place: int, group: Collection[int]) -> float:
    others = [near.get((min(place, other), max(place, other)), 0.0) for other in group if other != place]
    return sum(others) / len(others)


def _pairs(places: Mapping[str, int], pairs: Iterable[tuple[str, str]]) -> Iterable[tuple[int, int]]:
    return ((places[a], places[b]) for a, b in pairs if a in places and b in places)
