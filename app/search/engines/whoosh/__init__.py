"""The default engine: Whoosh keeps the segments, flat arrays hold them, NumPy searches them."""

from __future__ import annotations

from pathlib import Path

from app.search.engine import Engine, IndexWriter


def open_reader(folder: Path) -> Engine:
    """A reader of the index in that folder, which need not be there yet."""
    from app.search.engines.whoosh.reader import WhooshEngine

    return WhooshEngine(folder)


def open_writer(folder: Path) -> IndexWriter:
    """The writer of the index in that folder. Raises Conflict where another process has it open."""
    from app.search.engines.whoosh.writer import WhooshWriter

    return WhooshWriter(folder)
