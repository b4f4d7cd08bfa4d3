"""Profiles of incidents, made anew where a document has changed or the code that makes them has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Select, delete, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.db import Database
from app.insight.profile import made_with, profile, telling
from app.library import Document, IncidentProfile

BATCH = 100
Progress = Callable[[int, int], None]


def refresh(database: Database, progress: Progress | None = None) -> int:
    """Makes what profiles are lacking or old, a batch a transaction; returns how many."""
    with database.read() as session:
        wanting, gone = _wanting(session), _gone(session)
    if gone:
        with database.write() as session:
            session.execute(delete(IncidentProfile).where(IncidentProfile.document_id.in_(gone)))
    done = 0
    for first in range(0, len(wanting), BATCH):
        ids = wanting[first : first + BATCH]
        with database.read() as session:
            made = list(_made(session, ids))
        with database.write() as session:
            session.execute(delete(IncidentProfile).where(IncidentProfile.document_id.in_(ids)))
            session.add_all(made)
        done += len(ids)
        if progress:
            progress(done, len(wanting))
    return done


def first_unread(session: Session) -> int | None:
    """The revision of the first incident whose profile is lacking or old; None where all are made."""
    revision: int | None = session.scalar(_unread(func.min(Document.revision)))
    return revision


def _wanting(session: Session) -> list[str]:
    return list(session.scalars(_unread(Document.id).order_by(Document.id)))


def _unread(asked: Any) -> Select[Any]:
    stale = or_(
        IncidentProfile.document_id.is_(None),
        IncidentProfile.revision != Document.revision,
        IncidentProfile.made_with != made_with(),
    )
    return (
        select(asked)
        .select_from(Document)
        .outerjoin(IncidentProfile, IncidentProfile.document_id == Document.id)
        .where(Document.kind == "postmortem", Document.deleted.is_(None), stale)
    )


def _gone(session: Session) -> list[str]:
    lost = or_(Document.deleted.is_not(None), Document.kind != "postmortem")
    return list(
        session.scalars(
            select(IncidentProfile.document_id).join(Document, Document.id == IncidentProfile.document_id).where(lost)
        )
    )


def _made(session: Session, ids: Sequence[str]) -> Iterator[IncidentProfile]:
    rows = session.scalars(
        select(Document)
        .where(Document.id.in_(ids))
        .options(selectinload(Document.sections), joinedload(Document.incident))
    )
    for document in rows:
        yield IncidentProfile(
            document_id=document.id,
            revision=document.revision,
            made_with=made_with(),
            data=profile(telling(document)).packed(),
        )
