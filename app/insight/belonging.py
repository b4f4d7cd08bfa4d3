"""Why an incident belongs to a pattern: what can be said of it and the one of the others that is nearest to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from app.insight.casebook import Casebook, score
from app.insight.reasons import Reason, reasons, same_incident
from app.insight.sides import Side

# A pattern may have thousands of incidents: each is held against so many of them.
MOST_READ = 20
SAME = "same-incident"


@dataclass(frozen=True)
class Belonging:
    """`reasons` as a pattern's member has them, and the id of the incident that they are told with."""

    reasons: tuple[dict[str, str], ...] = ()
    told_with: str | None = None


def belonging(
    book: Casebook,
    sides: Mapping[str, Side],
    ids: Collection[str],
    cause_titles: Mapping[str, str],
    nearest: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Belonging]:
    """How each of these incidents belongs; `sides` are the texts of the pattern. `nearest`: which of them an incident
    is nearest to, where that is known.
    """
    found = {}
    for id in ids:
        other = nearest.get(id) or _nearest(book, id, [each for each in list(sides)[:MOST_READ] if each != id])
        found[id] = _belonging(book, id, other, sides, cause_titles) if other else Belonging()
    return found


def _nearest(book: Casebook, id: str, others: Sequence[str]) -> str | None:
    if not others:
        return None
    scores = score(book.compare(book.cases[book.places[id]]))
    return max(others, key=lambda other: (float(scores[book.places[other]]), other))


def _belonging(
    book: Casebook, id: str, other: str, sides: Mapping[str, Side], cause_titles: Mapping[str, str]
) -> Belonging:
    case, its = book.cases[book.places[id]], book.cases[book.places[other]]
    why = reasons(book, case, its, sides[id], sides[other], cause_titles)
    if same_incident(book, case, its):
        why = (Reason(SAME, f"the same incident as {its.title}"), *why)
    return Belonging(tuple(each.told() for each in why), other)
