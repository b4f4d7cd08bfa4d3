"""What the pages ask of the library. Every answer holds only what the viewer may see; what is hidden looks like what is
not there.
"""

from __future__ import annotations

from app.library.pages.documents import by_path, counts, document, examples, existing, listing, old_anchors
from app.library.pages.promises import actions, actions_of
from app.library.pages.reading import lists_of, readings
from app.library.pages.tags import (
    Counted,
    alert,
    alerts,
    cause,
    cause_titles,
    causes,
    dependencies,
    documents_of_service,
    incidents_of_causes,
    service,
    service_titles,
    services,
    services_named,
    severities,
    team,
)

__all__ = [
    "Counted",
    "actions",
    "actions_of",
    "alert",
    "alerts",
    "by_path",
    "cause",
    "cause_titles",
    "causes",
    "counts",
    "dependencies",
    "document",
    "documents_of_service",
    "examples",
    "existing",
    "incidents_of_causes",
    "listing",
    "lists_of",
    "old_anchors",
    "readings",
    "service",
    "service_titles",
    "services",
    "services_named",
    "severities",
    "team",
]
