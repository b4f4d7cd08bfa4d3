"""What is wrong in the files, what each file was when it was last read, and what waits for a person's decision."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Problem(Base):
    """What is wrong now, and how to mend it. `error`: the file is not in (its last good version stays); `warning`: it
    is in, without that.
    """

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
    """A file as last read: an unchanged one is known by size and time, else by its hash, without being parsed.

    `document_id` is None for what is no document. `mtime_ns` is 0 where it was too fresh to be relied on. `reader`
    names the code that read it, `audience` is what its folder said then: where either is another now, the file is read
    again.
    """

    __tablename__ = "file_states"

    source: Mapped[str] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(primary_key=True)
    content_hash: Mapped[str]
    size: Mapped[int]
    mtime_ns: Mapped[int] = mapped_column(BigInteger)
    reader: Mapped[str]
    names: Mapped[list[str]]
    audience: Mapped[str]
    document_id: Mapped[str | None] = mapped_column(ForeignKey("documents.id"), index=True)


class ReviewItem(Base):
    """Something people did that an edit left without its place: an action item or a section that can no longer be
    matched.
    """

    __tablename__ = "review_items"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"), index=True)
    subject: Mapped[str]
    subject_id: Mapped[int]
    title: Mapped[str]
    at: Mapped[datetime]
    decided: Mapped[datetime | None]
