"""What some incidents have in common: causes, services, alerts, symptoms, runbooks, and what was promised in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, contains_eager, load_only

from app.library.actions import ActionItem
from app.library.documents import Document, DocumentAlert, DocumentService, Section
from app.library.incidents import FACTS, Incident, IncidentCause
from app.library.pages.documents import NEWEST_FIRST, lines, there
from app.library.pages.patterns import Ids
from app.library.patterns import PatternMember
from app.viewer import Viewer


@dataclass(frozen=True)
class Named:
    """Names with how many of the incidents give each, the commonest first."""

    causes: dict[str, int]
    services: dict[str, int]
    alerts: dict[str, int]


def incidents_among(session: Session, ids: Ids) -> list[Incident]:
    """The newest first, each with its document's title and place, and no more of it."""
    place = contains_eager(Incident.document).load_only(Document.kind, Document.title, Document.slug)
    rows = select(Incident).join(Incident.document).where(Incident.document_id.in_(ids)).options(place)
    return list(session.scalars(rows.order_by(*NEWEST_FIRST, Incident.document_id)))


def lines_of(session: Session, viewer: Viewer, incidents: Sequence[Incident]) -> list[Document]:
    """The documents of these incidents, in this order, with what a line of a list shows."""
    place = {incident.document_id: at for at, incident in enumerate(incidents)}
    rows = session.scalars(lines(viewer).where(Document.id.in_(place)))
    return sorted(rows, key=lambda document: place[document.id])


def named(session: Session, ids: Ids) -> Named:
    """What is only suggested is left out."""

    def counted(name: InstrumentedAttribute[str], of: InstrumentedAttribute[str], *more: object) -> dict[str, int]:
        rows = select(name, func.count()).where(of.in_(ids), *more).group_by(name).order_by(func.count().desc(), name)  # type: ignore[arg-type]
        return dict(session.execute(rows).tuples().all())

    return Named(
        counted(IncidentCause.cause, IncidentCause.document_id, IncidentCause.state.in_(FACTS)),
        counted(DocumentService.service, DocumentService.document_id),
        counted(DocumentAlert.alert, DocumentAlert.document_id),
    )


def symptoms(session: Session, ids: Ids, limit: int) -> list[tuple[Document, str]]:
    """What post-mortems say under “Symptoms”, the newest first."""
    rows = session.execute(
        select(Document, Section.text)
        .join(Section, Section.document_id == Document.id)
        .join(Incident, Incident.document_id == Document.id)
        .where(Document.id.in_(ids), Section.role == "symptoms", Section.retired.is_(None), Section.text != "")
        .options(load_only(Document.kind, Document.title, Document.slug))
        .order_by(*NEWEST_FIRST, Section.ordinal)
        .limit(limit)
    )
    return [(document, text) for document, text in rows]


def promised_among(session: Session, ids: Ids) -> list[ActionItem]:
    """What the incidents promised, the newest first."""
    place = (
        contains_eager(ActionItem.document)
        .load_only(Document.kind, Document.title, Document.slug)
        .contains_eager(Document.incident)
        .load_only(Incident.started)
    )
    rows = (
        select(ActionItem)
        .join(ActionItem.document)
        .join(Document.incident)
        .where(ActionItem.document_id.in_(ids), ActionItem.retired.is_(None))
    )
    return list(session.scalars(rows.options(place).order_by(*NEWEST_FIRST, ActionItem.ordinal)))


def promised_in(session: Session, viewer: Viewer, patterns: Iterable[str]) -> list[tuple[str, ActionItem]]:
    """What the incidents of these patterns promised, each with the pattern's id; no titles, no documents."""
    rows = session.execute(
        select(PatternMember.pattern_id, ActionItem)
        .join(ActionItem, ActionItem.document_id == PatternMember.document_id)
        .join(Incident, Incident.document_id == PatternMember.document_id)
        .where(PatternMember.pattern_id.in_(set(patterns)), ActionItem.retired.is_(None))
        .where(there(viewer, PatternMember.document_id))
        .options(load_only(ActionItem.kind, ActionItem.owner, ActionItem.due, ActionItem.status))
    )
    return list(rows.tuples())


def runbooks_naming(session: Session, viewer: Viewer, alerts: Sequence[str], services: Sequence[str]) -> list[Document]:
    """Runbooks that answer one of these alerts or are about one of these services."""
    answering = select(DocumentAlert.document_id).where(DocumentAlert.alert.in_(alerts))
    about = select(DocumentService.document_id).where(DocumentService.service.in_(services))
    rows = lines(viewer).where(Document.kind == "runbook", or_(Document.id.in_(answering), Document.id.in_(about)))
    return list(session.scalars(rows.order_by(func.lower(Document.title), Document.id)))
