"""One commit into a generation: Whoosh's writer with our codec, our merge policy, and files that are on the disk before
they are named.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from whoosh.fields import Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex, clean_files
from whoosh.writing import SegmentWriter

from app.errors import Unavailable
from app.search.engine import Changes
from app.search.engines.whoosh import generation
from app.search.engines.whoosh.codec import FIELD, ArrayCodec, ArraySegment, DocumentField
from app.search.engines.whoosh.generation import Meta, SegmentMeta
from app.search.engines.whoosh.layout import Array, Stored, intact
from app.search.engines.whoosh.merging import Merging
from app.search.engines.whoosh.opened import Opened


class Generation:
    """A generation's folder, open for writing. `meaning` names whose vectors its documents have."""

    def __init__(self, folder: Path, meaning: str, meta: Meta | None) -> None:
        self.folder = folder
        self.meaning = meaning
        self.meta = meta
        self.opened: dict[str, Opened] = {}
        if meta is not None:
            self._take(meta)
        self.whoosh = FileIndex(FileStorage(str(folder)), Schema(**{FIELD: DocumentField()}))

    @classmethod
    def create(cls, folder: Path, meaning: str) -> Generation:
        """An empty one. It has no meta file, so no reader sees it until its first commit."""
        folder.mkdir(mode=0o700)
        generation.sync_folder(folder.parent)
        TOC.create(FileStorage(str(folder)), Schema(**{FIELD: DocumentField()}))
        return cls(folder, meaning, None)

    @classmethod
    def open(cls, folder: Path, number: int) -> Generation:
        """Raises Unavailable where anything in it is not what was written."""
        meta = generation.read_meta(folder, number)
        files = [meta.toc, *(segment.stored for segment in meta.segments)]
        # What an interrupted commit left, and a list of segments that no meta file names.
        named = {generation.meta_name(number), *(stored.file for stored in files)}
        for name in os.listdir(folder):
            if name not in named and (folder / name).is_file():
                (folder / name).unlink()
        # Whoosh unpickles its list: only what we know to be ours.
        if not intact(folder, meta.toc):
            raise Unavailable(f"The index file {meta.toc.file} is damaged: it is not what was written.")
        return cls(folder, meta.meaning, meta)

    def sound(self) -> bool:
        """Whether every file is there in its length."""
        if self.meta is None:
            return True
        stored = [self.meta.toc, *(segment.stored for segment in self.meta.segments)]
        try:
            generation.read_meta(self.folder, self.meta.number)
            return all((self.folder / each.file).stat().st_size == each.size for each in stored)
        except (OSError, Unavailable):
            return False

    def intact(self) -> bool:
        """Whether every file on the disk still is what was written."""
        if self.meta is None:
            return True
        stored = [self.meta.toc, *(segment.stored for segment in self.meta.segments)]
        try:
            generation.read_meta(self.folder, self.meta.number)
        except (OSError, Unavailable):
            return False
        return all(intact(self.folder, each) for each in stored)

    def revisions(self) -> dict[str, int]:
        held: dict[str, int] = {}
        for opened, live in self._segments():
            held |= opened.revisions(live)
        return held

    def lacking(self) -> list[str]:
        """The documents without a row of vectors."""
        return [id for opened, live in self._segments() for id in opened.lacking(live)]

    def vectors(self, id: str, revision: int) -> tuple[bytes, ...]:
        """The rows of a document, where it is here at that revision."""
        found = (opened.vectors(id, revision, live) for opened, live in self._segments())
        return next(filter(None, found), ())

    def commit(self, batches: Iterable[Changes], reference: frozenset[str]) -> None:
        """All of them or nothing. A document takes the place of the one with its id."""
        codec = ArrayCodec(self.folder)
        writer = _Commit(self.whoosh, codec=codec)
        writer.meaning = self.meaning
        try:
            gone: set[str] = set()
            secret: set[str] = set()
            for changes in batches:
                for id in changes.removed:
                    codec.last.pop(id, None)
                for document in changes.documents:
                    writer.add_document(document=document)
                gone.update(changes.removed, (document.id for document in changes.documents))
                secret.update(changes.removed if changes.secret else ())
                writer.revision = changes.revision
            rewritten = [segment for segment in writer.segments if not secret.isdisjoint(self._of(segment).numbers)]
            self._delete(writer.segments, gone)
            writer.commit(mergetype=lambda _, segments: self._merge(writer, codec, segments, reference, rewritten))
        except BaseException:
            if not writer.is_closed:
                writer.cancel()
            raise
        self._take(writer.meta)

    def _take(self, meta: Meta) -> None:
        self.opened = {
            segment.stored.file: self.opened.get(segment.stored.file) or Opened.of(self.folder, segment.stored)
            for segment in meta.segments
        }
        self.meta = meta

    def _segments(self) -> Iterator[tuple[Opened, Array]]:
        """What is open of each, and what is live in it."""
        return ((self.opened[each.stored.file], each.live) for each in (self.meta.segments if self.meta else ()))

    def _of(self, segment: ArraySegment) -> Opened:
        assert segment.stored is not None  # noqa: S101 - a segment in a TOC has been written
        return self.opened[segment.stored.file]

    def _delete(self, segments: Iterable[ArraySegment], ids: Iterable[str]) -> None:
        for segment in segments:
            numbers = self._of(segment).numbers
            for id in ids:
                if id in numbers:
                    segment.delete_document(numbers[id])

    def _merge(
        self,
        writer: _Commit,
        codec: ArrayCodec,
        segments: Sequence[ArraySegment],
        reference: frozenset[str],
        rewritten: Sequence[ArraySegment],
    ) -> list[ArraySegment]:
        """Writes what is taken in with what comes in, all but the last portion; returns the other segments."""
        merging = Merging(segments, self._of, codec.fresh(), reference)
        now = merging.averages()
        pinned = self.meta.averages if self.meta else now
        if merging.pins(pinned, now):
            codec.averages, chosen = now, list(segments)
        else:
            codec.averages, chosen = pinned, merging.to_rewrite(rewritten)
        writer.writes = merging.adds or any(segment.doc_count() for segment in chosen)
        *portions, codec.parts = merging.portions(chosen)
        others = [segment for segment in segments if segment not in chosen]
        for portion in portions:
            others.append(codec.new_segment(self.whoosh.storage, writer.indexname))
            codec.write(others[-1], portion)
        return others


class _Commit(SegmentWriter):  # type: ignore[misc]  # Whoosh ships no types
    """Whoosh's writer, except that a commit is on the disk before it is named, and that the meta file names it."""

    revision = 0
    meaning: str
    meta: Meta

    @property
    def writes(self) -> bool:
        """Whether the commit brings a new segment."""
        return bool(self._added)

    @writes.setter
    def writes(self, value: bool) -> None:
        self._added = value

    def _commit_toc(self, segments: Sequence[ArraySegment]) -> None:
        folder = Path(self.storage.folder)
        TOC(self.schema, list(segments), self.generation).write(self.storage, self.indexname)
        self.meta = Meta(
            self.generation,
            self.revision,
            self.meaning,
            self.codec.averages,
            tuple(SegmentMeta(segment.stored, segment.live()) for segment in segments if segment.stored),
            _synced(folder, TOC._filename(self.indexname, self.generation)),
        )
        generation.sync_folder(folder)
        generation.write_meta(folder, self.meta)
        clean_files(self.storage, self.indexname, self.generation, segments)
        generation.remove_old_metas(folder, self.generation)


def _synced(folder: Path, name: str) -> Stored:
    with open(folder / name, "rb") as file:
        data = file.read()
        os.fsync(file.fileno())
    return Stored(name, len(data), zlib.crc32(data), {})
