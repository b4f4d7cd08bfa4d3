"""Why two incidents are alike, in words that can be checked: a reason that needs a text shows the sentence of each."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

import numpy as np

from app.insight.casebook import Case, Casebook
from app.insight.mechanisms import sentences, titles, told
from app.insight.profile import Telling, terms, terms_of
from app.insight.weights import SAME_HOURS, SAME_WORDS
from app.search.analysis import parts, whole, words

# So many words that both say are named.
MOST_WORDS = 6
# A word is rare that fewer than this share of all incidents say; there have to be two, or one that hardly any says.
RARE, VERY_RARE = 0.1, 0.01
FEWEST = 2
LONGEST_SENTENCE = 240
MOST_MECHANISMS = 2
LONGEST_NAME = 30
# When something was says nothing of what it was.
_WHEN = re.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july|august|september|october"
    r"|november|december|today|yesterday|morning|evening|night|afternoon"
)
# Words that a hyphen joins are prose, and numbers are no name.
_PROSE = re.compile(r"[A-Za-z]?[a-z]+(?:-[A-Za-z]?[a-z]+)+|[\d.:,-]+")
# What alone suggests nothing: half a library shares its service.
WEAK = frozenset({"service", "detection"})


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


class Side:
    """One of two texts, taken apart when a reason asks for it."""

    def __init__(self, text: Telling) -> None:
        self.text = text

    @cached_property
    def sentences(self) -> list[tuple[str, frozenset[str]]]:
        return [(each, frozenset(terms(each))) for each in sentences(self.text.whole)]

    @cached_property
    def mechanisms(self) -> dict[str, str]:
        """The first sentence that says each."""
        found: dict[str, str] = {}
        for said in told(self.text.whole):
            found.setdefault(said.name, said.sentence)
        return found

    @cached_property
    def names(self) -> dict[str, str]:
        """Identifiers as written, by what they are compared by: error codes, settings, metrics, classes."""
        return {
            folded: raw
            for raw in words(self.text.whole)
            if (folded := whole(raw)) and _name_like(raw) and not _PROSE.fullmatch(raw)
        }

    @cached_property
    def terms(self) -> dict[str, str]:
        """A word as written for each stem."""
        found: dict[str, str] = {}
        for raw in words(self.text.whole):
            if _WHEN.fullmatch(raw.casefold()):
                continue
            several = parts(raw)
            for part in several:
                for term in terms_of(part):
                    found.setdefault(term, raw if len(several) == 1 or _name_like(raw) else part)
        return found

    def saying(self, wanted: frozenset[str]) -> str:
        """The sentence that says most of these."""
        best = max(self.sentences, key=lambda each: len(each[1] & wanted), default=("", frozenset()))
        return shortened(best[0]) if best[1] & wanted else ""


def shortened(sentence: str) -> str:
    flat = " ".join(sentence.split())
    return flat if len(flat) <= LONGEST_SENTENCE else flat[:LONGEST_SENTENCE].rsplit(" ", 1)[0] + " …"


def reasons(
    book: Casebook, case: Case, other: Case, here: Side, there: Side, cause_titles: Mapping[str, str]
) -> tuple[Reason, ...]:
    """The strongest first. Empty where nothing can be said for their likeness."""
    found = [
        *_mechanisms(here, there),
        *_causes(case, other, cause_titles),
        *_alerts(case, other),
        *_signatures(book, here, there),
        *_words(book, here, there),
        *_services(book, case, other),
    ]
    return tuple(found)


def same_incident(case: Case, other: Case, words: float) -> bool:
    """Whether two texts tell the same incident: it began at the same time, and they say much the same."""
    if case.started is None or other.started is None:
        return False
    near = abs(case.started - other.started) <= timedelta(hours=SAME_HOURS)
    return near and words >= SAME_WORDS


def _mechanisms(here: Side, there: Side) -> Iterator[Reason]:
    both = [name for name in here.mechanisms if name in there.mechanisms]
    for name in both[:MOST_MECHANISMS]:
        yield Reason(
            "mechanism",
            f"the same went wrong: {_small(titles()[name])}",
            shortened(here.mechanisms[name]),
            shortened(there.mechanisms[name]),
        )


def _causes(case: Case, other: Case, cause_titles: Mapping[str, str]) -> Iterator[Reason]:
    both = [name for name in case.causes if name in other.causes]
    if both:
        yield Reason("cause", f"same cause: {', '.join(_small(cause_titles.get(name, name)) for name in both)}")


def _alerts(case: Case, other: Case) -> Iterator[Reason]:
    both = [name for name in case.alerts if name in other.alerts]
    if both:
        yield Reason("alert", f"raised the same alert: {', '.join(both)}")


def _services(book: Casebook, case: Case, other: Case) -> Iterator[Reason]:
    both = [name for name in case.services if name in other.services]
    if both:
        yield Reason("service", f"same service: {', '.join(both)}")
        return
    near = [(mine, its) for mine in case.services for its in other.services if its in book.neighbours.get(mine, ())]
    if near:
        yield Reason("service", f"neighbouring services: {near[0][0]} and {near[0][1]}")


def _signatures(book: Casebook, here: Side, there: Side) -> Iterator[Reason]:
    both = [name for name in here.names if name in there.names and _rare(book, terms(name))]
    if both:
        yield Reason("signature", f"same identifier: {', '.join(here.names[name] for name in both[:MOST_WORDS])}")


def _words(book: Casebook, here: Side, there: Side) -> Iterator[Reason]:
    both = [term for term in here.terms if term in there.terms]
    shares = dict(zip(both, _shares(book, both), strict=True))
    rare = sorted((term for term in both if shares[term] <= RARE), key=lambda term: (shares[term], term))
    if len(rare) >= FEWEST or (rare and shares[rare[0]] <= VERY_RARE and book.total >= 1 / VERY_RARE):
        wanted = frozenset(rare[: 2 * MOST_WORDS])
        written = dict.fromkeys(here.terms[term] for term in rare)
        said = ", ".join(f"“{word}”" for word in list(written)[:MOST_WORDS])
        yield Reason("words", f"both say {said}", here.saying(wanted), there.saying(wanted))


def _rare(book: Casebook, found: list[str]) -> bool:
    return bool(found) and min(_shares(book, found)) <= RARE


def _shares(book: Casebook, found: list[str]) -> list[float]:
    """The share of all incidents that say each of these terms."""
    hashes = np.array([zlib.crc32(term.encode()) for term in found], np.uint32)
    return [count / max(book.total, 1) for count in book.having("words", hashes).tolist()]


def _name_like(raw: str) -> bool:
    """Whether an identifier is shown as a whole: an address or a path says too much, and a number too little."""
    return len(raw) <= LONGEST_NAME and "/" not in raw and "@" not in raw


def _small(title: str) -> str:
    """A title in the middle of a sentence; a name in capitals stays one."""
    return title[:1].lower() + title[1:] if title[1:2].islower() else title
