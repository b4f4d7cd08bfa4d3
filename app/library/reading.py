"""Reading lists, and what people have read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class ReadingItem(Base):
    """A place in a reading list. `target` is the file that the list names, in the list's own source: the document that
    is read from it may come, go, or be hidden from who is looking.
    """

    __tablename__ = "reading_items"

    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    target: Mapped[str] = mapped_column(index=True)
    why: Mapped[str]


class ReadingMark(Base):
    """What a person has read: a document, or one section of it."""

    __tablename__ = "reading_marks"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"), index=True)
    section_id: Mapped[int | None] = mapped_column(ForeignKey("sections.id"))
    at: Mapped[datetime]
