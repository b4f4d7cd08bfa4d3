"""Groups of incidents that are nearer to one another than to the rest, without a number given beforehand.

Average linkage: two groups become one as long as the mean nearness over all pairs between them is TOGETHER at least,
the nearest first. What is grouped depends on the incidents alone, never on the order in which they came.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import chain, combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.insight.abreast import abreast, shares
from app.insight.casebook import Casebook, score
from app.insight.weights import AROUND, CLOSE, IDENTICAL, KIN, LEAST_AROUND, MUTUAL, NEAREST, SMALL, TOGETHER

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]
# The nearness of two, by their places with the smaller first; those that are not in it are not near.
Near = Mapping[tuple[int, int], float]
# So many incidents are compared by what they mean at once.
BLOCK = 64
# Fewer are not worth a process of their own.
SHARE = 1_000


class Around(NamedTuple):
    """The first incident that says the very same as one (itself, where none does before), how near its surroundings
    are, and who is nearest, the nearest first.
    """

    same: int
    around: float
    nearest: list[tuple[int, float]]


def surroundings(scores: Floats) -> float:
    """How near an incident's surroundings are: the mean of the scores at the places AROUND, of all others' scores."""
    first, last = AROUND
    if len(scores) <= first:
        return LEAST_AROUND
    last = min(last, len(scores))
    highest = -np.partition(-scores, last - 1)[:last]
    mean = float(np.sort(highest)[: last - first].mean())
    return max(mean, LEAST_AROUND) if len(scores) < SMALL else mean


def compared(book: Casebook, place: int, meaning: Floats | None = None) -> tuple[Floats, Mask, Mask]:
    """(how every incident of a casebook scores with this one, which of them say the very same, which are of its kin);
    itself is among both.
    """
    parts = book.compare(book.cases[place], meaning=meaning)
    scores = score(parts)
    # What has no words says nothing that another could say too.
    own = scores[place] if parts["words"][place] else np.inf
    same, kin = scores >= IDENTICAL * own, scores >= KIN * own
    same[place] = kin[place] = True
    return scores, same, kin


def neighbours(book: Casebook, ids: Sequence[str]) -> tuple[dict[tuple[int, int], float], list[tuple[int, int]]]:
    """(how near the nearest are, pairs that say the very same), by their places in `ids`, compared as if there were no
    others.
    """
    places = np.array([book.places[id] for id in ids], np.int64)
    scores: dict[tuple[int, int], float] = {}
    chosen: defaultdict[tuple[int, int], int] = defaultdict(int)
    around, twins = [], []
    found = abreast(lambda numbers: _looked_around(book, places, numbers), shares(range(len(ids)), SHARE))
    for number, each in enumerate(chain.from_iterable(found)):
        if each.same < number:
            twins.append((each.same, number))
        around.append(each.around)
        for rank, (other, alike) in enumerate(each.nearest):
            pair = (min(number, other), max(number, other))
            scores[pair] = max(alike, scores.get(pair, 0.0))
            chosen[pair] += rank < MUTUAL
    book.around |= dict(zip(ids, around, strict=True))
    near = {(a, b): alike - (around[a] + around[b]) / 2 for (a, b), alike in scores.items()}
    return {pair: alike for pair, alike in near.items() if chosen[pair] == 2 or alike >= CLOSE}, twins


def _looked_around(book: Casebook, places: NDArray[np.int64], numbers: Sequence[int]) -> list[Around]:
    """What is around those of these places that have the `numbers`. What they mean is multiplied for many at once."""
    found = []
    for first in range(numbers[0], numbers[-1] + 1, BLOCK):
        some = places[first : min(first + BLOCK, numbers[-1] + 1)]
        for place, meaning in zip(some.tolist(), book.meanings(some), strict=True):
            all_scores, same, kin = compared(book, place, meaning)
            others = np.where(same[places], -np.inf, all_scores[places])
            found.append(
                Around(
                    int(np.argmax(same[places])),
                    surroundings(all_scores[places[~kin[places]]]),
                    [(other, float(others[other])) for other in highest(others, NEAREST)],
                )
            )
    return found


def highest(scores: Floats, most: int) -> list[int]:
    """The places of the highest finite scores, the highest first; ties by place."""
    if len(scores) > most:
        least = -np.partition(-scores, most - 1)[most - 1]
        found = np.flatnonzero((scores >= least) & np.isfinite(scores))
    else:
        found = np.flatnonzero(np.isfinite(scores))
    places: list[int] = found[np.argsort(-scores[found], kind="stable")][:most].tolist()
    return places


def groups(
    near: Near,
    seeds: Collection[frozenset[int]],
    apart: Collection[tuple[int, int]] = (),
    together: float = TOGETHER,
) -> list[frozenset[int]]:
    """`seeds` are groups to begin with, each place in one of them; two that hold a pair of `apart` never meet."""
    members = dict(enumerate(sorted(seeds, key=min)))
    home = {place: group for group, places in members.items() for place in places}
    forbidden: defaultdict[int, set[int]] = defaultdict(set)
    for a, b in apart:
        if home[a] != home[b]:
            forbidden[home[a]].add(home[b])
            forbidden[home[b]].add(home[a])
    links: defaultdict[int, dict[int, float]] = defaultdict(dict)
    for (a, b), nearness in near.items():
        one, two = home[a], home[b]
        if one != two:
            links[one][two] = links[two][one] = links[one].get(two, 0.0) + nearness
    heap = [_entry(members, links, one, two) for one in links for two in links[one] if one < two]
    heapq.heapify(heap)
    fresh = len(members)
    while heap:
        mean, _, one, two = heapq.heappop(heap)
        if -mean < together:
            break
        if one not in members or two not in members or two in forbidden[one]:
            continue
        joined, fresh = fresh, fresh + 1
        members[joined] = members.pop(one) | members.pop(two)
        forbidden[joined] = forbidden.pop(one, set()) | forbidden.pop(two, set())
        for other in forbidden[joined]:
            forbidden[other].add(joined)
        for old in (one, two):
            for other, total in links.pop(old, {}).items():
                if other in members and other != joined:
                    links[other].pop(old, None)
                    links[joined][other] = links[other][joined] = links[joined].get(other, 0.0) + total
        for other in links[joined]:
            heapq.heappush(heap, _entry(members, links, *sorted((joined, other))))
    return [places for places in members.values() if len(places) > 1]


def _entry(
    members: Mapping[int, frozenset[int]], links: Mapping[int, Mapping[int, float]], one: int, two: int
) -> tuple[float, tuple[int, int], int, int]:
    """Ties are broken by the smallest places, so that the same incidents always give the same groups."""
    mean = links[one][two] / (len(members[one]) * len(members[two]))
    first, second = sorted((min(members[one]), min(members[two])))
    return -mean, (first, second), one, two


def pairs(found: Collection[frozenset[int]]) -> set[tuple[int, int]]:
    return {pair for places in found for pair in combinations(sorted(places), 2)}
