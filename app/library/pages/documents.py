"""What pages ask of documents: one whole, many as lines, where each stands and stood."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, defer, selectinload

from app.errors import NotFound
from app.library.documents import KINDS, Document, DocumentAddress, DocumentAlert, SectionAddress
from app.library.incidents import Incident
from app.library.visibility import seen_by
from app.viewer import Viewer

# What a line of a list shows of a document.
LINE = (
    defer(Document.body),
    selectinload(Document.incident).selectinload(Incident.causes),
    selectinload(Document.services),
    selectinload(Document.alerts),
)
NEWEST_FIRST = (Incident.started.desc().nulls_last(), Document.title)


def seen(viewer: Viewer) -> ColumnElement[bool]:
    """The condition that a document is there for this viewer."""
    return seen_by(viewer.audiences)


def there(viewer: Viewer, document: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """The condition that the document with this id is there for the viewer. It is asked of each: joined, SQLite would
    begin with all that the viewer sees.
    """
    return exists().where(Document.id == document, seen(viewer))


def lines(viewer: Viewer) -> Select[tuple[Document]]:
    """Documents with what a line of a list shows of them."""
    joined = select(Document).outerjoin(Document.incident).where(seen(viewer))
    return joined.options(*LINE)


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
        select(Document).where(or_(Document.id == id, Document.id.in_(known)), seen(viewer)).options(*whole)
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
        .where(Document.source == source, Document.path.in_(set(paths)), seen(viewer))
        .options(*LINE[:1])
    )
    return {row.path: row.address for row in rows}


def existing(session: Session, viewer: Viewer, ids: Iterable[str]) -> list[str]:
    """Those of these ids that are a document's which this viewer may see."""
    return list(session.scalars(select(Document.id).where(Document.id.in_(set(ids)), seen(viewer))))


def listing(session: Session, viewer: Viewer, kind: str, limit: int, offset: int = 0) -> tuple[list[Document], int]:
    """Documents of one kind (post-mortems newest first, others by title), and how many there are."""
    total = session.scalar(select(func.count()).select_from(Document).where(seen(viewer), Document.kind == kind)) or 0
    order = NEWEST_FIRST if kind == "postmortem" else (func.lower(Document.title), Document.id)
    rows = session.scalars(lines(viewer).where(Document.kind == kind).order_by(*order).limit(limit).offset(offset))
    return list(rows), total


def counts(session: Session, viewer: Viewer) -> dict[str, int]:
    """How many documents of each kind there are."""
    rows = (
        session.execute(select(Document.kind, func.count()).where(seen(viewer)).group_by(Document.kind)).tuples().all()
    )
    return dict.fromkeys(KINDS, 0) | dict(rows)


def examples(session: Session, viewer: Viewer, count: int = 3) -> list[str]:
    """What to try the search with: an alert that a runbook answers, and what goes wrong in the words of runbooks."""
    runbooks = [seen(viewer), Document.kind == "runbook"]
    alert = (
        select(DocumentAlert.alert)
        .join(Document, Document.id == DocumentAlert.document_id)
        .where(*runbooks, DocumentAlert.ordinal == 0)
        .group_by(DocumentAlert.alert)
        .order_by(func.count().desc(), func.length(DocumentAlert.alert), DocumentAlert.alert)
    )
    title = select(Document.title).where(*runbooks).order_by(func.length(Document.title), Document.title)
    alerts = session.scalars(alert.limit(1)).all()
    return [*alerts, *session.scalars(title.limit(count - len(alerts)))]
