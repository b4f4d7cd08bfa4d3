"""The masks that a search is given: what this viewer sees, and what the widest audience sees."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.library.revisions import VISIBILITY, current
from app.library.visibility import visible_ids, widest_audience
from app.search.engine import Visibility
from app.viewer import PUBLIC, Viewer


def masks(session: Session, viewer: Viewer) -> tuple[Visibility, Visibility]:
    """(visible, reference). Their keys change with the visibility counter, so an engine may keep them.

    On a site of teams only there is no audience that all are in: each viewer is their own reference then, so that no
    team's documents change another's scores. A session asks once.
    """
    known: dict[frozenset[str] | None, tuple[Visibility, Visibility]] = session.info.setdefault(masks, {})
    if viewer.audiences not in known:
        known[viewer.audiences] = _masks(session, viewer)
    return known[viewer.audiences]


def _masks(session: Session, viewer: Viewer) -> tuple[Visibility, Visibility]:
    revision = current(session, VISIBILITY)

    def visible() -> frozenset[str]:
        return visible_ids(session, viewer.audiences)

    def reference() -> frozenset[str]:
        return visible_ids(session, widest_audience(session) or viewer.audiences)

    seen = Visibility((revision, viewer.audiences), visible)
    if viewer.audiences == frozenset({PUBLIC}) == widest_audience(session):
        return seen, seen
    return seen, Visibility((revision, viewer.audiences, "widest"), reference)
