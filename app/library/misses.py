"""What was searched for, and how it went: numbers a day and a question, and nothing of who asked.

A question stands here as app.text.personal leaves it: without secrets and personal data. `handled`: an editor has dealt
with what this row counts; to be counted again takes that back.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.library.documents import Document


class AskedQuery(Base):
    """`asked`: how often; `found_nothing`: how often without a result. `opened` and `unopened`: how often a browser has
    told that a result was opened, or that the page was left without; one that runs no script tells neither.
    """

    __tablename__ = "asked_queries"

    day: Mapped[date] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(primary_key=True)
    asked: Mapped[int] = mapped_column(default=0)
    found_nothing: Mapped[int] = mapped_column(default=0)
    opened: Mapped[int] = mapped_column(default=0)
    unopened: Mapped[int] = mapped_column(default=0)
    handled: Mapped[bool] = mapped_column(default=False)


class RewordedQuery(Base):
    """A question that was followed by `other`, without a result having been opened in between. `opened`: how often the
    other one led to one.
    """

    __tablename__ = "reworded_queries"

    day: Mapped[date] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(primary_key=True)
    other: Mapped[str] = mapped_column(primary_key=True)
    times: Mapped[int] = mapped_column(default=0)
    opened: Mapped[int] = mapped_column(default=0)
    handled: Mapped[bool] = mapped_column(default=False)


class JudgedAnswer(Base):
    """What was answered to “Was this it?” beside a result: how often yes, how often no."""

    __tablename__ = "judged_answers"

    day: Mapped[date] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"), primary_key=True, index=True)
    confirmed: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    handled: Mapped[bool] = mapped_column(default=False)

    document: Mapped[Document] = relationship()
