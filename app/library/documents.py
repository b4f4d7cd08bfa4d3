"""Documents, their versions and sections, and the addresses that they ever had."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, Select, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base

if TYPE_CHECKING:
    from app.library.actions import ActionItem
    from app.library.incidents import Incident

KINDS = ("postmortem", "runbook", "guide", "reading-list")
ROLES = (
    "summary impact symptoms diagnosis mitigation rollback verification escalation detection timeline cause "
    "resolution went-well went-badly decisions lessons actions other"
).split()

# Half of what prose is read at: there are commands and numbers in it, and one stops to think.
WORDS_A_MINUTE = 120


class Document(Base):
    """One published text as last ingested and masked. `deleted` marks a tombstone: the row stays, its revision tells
    indexes to drop it.

    `origins` says of each field whether it was `stated` or `derived`; a field that is not in it is missing.
    """

    __tablename__ = "documents"

    id: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(index=True)
    deleted: Mapped[datetime | None]
    kind: Mapped[str]
    title: Mapped[str]
    slug: Mapped[str]
    audience: Mapped[str]
    source: Mapped[str]
    path: Mapped[str]
    content_hash: Mapped[str]
    fingerprint: Mapped[str] = mapped_column(index=True)
    body: Mapped[str]
    summary: Mapped[str | None]
    owner: Mapped[str | None]
    source_url: Mapped[str | None]
    archive_url: Mapped[str | None]
    checked_against: Mapped[list[str]]
    tested_with: Mapped[str | None]
    reviewed: Mapped[date | None]
    renders: Mapped[str | None]
    template: Mapped[str | None]
    words: Mapped[int] = mapped_column(server_default="0")
    tags: Mapped[list[str]]
    origins: Mapped[dict[str, str]]
    masked: Mapped[int] = mapped_column(default=0)
    created: Mapped[datetime]
    changed: Mapped[datetime]

    sections: Mapped[list[Section]] = relationship(
        back_populates="document",
        order_by="Section.ordinal",
        primaryjoin="and_(Section.document_id == Document.id, Section.retired.is_(None))",
    )
    services: Mapped[list[DocumentService]] = relationship(
        cascade="all, delete-orphan", order_by="DocumentService.ordinal"
    )
    alerts: Mapped[list[DocumentAlert]] = relationship(cascade="all, delete-orphan", order_by="DocumentAlert.ordinal")
    incident: Mapped[Incident | None] = relationship(back_populates="document", cascade="all, delete-orphan")
    actions: Mapped[list[ActionItem]] = relationship(
        back_populates="document",
        order_by="ActionItem.ordinal",
        primaryjoin="and_(ActionItem.document_id == Document.id, ActionItem.retired.is_(None))",
    )

    __table_args__ = (
        Index("ix_documents_source_path", "source", "path"),
        # Who sees what is asked at every commit of the index: answered from here, without reading a text. The id is in
        # it so that rows that are asked for by id are still found by it. PostgreSQL's condition stands in the migration
        # alone: to name it here loads that dialect at each start, 40 ms on the way to the first answer.
        Index(
            "ix_documents_there",
            "audience",
            "id",
            sqlite_where=text("deleted IS NULL"),
        ),
    )

    @property
    def minutes(self) -> int:
        """How long it takes to read, at least one minute."""
        return max(1, round(self.words / WORDS_A_MINUTE))

    @property
    def address(self) -> str:
        """Where the page stands, from the root of the site."""
        return f"/{self.kind}s/{self.id}/{self.slug}"


_changed = Document.__table__.alias()


def newer(since: int) -> Select[tuple[str]]:
    """The ids of documents that changed after a revision, to ask more of. With other conditions beside it, SQLite would
    look for them through the whole library.
    """
    return select(_changed.c.id).where(_changed.c.revision > since)


class DocumentVersion(Base):
    """An earlier or present state of a document's text, masked."""

    __tablename__ = "document_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"), index=True)
    number: Mapped[int]
    revision: Mapped[int]
    at: Mapped[datetime]
    title: Mapped[str]
    body: Mapped[str]
    content_hash: Mapped[str]

    __table_args__ = (UniqueConstraint("document_id", "number"),)


class Section(Base):
    """A heading and what stands under it. `anchor` is without the page's `s-` in front. A retired one is kept for what
    hangs on it.
    """

    __tablename__ = "sections"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"), index=True)
    anchor: Mapped[str]
    ordinal: Mapped[int]
    level: Mapped[int]
    heading: Mapped[str]
    role: Mapped[str]
    text: Mapped[str]
    html: Mapped[str]
    retired: Mapped[datetime | None]

    document: Mapped[Document] = relationship(back_populates="sections")


class SectionAddress(Base):
    """Every anchor that a section ever had, so that an old link still lands on it."""

    __tablename__ = "section_addresses"

    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"), primary_key=True)
    anchor: Mapped[str] = mapped_column(primary_key=True)
    section_id: Mapped[int] = mapped_column(ForeignKey("sections.id"), index=True)


class DocumentAddress(Base):
    """Every id that a document ever had (a file may be given an explicit `id` later)."""

    __tablename__ = "document_addresses"

    old_id: Mapped[str] = mapped_column(primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"), index=True)


class DocumentService(Base):
    """A service that a document names."""

    __tablename__ = "document_services"

    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"), primary_key=True)
    service: Mapped[str] = mapped_column(ForeignKey("services.name"), primary_key=True, index=True)
    ordinal: Mapped[int]
    origin: Mapped[str]


class DocumentAlert(Base):
    """An alert that a runbook answers, or that an incident raised."""

    __tablename__ = "document_alerts"

    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"), primary_key=True)
    alert: Mapped[str] = mapped_column(ForeignKey("alerts.name"), primary_key=True, index=True)
    ordinal: Mapped[int]
    origin: Mapped[str]
