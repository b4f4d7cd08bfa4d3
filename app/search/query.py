"""What a person asked, as small frozen nodes that no engine owns. `parser` makes them from text, `unparse` writes them
back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

FILTER_FIELDS = ("service", "cause", "severity", "kind", "owner", "alert", "tag", "has")
FACETS = ("kind", "service", "cause", "severity")
# Fields of which all values are known, whatever the library holds.
VALUES = {"kind": ("postmortem", "runbook", "guide", "reading-list"), "has": ("actions",)}


@dataclass(frozen=True)
class Word:
    """A word as typed; a document with none of the words is no hit, one with more of them ranks higher."""

    text: str


@dataclass(frozen=True)
class Phrase:
    """Words that must stand side by side, in this order, in one section."""

    text: str


@dataclass(frozen=True)
class Filter:
    """`field:value`; the value is compared casefolded and whole."""

    field: str
    value: str


@dataclass(frozen=True)
class Since:
    """`after:` (that day or later). `written` is how the day was said (`90d`), so that a link that is kept goes on
    saying it; empty where a day is all that is known.
    """

    day: date
    written: str = field(default="", compare=False)


@dataclass(frozen=True)
class Until:
    """`before:` (earlier than that day). `written` is how the day was said."""

    day: date
    written: str = field(default="", compare=False)


@dataclass(frozen=True)
class Not:
    clause: Clause


@dataclass(frozen=True)
class Either:
    """`a OR b`: at least one of them."""

    clauses: tuple[Clause, ...]


Clause = Word | Phrase | Filter | Since | Until | Not | Either


@dataclass(frozen=True)
class Query:
    """All clauses hold together; `messages` say what in the text could not be used, and how to mend it."""

    clauses: tuple[Clause, ...] = ()
    messages: tuple[str, ...] = ()

    def with_filter(self, name: str, value: str) -> Query:
        """The same question, narrowed by one more filter."""
        added = Filter(name, value)
        return self if added in self.clauses else Query((*self.clauses, added), self.messages)

    def without(self, clause: Clause) -> Query:
        """The same question with that clause taken out."""
        return Query(tuple(each for each in self.clauses if each != clause), self.messages)
