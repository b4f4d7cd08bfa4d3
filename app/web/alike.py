"""Past incidents like what is on the page: an incident's own, and those beside the results of a long question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.http.parts import reading, viewer
from app.library import Document

if TYPE_CHECKING:
    # Imported where something is compared: a site that has just been started answers questions without it.
    from app.insight.similar import Similar

SHOWN = 3
# So many words describe something; fewer ask for a thing by its name.
DESCRIBING = 8


def like(document: Document) -> tuple[Similar, ...]:
    """Those like a post-mortem; none for any other kind."""
    if document.kind != "postmortem":
        return ()
    from app.insight.similar import to_document

    return to_document(reading(), viewer(), document, SHOWN)


def beside(question: str) -> list[dict[str, Any]]:
    """Those that a long question tells of, as /search.json has them."""
    if len(question.split()) < DESCRIBING:
        return []
    from app.insight.similar import to_text

    return [
        {
            "url": each.document.address,
            "title": each.document.title,
            "why": "; ".join(reason.text for reason in each.reasons),
            "fixed_by": each.fixed_by or "",
        }
        for each in to_text(reading(), viewer(), question, limit=SHOWN)
    ]
