"""Documents, counted: how often each token stands where, what that is worth, and what a commit holds of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Set
from dataclasses import dataclass, field
from statistics import fmean

from app.search import weights
from app.search.document import IndexDocument
from app.search.engine import Visibility

SECTION_WEIGHTS = (weights.HEADING, weights.BODY)
DOCUMENT_WEIGHTS = (weights.TITLE, weights.ALERT, weights.HEADING, weights.BODY)

# The fields of a unit (a section, a document): how often each token stands there.
Unit = tuple[Counter[str], ...]


@dataclass(frozen=True)
class Held:
    """A document, counted: its sections by heading and body, the whole by title, alerts, headings and bodies."""

    document: IndexDocument
    sections: tuple[Unit, ...]
    whole: Unit
    tokens: frozenset[str]

    @classmethod
    def of(cls, document: IndexDocument) -> Held:
        sections = tuple((Counter(each.heading.texts), Counter(each.body.texts)) for each in document.sections)
        headings: Counter[str] = sum((heading for heading, _ in sections), Counter())
        bodies: Counter[str] = sum((body for _, body in sections), Counter())
        whole = (Counter(document.title.texts), Counter(document.alerts.texts), headings, bodies)
        return cls(document, sections, whole, frozenset().union(*whole))


@dataclass(frozen=True)
class Averages:
    section: tuple[float, ...] = ()
    document: tuple[float, ...] = ()

    @classmethod
    def over(cls, held: Mapping[str, Held], reference: frozenset[str]) -> Averages:
        counted = [each for id, each in held.items() if id in reference] or list(held.values())
        sections = [section for each in counted for section in each.sections]
        return cls(
            _means(sections, len(SECTION_WEIGHTS)), _means([each.whole for each in counted], len(DOCUMENT_WEIGHTS))
        )

    def drifted(self, now: Averages) -> bool:
        pairs = zip((*self.section, *self.document), (*now.section, *now.document), strict=True)
        return any(abs(fresh - pinned) > weights.DRIFT * pinned for pinned, fresh in pairs)


def _means(units: list[Unit], fields: int) -> tuple[float, ...]:
    return tuple(fmean(unit[number].total() for unit in units) if units else 0.0 for number in range(fields))


def _impact(token: str, unit: Unit, field_weights: tuple[float, ...], averages: tuple[float, ...]) -> float:
    frequency = 0.0
    for counts, weight, average in zip(unit, field_weights, averages, strict=True):
        norm = 1 - weights.B + weights.B * counts.total() / (average or 1.0)
        frequency += weight * counts[token] / norm if counts[token] else 0.0
    return frequency * (weights.K1 + 1) / (frequency + weights.K1)


def best_impact(
    tokens: frozenset[str], unit: Unit, field_weights: tuple[float, ...], averages: tuple[float, ...]
) -> float:
    """The impact of the best of these tokens in a unit."""
    return max((_impact(token, unit, field_weights, averages) for token in tokens), default=0.0)


def lexicon(held: Mapping[str, Held]) -> frozenset[str]:
    return frozenset().union(*(each.tokens for each in held.values()))


def holding(tokens: Set[str], held: Mapping[str, Held]) -> int:
    """How many documents hold any of these tokens."""
    return sum(not tokens.isdisjoint(each.tokens) for each in held.values())


@dataclass(frozen=True)
class Commit:
    """The index as one commit left it; a search holds on to the one it began with. `seen`: what masks let through."""

    number: int = 0
    revision: int = 0
    held: Mapping[str, Held] = field(default_factory=dict)
    averages: Averages = field(default_factory=Averages)
    seen: dict[Hashable, Mapping[str, Held]] = field(default_factory=dict)

    def through(self, mask: Visibility) -> Mapping[str, Held]:
        if mask.key not in self.seen:
            ids = mask.load()
            self.seen[mask.key] = {id: each for id, each in self.held.items() if id in ids}
        return self.seen[mask.key]
