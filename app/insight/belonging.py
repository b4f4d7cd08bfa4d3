"""Why an incident belongs to a pattern: what can be said of it and the one of the others that is nearest to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.insight.casebook import Casebook, score
from app.insight.reasons import Reason, reasons, same_incident
from app.insight.sides import Side
from app.library import pages

# A pattern may have thousands of incidents: each is held against so many of them.
MOST_READ = 20
SAME = "same-incident"


@dataclass(frozen=True)
class Belonging:
    """`reasons` as a pattern's member has them, and the id of the incident that they are told with."""

    reasons: tuple[dict[str, str], ...] = ()
    told_with: str | None = None


def belonging(
    session: Session, book: Casebook, sides: Mapping[str, Side], ids: Collection[str]
) -> dict[str, Belonging]:
    """How each of these incidents belongs; `sides` are the texts of the pattern."""
    cause_titles = pages.cause_titles(session)
    read = dict(list(sides.items())[:MOST_READ])
    return {id: _belonging(book, id, sides[id], read, cause_titles) for id in ids}


def _belonging(
    book: Casebook, id: str, here: Side, sides: Mapping[str, Side], cause_titles: Mapping[str, str]
) -> Belonging:
    case = book.cases[book.places[id]]
    parts = book.compare(case)
    scores = score(parts)
    others = [book.places[other] for other in sides if other != id]
    if not others:
        return Belonging()
    place = max(others, key=lambda other: (float(scores[other]), book.cases[other].id))
    other = book.cases[place]
    why = reasons(book, case, other, here, sides[other.id], cause_titles)
    if same_incident(case, other, float(parts["words"][place])):
        why = (Reason(SAME, f"the same incident as {other.title}"), *why)
    return Belonging(tuple(each.told() for each in why), other.id)
