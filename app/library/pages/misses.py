"""What the board of misses asks: questions that found nothing, that led nowhere, that were asked again in other words,
and answers that were wrong; each since a day, without those that an editor has dealt with, the most frequent first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.library.documents import Document
from app.library.misses import AskedQuery, JudgedAnswer, RewordedQuery
from app.library.pages.documents import seen
from app.viewer import Viewer


@dataclass(frozen=True)
class Miss:
    """`times` is how often it went wrong, `asked` how often at all (0 where that is not counted), `well` how often it
    went well; `last`: the last day.
    """

    text: str
    times: int
    last: date
    asked: int = 0
    well: int = 0
    other: str = ""
    document: str = ""
    title: str = ""
    address: str = ""


Misses = tuple[list[Miss], int]
"""One page of them, and how many there are."""


def found_nothing(session: Session, since: date, limit: int, offset: int = 0) -> Misses:
    times = func.sum(AskedQuery.found_nothing)
    return _questions(session, since, times, times > 0, limit, offset)


def unopened(session: Session, since: date, limit: int, offset: int = 0) -> Misses:
    """Something was found, and it was left more often than opened, by what browsers have told."""
    times, opened = func.sum(AskedQuery.unopened), func.sum(AskedQuery.opened)
    led_nowhere = (times > opened) & (func.sum(AskedQuery.found_nothing) == 0)
    return _questions(session, since, times, led_nowhere, limit, offset)


def reworded(session: Session, since: date, limit: int, offset: int = 0) -> Misses:
    times, last = func.sum(RewordedQuery.times), func.max(RewordedQuery.day)
    query = (
        select(RewordedQuery.text, RewordedQuery.other, times, func.sum(RewordedQuery.opened), last)
        .where(RewordedQuery.day >= since, RewordedQuery.handled.is_(False))
        .group_by(RewordedQuery.text, RewordedQuery.other)
        .order_by(times.desc(), last.desc(), RewordedQuery.text, RewordedQuery.other)
    )
    rows, total = _page(session, query, limit, offset)
    return [Miss(text, times, last, other=other, well=well) for text, other, times, well, last in rows], total


def rejected(session: Session, viewer: Viewer, since: date, limit: int, offset: int = 0) -> Misses:
    """Only of documents that this viewer may see: the others' titles are none of their business."""
    times, last = func.sum(JudgedAnswer.rejected), func.max(JudgedAnswer.day)
    query = (
        select(JudgedAnswer.text, JudgedAnswer.document_id, times, func.sum(JudgedAnswer.confirmed), last)
        .join(Document, Document.id == JudgedAnswer.document_id)
        .where(JudgedAnswer.day >= since, JudgedAnswer.handled.is_(False), seen(viewer))
        .group_by(JudgedAnswer.text, JudgedAnswer.document_id)
        .having(times > 0)
        .order_by(times.desc(), last.desc(), JudgedAnswer.text, JudgedAnswer.document_id)
    )
    rows, total = _page(session, query, limit, offset)
    documents = session.scalars(select(Document).where(Document.id.in_([row[1] for row in rows])))
    there = {document.id: document for document in documents}
    found = [
        Miss(text, times, last, well=well, document=id, title=there[id].title, address=there[id].address)
        for text, id, times, well, last in rows
    ]
    return found, total


def told(session: Session, since: date) -> tuple[int, int]:
    """How many questions were asked, and of how many a browser has told what became of them."""
    sums = func.sum(AskedQuery.asked), func.sum(AskedQuery.opened + AskedQuery.unopened)
    asked, known = session.execute(select(*sums).where(AskedQuery.day >= since)).one()
    return asked or 0, known or 0


def _questions(session: Session, since: date, times: Any, having: Any, limit: int, offset: int) -> Misses:
    last = func.max(AskedQuery.day)
    query = (
        select(AskedQuery.text, times, func.sum(AskedQuery.asked), func.sum(AskedQuery.opened), last)
        .where(AskedQuery.day >= since, AskedQuery.handled.is_(False))
        .group_by(AskedQuery.text)
        .having(having)
        .order_by(times.desc(), last.desc(), AskedQuery.text)
    )
    rows, total = _page(session, query, limit, offset)
    return [Miss(text, times, last, asked=asked, well=well) for text, times, asked, well, last in rows], total


def _page(session: Session, query: Select[Any], limit: int, offset: int) -> tuple[list[Any], int]:
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    return list(session.execute(query.limit(limit).offset(offset))), total
