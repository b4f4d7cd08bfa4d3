"""What people confirmed of suggested tags, made facts; an import writes the file's facts, then these again."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.library.catalog import Cause, Service
from app.library.documents import Document, DocumentService
from app.library.incidents import Incident, IncidentCause
from app.library.suggestions import TagDecision

CONFIRMED = "confirmed"


def apply(session: Session, ids: Sequence[str]) -> None:
    """Makes what was confirmed about these documents facts, beside what their files state.

    A severity that the file states stands before one that a person confirmed when it stated none.
    """
    rows = select(TagDecision).where(TagDecision.document_id.in_(ids), TagDecision.decision == CONFIRMED)
    for row in session.scalars(rows.order_by(TagDecision.document_id, TagDecision.at, TagDecision.value)):
        _make(session, row)
    session.flush()


def take_back(session: Session, row: TagDecision) -> None:
    """Removes the fact that a confirmation made; what the file states stays."""
    if row.subject == "cause":
        one = (IncidentCause.document_id == row.document_id, IncidentCause.cause == row.value)
        session.execute(delete(IncidentCause).where(*one, IncidentCause.state == CONFIRMED))
    elif row.subject == "service":
        link = (DocumentService.document_id == row.document_id, DocumentService.service == row.value)
        session.execute(delete(DocumentService).where(*link, DocumentService.origin == CONFIRMED))
    elif (document := session.get(Document, row.document_id)) and document.origins.get("severity") == CONFIRMED:
        incident = session.get(Incident, row.document_id)
        if incident is not None and incident.severity == row.value:
            incident.severity = None
        document.origins = {name: origin for name, origin in document.origins.items() if name != "severity"}


def _make(session: Session, row: TagDecision) -> None:
    incident = session.get(Incident, row.document_id, populate_existing=True)
    if incident is None:
        return
    if row.subject == "cause":
        if session.get(Cause, row.value) and not session.get(IncidentCause, (row.document_id, row.value)):
            last = select(func.max(IncidentCause.ordinal)).where(IncidentCause.document_id == row.document_id)
            ordinal = (session.scalar(last) or 0) + 1
            session.add(
                IncidentCause(
                    document_id=row.document_id,
                    cause=row.value,
                    ordinal=ordinal,
                    state=CONFIRMED,
                    evidence=row.evidence,
                )
            )
    elif row.subject == "service":
        if session.get(Service, row.value) and not session.get(DocumentService, (row.document_id, row.value)):
            last = select(func.max(DocumentService.ordinal)).where(DocumentService.document_id == row.document_id)
            ordinal = (session.scalar(last) or 0) + 1
            session.add(
                DocumentService(document_id=row.document_id, service=row.value, ordinal=ordinal, origin=CONFIRMED)
            )
    elif incident.severity in (None, row.value):
        document = session.get_one(Document, row.document_id, populate_existing=True)
        incident.severity = row.value
        document.origins = {**document.origins, "severity": CONFIRMED}
