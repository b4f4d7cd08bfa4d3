"""Vectors for documents that came into an index without, since their meaning takes long to encode."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from app.db import Database
from app.indexing.present import meant, pieces, present
from app.indexing.sync import load
from app.library.visibility import visible_ids, widest_audience
from app.search.document import IndexDocument
from app.search.engine import Changes, IndexWriter
from app.search.meaning import Meaning

# So many pieces of text are encoded at once: well under a second's work, two where others keep the machine busy.
TOGETHER = 4
# What is encoded is committed so often: every commit costs readers something.
COMMIT_SECONDS = 10.0

log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]


def never() -> bool:
    return False


def fill(
    database: Database,
    writer: IndexWriter,
    revision: int,
    enough: Callable[[], bool] = never,
    progress: Progress | None = None,
) -> bool:
    """Encodes what has no vectors yet, in an index that stands at `revision`; what is done is kept.

    Returns whether all of it is done: it ends before that when `enough`, which is asked about every second, says so.
    A document that is interrupted is begun again. Raises Invalid where the meaning turns out to be unusable.
    """
    if writer.meaning is None:
        return True
    lacking = writer.lacking()
    ready: list[IndexDocument] = []
    kept = time.monotonic()
    for done, id in enumerate(lacking):
        document = _encoded(database, writer.meaning, id, enough)
        ready += [document] if document else []
        ended = enough()
        if ended or time.monotonic() - kept > COMMIT_SECONDS:
            _keep(database, writer, ready, revision)
            ready, kept = [], time.monotonic()
        if ended:
            return False
        if progress:
            progress(done + 1, len(lacking))
    _keep(database, writer, ready, revision)
    if lacking:
        log.info("what %s documents mean is encoded", len(lacking))
    return True


def _encoded(database: Database, meaning: Meaning, id: str, enough: Callable[[], bool]) -> IndexDocument | None:
    """A document with its vectors; None where it is gone by now, or `enough` came first."""
    with database.read() as session:
        row = next(iter(load(session, [id])), None)
        if row is None:
            return None
        document, texts = present(row, None), pieces(row)
    vectors = []
    for first in range(0, len(texts), TOGETHER):
        if enough():
            return None
        vectors.append(meaning.encode(texts[first : first + TOGETHER]))
    return replace(document, meaning=meant(np.concatenate(vectors)))


def _keep(database: Database, writer: IndexWriter, documents: list[IndexDocument], revision: int) -> None:
    if documents:
        with database.read() as session:
            reference = visible_ids(session, widest_audience(session))
        writer.commit(Changes(tuple(documents), (), revision), reference)
