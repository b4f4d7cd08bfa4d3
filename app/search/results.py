"""What an engine answers: ids, order, scores and counts. Texts come from the rows."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.search.plan import Evidence


@dataclass(frozen=True)
class Hit:
    """`anchor` is the best section's, or empty where only the document as a whole (its title) answers. `evidence` is
    told where it comes before the score.
    """

    id: str
    score: float
    anchor: str = ""
    evidence: Evidence = Evidence.NONE


@dataclass(frozen=True)
class Share:
    """What one token adds to a hit's score by letters: in its best section, and in the document as a whole."""

    evidence: Evidence
    token: str
    section: float
    whole: float

    @property
    def points(self) -> float:
        return self.section + self.whole


@dataclass(frozen=True)
class Results:
    """`best`: the largest score by letters. `facets`: by name, (value, documents) with the commonest first; each
    counted without the query's own choice in that facet.

    `corrections`: a mistyped word and the tokens that stood in for it. `tokens`: every token that was looked up and
    found, for highlights.
    """

    total: int = 0
    hits: tuple[Hit, ...] = ()
    best: float = 0.0
    facets: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    corrections: dict[str, tuple[str, ...]] = field(default_factory=dict)
    tokens: frozenset[str] = frozenset()
