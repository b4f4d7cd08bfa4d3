"""Which categories a text speaks of: by words, signal words, meaning, and the nearest known cases.

The categories alone are enough to begin with: their signal words are the weights that the model starts from, their
definitions and examples the first lessons. What the library states or confirmed moves the weights from there.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from app.insight.tags.linear import Floats, fit, probability
from app.insight.tags.wording import STOP, Phrases, sentences, stems, terms, written_stems
from app.search.meaning import DIMENSIONS, SHIPPED, normalised

# What the parts of a text weigh beside one another. Chosen on half of the development incidents.
WORDS, MEANING, SIGNALS = 1.0, 0.5, 0.5
# What a signal word of a category says for it before anything is learned, and what no signal word says against it.
PRIOR, NONE = 2.0, -0.5
# How strongly weights are held there.
HOLD = 0.005
MOST_TERMS = 1_500
# So many of the nearest cases are asked too; what they say more of a category than all cases do counts so much.
NEAREST, NEIGHBOURS = 10, 1.5
# A lesson of the library is a whole case, one of the taxonomy or a sentence a part of one.
CASE, PART = 2.0, 1.0
# From here on a suggestion is more likely right than wrong.
LIKELY = 0.5
# Below that nothing is said.
LEAST = 0.2
MOST_SENTENCES = 200
# So many words of the evidence are named as the reason.
MOST_WORDS = 5


@dataclass(frozen=True)
class Category:
    """A cause of the taxonomy that is in use, or a level of severity."""

    name: str
    title: str
    definition: str
    parent: str | None = None
    aliases: Sequence[str] = ()
    examples: Sequence[str] = ()
    signals: Sequence[str] = ()


@dataclass(frozen=True)
class Lesson:
    """A text whose tags are known: a `case` is told as a whole, else it is a sentence that says one of them."""

    text: str
    tags: frozenset[str]
    case: bool = True


@dataclass(frozen=True)
class Said:
    """A suggestion: `score` from 0 to 1, `evidence` the sentence that says so, `words` those of it that weigh most."""

    value: str
    score: float
    evidence: str
    words: tuple[str, ...] = field(default=())


class TagModel:
    """What categories and lessons teach. Learning takes seconds for thousands of lessons, asking milliseconds."""

    def __init__(self, categories: Sequence[Category], lessons: Sequence[Lesson]) -> None:
        self.names = [each.name for each in categories]
        self._above = _ancestors(categories)
        numbers = {name: number for number, name in enumerate(self.names)}
        self._numbers = numbers
        self._phrases = Phrases(
            (phrase, numbers[holder])
            for each in categories
            for phrase in (each.name, each.title, *each.aliases, *each.signals)
            for holder in (each.name, *self._above[each.name])
        )
        taught = [*lessons, *_taught(categories)]
        roots = [stems(lesson.text) for lesson in taught]
        self._learn_words(roots)
        rows = self._rows([lesson.text for lesson in taught], roots)
        truth = np.zeros((len(taught), len(self.names)), np.bool_)
        for row, lesson in enumerate(taught):
            for name in lesson.tags & numbers.keys():
                truth[row, [numbers[each] for each in (name, *self._above[name])]] = True
        importance = np.array([CASE if lesson.case else PART for lesson in taught], np.float32)
        self.weights = fit(rows, truth, importance, self._prior(), HOLD)
        cases = [row for row, lesson in enumerate(taught) if lesson.case]
        self._cases, self._case_tags = self._meaning(rows[cases]), truth[cases].astype(np.float32)

    def suggest(self, title: str, text: str) -> list[Said]:
        """What a text speaks of, the likeliest first; each with the sentence of it that says so, and none without.

        A score is half what the whole text says and half what its clearest sentence does (a cause is often named once),
        moved by what the nearest cases were.
        """
        said = [*sentences(title), *sentences(text)][:MOST_SENTENCES]
        if not said or not self.names:
            return []
        roots = [stems(each) for each in said]
        alone = self._rows(said, roots) @ self.weights
        whole = self._rows([" ".join(said)], [[root for each in roots for root in each]])
        scores = probability(((whole @ self.weights)[0] + alone.max(axis=0)) / 2 + self._neighbours(whole))
        found = []
        for number in np.argsort(-scores, kind="stable"):
            if scores[number] < LEAST:
                break
            place = int(alone[:, number].argmax())
            if words := self._why(said[place], int(number)):
                found.append(Said(self.names[number], round(float(scores[number]), 3), said[place], words))
        return found

    def narrowed(self, said: Sequence[Said]) -> list[Said]:
        """The same without a category whose child is as likely as right: the child is used instead of it."""
        over = {name for each in said if each.score >= LIKELY for name in self._above[each.value]}
        return [each for each in said if each.value not in over]

    def _neighbours(self, whole: Floats) -> Floats:
        near = (self._cases @ self._meaning(whole).T)[:, 0]
        first = np.argsort(-near, kind="stable")[:NEAREST]
        if not len(first):
            return np.zeros(len(self.names), np.float32)
        weigh = np.maximum(near[first], 0)
        share = weigh @ self._case_tags[first] / max(float(weigh.sum()), 1e-9)
        moved: Floats = NEIGHBOURS * (share - self._case_tags.mean(axis=0))
        return moved

    def _meaning(self, rows: Floats) -> Floats:
        """The part of rows that says what they mean, at length 1."""
        width = len(self._terms)
        return normalised(rows[:, width : width + DIMENSIONS])

    def _learn_words(self, roots: Sequence[Sequence[str]]) -> None:
        holding = Counter(term for each in roots for term in set(terms(each)))
        kept = sorted((term for term in holding if holding[term] > 1), key=lambda term: (-holding[term], term))
        self._terms = {term: column for column, term in enumerate(kept[:MOST_TERMS])}
        self._rarity = np.array([math.log(len(roots) / holding[term]) for term in self._terms], np.float32)

    def _rows(self, texts: Sequence[str], roots: Sequence[Sequence[str]]) -> Floats:
        count, width = len(self.names), len(self._terms)
        rows = np.zeros((len(texts), width + DIMENSIONS + count + 1), np.float32)
        for row, each in zip(rows, roots, strict=True):
            for term, times in Counter(terms(each)).items():
                if (column := self._terms.get(term)) is not None:
                    row[column] = (1 + math.log(times)) * self._rarity[column]
            for categories in self._phrases.found(each).values():
                for number in categories:
                    row[width + DIMENSIONS + number] += 1
        words, signals = rows[:, :width], rows[:, width + DIMENSIONS : -1]
        words *= WORDS / np.maximum(np.linalg.norm(words, axis=1, keepdims=True), 1e-9)
        rows[:, width : width + DIMENSIONS] = MEANING * SHIPPED.encode(texts)
        signals[:] = SIGNALS * np.log1p(signals)
        rows[:, -1] = 1
        return rows

    def _prior(self) -> Floats:
        count, width = len(self.names), len(self._terms)
        prior = np.zeros((width + DIMENSIONS + count + 1, count), np.float32)
        prior[width + DIMENSIONS : -1] = PRIOR * np.eye(count)
        prior[-1] = NONE
        return prior

    def _why(self, sentence: str, number: int) -> tuple[str, ...]:
        """The words of a sentence that speak for a category, as written: its signals, then what weighs most."""
        roots, written = written_stems(sentence)
        signals = {
            root for phrase, held in self._phrases.found(roots).items() if number in held for root in phrase
        } - STOP
        weights = {
            root: float(self.weights[column, number] * self._rarity[column])
            for root in roots
            if (column := self._terms.get(root)) is not None
        }
        telling = sorted((root for root in weights if weights[root] > 0), key=lambda root: -weights[root])
        chosen = dict.fromkeys((*sorted(signals, key=roots.index), *telling))
        return tuple(written[root] for root in chosen)[:MOST_WORDS]


def _ancestors(categories: Iterable[Category]) -> dict[str, list[str]]:
    """The categories above each, nearest first; a circle ends where it begins."""
    parents = {each.name: each.parent for each in categories}
    above: dict[str, list[str]] = {}
    for name in parents:
        line: list[str] = []
        parent = parents[name]
        while parent and parent in parents and parent not in (name, *line):
            line.append(parent)
            parent = parents[parent]
        above[name] = line
    return above


def _taught(categories: Iterable[Category]) -> list[Lesson]:
    """What the categories say of themselves, as lessons."""
    return [
        Lesson(text, frozenset({each.name}), case=False)
        for each in categories
        for text in (each.definition, *each.examples, ", ".join((each.title, *each.aliases)), ", ".join(each.signals))
        if text
    ]
