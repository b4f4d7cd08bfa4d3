"""Brings an index to where the library is: what is newer by revision, and now and then everything by comparison."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.db import Database
from app.indexing.present import present
from app.library import Document, Incident
from app.library.revisions import LIBRARY, current
from app.library.visibility import visible_ids, widest_audience
from app.search.document import IndexDocument
from app.search.engine import Changes, IndexWriter
from app.search.meaning import Meaning

BATCH = 500


def sync(database: Database, writer: IndexWriter, since: int) -> int:
    """Applies every change after revision `since`; returns the revision that the index then stands at."""
    with database.read() as session:
        until = current(session, LIBRARY)
        newer = list(
            session.execute(
                select(Document.id, Document.deleted.is_not(None))
                .where(Document.revision > since, Document.revision <= until)
                .order_by(Document.revision)
            )
        )
    if until != since or newer:
        changed, gone = [id for id, dead in newer if not dead], [id for id, dead in newer if dead]
        _apply(database, writer, changed, gone, since, until)
    return until


def heal(database: Database, writer: IndexWriter) -> tuple[int, int]:
    """Compares all (id, revision) pairs and applies whatever differs, however it came to differ.

    Returns the revision that the index then stands at, and how many documents differed.
    """
    with database.read() as session:
        until = current(session, LIBRARY)
        rows = select(Document.id, Document.revision).where(Document.deleted.is_(None), Document.revision <= until)
        wanted: dict[str, int] = dict(session.execute(rows).tuples().all())
    held = writer.revisions()
    if not held:
        # An index that holds nothing is built whole before anybody reads it: half of it would be a wrong answer.
        return rebuild(database, writer), len(wanted)
    missing = [id for id, revision in wanted.items() if held.get(id) != revision]
    gone = [id for id in held if id not in wanted]
    _apply(database, writer, missing, gone, 0, until)
    return until, len(missing) + len(gone)


def rebuild(database: Database, writer: IndexWriter) -> int:
    """A new generation from the whole library, beside the one in use; returns the revision it stands at."""
    with database.read() as session:
        until = current(session, LIBRARY)
        ids = list(session.scalars(select(Document.id).where(Document.deleted.is_(None)).order_by(Document.id)))
        reference = visible_ids(session, widest_audience(session))
    writer.rebuild(_batches(database, writer, ids, (), 0, until), reference)
    return sync(database, writer, until)


def _apply(
    database: Database, writer: IndexWriter, ids: Sequence[str], gone: Sequence[str], since: int, until: int
) -> None:
    with database.read() as session:
        reference = visible_ids(session, widest_audience(session))
    for changes in _batches(database, writer, ids, gone, since, until):
        writer.commit(changes, reference)


def _batches(
    database: Database, writer: IndexWriter, ids: Sequence[str], gone: Sequence[str], since: int, until: int
) -> Iterator[Changes]:
    # Only the last batch carries the new revision: an index that was cut off half-way asks for the rest again.
    for first in range(0, max(len(ids), 1), BATCH):
        last = first + BATCH >= len(ids)
        with database.read() as session:
            documents = tuple(_at_once(row, writer) for row in load(session, ids[first : first + BATCH]))
        yield Changes(documents, tuple(gone) if last else (), until if last else since)


def _at_once(row: Document, writer: IndexWriter) -> IndexDocument:
    """A document as it can be found now: what takes long to encode keeps the vectors it has, or gets them from `fill`
    later.
    """
    if writer.meaning is None or writer.meaning.fast:
        return present(row, writer.meaning)
    return replace(present(row, None), meaning=writer.vectors(row.id, row.revision))


def everything(session: Session, meaning: Meaning | None) -> Iterator[Changes]:
    """The whole library as an index takes it, in batches."""
    ids = list(session.scalars(select(Document.id).where(Document.deleted.is_(None)).order_by(Document.id)))
    for first in range(0, len(ids), BATCH):
        yield Changes(tuple(present(row, meaning) for row in load(session, ids[first : first + BATCH])))


def load(session: Session, ids: Sequence[str]) -> Iterable[Document]:
    """Those of these documents that are there, with all that is presented of them."""
    related = (
        selectinload(Document.sections),
        selectinload(Document.services),
        selectinload(Document.alerts),
        selectinload(Document.actions),
        selectinload(Document.incident).selectinload(Incident.causes),
    )
    # One that was removed meanwhile has a later revision: the next sync takes it out.
    there = select(Document).where(Document.id.in_(ids), Document.deleted.is_(None)).order_by(Document.id)
    return session.scalars(there.options(*related))
