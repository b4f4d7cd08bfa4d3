"""The writing side: one process an index, which holds a lock on its folder for as long as it is open."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterable
from pathlib import Path

from filelock import FileLock, Timeout

from app.errors import Conflict, Unavailable
from app.search.engine import Changes
from app.search.engines.whoosh import generation
from app.search.engines.whoosh.commit import Generation
from app.search.meaning import SHIPPED, Meaning

LOCK = "writer.lock"

log = logging.getLogger(__name__)


class WhooshWriter:
    """An IndexWriter. A generation that is not what was written is set aside, and the index then holds nothing until it
    is rebuilt. One with another's vectors is left to readers until then.
    """

    def __init__(self, index: Path, meaning: Meaning | None = None) -> None:
        self.index = index
        self.meaning = meaning or SHIPPED
        index.mkdir(mode=0o700, parents=True, exist_ok=True)
        index.chmod(0o700)
        self._lock = FileLock(index / LOCK, timeout=0, mode=0o600)
        try:
            self._lock.acquire()
        except Timeout:
            raise Conflict(
                f"Another process writes the index in {index.name}/: a running worker, or a rebuild."
            ) from None
        try:
            self._generation = self._open()
        except BaseException:
            self._lock.release()
            raise

    def revisions(self) -> dict[str, int]:
        if self._generation is not None and not self._generation.intact():
            self._set_aside(self._generation.folder, "a file is not what was written")
            self._generation = None
        return self._generation.revisions() if self._generation else {}

    def lacking(self) -> list[str]:
        return self._generation.lacking() if self._generation else []

    def vectors(self, id: str, revision: int) -> tuple[bytes, ...]:
        return self._generation.vectors(id, revision) if self._generation else ()

    def sound(self) -> bool:
        there = (self.index / LOCK).exists()
        return there and (self._generation is None or self._generation.sound())

    def commit(self, changes: Changes, reference: frozenset[str]) -> None:
        if self._generation is None:
            self.rebuild([changes], reference)
        else:
            self._generation.commit([changes], reference)

    def rebuild(self, batches: Iterable[Changes], reference: frozenset[str]) -> None:
        folder = generation.next_folder(self.index)
        try:
            built = Generation.create(folder, self.meaning.name)
            built.commit(batches, reference)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        self._generation = built
        self._sweep(folder)

    def close(self) -> None:
        self._lock.release()

    def _open(self) -> Generation | None:
        found = generation.newest(self.index)
        if found is None:
            self._sweep(None)
            return None
        folder, number = found
        try:
            opened = Generation.open(folder, number)
        except (Unavailable, OSError) as error:
            self._set_aside(folder, str(error))
            return None
        self._sweep(folder)
        return opened if opened.meaning == self.meaning.name else None

    def _set_aside(self, folder: Path, why: str) -> None:
        log.warning("the index is set aside and will be built again: %s", why)
        generation.set_aside(folder)

    def _sweep(self, current: Path | None) -> None:
        """Removes what a newer generation replaced, and what an interrupted rebuild left."""
        for folder in generation.generations(self.index):
            if folder != current:
                shutil.rmtree(folder, ignore_errors=True)
