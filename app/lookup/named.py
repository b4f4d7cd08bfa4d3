"""Documents that name an alert: what its page is answered with before any word of it is compared."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer, joinedload, selectinload

from app.library import Document, DocumentAlert, Incident
from app.library.visibility import seen_by
from app.viewer import Viewer


def naming(session: Session, viewer: Viewer, alert: str, kind: str, most: int) -> list[Document]:
    """Those of a kind whose alerts are named so, whatever the capitals; the latest incident first."""
    ids = select(DocumentAlert.document_id).where(func.lower(DocumentAlert.alert) == alert.lower())
    return list(
        session.scalars(
            select(Document)
            .outerjoin(Document.incident)
            .where(Document.id.in_(ids), Document.kind == kind, seen_by(viewer.audiences))
            .options(
                defer(Document.body),
                joinedload(Document.incident),
                selectinload(Document.alerts),
                selectinload(Document.services),
                selectinload(Document.sections),
            )
            .order_by(Incident.started.desc().nulls_last(), Document.title, Document.id)
            .limit(most)
        ).unique()
    )
