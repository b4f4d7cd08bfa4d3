"""What a person has read: a mark a document, the day of its last reading in it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.library import ReadingMark


def marks(session: Session, user: int) -> dict[str, datetime]:
    """When this person last read each document, by its id."""
    rows = select(ReadingMark.document_id, ReadingMark.at).where(
        ReadingMark.user_id == user, ReadingMark.section_id.is_(None)
    )
    return dict(session.execute(rows).tuples().all())


def mark(session: Session, user: int, documents: Iterable[str], at: datetime) -> None:
    """Marks these documents as read; one that was read before gets the new time."""
    wanted = list(dict.fromkeys(documents))
    unmark(session, user, wanted)
    session.add_all(ReadingMark(user_id=user, document_id=id, section_id=None, at=at) for id in wanted)


def unmark(session: Session, user: int, documents: Iterable[str]) -> None:
    session.execute(
        delete(ReadingMark).where(
            ReadingMark.user_id == user, ReadingMark.document_id.in_(list(documents)), ReadingMark.section_id.is_(None)
        )
    )
