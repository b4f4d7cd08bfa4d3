"""The facts of a post-mortem."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.library.documents import Document

# Of a cause's states those that make it one: what is suggested is no fact.
FACTS = ("stated", "confirmed")


class Incident(Base):
    """A moment's `…_precision` is `minute` or `day`; a moment that the text does not state is None."""

    __tablename__ = "incidents"

    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"), primary_key=True)
    severity: Mapped[str | None] = mapped_column(index=True)
    started: Mapped[datetime | None] = mapped_column(index=True)
    started_precision: Mapped[str | None]
    detected: Mapped[datetime | None]
    detected_precision: Mapped[str | None]
    mitigated: Mapped[datetime | None]
    mitigated_precision: Mapped[str | None]
    resolved: Mapped[datetime | None]
    resolved_precision: Mapped[str | None]
    detection: Mapped[str | None]
    trigger: Mapped[str | None]
    impact: Mapped[str | None]
    fixed_by: Mapped[str | None]

    document: Mapped[Document] = relationship(back_populates="incident")
    causes: Mapped[list[IncidentCause]] = relationship(cascade="all, delete-orphan", order_by="IncidentCause.ordinal")
    events: Mapped[list[TimelineEvent]] = relationship(cascade="all, delete-orphan", order_by="TimelineEvent.ordinal")

    @property
    def duration(self) -> int | None:
        """Seconds from start to resolution (else mitigation); None where either is not known to the minute."""
        end, precision = (
            (self.resolved, self.resolved_precision) if self.resolved else (self.mitigated, self.mitigated_precision)
        )
        if self.started is None or end is None or "day" in (self.started_precision, precision):
            return None
        seconds = int((end - self.started).total_seconds())
        return seconds if seconds >= 0 else None


class IncidentCause(Base):
    """A contributing factor: `stated` by the text, `suggested` by us, or `confirmed` by a person."""

    __tablename__ = "incident_causes"

    document_id: Mapped[str] = mapped_column(ForeignKey("incidents.document_id"), primary_key=True)
    cause: Mapped[str] = mapped_column(ForeignKey("causes.name"), primary_key=True, index=True)
    ordinal: Mapped[int]
    state: Mapped[str]
    evidence: Mapped[str | None]


class TimelineEvent(Base):
    """One line of the timeline; `at` is None where the text gives no time that is certain."""

    __tablename__ = "timeline_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("incidents.document_id"), index=True)
    ordinal: Mapped[int]
    at: Mapped[datetime | None]
    precision: Mapped[str | None]
    stated_time: Mapped[str]
    text: Mapped[str]
