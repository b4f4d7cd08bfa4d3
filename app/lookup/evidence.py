"""Whether a document answers a question at all. A score says which of several fits best; it does not say that the best
one fits.

What counts is how much of what the question tells is in the section and in the title, each word weighed by how few
documents hold it. A word that no document holds weighs most: a question about a thing that the library has never heard
of is not answered by a text that shares its everyday words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.library import Document, DocumentAlert, Section
from app.retrieval.find import FoundHit, find
from app.retrieval.synonyms import synonyms as synonyms_of
from app.retrieval.visibility import masks
from app.search.analysis import analyse, parts, stem, whole, words
from app.search.engine import Engine
from app.search.planner import LOG_KEY, NOISE, STOP
from app.search.weights import idf
from app.viewer import Viewer

# How strong evidence has to be, chosen on one half of the development pages and of alerts about things that the
# development library does not know (ARCHITECTURE.md has the figures of both halves).
# A runbook for an error or a log, which names no alert.
RUNBOOK = 0.65
# A runbook for an alert that has a name: one that answered it would name it.
NAMED = 1.3
INCIDENT = 0.9
# A question of few words cannot be strong; it is answered by who says nearly all of it.
SHARE, SHORT = 0.6, 0.4
FEWEST = 2
# A post-mortem is long enough to hold two words by chance.
FEWEST_OF_INCIDENT = 3
# So many hits are held against the question.
LOOKED_AT = 6
# What stands behind a stronger one has to be at least so strong beside it.
BESIDE = 0.5
# So many different words of a question are weighed: more say no more.
MOST_WORDS = 32
# So many of the words held are named as the reason.
MOST_NAMED = 4


@dataclass(frozen=True)
class Evidence:
    """`share` of the question's weight that the section and the title hold; `strength` also asks how much that is, and
    how much of it the title says. `words` are those held, the most telling first.
    """

    share: float
    strength: float
    words: tuple[str, ...]

    def enough(self, least: float, fewest: int = FEWEST) -> bool:
        strong = self.strength >= least or (self.share >= SHARE and self.strength >= SHORT * least / RUNBOOK)
        return strong and len(self.words) >= fewest

    @property
    def why(self) -> str:
        said = ", ".join(f"“{word}”" for word in self.words[:MOST_NAMED])
        return f"same words: {said}"


@dataclass(frozen=True)
class Telling:
    """A word of a question as written. Any of `tokens`, or all of one of `same`, says it; `weight` is 1 where no
    document does.
    """

    written: str
    tokens: frozenset[str]
    same: tuple[frozenset[str], ...]
    weight: float

    def said_in(self, text: frozenset[str]) -> bool:
        return not self.tokens.isdisjoint(text) or any(other <= text for other in self.same)


@dataclass(frozen=True)
class Question:
    """The telling words of a question, the most telling first."""

    words: tuple[Telling, ...]

    def evidence(self, document: Document, section: Section | None, alerts: Iterable[str]) -> Evidence:
        """`alerts` are those that the document names."""
        head = _tokens(" ".join((document.title, *alerts)))
        text = head | (_tokens(f"{section.heading}\n{section.text}") if section else frozenset())
        held = [word for word in self.words if word.said_in(text)]
        whole = sum(word.weight for word in self.words) or 1.0
        inside = sum(word.weight for word in held)
        titled = sum(word.weight for word in held if word.said_in(head))
        return Evidence(inside / whole, (inside + titled) ** 2 / whole, tuple(word.written for word in held))


def question(session: Session, engine: Engine, viewer: Viewer, text: str) -> Question:
    """The question that a text asks, weighed by the documents that the viewer may see."""
    visible, _ = masks(session, viewer)
    synonyms = synonyms_of(session)
    telling = _telling(text)
    total, counts = engine.holding(visible, list(telling.values()))
    most = idf(total, 0)
    found = []
    for (written, tokens), count in zip(telling.items(), counts, strict=True):
        same = tuple(frozenset(stem(part) or part for part in words(other)) for other in synonyms.get(written, ()))
        found.append(Telling(written, tokens, same, idf(total, count) / most))
    return Question(tuple(sorted(found, key=lambda word: -word.weight)))


def candidates(
    session: Session, engine: Engine, viewer: Viewer, text: str, kind: str
) -> Iterator[tuple[FoundHit, list[str]]]:
    """What may answer a pasted text, the best first, each with the alerts that it names."""
    hits = find(session, engine, viewer, text, limit=LOOKED_AT, within=f"kind:{kind}", facets=(), pasted=True).hits
    named: dict[str, list[str]] = {hit.document.id: [] for hit in hits}
    rows = select(DocumentAlert.document_id, DocumentAlert.alert).where(DocumentAlert.document_id.in_(list(named)))
    for id, alert in session.execute(rows):
        named[id].append(alert)
    return ((hit, named[hit.document.id]) for hit in hits)


def _telling(text: str) -> dict[str, frozenset[str]]:
    """The words that tell something, each with what it is looked up by."""
    found: dict[str, frozenset[str]] = {}
    stems: set[str] = set()
    for raw in words(LOG_KEY.sub(" ", text)):
        if NOISE.fullmatch(raw.casefold()):
            continue
        if (name := whole(raw)) is not None and name not in stems:
            stems.add(name)
            found[raw] = frozenset((name,))
        for part in parts(raw):
            root = stem(part) or part
            if len(part) > 1 and part not in STOP and not NOISE.fullmatch(part) and root not in stems:
                stems.add(root)
                found[part] = frozenset((part, root))
    return dict(list(found.items())[:MOST_WORDS])


@lru_cache(maxsize=1024)
def _tokens(text: str) -> frozenset[str]:
    return frozenset(analyse(text).texts)
