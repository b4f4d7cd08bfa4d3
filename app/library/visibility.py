"""Which documents somebody may see. The database's word is final: no index stores an audience."""

from __future__ import annotations

from functools import cache

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session

from app.library.documents import Document
from app.viewer import ORGANISATION, PUBLIC

# Statements that many pages wait for are built once a viewer, and kept for so many of them.
VIEWERS_KEPT = 64


def seen_by(audiences: frozenset[str] | None) -> ColumnElement[bool]:
    """The condition that a document is there and one of these audiences may see it; None is all of them."""
    there = Document.deleted.is_(None)
    return there if audiences is None else there & Document.audience.in_(sorted(audiences))


def visible_ids(session: Session, audiences: frozenset[str] | None) -> frozenset[str]:
    """All of them in one text: a row for each of many thousands would take ten times as long, and pages wait for it."""
    together = session.scalar(select(func.aggregate_strings(Document.id, "\n")).where(seen_by(audiences)))
    return frozenset(together.split("\n")) if together else frozenset()


def widest_audience(session: Session) -> frozenset[str] | None:
    """The public where anything is public, else the organisation, else everything (a site of teams only).

    Word statistics are taken over it, so that documents hidden from most people change nobody's scores.
    """
    for audience in (PUBLIC, ORGANISATION):
        if session.scalar(_any_for(audience)):
            return frozenset({audience})
    return None


@cache
def _any_for(audience: str) -> Select[tuple[bool]]:
    return select(exists().where(seen_by(frozenset({audience}))))
