"""Tags that the text of a post-mortem suggests, and what people said to them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base

SUBJECTS = ("cause", "service", "severity")
DECISIONS = ("confirmed", "rejected")


class Suggestion(Base):
    """Derived: made anew with each revision of its document. `evidence` is the sentence that says so; `score` is from
    0 to 1.
    """

    __tablename__ = "suggestions"

    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    score: Mapped[float]
    evidence: Mapped[str]


class TagDecision(Base):
    """What a person said to a suggestion. It outlives the next import of the file."""

    __tablename__ = "tag_decisions"

    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    decision: Mapped[str]
    evidence: Mapped[str | None]
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
