"""What pages ask of reading lists: the documents of each as this viewer sees it, the lists that name a document."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from app.library.documents import Document
from app.library.pages.documents import LINE, seen
from app.library.reading import ReadingItem
from app.text.addresses import INDEXES
from app.viewer import Viewer


def readings(session: Session, viewer: Viewer, lists: Sequence[Document]) -> dict[str, list[Document]]:
    """The documents of each list, by the list's id, in its order; what is gone or not for this viewer is left out."""
    rows = select(ReadingItem.document_id, ReadingItem.target).order_by(ReadingItem.document_id, ReadingItem.ordinal)
    items = session.execute(rows.where(ReadingItem.document_id.in_([each.id for each in lists]))).tuples().all()
    paths = {target + ending for _, target in items for ending in INDEXES}
    found = session.scalars(select(Document).where(Document.path.in_(paths), seen(viewer)).options(*LINE[:1]))
    there = {(row.source, row.path): row for row in found}
    sources = {each.id: each.source for each in lists}
    read: dict[str, list[Document]] = {each.id: [] for each in lists}
    for list_id, target in items:
        files = ((sources[list_id], target + ending) for ending in INDEXES)
        if row := next((there[file] for file in files if file in there), None):
            read[list_id].append(row)
    return read


def lists_of(session: Session, viewer: Viewer, document: Document) -> list[Document]:
    """The reading lists that name this document, by title."""
    names = {document.path, *(document.path.removesuffix(ending) for ending in INDEXES if ending)}
    holding = select(ReadingItem.document_id).where(ReadingItem.target.in_(names))
    rows = session.scalars(
        select(Document)
        .where(Document.id.in_(holding), Document.source == document.source, seen(viewer))
        .order_by(Document.title)
        .options(defer(Document.body))
    )
    return list(rows)
