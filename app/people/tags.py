"""What people say to suggested tags: yes, no, and back again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Invalid, NotFound
from app.library import Document, Suggestion, TagDecision
from app.library.decided import apply, take_back
from app.library.revisions import advance
from app.library.suggestions import DECISIONS
from app.library.visibility import seen_by
from app.viewer import Viewer

GONE = "It is no longer suggested: the document changed, or somebody has decided. Load the page again."


def decide(
    session: Session, viewer: Viewer, document: str, subject: str, value: str, decision: str, now: datetime
) -> None:
    """Confirms or rejects a suggestion; what is confirmed is a fact at once.

    Raises Invalid for another decision, NotFound for what is not suggested or what the viewer may not see.
    """
    if decision not in DECISIONS:
        raise Invalid(f"A suggestion can be {' or '.join(DECISIONS)}.")
    row = _document(session, viewer, document)
    tag = (document, subject, value)
    suggestion, decided = session.get(Suggestion, tag), session.get(TagDecision, tag)
    if suggestion is None or decided is not None:
        raise NotFound(GONE)
    session.add(
        TagDecision(
            document_id=document,
            subject=subject,
            value=value,
            decision=decision,
            evidence=suggestion.evidence,
            at=now,
            by=viewer.id,
        )
    )
    session.flush()
    if decision == "confirmed":
        apply(session, [document])
        row.revision = advance(session)


def undo(session: Session, viewer: Viewer, document: str, subject: str, value: str) -> None:
    """Takes a decision back: it is suggested again. Raises NotFound."""
    row = _document(session, viewer, document)
    decision = session.get(TagDecision, (document, subject, value))
    if decision is None:
        raise NotFound("That was taken back already.")
    if decision.decision == "confirmed":
        take_back(session, decision)
        row.revision = advance(session)
    session.delete(decision)


def _document(session: Session, viewer: Viewer, id: str) -> Document:
    row = session.scalar(select(Document).where(Document.id == id, seen_by(viewer.audiences)))
    if row is None:
        raise NotFound(GONE)
    return row
