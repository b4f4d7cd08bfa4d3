"""The job that every contender does, and what they share in doing it.

A plan is answered over sections, heading before body; sections are folded into documents, title first (the best
section, and a share of the whole); what the viewer may not see is left out before anything is counted; and every kind,
service and cause is counted over all that matches.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from app.search import analysis
from app.search.analysis import STEM_MARK, analyse, stem
from app.search.plan import Group, Plan
from app.search.plan import Sequence as Phrase
from app.search.weights import BODY, HEADING, TITLE, WHOLE
from tests.bench.corpus import Text

LIMIT = 10
FACETS = ("kind", "service", "cause")
WEIGHTS = {"title": TITLE, "heading": HEADING, "body": BODY}

# Stands between two sections where a document's are joined, so that no phrase runs from one into the next.
BREAK = f" {STEM_MARK}. "

Counts = dict[str, dict[str, int]]


class Answer(NamedTuple):
    """How many documents match, the first of them, and the counts where they were asked for."""

    total: int
    ids: list[str]
    counts: Counts


class Contender(Protocol):
    """One engine; `build` goes from text to searchable, its analysis included."""

    name: str

    def build(self, texts: Sequence[Text], folder: Path) -> None: ...

    def search(self, plan: Plan, facets: bool) -> Answer: ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class Analysed:
    """A document as tokens joined by blanks, for engines that split there."""

    text: Text
    title: str
    sections: tuple[tuple[str, str], ...]

    @property
    def headings(self) -> str:
        return BREAK.join(heading for heading, _ in self.sections)

    @property
    def bodies(self) -> str:
        return BREAK.join(body for _, body in self.sections)


def analysed(texts: Iterable[Text]) -> Iterator[Analysed]:
    """The same tokens that Hindsight stores."""
    for text in texts:
        yield Analysed(text, _joined(text.title), tuple((_joined(head), _joined(body)) for head, body in text.sections))


def forget() -> None:
    """Empties the caches of the analysis, so that nobody builds on what another has warmed."""
    for each in vars(analysis).values():
        if hasattr(each, "cache_clear"):
            each.cache_clear()


def phrases(plan: Plan) -> list[list[str]]:
    """The plan's phrases as rows of tokens side by side, as `analysed` joins them: a word's stem stands behind it."""
    rows = [node.tokens for node in plan.nodes if isinstance(node, Phrase)]
    return [[token for word in row for token in (word, stem(word)) if token] for row in rows]


def groups(plan: Plan) -> list[Group]:
    return [node for node in plan.nodes if isinstance(node, Group)]


class Facts:
    """What stands beside the index for an engine that neither folds, hides nor counts: done here, in NumPy."""

    def __init__(self, texts: Sequence[Text]) -> None:
        self.ids = [text.id for text in texts]
        self.visible = np.array([not text.hidden for text in texts])
        self.owner = np.repeat(np.arange(len(texts)), [len(text.sections) for text in texts])
        self.values = {
            "kind": _codes([(text.kind,) for text in texts]),
            "service": _codes([text.services for text in texts]),
            "cause": _codes([text.causes for text in texts]),
        }

    def best(self, sections: NDArray[np.int64], scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Of every document the score of its best section."""
        best = np.zeros(len(self.ids))
        np.maximum.at(best, self.owner[sections], scores)
        return best

    def answer(self, best: NDArray[np.float64], whole: NDArray[np.float64], facets: bool) -> Answer:
        """The answer from every document's best section and its score as a whole."""
        matched = np.flatnonzero(((best > 0) | (whole > 0)) & self.visible)
        scores = best[matched] + WHOLE * whole[matched]
        top = np.argpartition(scores, -LIMIT)[-LIMIT:] if len(scores) > LIMIT else np.arange(len(scores))
        top = top[np.lexsort((matched[top], -scores[top]))]
        return Answer(
            len(matched), [self.ids[number] for number in matched[top]], self._counts(matched) if facets else {}
        )

    def _counts(self, matched: NDArray[np.int64]) -> Counts:
        counts = {}
        for facet, (names, codes) in self.values.items():
            found = np.bincount(codes[matched].ravel(), minlength=len(names) + 1)
            counts[facet] = {name: int(count) for name, count in zip(names, found, strict=False) if count}
        return counts


def _codes(values: list[tuple[str, ...]]) -> tuple[list[str], NDArray[np.int64]]:
    """The names, and for every document its values' numbers; one past the last stands for no value."""
    names = sorted({value for row in values for value in row})
    number = {name: code for code, name in enumerate(names)}
    codes = np.full((len(values), max(map(len, values))), len(names))
    for at, row in enumerate(values):
        codes[at, : len(row)] = [number[value] for value in row]
    return names, codes


def _joined(text: str) -> str:
    return " ".join(analyse(text).texts)
