"""What pages ask of incidents that recur: patterns, and factors (causes that recur across services).

A viewer hears of a pattern only who may see its audience and at least two of its incidents; only those that the viewer
may see are counted, named or summed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from sqlalchemy import (
    ColumnElement,
    Float,
    Select,
    and_,
    bindparam,
    case,
    cast,
    exists,
    extract,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.errors import NotFound
from app.library.catalog import Cause
from app.library.documents import Document, DocumentService
from app.library.incidents import FACTS, Incident, IncidentCause
from app.library.pages.documents import seen, there
from app.library.patterns import Pattern, PatternMember, PatternSource
from app.library.visibility import VIEWERS_KEPT
from app.viewer import Viewer

LEAST = 2
LISTED = ("found", "confirmed")
# A cause is a factor from so many incidents on, if they are of more than one service.
LEAST_OF_FACTOR = 3
YEAR = 365.25 * 86_400

# The ids of the incidents that are spoken of, as a part of other questions.
Ids = Select[tuple[str]]


@dataclass(frozen=True)
class Times:
    """How often something happened. `first` and `last` are of the `dated` among `count`."""

    count: int
    dated: int
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True)
class Recurring:
    """A pattern or, without its row, a factor, as a line of a list."""

    address: str
    name: str
    times: Times
    pattern: Pattern | None = None


_TIMES = (func.count(), func.count(Incident.started), func.min(Incident.started), func.max(Incident.started))


def shown(viewer: Viewer) -> ColumnElement[bool]:
    """The condition that this viewer may know of a pattern, but for the number of its incidents. As long as its name
    has words of an incident that is hidden from the viewer now, the pattern is too: soon it will be told without them.
    """
    if viewer.audiences is None:
        return true()
    hidden = exists().where(PatternSource.pattern_id == Pattern.id, ~there(viewer, PatternSource.document_id))
    return Pattern.audience.in_(sorted(viewer.audiences)) & ~hidden


def _among(viewer: Viewer, document: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """The same, for who asks it of nearly all: what the viewer sees is read once."""
    return document.in_(select(Document.id).where(seen(viewer)))


def _weight(today: date) -> ColumnElement[float]:
    """What recurs most and most recently: an incident counts one, a year later a half, then a third."""
    now = datetime.combine(today, time(), UTC).timestamp()
    years = (literal(now) - cast(extract("epoch", Incident.started), Float)) / YEAR
    return func.coalesce(func.sum(1.0 / (1.0 + case((years > 0, years), else_=0.0))), 0.0)


def _counted(viewer: Viewer, visible: ColumnElement[bool] | None = None) -> Select[Any]:
    """Patterns with how often each happened, as this viewer sees it."""
    return (
        select(Pattern, *_TIMES)
        .join(PatternMember, PatternMember.pattern_id == Pattern.id)
        .join(Incident, Incident.document_id == PatternMember.document_id)
        .where(there(viewer, PatternMember.document_id) if visible is None else visible, shown(viewer))
        .group_by(Pattern.id)
        .having(func.count() >= LEAST)
    )


def _line(row: Any) -> Recurring:
    pattern: Pattern = row[0]
    return Recurring(f"/patterns/{quote(pattern.id)}", pattern.called, Times(*row[1:5]), pattern)


def patterns(
    session: Session, viewer: Viewer, today: date, limit: int, offset: int = 0, states: Collection[str] = LISTED
) -> tuple[list[Recurring], int]:
    """What recurs most and most recently first, and how many there are."""
    order = (_weight(today).desc(), func.max(Incident.started).desc().nulls_last(), Pattern.name, Pattern.id)
    chosen = _counted(viewer, _among(viewer, PatternMember.document_id)).where(Pattern.state.in_(states))
    rows = session.execute(chosen.add_columns(func.count().over()).order_by(*order).limit(limit).offset(offset)).all()
    return [_line(row) for row in rows], rows[0][-1] if rows else 0


def pattern(session: Session, viewer: Viewer, id: str) -> Recurring:
    """The pattern with that id, in whatever state it is; for one that was merged, where it went. Raises NotFound."""
    row = session.execute(_counted(viewer).where(Pattern.id == id, Pattern.state != "merged")).first()
    if row is not None:
        return _line(row)
    where = select(Pattern.merged_into).where(Pattern.id == id, Pattern.state == "merged", shown(viewer))
    merged_into = session.scalar(where)
    if merged_into is not None:
        return pattern(session, viewer, merged_into)
    raise NotFound("The pattern may have been taken apart, or is not for everybody. Look through those that there are.")


def patterns_of(session: Session, viewer: Viewer, documents: Iterable[str]) -> dict[str, list[Recurring]]:
    """The patterns that each of these documents, all of which the viewer may see, is part of. One statement."""
    ids = list(documents)
    rows = session.execute(_of_these(viewer), {"ids": ids}) if ids else ()
    found: dict[str, list[Recurring]] = {}
    for row in rows:
        found.setdefault(row[-1], []).append(_line(row))
    return found


@lru_cache(maxsize=VIEWERS_KEPT)
def _of_these(viewer: Viewer) -> Select[Any]:
    """The statement of `patterns_of`, built once a viewer: every answer of a search waits for it."""
    these = PatternMember.document_id.in_(bindparam("ids", expanding=True))
    named = select(PatternMember.pattern_id).where(these)
    counted = _counted(viewer).where(Pattern.id.in_(named), Pattern.state.in_(LISTED))
    times = counted.with_only_columns(Pattern.id, *_TIMES).subquery()
    return (
        select(Pattern, *list(times.c)[1:], PatternMember.document_id)
        .join(times, times.c.id == Pattern.id)
        .join(PatternMember, PatternMember.pattern_id == Pattern.id)
        .where(these)
        .order_by(list(times.c)[1].desc(), Pattern.id)
    )


def earlier(session: Session, viewer: Viewer, pattern: Pattern, incident: Incident) -> int | None:
    """How many incidents of the pattern began before this one; None where it does not say when it did."""
    if incident.started is None:
        return None
    before = or_(
        Incident.started < incident.started,
        and_(Incident.started == incident.started, Incident.document_id < incident.document_id),
    )
    ids = incidents_of_pattern(viewer, pattern)
    return session.scalar(select(func.count()).where(Incident.document_id.in_(ids), before)) or 0


def factors(session: Session, viewer: Viewer, name: str | None = None) -> list[Recurring]:
    """Causes that recur across services, the commonest first; a child counts for itself. `name`: that one alone."""
    told = (seen(viewer), IncidentCause.state.in_(FACTS), true() if name is None else IncidentCause.cause == name)
    across = (
        select(IncidentCause.cause)
        .join(Document, Document.id == IncidentCause.document_id)
        .join(DocumentService, DocumentService.document_id == IncidentCause.document_id)
        .where(*told)
        .group_by(IncidentCause.cause)
        .having(func.min(DocumentService.service) < func.max(DocumentService.service))
    )
    rows = session.execute(
        select(Cause.name, Cause.title, *_TIMES)
        .join(IncidentCause, IncidentCause.cause == Cause.name)
        .join(Incident, Incident.document_id == IncidentCause.document_id)
        .join(Document, Document.id == Incident.document_id)
        .where(*told, Cause.name.in_(across))
        .group_by(Cause.name, Cause.title)
        .having(func.count() >= LEAST_OF_FACTOR)
        .order_by(func.count().desc(), Cause.title)
    )
    return [Recurring(f"/patterns/factor/{quote(row[0], safe='')}", row[1], Times(*row[2:6])) for row in rows]


def incidents_of_pattern(viewer: Viewer, pattern: Pattern) -> Ids:
    return (
        select(PatternMember.document_id)
        .join(Incident, Incident.document_id == PatternMember.document_id)
        .where(PatternMember.pattern_id == pattern.id, there(viewer, PatternMember.document_id))
    )


def incidents_of_factor(viewer: Viewer, cause: str) -> Ids:
    return select(IncidentCause.document_id).where(
        IncidentCause.cause == cause, IncidentCause.state.in_(FACTS), there(viewer, IncidentCause.document_id)
    )


@dataclass(frozen=True)
class Membership:
    """How an incident belongs to a pattern; `reasons` are `{"kind", "text"}`."""

    score: float
    reasons: list[dict[str, str]]
    by_person: bool


def memberships(session: Session, viewer: Viewer, pattern: Pattern, documents: Iterable[str]) -> dict[str, Membership]:
    """How each of these documents belongs to the pattern. Reasons in the words of a hidden incident are left out."""
    told = or_(PatternMember.told_with.is_(None), there(viewer, PatternMember.told_with))
    rows = session.execute(
        select(PatternMember, told).where(
            PatternMember.pattern_id == pattern.id, PatternMember.document_id.in_(set(documents))
        )
    )
    return {row.document_id: Membership(row.score, row.reasons if shown else [], row.by_person) for row, shown in rows}
