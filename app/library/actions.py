"""Action items: what a post-mortem promised, and whether it was kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.errors import Invalid
from app.library.documents import Document

ACTION_KINDS = ("prevent", "detect", "mitigate", "process")
STATUSES = ("open", "in-progress", "done", "wont-do")
WAITING = ("open", "in-progress")


class ActionItem(Base):
    """`key` is its identity in the document: explicit id, else tracker link, else normalised title.

    `status` is what holds now, since `status_at`; `file_status` is what the file last said: the later event wins, both
    are shown. `touched` is when a person last set the status. A retired one is no longer in the file and keeps its
    status.
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
    touched: Mapped[datetime | None]
    file_status: Mapped[str | None]
    reason: Mapped[str | None]
    tracker: Mapped[str | None]
    retired: Mapped[datetime | None]

    document: Mapped[Document] = relationship(back_populates="actions")

    __table_args__ = (UniqueConstraint("document_id", "key"),)

    def overdue(self, today: date) -> bool:
        """Whether it waits although its day is past. Of one whose state nobody stated that cannot be said."""
        return self.due is not None and self.due < today and self.status in WAITING

    def set_status(self, status: str, at: datetime, reason: str | None = None) -> None:
        """What a person says of it. Raises Invalid for a status that there is not."""
        if status not in STATUSES:
            raise Invalid(f"{status!r} is no status; it is one of {', '.join(STATUSES)}.")
        self.status, self.reason, self.status_at, self.touched = status, reason, at, at


def heard(row: Mapping[str, Any], status: str | None, reason: str | None, at: datetime) -> dict[str, Any]:
    """What changes in an action item's row when its file says this now.

    A status that nobody set follows the file. One that a person set is overruled by what the file did not say before.
    """
    changes: dict[str, Any] = {"file_status": status}
    if row["touched"] is None or (status is not None and status != row["file_status"]):
        if status != row["status"]:
            changes |= {"status": status, "status_at": at, "reason": reason}
        elif row["touched"] is None:
            changes["reason"] = reason
    return changes
