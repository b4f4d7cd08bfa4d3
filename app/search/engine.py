"""What every engine offers: a reading side that web processes hold, and a writing side that only the index worker opens.

How a document scores (the `memory` engine says the same in plain Python and is the oracle):

- A section's weighted frequency of a token is the sum over heading and body of `weight * tf / (1 - B + B * length / average)`; a document's
  the same over title, alert names, and the headings and bodies of all its sections. The impact is `f * (K1 + 1) / (f + K1)`. Lengths and averages
  count tokens, per field and per unit (section or document).
- A term adds `weight * idf * impact` to every section and document that holds it; `idf` counts documents visible to the widest audience (`reference`).
- A prefix adds `PREFIX * idf * impact`, the impact being the best among the tokens with that prefix, the idf that of their union. A prefix of one
  or two letters takes the SHORT_PREFIX_TOKENS commonest (documents visible to `reference`, then the token's order).
- A typo stands in with the tokens at the least distance (OSA, at most `typo_distance`), at most TYPO_TOKENS, those in most visible documents first, then
  in token order; each adds `TYPO * idf * impact`. Only plain tokens (not stems) are completed or corrected.
- A document's score is its best section's plus WHOLE times its own. Order: score, then later day, then id. Without Groups and Sequences all scores are 0.
- What the viewer may not see takes part in nothing: not in totals, facets, corrections, completions.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from app.search.document import IndexDocument
from app.search.plan import Plan
from app.search.results import Results


@dataclass(frozen=True)
class Visibility:
    """The ids of the documents that somebody may see. `load` is asked once per `key` and commit; the same key means the same ids."""

    key: Hashable
    load: Callable[[], frozenset[str]]


@dataclass(frozen=True)
class Request:
    """`reference` is what the widest audience sees. `facets` are counted only where they are asked for."""

    plan: Plan
    visible: Visibility
    reference: Visibility
    limit: int = 10
    offset: int = 0
    facets: tuple[str, ...] = ()


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
    """What an index holds: the revision it stands at, how many documents, and a name for the commit that is different after each one."""

    commit: str
    revision: int
    documents: int
    notes: tuple[str, ...] = field(default=())


class Engine(Protocol):
    """The reading side. Safe to share between threads; a commit by the writer is seen by the next call."""

    name: str

    def search(self, request: Request) -> Results:
        """Raises Unavailable where there is no index that can be read."""

    def state(self) -> State: ...

    def close(self) -> None: ...


class IndexWriter(Protocol):
    """The writing side; one at a time for an index. Raises Conflict on opening where another process holds it."""

    def revisions(self) -> dict[str, int]:
        """The revision of every document in the index."""

    def commit(self, changes: Changes, reference: frozenset[str]) -> None:
        """All of it or nothing; on disk when it returns."""

    def rebuild(self, batches: Iterable[Changes], reference: frozenset[str]) -> None:
        """A new generation from these documents alone, swapped in when whole; readers go on with the old one until then."""

    def close(self) -> None: ...
