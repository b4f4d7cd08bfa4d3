"""What pages ask of that with which documents are tagged: causes, services, alerts, and the catalog files shown as they
stand.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.library.catalog import Alert, Catalog, Cause, Service, ServiceDependency, Team
from app.library.documents import Document, DocumentAlert, DocumentService
from app.library.incidents import FACTS, IncidentCause
from app.library.pages.documents import NEWEST_FIRST, lines, seen, there
from app.library.visibility import VIEWERS_KEPT
from app.text.names import folded
from app.viewer import ORGANISATION, Viewer

NEAREST = 5


@dataclass(frozen=True)
class Counted:
    """A row of the catalog with how many documents name it."""

    row: Any
    count: int


def cause_titles(session: Session) -> dict[str, str]:
    return dict(session.execute(select(Cause.name, Cause.title)).tuples().all())


def causes(session: Session, viewer: Viewer) -> list[Counted]:
    """The categories that somebody named, or that are in the taxonomy, each with its incidents."""
    counted = _count(
        session,
        viewer,
        select(IncidentCause.cause, func.count(Document.id))
        .join(Document, Document.id == IncidentCause.document_id)
        .where(IncidentCause.state.in_(FACTS))
        .group_by(IncidentCause.cause),
    )
    rows = session.scalars(select(Cause).order_by(func.lower(Cause.title)))
    return [Counted(row, counted.get(row.name, 0)) for row in rows if not row.retired or row.name in counted]


def cause(session: Session, name: str) -> tuple[Cause, list[Cause]]:
    """The category and its children."""
    row = _renamed(session, Cause, name)
    if row is None:
        raise NotFound(f"There is no cause of that name. {_nearest(name, cause_titles(session))}")
    return row, list(session.scalars(select(Cause).where(Cause.parent == row.name).order_by(Cause.title)))


def causes_named(session: Session, names: Set[str]) -> list[Cause]:
    """The categories whose name, title or alias is one of these."""
    listed = session.scalars(select(Cause).where(Cause.retired.is_(False)).order_by(Cause.name))
    return list(_called(listed, names))


def incidents_of_causes(session: Session, viewer: Viewer, names: Sequence[str]) -> list[Document]:
    ids = select(IncidentCause.document_id).where(IncidentCause.cause.in_(names), IncidentCause.state.in_(FACTS))
    return list(session.scalars(lines(viewer).where(Document.id.in_(ids)).order_by(*NEWEST_FIRST)))


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
    return row.name in counted or (_inside(viewer) and not row.retired)


def _inside(viewer: Viewer) -> bool:
    return viewer.audiences is None or ORGANISATION in viewer.audiences


def services(session: Session, viewer: Viewer) -> list[Counted]:
    counted = _services(session, viewer)
    rows = session.scalars(select(Service).order_by(func.lower(Service.title)))
    return [Counted(row, counted.get(row.name, 0)) for row in rows if _shown(viewer, counted, row)]


def service(session: Session, viewer: Viewer, name: str) -> Service:
    counted = _services(session, viewer)
    row: Service | None = _renamed(session, Service, name)
    if row is None or not _shown(viewer, counted, row):
        known = {each.row.name: each.row.title for each in services(session, viewer)}
        raise NotFound(f"There is no service of that name. {_nearest(name, known)}")
    return row


def service_titles(session: Session, viewer: Viewer) -> dict[str, str]:
    """Of the services that `services` shows, without counting their documents."""
    return dict(session.execute(_titles(viewer)).tuples().all())


@lru_cache(maxsize=VIEWERS_KEPT)
def _titles(viewer: Viewer) -> Select[tuple[str, str]]:
    # Of most services the first document that is looked at tells; all of them together are most of a library.
    named = exists().where(DocumentService.service == Service.name, there(viewer, DocumentService.document_id))
    shown = or_(named, Service.retired.is_(False)) if _inside(viewer) else named
    return select(Service.name, Service.title).where(shown)


def services_named(session: Session, viewer: Viewer, names: Set[str]) -> list[Service]:
    """Of the services that `services` shows those whose name, title or alias is one of these."""
    shown = service_titles(session, viewer)
    return list(_called(session.scalars(select(Service).where(Service.name.in_(shown)).order_by(Service.name)), names))


def team(session: Session, name: str) -> Team | None:
    return session.get(Team, name)


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
    return list(session.scalars(lines(viewer).where(Document.id.in_(ids)).order_by(*NEWEST_FIRST)))


def alerts(session: Session, viewer: Viewer) -> list[tuple[str, int, int]]:
    """Alerts with how many runbooks answer each, and how many incidents raised it."""
    rows = session.execute(
        select(DocumentAlert.alert, Document.kind, func.count(Document.id))
        .join(Document, Document.id == DocumentAlert.document_id)
        .where(seen(viewer))
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
        documents = list(session.scalars(lines(viewer).where(Document.id.in_(ids)).order_by(*NEWEST_FIRST)))
        if documents:
            return row.name, documents
    known = {alert: alert for alert, _, _ in alerts(session, viewer)}
    raise NotFound(f"No runbook or post-mortem names that alert. {_nearest(name, known)}")


def severities(session: Session) -> dict[str, Any] | None:
    """The severity matrix as its file says it."""
    row = session.get(Catalog, "severities")
    return row.data if row else None


def _count(session: Session, viewer: Viewer, query: Select[tuple[str, int]]) -> dict[str, int]:
    return dict(session.execute(query.where(seen(viewer))).tuples().all())


def _renamed(session: Session, model: Any, name: str) -> Any:
    """The entry of this name; where it is in the catalog no more, the one that has the name as an alias now."""
    row = session.get(model, name) or _fold(session, model, name)
    if row is not None and not row.retired:
        return row
    listed = session.scalars(select(model).where(model.retired.is_(False)).order_by(model.name))
    return next(_called(listed, {name}), row)


def _called(rows: Iterable[Any], names: Set[str]) -> Iterator[Any]:
    """Of these entries those whose name, title or alias is one of these."""
    wanted = set(map(folded, names))
    for row in rows:
        if not wanted.isdisjoint(map(folded, (row.name, row.title, *row.aliases))):
            yield row


def _fold(session: Session, model: Any, name: str) -> Any:
    """The row whose name is the same but for capitals."""
    return session.scalars(select(model).where(func.lower(model.name) == name.lower()).order_by(model.name)).first()


def _nearest(name: str, known: dict[str, str]) -> str:
    """A sentence with the names that look most like this one."""
    folded = {known_name.casefold(): known_name for known_name in known}
    close = [folded[match] for match in difflib.get_close_matches(name.casefold(), folded, NEAREST, 0.5)]
    return f"The nearest names are: {', '.join(close)}." if close else "Search for a part of the name instead."
