"""What stands beside the index for an engine that neither folds, hides, filters nor counts: done here, in NumPy."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.search.document import day_number
from app.search.plan import AtLeast, Group, Node, Plan
from app.search.plan import Sequence as Phrase
from app.search.weights import WHOLE
from tests.bench.corpus import Text
from tests.bench.job import FACETS, LIMIT, Answer, Counts, Leaf, asked, filters

Scores = NDArray[np.floating[Any]]
Mask = NDArray[np.bool_]


class Facts:
    """Of every document: its id, whether it is visible, its day, its sections, and the values of its facets."""

    def __init__(self, texts: Iterable[Text]) -> None:
        kept = [
            (text.id, text.hidden, day_number(text.day), len(text.sections), (text.kind,), text.services, text.causes)
            for text in texts
        ]
        ids, hidden, days, sections, *values = zip(*kept, strict=True)
        self.ids = ids
        self.visible = ~np.array(hidden)
        self.day = np.array(days)
        self.first = np.concatenate(([0], np.cumsum(sections)[:-1]))
        self.owner = np.repeat(np.arange(len(ids)), sections)
        self.values = {facet: _codes(column) for facet, column in zip(FACETS, values, strict=True)}

    def best(self, sections: NDArray[np.int64], scores: Scores) -> Scores:
        """Of every document the score of its best section, where these sections have a score."""
        best = np.zeros(len(self.ids))
        np.maximum.at(best, self.owner[sections], scores)
        return best

    def evaluated(self, plan: Plan, scores_of: Callable[[Leaf], Scores], facets: bool) -> Answer:
        """The answer from the scores that each word gives to every section; a document as a whole has the sum of its
        sections.
        """
        total = np.zeros(len(self.owner))

        def matches(node: Node) -> Mask:
            if isinstance(node, AtLeast):
                counts = sum((matches(inner).astype(np.int8) for inner in node.nodes), np.zeros(len(self.ids), np.int8))
                return counts >= node.needed
            assert isinstance(node, Group | Phrase)
            scores = scores_of(node)
            np.add(total, scores, out=total)
            return np.maximum.reduceat(scores, self.first) > 0

        matched = matches(asked(plan))
        best, whole = np.maximum.reduceat(total, self.first), np.add.reduceat(total, self.first)
        return self.answer(plan, matched, best, whole, facets)

    def answer(self, plan: Plan, matches: Mask, best: Scores, whole: Scores, facets: bool) -> Answer:
        """The answer from the documents that hold what is needed, every document's best section, and it as a whole."""
        wanted = filters(plan)
        base = matches & self.visible
        if wanted.first is not None:
            base &= self.day >= wanted.first
        if wanted.end is not None:
            base &= self.day < wanted.end
        chosen = {facet: self._with(facet, value) for facet, value in wanted.values.items()}
        matched = np.flatnonzero(np.logical_and.reduce([base, *chosen.values()]))
        scores = best[matched] + WHOLE * whole[matched]
        top = np.argpartition(scores, -LIMIT)[-LIMIT:] if len(scores) > LIMIT else np.arange(len(scores))
        top = top[np.lexsort((matched[top], -scores[top]))]
        counts: Counts = {}
        for facet in FACETS if facets else ():
            others = [mask for name, mask in chosen.items() if name != facet]
            counted = matched if facet not in chosen else np.flatnonzero(np.logical_and.reduce([base, *others]))
            counts[facet] = self._counts(facet, counted)
        return Answer(len(matched), [self.ids[number] for number in matched[top]], counts)

    def _with(self, facet: str, value: str) -> Mask:
        names, codes = self.values[facet]
        mask: Mask = (codes == (names.index(value) if value in names else -1)).any(axis=1)
        return mask

    def _counts(self, facet: str, matched: NDArray[np.int64]) -> dict[str, int]:
        names, codes = self.values[facet]
        found = np.bincount(codes[matched].ravel(), minlength=len(names) + 1)
        return {name: int(count) for name, count in zip(names, found, strict=False) if count}


def _codes(values: tuple[tuple[str, ...], ...]) -> tuple[list[str], NDArray[np.uint16]]:
    """The names, and for every document its values' numbers; one past the last stands for no value."""
    names = sorted({value for row in values for value in row})
    number = {name: code for code, name in enumerate(names)}
    codes = np.full((len(values), max(map(len, values))), len(names), np.uint16)
    for at, row in enumerate(values):
        codes[at, : len(row)] = [number[value] for value in row]
    return names, codes
