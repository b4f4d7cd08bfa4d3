"""How well similar incidents and patterns agree with groups that are known, in figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from app.insight.casebook import Casebook, score
from app.insight.forming import Said, from_nothing
from app.insight.reasons import same_incident

# A partner is looked for among so many.
AMONG = 3

Pair = frozenset[str]


@dataclass(frozen=True)
class Truth:
    """Groups of documents that are the same recurring problem. What is `related` to a group is neither right nor wrong
    in it. Pairs of `same` tell one incident twice; pairs of `apart` look alike and are not the same.
    """

    groups: tuple[tuple[frozenset[str], frozenset[str]], ...]
    same: tuple[Pair, ...] = ()
    apart: tuple[Pair, ...] = ()

    @property
    def named(self) -> frozenset[str]:
        return frozenset().union(*(documents | related for documents, related in self.groups))

    @property
    def pairs(self) -> set[Pair]:
        return {pair for documents, _ in self.groups for pair in _pairs(documents)}

    @property
    def neutral(self) -> set[Pair]:
        found = set(self.same)
        for documents, related in self.groups:
            found |= {frozenset((one, other)) for one in documents for other in related} | _pairs(related)
        return found - self.pairs


def patterns(book: Casebook, called: Mapping[str, str], truth: Truth) -> dict[str, Any]:
    """Pairs of the known documents that patterns formed from nothing put together. `called` gives each case's id the
    name by which the truth calls it.
    """
    formed = from_nothing(book, (), Said())
    found = {pair for each in formed for pair in _pairs(called[id] for id in each.members)}
    here = frozenset(called.values())
    true = {pair for pair in truth.pairs if pair <= here}
    judged = {pair for pair in found if pair <= truth.named} - truth.neutral
    same = [pair for pair in truth.same if pair <= here]
    told = _same(book, called)
    return {
        "pairs": {
            "n": len(true),
            "found": len(judged),
            "right": len(judged & true),
            "precision": _share(len(judged & true), len(judged)),
            "recall": _share(len(judged & true), len(true)),
        },
        "joined_wrongly": [sorted(pair) for pair in truth.apart if pair in found],
        "same_incident": {"n": len(same), "right": sum(pair in told for pair in same)},
        "patterns": {"n": len(formed), "members": sum(len(each.members) for each in formed)},
    }


def similar(book: Casebook, called: Mapping[str, str], truth: Truth) -> dict[str, Any]:
    """Whether a true partner is among the first AMONG that are most like each document that has one. The same incident
    told twice is no partner, and stands in nobody's way.
    """
    ids = {name: id for id, name in called.items()}
    partners: dict[str, set[str]] = {}
    for pair in truth.pairs:
        if pair <= ids.keys():
            one, other = sorted(pair)
            partners.setdefault(one, set()).add(other)
            partners.setdefault(other, set()).add(one)
    twins = {(one, other) for pair in truth.same for one in pair for other in pair}
    ranks = []
    for name, wanted in sorted(partners.items()):
        ordered = [other for other in _ordered(book, called, ids[name]) if (name, other) not in twins]
        ranks.append(min(ordered.index(other) + 1 for other in wanted))
    return {
        "n": len(ranks),
        "partner_in_3": _share(sum(rank <= AMONG for rank in ranks), len(ranks)),
        "mrr": _share(sum(1 / rank for rank in ranks), len(ranks)),
    }


def _ordered(book: Casebook, called: Mapping[str, str], id: str) -> Iterable[str]:
    scores = score(book.compare(book.cases[book.places[id]]))
    order = sorted((other for other in called if other != id), key=lambda other: (-scores[book.places[other]], other))
    return [called[other] for other in order]


def _same(book: Casebook, called: Mapping[str, str]) -> set[Pair]:
    """All pairs that would be told to be one incident."""
    found = set()
    for id, place in book.places.items():
        case = book.cases[place]
        for other in np.flatnonzero(book.alive).tolist():
            if other != place and same_incident(book, case, book.cases[other]):
                found.add(frozenset((called[id], called[book.cases[other].id])))
    return found


def _pairs(names: Iterable[str]) -> set[Pair]:
    return {frozenset(pair) for pair in combinations(sorted(set(names)), 2)}


def _share(part: float, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
