"""What is wrong in the files, what each file was when it was last read, and what waits for a person's decision."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Problem(Base):
    """`level` is `error` (the file is not in; its last good version stays) or `warning` (it is in, without that)."""

    __tablename__ = "problems"

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    path: Mapped[str]
    line: Mapped[int | None]
    field: Mapped[str | None]
    level: Mapped[str]
    problem: Mapped[str]
    mend: Mapped[str]

    __table_args__ = (Index("ix_problems_source_path", "source", "path"),)


class FileState(Base):
    """A file as last read: by its hash an unchanged one is known without being parsed. `document_id` is None for what is no document."""

    __tablename__ = "file_states"

    source: Mapped[str] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(primary_key=True)
    content_hash: Mapped[str]
    document_id: Mapped[str | None] = mapped_column(ForeignKey("documents.id"))


class ReviewItem(Base):
    """Something people did that an edit left without its place: an action item or a section that can no longer be matched."""

    __tablename__ = "review_items"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"), index=True)
    subject: Mapped[str]
    subject_id: Mapped[int]
    title: Mapped[str]
    at: Mapped[datetime]
    decided: Mapped[datetime | None]
