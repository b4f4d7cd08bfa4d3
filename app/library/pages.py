"""What the pages ask of the library. Every answer holds only what the viewer may see; what is hidden looks like what is
not there.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, contains_eager, defer, selectinload

from app.errors import NotFound
from app.library.actions import ActionItem
from app.library.catalog import Alert, Catalog, Cause, Service, ServiceDependency
from app.library.documents import (
    KINDS,
    Document,
    DocumentAddress,
    DocumentAlert,
    DocumentService,
    SectionAddress,
)
from app.library.incidents import Incident, IncidentCause
from app.library.visibility import seen_by
from app.viewer import ORGANISATION, Viewer

NEAREST = 5
SETTLED = ("done", "wont-do")
# What a line of a list shows of a document.
LINE = (
    defer(Document.body),
    selectinload(Document.incident).selectinload(Incident.causes),
    selectinload(Document.services),
    selectinload(Document.alerts),
)
NEWEST_FIRST = (Incident.started.desc().nulls_last(), Document.title)


@dataclass(frozen=True)
class Counted:
    """A row of the catalog with how many documents name it."""

    row: Any
    count: int


def _seen(viewer: Viewer) -> ColumnElement[bool]:
    return seen_by(viewer.audiences)


def _lines(viewer: Viewer) -> Select[tuple[Document]]:
    joined = select(Document).outerjoin(Document.incident).where(_seen(viewer))
    return joined.options(*LINE)


# Documents


def document(session: Session, viewer: Viewer, id: str) -> Document:
    """The document with that id, or the one that had it once. Raises NotFound."""
    known = select(DocumentAddress.document_id).where(DocumentAddress.old_id == id)
    whole = (
        *LINE[1:],
        selectinload(Document.sections),
        selectinload(Document.actions),
        selectinload(Document.incident).selectinload(Incident.events),
    )
    rows = session.scalars(
        select(Document).where(or_(Document.id == id, Document.id.in_(known)), _seen(viewer)).options(*whole)
    ).all()
    if not rows:
        raise NotFound(
            "The document may have been taken away, or is not for everybody. Search for the words of its title."
        )
    return next((row for row in rows if row.id == id), rows[0])


def old_anchors(session: Session, document: Document) -> dict[int, list[str]]:
    """Anchors that sections of this document once had, by section, so that old links still land."""
    taken = {section.anchor for section in document.sections}
    rows = session.execute(
        select(SectionAddress.section_id, SectionAddress.anchor)
        .where(SectionAddress.document_id == document.id)
        .order_by(SectionAddress.anchor)
    )
    anchors: dict[int, list[str]] = {}
    for section, anchor in rows:
        if anchor not in taken:
            anchors.setdefault(section, []).append(anchor)
    return anchors


def by_path(session: Session, viewer: Viewer, source: str, paths: Iterable[str]) -> dict[str, str]:
    """The addresses of the documents that were read from these files."""
    rows = session.scalars(
        select(Document)
        .where(Document.source == source, Document.path.in_(set(paths)), _seen(viewer))
        .options(*LINE[:1])
    )
    return {row.path: row.address for row in rows}


def listing(session: Session, viewer: Viewer, kind: str, limit: int, offset: int = 0) -> tuple[list[Document], int]:
    """Documents of one kind (post-mortems newest first, others by title), and how many there are."""
    total = session.scalar(select(func.count()).select_from(Document).where(_seen(viewer), Document.kind == kind)) or 0
    order = NEWEST_FIRST if kind == "postmortem" else (func.lower(Document.title), Document.id)
    rows = session.scalars(_lines(viewer).where(Document.kind == kind).order_by(*order).limit(limit).offset(offset))
    return list(rows), total


def counts(session: Session, viewer: Viewer) -> dict[str, int]:
    """How many documents of each kind there are."""
    rows = (
        session.execute(select(Document.kind, func.count()).where(_seen(viewer)).group_by(Document.kind)).tuples().all()
    )
    return dict.fromkeys(KINDS, 0) | dict(rows)


def examples(session: Session, viewer: Viewer, count: int = 3) -> list[str]:
    """Names of alerts that a runbook answers, to try the search with."""
    rows = session.scalars(
        select(DocumentAlert.alert)
        .join(Document, Document.id == DocumentAlert.document_id)
        .where(_seen(viewer), Document.kind == "runbook", DocumentAlert.ordinal == 0)
        .group_by(DocumentAlert.alert)
        .order_by(func.count().desc(), func.length(DocumentAlert.alert), DocumentAlert.alert)
        .limit(count)
    )
    return list(rows)


# Causes


def cause_titles(session: Session) -> dict[str, str]:
    return dict(session.execute(select(Cause.name, Cause.title)).tuples().all())


def causes(session: Session, viewer: Viewer) -> list[Counted]:
    """The categories that somebody named, or that are in the taxonomy, each with its incidents."""
    counted = _count(
        session,
        viewer,
        select(IncidentCause.cause, func.count(Document.id))
        .join(Document, Document.id == IncidentCause.document_id)
        .group_by(IncidentCause.cause),
    )
    rows = session.scalars(select(Cause).order_by(func.lower(Cause.title)))
    return [Counted(row, counted.get(row.name, 0)) for row in rows if not row.retired or row.name in counted]


def cause(session: Session, name: str) -> tuple[Cause, list[Cause]]:
    """The category and its children."""
    row = session.get(Cause, name) or _fold(session, Cause, name)
    if row is None:
        raise NotFound(f"There is no cause of that name. {_nearest(name, cause_titles(session))}")
    return row, list(session.scalars(select(Cause).where(Cause.parent == row.name).order_by(Cause.title)))


def incidents_of_causes(session: Session, viewer: Viewer, names: Sequence[str]) -> list[Document]:
    ids = select(IncidentCause.document_id).where(IncidentCause.cause.in_(names))
    return list(session.scalars(_lines(viewer).where(Document.id.in_(ids)).order_by(*NEWEST_FIRST)))


# Services


def _services(session: Session, viewer: Viewer) -> dict[str, int]:
    return _count(
        session,
        viewer,
        select(DocumentService.service, func.count(Document.id))
        .join(Document, Document.id == DocumentService.document_id)
        .group_by(DocumentService.service),
    )


def _shown(viewer: Viewer, counted: dict[str, int], row: Service) -> bool:
    """The organisation sees its whole catalog; others only the services that a document they may read names."""
    inside = viewer.audiences is None or ORGANISATION in viewer.audiences
    return row.name in counted or (inside and not row.retired)


def services(session: Session, viewer: Viewer) -> list[Counted]:
    counted = _services(session, viewer)
    rows = session.scalars(select(Service).order_by(func.lower(Service.title)))
    return [Counted(row, counted.get(row.name, 0)) for row in rows if _shown(viewer, counted, row)]


def service(session: Session, viewer: Viewer, name: str) -> Service:
    counted = _services(session, viewer)
    row = session.get(Service, name) or _fold(session, Service, name)
    if row is None or not _shown(viewer, counted, row):
        known = {each.row.name: each.row.title for each in services(session, viewer)}
        raise NotFound(f"There is no service of that name. {_nearest(name, known)}")
    return row


def service_titles(session: Session, viewer: Viewer) -> dict[str, str]:
    return {each.row.name: each.row.title for each in services(session, viewer)}


def dependencies(session: Session, viewer: Viewer, name: str) -> tuple[list[Service], list[Service]]:
    """What a service depends on, and what depends on it."""
    counted = _services(session, viewer)
    below = select(ServiceDependency.depends_on).where(ServiceDependency.service == name)
    above = select(ServiceDependency.service).where(ServiceDependency.depends_on == name)

    def rows(names: Select[tuple[str]]) -> list[Service]:
        found = session.scalars(select(Service).where(Service.name.in_(names)).order_by(Service.title))
        return [row for row in found if _shown(viewer, counted, row)]

    return rows(below), rows(above)


def documents_of_service(session: Session, viewer: Viewer, name: str) -> list[Document]:
    ids = select(DocumentService.document_id).where(DocumentService.service == name)
    return list(session.scalars(_lines(viewer).where(Document.id.in_(ids)).order_by(*NEWEST_FIRST)))


# Alerts


def alerts(session: Session, viewer: Viewer) -> list[tuple[str, int, int]]:
    """Alerts with how many runbooks answer each, and how many incidents raised it."""
    rows = session.execute(
        select(DocumentAlert.alert, Document.kind, func.count(Document.id))
        .join(Document, Document.id == DocumentAlert.document_id)
        .where(_seen(viewer))
        .group_by(DocumentAlert.alert, Document.kind)
    )
    counted: dict[str, dict[str, int]] = {}
    for alert, kind, count in rows:
        counted.setdefault(alert, {})[kind] = count
    ordered = sorted(counted.items(), key=lambda item: item[0].casefold())
    return [(name, kinds.get("runbook", 0), kinds.get("postmortem", 0)) for name, kinds in ordered]


def alert(session: Session, viewer: Viewer, name: str) -> tuple[str, list[Document]]:
    """The alert's name as it is written, and the documents that name it."""
    row = session.get(Alert, name) or _fold(session, Alert, name)
    if row is not None:
        ids = select(DocumentAlert.document_id).where(DocumentAlert.alert == row.name)
        documents = list(session.scalars(_lines(viewer).where(Document.id.in_(ids)).order_by(*NEWEST_FIRST)))
        if documents:
            return row.name, documents
    known = {alert: alert for alert, _, _ in alerts(session, viewer)}
    raise NotFound(f"No runbook or post-mortem names that alert. {_nearest(name, known)}")


# Promises


def actions(
    session: Session,
    viewer: Viewer,
    today: date,
    *,
    overdue: bool = False,
    settled: bool = False,
    limit: int = 100,
    offset: int = 0,
) -> tuple[list[ActionItem], int]:
    """Action items that wait (or, with `settled`, that are done or will not be), the longest overdue first, and how
    many there are.
    """
    waits = ActionItem.status.is_(None) | ActionItem.status.not_in(SETTLED)
    wanted = [_seen(viewer), ActionItem.retired.is_(None), ~waits if settled else waits]
    if overdue:
        wanted.append(ActionItem.due < today)
    chosen = select(ActionItem).join(ActionItem.document).where(*wanted)
    total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    rows = chosen.options(contains_eager(ActionItem.document).options(*LINE)).order_by(
        ActionItem.due.asc().nulls_last(), Document.changed.desc(), ActionItem.ordinal
    )
    return list(session.scalars(rows.limit(limit).offset(offset))), total


def actions_of(session: Session, documents: Iterable[Document]) -> list[ActionItem]:
    """What these documents promised."""
    ids = [document.id for document in documents]
    rows = (
        select(ActionItem)
        .join(ActionItem.document)
        .where(ActionItem.document_id.in_(ids), ActionItem.retired.is_(None))
    )
    return list(
        session.scalars(
            rows.options(contains_eager(ActionItem.document).options(*LINE)).order_by(
                ActionItem.due.asc().nulls_last(), ActionItem.document_id, ActionItem.ordinal
            )
        )
    )


# Catalogs


def severities(session: Session) -> dict[str, Any] | None:
    """The severity matrix as its file says it."""
    row = session.get(Catalog, "severities")
    return row.data if row else None


def _count(session: Session, viewer: Viewer, query: Select[tuple[str, int]]) -> dict[str, int]:
    return dict(session.execute(query.where(_seen(viewer))).tuples().all())


def _fold(session: Session, model: Any, name: str) -> Any:
    """The row whose name is the same but for capitals."""
    return session.scalars(select(model).where(func.lower(model.name) == name.lower()).order_by(model.name)).first()


def _nearest(name: str, known: dict[str, str]) -> str:
    """A sentence with the names that look most like this one."""
    folded = {known_name.casefold(): known_name for known_name in known}
    close = [folded[match] for match in difflib.get_close_matches(name.casefold(), folded, NEAREST, 0.5)]
    return f"The nearest names are: {', '.join(close)}." if close else "Search for a part of the name instead."
