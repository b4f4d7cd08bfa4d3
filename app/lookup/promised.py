"""What was promised about a page's alert, its service and incidents like it, and is not done yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, or_, select
from sqlalchemy.orm import Session, contains_eager

from app.library import ActionItem, Document, DocumentAlert, DocumentService
from app.library.actions import WAITING
from app.library.visibility import seen_by
from app.viewer import Viewer

SHOWN = 3


@dataclass(frozen=True)
class Promised:
    action: ActionItem
    why: tuple[str, ...]


def promised(
    session: Session,
    viewer: Viewer,
    alerts: Sequence[str],
    services: Sequence[str],
    incidents: Sequence[Document],
    today: date,
) -> tuple[Promised, ...]:
    """At most SHOWN that wait: of the incidents shown, of the alert, then of the service; what is overdue first. Where
    nobody said whether it is done, it is told last, and of a service not at all.
    """
    shown = Document.id.in_([document.id for document in incidents])
    raised = Document.id.in_(select(DocumentAlert.document_id).where(DocumentAlert.alert.in_(alerts)))
    named = Document.id.in_(select(DocumentService.document_id).where(DocumentService.service.in_(services)))
    nearness = case((shown, 0), (raised, 1), else_=2)
    urgency = case((ActionItem.status.is_(None), 2), (ActionItem.due < today, 0), else_=1)
    rows = session.execute(
        select(ActionItem, nearness)
        .join(ActionItem.document)
        .where(
            seen_by(viewer.audiences),
            ActionItem.retired.is_(None),
            or_(ActionItem.status.in_(WAITING), ActionItem.status.is_(None) & or_(shown, raised)),
            or_(shown, raised, named),
        )
        .options(contains_eager(ActionItem.document).defer(Document.body))
        .order_by(nearness, urgency, ActionItem.due.asc().nulls_last(), ActionItem.id)
        .limit(SHOWN)
    )
    reasons = ("promised in an incident shown here", "promised about the same alert", "promised about the same service")
    return tuple(Promised(action, (reasons[near],)) for action, near in rows)
