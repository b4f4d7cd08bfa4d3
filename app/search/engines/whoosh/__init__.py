"""The default engine: Whoosh keeps the segments, flat arrays hold them, NumPy searches them."""

from __future__ import annotations

from pathlib import Path

from app.search.engine import Engine, IndexWriter
from app.search.meaning import Meaning


def open_reader(folder: Path, meaning: Meaning | None = None) -> Engine:
    """A reader of the index in that folder, which need not be there yet. `meaning`: whose vectors it knows beside those
    that come with the application.
    """
    from app.search.engines.whoosh.reader import WhooshEngine

    return WhooshEngine(folder, meaning)


def open_writer(folder: Path, meaning: Meaning | None = None) -> IndexWriter:
    """The writer of the index in that folder. Raises Conflict where another process has it open. `meaning`: whose
    vectors the index is to have, unset those that come with the application.
    """
    from app.search.engines.whoosh.writer import WhooshWriter

    return WhooshWriter(folder, meaning)
