"""Who takes part, what is asked of them, and what is kept of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.bench.job import MEANING, Answer, Contender

# By case: which questions are asked, and whether facets are counted.
CASES = {
    "words": ("words", True),
    "words without facets": ("words", False),
    "sentence": ("sentence", True),
    "prefix": ("prefix", True),
    "typo": ("typo", True),
    "phrase": ("phrase", True),
    "filters": ("filters", True),
    MEANING: ("sentence", True),
}


@dataclass
class Measured:
    """By case: how long each question took (milliseconds), and the first answers; a case that it lacks has neither.
    `failed` says why there is nothing at all.

    Bytes are of the index on the disk, and of the process: while it built, and when it had answered everything.
    """

    engine: str
    documents: int
    cases: Sequence[str] = tuple(CASES)
    per_second: float = 0.0
    bytes_on_disk: int = 0
    bytes_building: int = 0
    bytes_answering: int = 0
    per_second_on_two: float | None = None
    failed: str = ""
    took: dict[str, list[float]] = field(default_factory=dict)
    answers: dict[str, list[Answer]] = field(default_factory=dict)


def contender(engine: str) -> Contender:
    """A new one, not built; what it imports is imported only here."""
    match engine:
        case "hindsight":
            from tests.bench.hindsight_engine import Hindsight

            return Hindsight()
        case "oracle":
            from tests.bench.hindsight_engine import Oracle

            return Oracle()
        case "whoosh":
            from tests.bench.whoosh_peer import Whoosh

            return Whoosh()
        case "fts5":
            from tests.bench.fts5 import Fts5

            return Fts5()
        case "bm25s":
            from tests.bench.bm25s_peer import Bm25s

            return Bm25s()
        case "tantivy":
            from tests.bench.tantivy_peers import Tantivy

            return Tantivy()
        case _:
            from tests.bench.tantivy_peers import TantivyNative

            return TantivyNative()
