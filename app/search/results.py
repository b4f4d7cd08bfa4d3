"""What an engine answers: ids, order, scores and counts. Texts come from the rows."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Hit:
    """`anchor` is the best section's, or empty where only the document as a whole (its title) answers."""

    id: str
    score: float
    anchor: str = ""


@dataclass(frozen=True)
class Results:
    """`facets`: by name, (value, documents) with the commonest first; each counted without the query's own choice in
    that facet.

    `corrections`: a mistyped word and the tokens that stood in for it. `tokens`: every token that was looked up and
    found, for highlights.
    """

    total: int = 0
    hits: tuple[Hit, ...] = ()
    facets: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    corrections: dict[str, tuple[str, ...]] = field(default_factory=dict)
    tokens: frozenset[str] = frozenset()
