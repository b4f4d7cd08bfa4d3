"""The job that every contender does, and what they share in doing it.

A plan is answered over sections, heading before body; sections are folded into documents, title first (the best
section, and a share of the whole). A document has to hold what `asked` says, anywhere in it, and to lie within the
filters. What the viewer may not see is left out before anything is counted; and every kind,
service and cause is counted over all that matches, each without its own filter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from app.search.analysis import STEM_MARK, analyse, stem
from app.search.plan import AtLeast, Days, Group, Node, Plan, Value
from app.search.plan import Sequence as Phrase
from app.search.weights import BODY, HEADING, TITLE
from tests.bench.corpus import Text

LIMIT = 10
FACETS = ("kind", "service", "cause")
# The case in which the meaning of the question counts too.
MEANING = "meaning"
WEIGHTS = {"title": TITLE, "heading": HEADING, "body": BODY}

# Stands between two sections where a document's are joined, so that no phrase runs from one into the next.
BREAK = f" {STEM_MARK}. "

Counts = dict[str, dict[str, int]]
Leaf = Group | Phrase


class Answer(NamedTuple):
    """How many documents match, the first of them, and the counts where they were asked for."""

    total: int
    ids: list[str]
    counts: Counts


@dataclass(frozen=True)
class Filters:
    """What a document has to be beside its words: values by facet, and days from `first` up to, but not with, `end`."""

    values: Mapping[str, str]
    first: int | None
    end: int | None

    @property
    def any(self) -> bool:
        return bool(self.values) or self.first is not None or self.end is not None


class Source(Protocol):
    """The documents, one by one."""

    def texts(self) -> Iterator[Text]: ...

    def analysed(self) -> Iterator[Analysed]: ...


class Contender(Protocol):
    """One engine. `lacks` are the kinds of questions for which it has nothing, not even around it."""

    name: str
    lacks: frozenset[str]

    def build(self, source: Source, folder: Path) -> float:
        """Writes the index; returns the seconds that were spent on it, and not on reading the source."""

    def open(self, source: Source, folder: Path) -> None:
        """In another process: what has to be there before the first question."""

    def search(self, plan: Plan, facets: bool, meant: str = "") -> Answer:
        """`meant`: the question, where its meaning is to count too."""


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


def phrase(node: Phrase) -> list[str]:
    """Its tokens side by side, as `analysed` joins them: a word's stem stands behind it."""
    return [token for word in node.tokens for token in (word, stem(word)) if token]


def asked(plan: Plan) -> AtLeast:
    """The words and phrases of a plan, and how many of them a document has to hold. Every peer begins here.

    Of many words hindsight also finds what holds fewer, uncounted and behind the others; peers leave that out. The
    name of an alert, which only scores, is left out too: no generated document has one.
    """
    for node in plan.nodes:
        if isinstance(node, AtLeast) and node.needed:
            return AtLeast(node.nodes, max(node.needed, node.counted))
    return AtLeast(tuple(node for node in plan.nodes if isinstance(node, Phrase)))


def leaves(node: Node) -> Iterator[Leaf]:
    """The words and phrases in a node that score, wherever they stand."""
    if isinstance(node, AtLeast):
        for inner in node.nodes:
            yield from leaves(inner)
    elif isinstance(node, Group | Phrase):
        yield node


def strict(node: Node) -> bool:
    """Whether a document that holds one of the words alone may be no answer."""
    return isinstance(node, AtLeast) and (node.needed > 1 or any(map(strict, node.nodes)))


def filters(plan: Plan) -> Filters:
    values = {node.field: node.value for node in plan.nodes if isinstance(node, Value)}
    days = [node for node in plan.nodes if isinstance(node, Days)]
    first = max((day.first for day in days if day.first is not None), default=None)
    end = min((day.end for day in days if day.end is not None), default=None)
    return Filters(values, first, end)


def _joined(text: str) -> str:
    return " ".join(analyse(text).texts)
