"""All incidents of a library as arrays, so that one can be compared with every other at once.

A casebook is made of shards: a large one, and small ones for what has changed since it was made. What is compared is
what the documents' profiles and rows say; whom a viewer may see is applied by who asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from app.insight.labels import Labels, Weighed, rarity, unit
from app.insight.shards import LABELLED, Case, Floats, Mask, Shard, joined
from app.insight.weights import PARTS
from app.search.likeness import ONE

# Small shards are joined when there are so many, and with the large one when they hold such a share of all.
MOST_SHARDS, TAIL = 8, 0.25
# Among more incidents than MANY only so many of the most telling words are compared, and by what they mean only so many
# incidents, those that are most alike in the other parts.
MANY, MOST_COMPARED, MEANT = 5_000, 96, 1_000
# How rare names are is counted anew once there are so many more incidents, as a share of all.
DRIFT = 0.02


@dataclass
class Casebook:
    """`reference` is the audience over which rarity is taken; None is everybody."""

    reference: frozenset[str] | None
    shards: list[Shard] = field(default_factory=list)
    neighbours: Mapping[str, frozenset[str]] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)
    alive: Mask = field(default_factory=lambda: np.zeros(0, bool))
    counted: dict[str, tuple[NDArray[np.uint32], NDArray[np.int64]]] = field(default_factory=dict)
    total: int = 0
    around: dict[str, float] = field(default_factory=dict)
    # The library's revision that it was brought up to, and incidents that were not there yet for want of a profile.
    revision: int | None = None
    waiting: frozenset[str] = frozenset()
    # Who may see each case, as a place in `audiences`.
    audiences: tuple[str, ...] = ()
    audience_codes: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))

    def copy(self) -> Casebook:
        """One that can be brought up while others still ask this one."""
        return replace(self, shards=[shard.copy() for shard in self.shards], counted=dict(self.counted))

    def case(self, id: str) -> Case | None:
        """That of a document, or None where it is no incident or has no profile yet."""
        return self.cases[self.places[id]] if id in self.places else None

    def standing(self, id: str) -> tuple[int, int, str] | None:
        """Of an incident that is there its revision, its profile's, and its audience."""
        case = self.case(id)
        return (*case.revisions, case.audience) if case else None

    def living(self) -> Iterator[tuple[str, Case]]:
        return ((id, self.cases[place]) for id, place in self.places.items())

    def bring_up(self, changed: Sequence[Case], gone: Iterable[str]) -> None:
        """Takes in what has changed, and forgets what is no longer there."""
        # Whoever has this one's copy still looks there.
        self.around, self.places = dict(self.around), dict(self.places)
        for id in {case.id for case in changed} | set(gone):
            self.around.pop(id, None)
            if (place := self.places.pop(id, None)) is not None:
                self._bury(place)
        if changed:
            self.places |= {case.id: place for place, case in enumerate(changed, len(self.cases))}
            self.shards.append(Shard(changed))
        arranged = self._arranged()
        self.cases = [case for shard in self.shards for case in shard.cases]
        self.alive = np.concatenate([shard.alive for shard in self.shards]) if self.shards else np.zeros(0, bool)
        if arranged:
            self.places = {case.id: place for place, case in enumerate(self.cases) if self.alive[place]}
        self.audiences = tuple(sorted({audience for shard in self.shards for audience in shard.audiences}))
        codes = [np.searchsorted(self.audiences, shard.audiences)[shard.codes] for shard in self.shards if shard.cases]
        self.audience_codes = np.concatenate(codes) if codes else np.zeros(0, np.int64)
        self._weigh()

    def _bury(self, place: int) -> None:
        for shard in self.shards:
            if place < len(shard.cases):
                shard.alive[place] = False
                return
            place -= len(shard.cases)

    def _arranged(self) -> bool:
        """Joins shards where they have become many; returns whether any were."""
        tail = sum(len(shard.cases) for shard in self.shards[1:])
        if tail > TAIL * len(self.shards[0].cases if self.shards else ()):
            self.shards = [joined(self.shards)]
        elif len(self.shards) > MOST_SHARDS:
            self.shards = [self.shards[0], joined(self.shards[1:])]
        else:
            return False
        return True

    def _weigh(self) -> None:
        """How rare each name is among the incidents that the reference audience sees. It is counted anew only once
        there are noticeably more or fewer of them: a new incident is weighed by what is known.
        """
        seen = np.array([self.reference is None or audience in self.reference for audience in self.audiences], bool)
        known = self.alive & seen[self.audience_codes] if len(self.cases) else self.alive
        anew = not self.counted or abs(int(known.sum()) - self.total) > DRIFT * self.total
        if anew:
            self.total, self.around = int(known.sum()), {}
        bounds = np.cumsum([0, *(len(shard.cases) for shard in self.shards)]).tolist()
        masks = [known[first:last] for first, last in pairwise(bounds)]
        for part in LABELLED:
            if anew:
                self.counted[part] = _counted([shard.labels[part] for shard in self.shards], masks)
            for shard in self.shards:
                if anew or not shard.weighed:
                    labels = shard.labels[part]
                    labels.weigh(rarity(self.total, self.having(part, labels.names)))
        for shard in self.shards:
            shard.weighed = True

    def having(self, part: str, names: NDArray[np.uint32]) -> NDArray[np.int64]:
        """How many incidents of the reference have each of these names."""
        known, counts = self.counted[part]
        if not len(known):
            return np.zeros(len(names), np.int64)
        places = np.minimum(np.searchsorted(known, names), len(known) - 1)
        return np.where(known[places] == names, counts[places], 0)

    def compare(self, case: Case, among: Mask | None = None, meaning: Floats | None = None) -> dict[str, Floats]:
        """How alike each incident is to this one, part by part, from 0 to 1. Where there are many, words that
        tell little are left out, and what it means, if that is not given, is asked only of those that are most alike in
        the other parts: those `among` the incidents that the asker sees.
        """
        found = {}
        for part in LABELLED:
            names, row = self._row(case, part)
            if len(row) > MOST_COMPARED and len(self.cases) > MANY:
                telling = np.sort(np.argpartition(-row, MOST_COMPARED)[:MOST_COMPARED])
                names, row = names[telling], row[telling]
            found[part] = self._together([shard.labels[part].alike(names, row) for shard in self.shards])
        if meaning is None:
            meaning = self._meaning(case, np.where(self.alive if among is None else among, score(found), -1))
        return {**found, "meaning": meaning}

    def meanings(self, places: NDArray[np.int64]) -> Floats:
        """How alike each incident is in what it means to the ones at these places: a row for each of them."""
        asked = np.array([self.cases[place].profile.vector for place in places.tolist()], np.float32)
        return _cosine(np.concatenate([asked @ shard.vectors.T for shard in self.shards], axis=1))

    def words_of_both(self, case: Case, other: Case) -> float:
        """How alike two are in their words, as `compare` has it."""
        (names, row), (its_names, its_row) = self._row(case, "words"), self._row(other, "words")
        _, here, there = np.intersect1d(names, its_names, assume_unique=True, return_indices=True)
        return float(row[here] @ its_row[there])

    def _row(self, case: Case, part: str) -> Weighed:
        names, weights = case.labels(part, self.neighbours)
        return names, unit(weights * rarity(self.total, self.having(part, names)))

    def _meaning(self, case: Case, scores: Floats) -> Floats:
        vector = case.profile.vector.astype(np.float32)
        if len(scores) <= MANY:
            return _cosine(self._together([shard.vectors @ vector for shard in self.shards]))
        chosen = np.argpartition(-scores, MEANT)[:MEANT]
        found = np.zeros(len(scores), np.float32)
        first = 0
        for shard in self.shards:
            places = chosen[(chosen >= first) & (chosen < first + len(shard.cases))]
            found[places] = _cosine(shard.vectors[places - first] @ vector)
            first += len(shard.cases)
        return found

    def _together(self, parts: list[Floats]) -> Floats:
        return np.concatenate(parts) if parts else np.zeros(0, np.float32)


def _cosine(products: Floats) -> Floats:
    """Of products of two rounded vectors; opposite meanings are no likeness."""
    cosine: Floats = np.clip(products / np.float32(ONE * ONE), 0, 1)
    return cosine


def score(parts: Mapping[str, Floats]) -> Floats:
    """The weighted sum of the parts."""
    total = np.zeros_like(parts["words"])
    for part, alike in parts.items():
        total += np.float32(PARTS[part]) * alike
    return total


def _counted(labels: Sequence[Labels], masks: Sequence[Mask]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Every name, and how many of the masked incidents have it."""
    names = np.unique(np.concatenate([each.names for each in labels])) if labels else np.zeros(0, np.uint32)
    counts = np.zeros(len(names), np.int64)
    for each, mask in zip(labels, masks, strict=True):
        counts[np.searchsorted(names, each.names)] += each.counts(mask)
    return names, counts
