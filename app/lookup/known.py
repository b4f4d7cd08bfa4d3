"""The names that a viewer's library knows, which a pasted text is held against."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.library import Document, DocumentAlert, Service, pages
from app.library.revisions import VISIBILITY, current
from app.library.visibility import seen_by
from app.lookup.understood import Known
from app.viewer import Viewer

# So many audiences' alerts are kept at once: there are many of them, and they change only with a document.
MOST_KEPT = 4
_alerts_kept: dict[Hashable, Mapping[str, str]] = {}


def known(session: Session, viewer: Viewer) -> Known:
    """Only what this viewer may see: a name that was resolved tells that there is such a thing."""
    titles = pages.service_titles(session, viewer)
    services: dict[str, str] = {name.casefold(): name for name in titles}
    for service in session.scalars(select(Service).where(Service.name.in_(titles)).order_by(Service.name)):
        for alias in service.aliases:
            services.setdefault(alias.casefold(), service.name)
    return Known(_alerts(session, viewer), services)


def _alerts(session: Session, viewer: Viewer) -> Mapping[str, str]:
    database = session.get_bind().engine.url
    key = (database, current(session), current(session, VISIBILITY), viewer.audiences)
    kept = _alerts_kept.get(key)
    if kept is None:
        names = session.scalars(
            select(DocumentAlert.alert)
            .join(Document, Document.id == DocumentAlert.document_id)
            .where(seen_by(viewer.audiences))
            .distinct()
        )
        kept = {name.casefold(): name for name in names}
        for old in list(_alerts_kept)[: 1 - MOST_KEPT]:
            _alerts_kept.pop(old, None)
        _alerts_kept[key] = kept
    return kept
