"""What every engine offers: a reading side that web processes hold, a writing side that only the index worker opens.

What is told here is the specification; the `memory` engine says the same in plain Python and is the oracle. Visible:
what `Request.visible` lets the viewer see; what the viewer may not see takes part in nothing, neither totals nor
facets, corrections or completions. Reference: what `Request.reference` (in a commit: its `reference`) names, the
widest audience. A document holds a token that stands in any of its fields. Plain tokens are those without STEM_MARK.

How a document scores:

- A section's weighted frequency of a token is the sum over heading and body of `weight * tf / (1 - B + B * length /
  average)`; a document's the same over title, alert names, and the headings and bodies of all its sections. The
  impact is `f * (K1 + 1) / (f + K1)`. Lengths and averages count tokens, per field and per unit (section or
  document).
- A term adds `weight * idf * impact` to every section and document that holds it; N and df of the `idf` count the
  documents of the reference.
- A document's score is its best section's plus WHOLE times its own. Where nothing scores all are 0. A hit's anchor is
  that of its best section (the first among equals), or empty where none scores.
- Order: evidence, score, then later day (the larger number), then id. A document's evidence is the best of what makes
  it match the Groups that score; it counts where the plan is `ordered`, or where it is NAME, and is NONE otherwise.
- Where the request has a `meaning`, and anything scores: scores are divided by the best one, and the first MEANT hits
  are put in order anew, the others following: to a score comes `MEANING * (likeness - least) / max(largest - least,
  SPREAD)`. A likeness is the largest dot product of the question with one of the document's rows but the first, plus
  TITLED times that with the first (its title's); where it has but that one, the former is 0. One without rows
  counts as the others do on average. Least and largest are those among these hits.
- The six averages (section: heading, body; document: title, alerts, headings, bodies) are means over the reference,
  or over all documents where the index holds none of it; one of 0 divides as 1. They are pinned at a rebuild, at a
  commit of whose documents none was there before (one that changed was not), at one that brings all that the reference
  holds, and at one after which `abs(now - pinned) > DRIFT * pinned` for one of them; all impacts follow.

What answers a word (a Group, which adds up all of these, and matches a document that holds any token it came to):

- Its terms.
- A prefix adds `PREFIX * idf * impact`, the impact being the best among the longer plain tokens that begin with it (the
  word itself is a term already: finished or not, it weighs the same), the idf that of their union. One that begins
  with NAME_MARK does the same among the tokens that have that mark, and weighs NAME. A prefix of one or two letters
  takes only the SHORT_PREFIX_TOKENS commonest of those in a visible document (documents in the reference, then the
  token's order).
- A typo stands in only where no term and no completion is in a visible document: with the plain tokens in visible
  documents that are at the least distance (OSA, at most `typo_distance`), at most TYPO_TOKENS, those in most visible
  documents first, then in token order; each adds `TYPO * idf * impact`.

What matches:

- Top level: every node; an empty plan matches everything. AtLeast: so many of its nodes.
- Counted in the total and in facets is what matches and, of each AtLeast at the top level, at least `counted` nodes.
- A Sequence stands within one field: a heading, a body, the title, the alerts. Its terms add to the sections in which
  it stands, and to the document's own.
- Groups and Sequences score wherever they stand, except under Without; one that stands in several places scores once.
  A Value is compared whole. A document without a day matches no Days.
- A Sequence without tokens matches nothing.
- A facet is counted over what is counted without the top-level Values of that field; each document once a value; the
  commonest first, then by value. A facet that was asked for is there even where it has no values.
- `Results.tokens` and `corrections` are of Groups and Sequences (their terms) that do not stand under Without: those
  in a visible document.

How commits act: `removed` goes first, then `documents` come in; of an id twice the last counts, an unknown one to
remove is none. Every commit and rebuild, an empty one too, changes `State.commit`. A rebuild applies its batches in
order and stands at the last one's revision; where a batch fails the index stays.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.search.document import IndexDocument
from app.search.likeness import Vector
from app.search.meaning import Meaning
from app.search.plan import Plan
from app.search.results import Hit, Results, Share


@dataclass(frozen=True)
class Visibility:
    """The ids of the documents that somebody may see. `load` is asked at most once per `key` and commit."""

    key: Hashable
    load: Callable[[], frozenset[str]]


@dataclass(frozen=True)
class Request:
    """`reference` is what the widest audience sees. `facets` are counted only where they are asked for. `meaning` is
    the question's (float32, of length 1), and `meant_by` the name of whose vector that is: it does not count where the
    documents have another's by now.
    """

    plan: Plan
    visible: Visibility
    reference: Visibility
    limit: int = 10
    offset: int = 0
    facets: tuple[str, ...] = ()
    meaning: Vector | None = None
    meant_by: str | None = None


@dataclass(frozen=True)
class Changes:
    """One commit: documents new or changed, ids gone, and the revision of the library that the index then stands at.

    `secret` rewrites what held the removed documents at once, so that no word of theirs stays in any file.
    """

    documents: tuple[IndexDocument, ...] = ()
    removed: tuple[str, ...] = ()
    revision: int = 0
    secret: bool = False


@dataclass(frozen=True)
class State:
    """What an index holds: the revision it stands at, how many documents, and a name that each commit changes."""

    commit: str
    revision: int
    documents: int


class Engine(Protocol):
    """The reading side. Safe to share between threads; a commit by the writer is seen by the next call."""

    name: str

    @property
    def meaning(self) -> Meaning | None:
        """Whose vectors the documents in it have; None where they have none, or another's than this reader knows.
        Raises as `search` does.
        """

    def search(self, request: Request) -> Results:
        """Raises Unavailable where there is no index that can be read."""

    def explain(self, request: Request, hits: Sequence[Hit]) -> dict[str, tuple[Share, ...]]:
        """For each of these hits, by id, what its score by letters is made of. Raises as `search` does."""

    def holding(self, visible: Visibility, words: Sequence[Collection[str]]) -> tuple[int, list[int]]:
        """How many documents are visible, and how many of them hold any token of each word. Raises as `search` does."""

    def state(self) -> State: ...

    def close(self) -> None: ...


class IndexWriter(Protocol):
    """The writing side; one at a time for an index. Raises Conflict on opening where another process holds it."""

    @property
    def meaning(self) -> Meaning | None:
        """Whose vectors documents are to bring. An index with another's holds nothing until it is rebuilt."""

    def revisions(self) -> dict[str, int]:
        """The revision of every document in the index."""

    def lacking(self) -> list[str]:
        """The documents that have no row of vectors, by id."""

    def vectors(self, id: str, revision: int) -> tuple[bytes, ...]:
        """The rows of a document, where it is here at that revision."""

    def sound(self) -> bool:
        """Whether what it wrote last is still there, as far as that can be told at once. If not, it is opened anew."""

    def commit(self, changes: Changes, reference: frozenset[str]) -> None:
        """All of it or nothing; on disk when it returns."""

    def rebuild(self, batches: Iterable[Changes], reference: frozenset[str]) -> None:
        """A new generation from these documents alone, swapped in when whole; until then readers see the old one."""

    def close(self) -> None: ...
