"""Why two incidents are alike, in words that can be checked: a reason that needs a text shows the sentence of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from app.insight.casebook import Casebook
from app.insight.mechanisms import by_hash, titles
from app.insight.shards import Case
from app.insight.sides import Side, Spoken, shortened
from app.insight.weights import SAME_HOURS, SAME_WORDS

# So many words that both say are named.
MOST_WORDS = 6
# A word is rare that at most this share of all incidents say; there have to be two, or one that hardly any says.
RARE, VERY_RARE = 0.1, 0.01
FEWEST = 2
MOST_MECHANISMS = 2
# What alone suggests nothing: half a library shares its service.
WEAK = frozenset({"service"})


@dataclass(frozen=True)
class Reason:
    """`here` and `there` are the sentences of this incident and of the other, where the reason is in their texts."""

    kind: str
    text: str
    here: str = ""
    there: str = ""

    @property
    def strong(self) -> bool:
        return self.kind not in WEAK

    def told(self) -> dict[str, str]:
        """As JSON has it."""
        return {"kind": self.kind, "text": self.text}


def reasons(
    book: Casebook, case: Case, other: Case, here: Side, there: Side, cause_titles: Mapping[str, str]
) -> tuple[Reason, ...]:
    """The strongest first. Empty where nothing can be said for their likeness."""
    rare = _rare(book, case, other)
    said, its = here.speaking_of(rare), there.speaking_of(rare)
    return (
        *_mechanisms(case, other, here, there),
        *_causes(case, other, cause_titles),
        *_alerts(case, other),
        *_signatures(said, its),
        *_words(book, rare, said, its),
        *_services(book, case, other),
    )


def promising(book: Casebook, case: Case, other: Case) -> bool:
    """Whether their texts are worth being read for reasons."""
    shared = any(
        not set(mine).isdisjoint(its)
        for mine, its in (
            (case.profile.mechanisms.tolist(), other.profile.mechanisms.tolist()),
            (case.causes, other.causes),
            (case.alerts, other.alerts),
        )
    )
    return shared or len(_rare(book, case, other)) >= FEWEST


def same_incident(book: Casebook, case: Case, other: Case) -> bool:
    """Whether two texts tell the same incident: it began at the same time, and they say much the same."""
    if case.started is None or other.started is None:
        return False
    near = abs(case.started - other.started) <= timedelta(hours=SAME_HOURS)
    return near and book.words_of_both(case, other) >= SAME_WORDS


def _rare(book: Casebook, case: Case, other: Case) -> dict[int, float]:
    """The terms that both say and few others do, by CRC32: the share of incidents that say each, the rarest first."""
    both: NDArray[np.uint32] = np.intersect1d(case.profile.terms, other.profile.terms, assume_unique=True)
    shares = book.having("words", both) / max(book.total, 1)
    pairs = sorted((share, term) for share, term in zip(shares.tolist(), both.tolist(), strict=True) if share <= RARE)
    return {term: share for share, term in pairs}


def _mechanisms(case: Case, other: Case, here: Side, there: Side) -> Iterator[Reason]:
    profiles = (case.profile, other.profile)
    both = set(case.profile.mechanisms.tolist()) & set(other.profile.mechanisms.tolist())
    strengths = dict(zip(case.profile.mechanisms.tolist(), case.profile.strengths.tolist(), strict=True))
    mine, its = (dict(zip(each.mechanisms.tolist(), each.named.tolist(), strict=True)) for each in profiles)
    for each in sorted(both, key=lambda each: (-strengths[each], each))[:MOST_MECHANISMS]:
        said = f"the same went wrong: {_small(titles()[by_hash()[each]])}"
        yield Reason("mechanism", said, shortened(here.sentence(mine[each])), shortened(there.sentence(its[each])))


def _causes(case: Case, other: Case, cause_titles: Mapping[str, str]) -> Iterator[Reason]:
    both = [name for name in case.causes if name in other.causes]
    if both:
        yield Reason("cause", f"same cause: {', '.join(_small(cause_titles.get(name, name)) for name in both)}")


def _alerts(case: Case, other: Case) -> Iterator[Reason]:
    both = [name for name in case.alerts if name in other.alerts]
    if both:
        yield Reason("alert", f"raised the same alert: {', '.join(both)}")


def _signatures(here: Spoken, there: Spoken) -> Iterator[Reason]:
    both = [raw for folded, raw in here.names.items() if folded in there.names]
    if both:
        yield Reason("signature", f"same identifier: {', '.join(both[:MOST_WORDS])}")


def _words(book: Casebook, rare: Mapping[int, float], here: Spoken, there: Spoken) -> Iterator[Reason]:
    said = {term: share for term, share in rare.items() if term in here.written and term in there.written}
    alone = bool(said) and min(said.values()) <= VERY_RARE and book.total >= 1 / VERY_RARE
    if len(said) >= FEWEST or alone:
        telling = list(said)[: 2 * MOST_WORDS]
        written = list(dict.fromkeys(here.written[term] for term in telling))[:MOST_WORDS]
        words = ", ".join(f"“{word}”" for word in written)
        yield Reason("words", f"both say {words}", here.holding(telling), there.holding(telling))


def _services(book: Casebook, case: Case, other: Case) -> Iterator[Reason]:
    both = [name for name in case.services if name in other.services]
    if both:
        yield Reason("service", f"same service: {', '.join(both)}")
        return
    for mine in case.services:
        for its in other.services:
            if its in book.neighbours.get(mine, ()):
                yield Reason("service", f"neighbouring services: {mine} and {its}")
                return


def _small(title: str) -> str:
    """A title in the middle of a sentence; a name in capitals stays one, and so does an article."""
    return title[:1].lower() + title[1:] if title[1:2].islower() or title[1:2] == " " else title
