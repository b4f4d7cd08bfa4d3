"""Incidents that recur, and what people said of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.library.documents import Document

PATTERN_STATES = ("found", "confirmed", "dismissed", "merged")
UNNAMED = "A pattern without a name"


class Pattern(Base):
    """Incidents that share cause, services and signature. `name` and `terms` are its members' own words; `title` is
    what a person called it. `audience` is whose incidents founded it: who may not see that never hears of it. One that
    was `dismissed` stays, so that it is not found again; one that was `merged` leads to `merged_into`.
    """

    __tablename__ = "patterns"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    title: Mapped[str | None]
    terms: Mapped[list[str]]
    audience: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str | None]
    merged_into: Mapped[str | None] = mapped_column(ForeignKey("patterns.id"), index=True)
    found: Mapped[datetime]
    decided: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)

    members: Mapped[list[PatternMember]] = relationship(
        back_populates="pattern", cascade="all, delete-orphan", order_by="PatternMember.document_id"
    )
    sources: Mapped[list[PatternSource]] = relationship(cascade="all, delete-orphan")

    @property
    def called(self) -> str:
        return self.title or self.name or UNNAMED


class PatternSource(Base):
    """An incident whose words a pattern's name and terms are: who may not see it does not read them."""

    __tablename__ = "pattern_sources"

    pattern_id: Mapped[str] = mapped_column(ForeignKey("patterns.id"), primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"), primary_key=True, index=True)


class PatternMember(Base):
    """An incident of a pattern and why it belongs: `reasons` are `{"kind", "text"}`, in words that it shares with the
    incident `told_with`. `by_person`: somebody put or confirmed it there, and it stays.
    """

    __tablename__ = "pattern_members"

    pattern_id: Mapped[str] = mapped_column(ForeignKey("patterns.id"), primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"), primary_key=True, index=True)
    score: Mapped[float]
    reasons: Mapped[list[Any]]
    told_with: Mapped[str | None] = mapped_column(ForeignKey("documents.id"), index=True)
    by_person: Mapped[bool] = mapped_column(default=False)

    pattern: Mapped[Pattern] = relationship(back_populates="members")
    document: Mapped[Document] = relationship(foreign_keys=[document_id])


class PatternExclusion(Base):
    """A person took this incident out of this pattern; it does not come back by itself."""

    __tablename__ = "pattern_exclusions"

    pattern_id: Mapped[str] = mapped_column(ForeignKey("patterns.id"), primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"), primary_key=True, index=True)
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)


class Verdict(Base):
    """A person said that two incidents are the same again, or are not; `document_id` is the lesser of the two ids."""

    __tablename__ = "verdicts"

    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"), primary_key=True)
    other_id: Mapped[str] = mapped_column(ForeignKey("documents.id"), primary_key=True, index=True)
    alike: Mapped[bool]
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
