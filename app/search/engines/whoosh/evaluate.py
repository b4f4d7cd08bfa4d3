"""One question against one commit: each node comes to a mask of documents, while what it is worth is added up.

What is hidden or deleted is masked before anything is counted. `app/search/engine.py` says what a score is; the memory
engine says the same in plain Python.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from app.search import weights
from app.search.engine import Request, Visibility
from app.search.engines.whoosh import phrases, ranking, typos
from app.search.engines.whoosh.layout import Array
from app.search.engines.whoosh.scores import Scores
from app.search.engines.whoosh.snapshot import Segment, Snapshot
from app.search.plan import AtLeast, Days, Evidence, Group, Node, Term, Value, Without
from app.search.plan import Sequence as Phrase
from app.search.results import Hit, Results, Share


@dataclass
class Matched:
    """The documents that match: in each segment a mask of those found and of those counted, before top-level values,
    and one of each field's values.
    """

    found: list[Array]
    counted: list[Array]
    values: dict[str, list[Array]] = field(default_factory=dict)

    def among(self, masks: Sequence[Array], but: str = "") -> list[Array]:
        """The numbers of those that have all the values too, but for those of one field."""
        chosen = [each for name, each in self.values.items() if name != but]
        if not chosen:
            return [np.flatnonzero(mask) for mask in masks]
        return [
            np.flatnonzero(np.logical_and.reduce([mask, *(each[number] for each in chosen)]))
            for number, mask in enumerate(masks)
        ]


class Evaluation:
    """`load` gives the ids of a visibility."""

    def __init__(self, snapshot: Snapshot, request: Request, load: Callable[[Visibility], frozenset[str]]) -> None:
        self.request = request
        self.scores = Scores(snapshot, request, load)
        self.parts = self.scores.parts
        self.corrections: dict[str, tuple[str, ...]] = {}
        # What was looked up and has scored.
        self.known: dict[Group | Phrase, list[Array]] = {}

    def results(self) -> Results:
        matched = self._matched()
        found = matched.among(matched.found)
        counted = found if matched.counted is matched.found else matched.among(matched.counted)
        hits, best = ranking.best(self.parts, found, self.request, self.scores.scored, self.scores.evidence)
        return Results(
            total=sum(len(each) for each in counted),
            hits=hits,
            best=best,
            facets=self._facets(matched, counted),
            corrections=self.corrections,
            tokens=frozenset(self.scores.tokens),
        )

    def shares(self, hits: Sequence[Hit]) -> dict[str, tuple[Share, ...]]:
        """What the scores by letters are made of: what each token adds while it is looked up."""
        self.scores.watch(hits)
        self._matched()
        return {id: tuple(shares) for id, shares in self.scores.noted.items()}

    def _facets(self, matched: Matched, counted: Sequence[Array]) -> dict[str, list[tuple[str, int]]]:
        asked = self.request.facets
        facets = ranking.facets(self.parts, [name for name in asked if name not in matched.values], counted)
        for name in matched.values.keys() & set(asked):
            facets |= ranking.facets(self.parts, [name], matched.among(matched.counted, name))
        return {name: facets[name] for name in asked}

    def _matched(self) -> Matched:
        seen = [part.seen for part in self.parts]
        matched = Matched(seen, seen)
        for node in self.request.plan.nodes:
            if isinstance(node, Value):
                found = self._node(node, scores=False)
                before = matched.values.get(node.field)
                matched.values[node.field] = _both(before, found) if before else found
                continue
            if isinstance(node, AtLeast) and node.counted > node.needed:
                held = self._held(node, scores=True)
                counted = [each >= node.counted for each in held]
                masks = [each >= node.needed for each in held]
            else:
                counted = masks = self._node(node, scores=True)
            same = matched.counted is matched.found and counted is masks
            matched.found = _both(matched.found, masks)
            matched.counted = matched.found if same else _both(matched.counted, counted)
        return matched

    def _held(self, node: AtLeast, scores: bool) -> list[Array]:
        """How many of its nodes match, for each document."""
        held = [np.zeros(part.segment.documents, np.uint8) for part in self.parts]
        for each in node.nodes:
            for count, mask in zip(held, self._node(each, scores), strict=True):
                count += mask
        return held

    def _node(self, node: Node, scores: bool) -> list[Array]:
        """The mask of a node in each segment."""
        match node:
            case Group():
                return self._group(node, scores)
            case Phrase():
                return self._phrase(node, scores)
            case Value(name, value):
                return [_with_value(part.segment, name, value) for part in self.parts]
            case Days(first, end):
                return [_days(part.segment.day, first, end) for part in self.parts]
            case Without(inner):
                return [~mask for mask in self._node(inner, scores=False)]
            case AtLeast(_, needed):
                return [held >= needed for held in self._held(node, scores)]

    def _group(self, group: Group, scores: bool) -> list[Array]:
        """The documents of a word; one that stands in several places is looked up and scores once."""
        if scores and group in self.known:
            return self.known[group]
        found = [np.zeros(part.segment.documents, bool) for part in self.parts]
        visible = False
        for term in group.terms:
            visible |= self.scores.term(term, scores, found)
        if group.prefix:
            visible |= self.scores.prefix(group.prefix, scores, found)
        if group.typo and not visible:
            nearest = typos.nearest(group.typo, [(part.segment, part.seen) for part in self.parts])
            for token in nearest:
                self.scores.term(Term(token, weights.TYPO, Evidence.TYPO), scores, found)
            if nearest and scores:
                self.corrections[group.typo] = tuple(nearest)
        if scores:
            self.known[group] = found
        return found

    def _phrase(self, phrase: Phrase, scores: bool) -> list[Array]:
        if scores and phrase in self.known:
            return self.known[phrase]
        tokens = [token.encode() for token in phrase.tokens]
        stands = [phrases.units(part.segment, part.seen, tokens, phrase.offsets) for part in self.parts]
        holders = [
            phrases.distinct(part.segment.document_of[units]) for part, units in zip(self.parts, stands, strict=True)
        ]
        if scores:
            for term in phrase.terms:
                self.scores.phrase_term(term, stands, holders)
        masks = []
        for part, ids in zip(self.parts, holders, strict=True):
            mask = np.zeros(part.segment.documents, bool)
            mask[ids] = True
            masks.append(mask)
        if scores:
            self.known[phrase] = masks
        return masks


def _both(first: Sequence[Array], second: Sequence[Array]) -> list[Array]:
    return [one & other for one, other in zip(first, second, strict=True)]


def _with_value(segment: Segment, name: str, value: str) -> Array:
    mask = np.zeros(segment.documents, bool)
    number = segment.values.get(f"{name}:{value}")
    if number is not None:
        holders, values = segment.facet(name)
        mask[holders[values == number]] = True
    return mask


def _days(day: Array, first: int | None, end: int | None) -> Array:
    mask: Array = day != -1
    if first is not None:
        mask = mask & (day >= first)
    return mask & (day < end) if end is not None else mask
