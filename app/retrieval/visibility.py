"""The masks that a search is given: what this viewer sees, and what the widest audience sees."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.library.revisions import VISIBILITY, current
from app.library.visibility import visible_ids, widest_audience
from app.search.engine import Visibility
from app.viewer import Viewer


def masks(session: Session, viewer: Viewer) -> tuple[Visibility, Visibility]:
    """(visible, reference). Their keys change with the visibility counter, so an engine may keep them."""
    revision = current(session, VISIBILITY)

    def visible() -> frozenset[str]:
        return visible_ids(session, viewer.audiences)

    def reference() -> frozenset[str]:
        return visible_ids(session, widest_audience(session))

    return Visibility((revision, viewer.audiences), visible), Visibility((revision, "widest"), reference)
