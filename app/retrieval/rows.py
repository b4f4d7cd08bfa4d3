"""The rows behind the hits of a search. Each statement is built once: pages wait for them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache, lru_cache

from sqlalchemy import BindParameter, Select, bindparam, select
from sqlalchemy.orm import Session, defer, joinedload

from app.library import Document, Incident, Section
from app.library.visibility import VIEWERS_KEPT, seen_by
from app.viewer import Viewer

STEPS = ("mitigation", "diagnosis", "rollback", "verification")


def documents(session: Session, viewer: Viewer, ids: Collection[str]) -> dict[str, Document]:
    """By id those that are still there for this viewer, with their incidents, causes and services."""
    rows = session.scalars(_documents(viewer.audiences), {"ids": list(ids)})
    return {row.id: row for row in rows.unique()}


def sections(
    session: Session, documents: Mapping[str, Document], anchors: Collection[str]
) -> dict[tuple[str, str], Section]:
    """By document and anchor those that are named so, and for runbooks also the sections of steps: there the command
    is.
    """
    runbooks = [id for id, document in documents.items() if document.kind == "runbook"]
    asked = {"ids": list(documents), "anchors": list(anchors), "runbooks": runbooks}
    return {(row.document_id, row.anchor): row for row in session.scalars(_sections(), asked)}


@lru_cache(maxsize=VIEWERS_KEPT)
def _documents(audiences: frozenset[str] | None) -> Select[tuple[Document]]:
    related = (
        defer(Document.body),
        joinedload(Document.incident).joinedload(Incident.causes),
        joinedload(Document.services),
    )
    return select(Document).where(Document.id.in_(_several("ids")), seen_by(audiences)).options(*related)


@cache
def _sections() -> Select[tuple[Section]]:
    # Pairs of document and anchor would be looked for in all sections, one by one; so a few too many are read.
    steps = Section.document_id.in_(_several("runbooks")) & Section.role.in_(STEPS)
    wanted = Section.document_id.in_(_several("ids")) & (Section.anchor.in_(_several("anchors")) | steps)
    return select(Section).where(wanted, Section.retired.is_(None)).order_by(Section.ordinal)


def _several(name: str) -> BindParameter[Sequence[str]]:
    return bindparam(name, expanding=True)
