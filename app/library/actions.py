"""Action items: what a post-mortem promised, and whether it was kept."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.library.documents import Document

ACTION_KINDS = ("prevent", "detect", "mitigate", "process")
STATUSES = ("open", "in-progress", "done", "wont-do")


class ActionItem(Base):
    """`key` is its identity in the document: explicit id, else tracker link, else normalised title.

    `status` is what holds now; `file_status` is what the file last said, `status_at` when either last changed: the later event wins, both are shown.
    """

    __tablename__ = "action_items"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"), index=True)
    key: Mapped[str]
    ordinal: Mapped[int]
    title: Mapped[str]
    kind: Mapped[str | None]
    owner: Mapped[str | None]
    due: Mapped[date | None]
    status: Mapped[str | None]
    status_at: Mapped[datetime | None]
    file_status: Mapped[str | None]
    reason: Mapped[str | None]
    tracker: Mapped[str | None]
    retired: Mapped[datetime | None]

    document: Mapped[Document] = relationship(back_populates="actions")

    __table_args__ = (UniqueConstraint("document_id", "key"),)

    def overdue(self, today: date) -> bool:
        return self.due is not None and self.due < today and self.status not in ("done", "wont-do")
