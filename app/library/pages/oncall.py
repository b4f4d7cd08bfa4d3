"""What to know of a service before being on call for it, beside its documents: what recurs there, and what happened to
the services around it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session, contains_eager, selectinload

from app.library.actions import WAITING, ActionItem
from app.library.catalog import Service
from app.library.documents import Document, DocumentService
from app.library.incidents import Incident
from app.library.pages.documents import LINE, NEWEST_FIRST, lines, seen
from app.library.pages.map import LEAST, members
from app.library.pages.tags import dependencies
from app.library.patterns import Pattern
from app.viewer import Viewer

RECENT = timedelta(days=365)
# Of each neighbour so many incidents are named.
NAMED = 3


@dataclass(frozen=True)
class Repeated:
    """A pattern with how often it happened to the service, and when last."""

    pattern: Pattern
    count: int
    last: datetime | None


@dataclass(frozen=True)
class Neighbour:
    """A service that depends on another or that it depends on. `recent` is how many incidents named it in the last
    twelve months; `incidents` are the newest of those, or of all where there was none.
    """

    service: Service
    recent: int
    incidents: Sequence[Document]


def repeated(session: Session, viewer: Viewer, name: str) -> list[Repeated]:
    """The patterns of a service, the most frequent first."""
    count, last = func.count(), func.max(Incident.started)
    rows = session.execute(
        members(Pattern, count, last, viewer=viewer)
        .join(Incident, Incident.document_id == Document.id)
        .where(Document.id.in_(_naming(name)))
        .group_by(Pattern.id)
        .having(count >= LEAST)
        .order_by(count.desc(), last.desc(), Pattern.id)
    )
    return [Repeated(*row) for row in rows]


def incidents_of_service(session: Session, viewer: Viewer, name: str, limit: int) -> tuple[list[Document], int]:
    """The newest incidents that name a service, and how many there are."""
    wanted = _incident(viewer) & Document.id.in_(_naming(name))
    total = session.scalar(select(func.count()).select_from(Document).where(wanted)) or 0
    return list(session.scalars(lines(viewer).where(wanted).order_by(*NEWEST_FIRST).limit(limit))), total


def texts_of_service(session: Session, viewer: Viewer, name: str) -> dict[str, list[Document]]:
    """What was written for a service, by kind: runbooks, guides, reading lists; what names it first stands first."""
    rows = session.scalars(
        lines(viewer)
        .join(DocumentService, DocumentService.document_id == Document.id)
        .where(Document.kind != "postmortem", DocumentService.service == name)
        .order_by(DocumentService.ordinal, func.lower(Document.title), Document.id)
    )
    found: dict[str, list[Document]] = {}
    for row in rows:
        found.setdefault(row.kind, []).append(row)
    return found


def open_promises(session: Session, viewer: Viewer, name: str, today: date) -> list[ActionItem]:
    """What incidents of a service promised and nobody has done, the longest overdue first."""
    late = (ActionItem.due < today) & ActionItem.status.in_(WAITING)
    rows = (
        select(ActionItem)
        .join(ActionItem.document)
        .where(_incident(viewer), Document.id.in_(_naming(name)), ActionItem.retired.is_(None))
        .where(ActionItem.status.is_(None) | ActionItem.status.in_(WAITING))
        .options(contains_eager(ActionItem.document).options(*LINE))
        .order_by(case((late, 0), else_=1), ActionItem.due.asc().nulls_last(), Document.changed.desc(), ActionItem.id)
    )
    return list(session.scalars(rows))


def neighbours(session: Session, viewer: Viewer, name: str, today: date) -> tuple[list[Neighbour], list[Neighbour]]:
    """What a service depends on, and what depends on it, each with its recent incidents; those that had the most
    stand first.
    """
    below, above = dependencies(session, viewer, name)
    incidents = _newest(session, viewer, {service.name for service in (*below, *above)}, today)

    def told(services: Sequence[Service]) -> list[Neighbour]:
        found = [Neighbour(service, *incidents.get(service.name, (0, []))) for service in services]
        return sorted(found, key=lambda each: (-each.recent, -bool(each.incidents)))

    return told(below), told(above)


def _newest(
    session: Session, viewer: Viewer, names: Collection[str], today: date
) -> dict[str, tuple[int, list[Document]]]:
    """Of each of these services how many incidents it had in the last twelve months, and the newest."""
    since = datetime.combine(today - RECENT, time(), UTC)
    recent = case((Incident.started >= since, 1), else_=0)
    of_service: dict[str, Any] = {"partition_by": DocumentService.service}
    ranked = (
        select(
            DocumentService.service,
            DocumentService.document_id,
            func.sum(recent).over(**of_service).label("recent"),
            func.row_number().over(**of_service, order_by=(*NEWEST_FIRST, Document.id)).label("place"),
        )
        .join(Document, Document.id == DocumentService.document_id)
        .join(Incident, Incident.document_id == Document.id)
        .where(_incident(viewer), DocumentService.service.in_(names))
        .subquery()
    )
    rows = session.execute(
        select(ranked.c.service, ranked.c.recent, Document)
        .join(Document, Document.id == ranked.c.document_id)
        .where(ranked.c.place <= NAMED)
        .order_by(ranked.c.service, ranked.c.place)
        .options(LINE[0], selectinload(Document.incident))
    )
    found: dict[str, tuple[int, list[Document]]] = {}
    for service, number, document in rows:
        found.setdefault(service, (number, []))[1].append(document)
    return {service: (number, each[: number or NAMED]) for service, (number, each) in found.items()}


def _incident(viewer: Viewer) -> ColumnElement[bool]:
    return seen(viewer) & (Document.kind == "postmortem")


def _naming(name: str) -> Select[tuple[str]]:
    return select(DocumentService.document_id).where(DocumentService.service == name)
