"""What people confirmed under a name goes with it where the catalog renames it: has it as an alias of another entry."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.ingest.known import Known
from app.library import Cause, Document, Service, TagDecision
from app.library.decided import apply, take_back
from app.library.revisions import advance


def follow(session: Session, known: Known) -> None:
    """Decisions about causes and services that have another name now become decisions about that name.

    Of two decisions about one document that become the same, the later holds.
    """
    for subject, model, names in (("cause", Cause, known.causes), ("service", Service, known.services)):
        for former in session.scalars(select(model.name).where(model.retired)):
            if now := names.find(former):
                _follow(session, subject, former, now)


def _follow(session: Session, subject: str, former: str, now: str) -> None:
    rows = select(TagDecision).where(TagDecision.subject == subject, TagDecision.value == former)
    for row in session.scalars(rows).all():
        take_back(session, row)
        other = session.get(TagDecision, (row.document_id, subject, now))
        if other is not None and other.at >= row.at:
            session.delete(row)
        else:
            if other is not None:
                take_back(session, other)
                session.delete(other)
                session.flush()
            row.value = now
        session.flush()
        apply(session, [row.document_id])
        session.get_one(Document, row.document_id).revision = advance(session)
