"""What pages ask of suggested tags: what waits for a person, and what was decided lately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, defer

from app.library.catalog import Cause, Service
from app.library.documents import Document
from app.library.pages.documents import LINE, seen
from app.library.suggestions import Suggestion, TagDecision
from app.viewer import Viewer

LATELY = 5
# Nobody has said yes or no to it yet.
WAITING = ~exists().where(
    TagDecision.document_id == Suggestion.document_id,
    TagDecision.subject == Suggestion.subject,
    TagDecision.value == Suggestion.value,
)


@dataclass(frozen=True)
class Suggested:
    """A suggestion with its document."""

    tag: Suggestion
    document: Document


def suggested(session: Session, viewer: Viewer, limit: int, offset: int = 0) -> tuple[list[Suggested], int]:
    """What waits for somebody to confirm or reject it, the surest first, and how much of it there is."""
    waiting = select(Suggestion, Document).join(Document, Document.id == Suggestion.document_id)
    waiting = waiting.where(WAITING, seen(viewer))
    total = session.scalar(waiting.with_only_columns(func.count())) or 0
    order = (Suggestion.score.desc(), Suggestion.document_id, Suggestion.subject, Suggestion.value)
    rows = session.execute(waiting.options(defer(Document.body)).order_by(*order).limit(limit).offset(offset))
    return [Suggested(tag, document) for tag, document in rows], total


def suggested_of(session: Session, document: Document) -> list[Suggestion]:
    """What a document that the viewer sees suggests, by subject."""
    rows = select(Suggestion).where(WAITING, Suggestion.document_id == document.id)
    return list(session.scalars(rows.order_by(Suggestion.subject, Suggestion.score.desc(), Suggestion.value)))


def suggested_for(session: Session, viewer: Viewer, causes: Sequence[str]) -> list[Suggested]:
    """The documents that one of these causes is suggested for, each once, with the surest of them."""
    rows = (
        select(Suggestion, Document)
        .join(Document, Document.id == Suggestion.document_id)
        .where(WAITING, seen(viewer), Suggestion.subject == "cause", Suggestion.value.in_(causes))
        .options(*LINE)
    )
    best: dict[str, Suggested] = {}
    for tag, document in session.execute(rows.order_by(Suggestion.score.desc(), Suggestion.document_id)):
        best.setdefault(document.id, Suggested(tag, document))
    return list(best.values())


def decided_lately(session: Session, viewer: Viewer) -> list[tuple[TagDecision, Document]]:
    """What this viewer decided last, the newest first."""
    rows = (
        select(TagDecision, Document)
        .join(Document, Document.id == TagDecision.document_id)
        .where(TagDecision.by == viewer.id, seen(viewer))
        .order_by(TagDecision.at.desc(), TagDecision.document_id, TagDecision.subject, TagDecision.value)
        .limit(LATELY)
    )
    return [(decision, document) for decision, document in session.execute(rows)]


def left_out(session: Session, viewer: Viewer) -> list[tuple[str, str, int]]:
    """Subject and name of what was confirmed and is no longer in the catalog, and for how many documents."""
    found: list[tuple[str, str, int]] = []
    for subject, model in (("cause", Cause), ("service", Service)):
        known = exists().where(model.name == TagDecision.value, model.retired.is_(False))
        rows = (
            select(TagDecision.value, func.count())
            .join(Document, Document.id == TagDecision.document_id)
            .where(TagDecision.subject == subject, TagDecision.decision == "confirmed", ~known, seen(viewer))
            .group_by(TagDecision.value)
            .order_by(TagDecision.value)
        )
        found += [(subject, name, count) for name, count in session.execute(rows)]
    return found
