"""What pages ask of action items."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, contains_eager

from app.library.actions import WAITING, ActionItem
from app.library.documents import Document
from app.library.pages.documents import LINE, seen
from app.viewer import Viewer

SETTLED = ("done", "wont-do")


def actions(
    session: Session,
    viewer: Viewer,
    today: date,
    *,
    overdue: bool = False,
    settled: bool = False,
    limit: int = 100,
    offset: int = 0,
) -> tuple[list[ActionItem], int]:
    """Action items that wait (or, with `settled`, that are done or will not be), the longest overdue first, and how
    many there are.
    """
    waits = ActionItem.status.is_(None) | ActionItem.status.not_in(SETTLED)
    wanted = [seen(viewer), ActionItem.retired.is_(None), ~waits if settled else waits]
    late = (ActionItem.due < today) & ActionItem.status.in_(WAITING)
    if overdue:
        wanted.append(late)
    chosen = select(ActionItem).join(ActionItem.document).where(*wanted)
    total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    rows = chosen.options(contains_eager(ActionItem.document).options(*LINE)).order_by(
        case((late, 0), else_=1), ActionItem.due.asc().nulls_last(), Document.changed.desc(), ActionItem.ordinal
    )
    return list(session.scalars(rows.limit(limit).offset(offset))), total


def actions_of(session: Session, documents: Iterable[Document]) -> list[ActionItem]:
    """What these documents promised."""
    ids = [document.id for document in documents]
    rows = (
        select(ActionItem)
        .join(ActionItem.document)
        .where(ActionItem.document_id.in_(ids), ActionItem.retired.is_(None))
    )
    return list(
        session.scalars(
            rows.options(contains_eager(ActionItem.document).options(*LINE)).order_by(
                ActionItem.due.asc().nulls_last(), ActionItem.document_id, ActionItem.ordinal
            )
        )
    )
