"""One commit into a generation: Whoosh's writer with our codec, our merge policy, and files that are on the disk before
they are named.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.fields import Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex, clean_files
from whoosh.writing import SegmentWriter

from app.errors import Unavailable
from app.search.engine import Changes
from app.search.engines.whoosh import generation
from app.search.engines.whoosh.codec import FIELD, ArrayCodec, ArraySegment, DocumentField
from app.search.engines.whoosh.generation import Meta, SegmentMeta
from app.search.engines.whoosh.layout import Array, Stored, intact, load, parted
from app.search.engines.whoosh.postings import Averages, Raw, averages, rows

# So many segments beside the full ones; one is full with so many tokens, which takes about 2 GB while it is written.
MOST_SEGMENTS = 4
FULL_TOKENS = 24_000_000
MOST_DELETED = 0.2


@dataclass(frozen=True)
class Opened:
    """A segment that the writer holds open; `numbers` are its documents by id."""

    arrays: dict[str, Array]
    numbers: dict[str, int]

    @classmethod
    def of(cls, folder: Path, stored: Stored) -> Opened:
        arrays = load(folder, stored)
        ids = parted(arrays["ids"], arrays["ids_off"])
        return cls(arrays, {id.decode(): number for number, id in enumerate(ids)})


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
        for segment in self.meta.segments if self.meta else ():
            opened = self.opened[segment.stored.file]
            revisions = opened.arrays["revision"].tolist()
            live = segment.live.tolist()
            held.update((id, revisions[number]) for id, number in opened.numbers.items() if live[number])
        return held

    def lacking(self) -> list[str]:
        """The documents without a row of vectors."""
        found = []
        for segment in self.meta.segments if self.meta else ():
            opened = self.opened[segment.stored.file]
            without = segment.live & (np.diff(opened.arrays["meaning_off"]) == 0)
            if without.any():
                found += [id for id, number in opened.numbers.items() if without[number]]
        return found

    def vectors(self, id: str, revision: int) -> tuple[bytes, ...]:
        """The rows of a document, where it is here at that revision."""
        for segment in self.meta.segments if self.meta else ():
            arrays, number = (opened := self.opened[segment.stored.file]).arrays, opened.numbers.get(id)
            if number is not None and segment.live[number] and arrays["revision"][number] == revision:
                off = arrays["meaning_off"]
                first, last = int(off[number]), int(off[number + 1])
                return tuple(row.tobytes() for row in rows(arrays["meaning"], int(off[-1]))[first:last])
        return ()

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
        """Chooses the averages and the segments that are written anew with what comes in; returns all the others. What
        is too much for one segment goes into several.
        """
        fresh = codec.fresh()
        now = self._averages(segments, fresh, reference)
        pinned = self.meta.averages if self.meta else now
        codec.averages = pinned
        adds = any(keep.any() for _, keep in fresh)
        chosen = self._to_rewrite(segments, rewritten, adds)
        empty = not any(segment.doc_count() for segment in segments)
        if pinned.drifted(now) or empty or self._first_seen(segments, fresh, reference):
            codec.averages, chosen = now, list(segments)
        absorbed = [(Raw.of(self._of(segment).arrays), segment.live()) for segment in chosen]
        writer.writes = adds or any(segment.doc_count() for segment in chosen)
        *portions, codec.parts = _portions([*absorbed, *fresh])
        others = [segment for segment in segments if segment not in chosen]
        for portion in portions:
            others.append(codec.new_segment(self.whoosh.storage, writer.indexname))
            codec.write(others[-1], portion)
        return others

    def _first_seen(
        self, segments: Iterable[ArraySegment], fresh: Sequence[tuple[Raw, Array]], reference: frozenset[str]
    ) -> bool:
        """Whether what is new is all that the widest audience sees: the averages are of what it does not see."""
        if not any(
            id.decode() in reference for raw, keep in fresh for id, kept in zip(raw.ids, keep, strict=True) if kept
        ):
            return False
        for segment in segments:
            live = segment.live().tolist()
            if any(live[number] and id in reference for id, number in self._of(segment).numbers.items()):
                return False
        return True

    def _to_rewrite(
        self, segments: Sequence[ArraySegment], rewritten: Sequence[ArraySegment], adds: bool
    ) -> list[ArraySegment]:
        """Those with too much deleted, those that must be rewritten, and the smallest until few enough stay. A full one
        is left alone: with another it would only be too much for one.
        """
        chosen = [
            segment
            for segment in segments
            if segment in rewritten or segment.deleted_count() > MOST_DELETED * segment.doc_count_all()
        ]
        small = [
            segment
            for segment in segments
            if segment not in chosen and len(self._of(segment).arrays["pos"]) < FULL_TOKENS // 2
        ]
        small.sort(key=lambda each: each.doc_count())
        while len(small) + (adds or bool(chosen)) > MOST_SEGMENTS:
            chosen.append(small.pop(0))
        return chosen

    def _averages(
        self, segments: Iterable[ArraySegment], fresh: Sequence[tuple[Raw, Array]], reference: frozenset[str]
    ) -> Averages:
        lengths = [(_lengths(self._of(segment).arrays), segment.live()) for segment in segments]
        known = [list(self._of(segment).numbers) for segment in segments]
        parts = [*lengths, *((raw, keep) for raw, keep in fresh)]
        ids = [*known, *([id.decode() for id in raw.ids] for raw, _ in fresh)]
        seen = [
            (raw, keep & np.fromiter((id in reference for id in names), bool, len(names)))
            for (raw, keep), names in zip(parts, ids, strict=True)
        ]
        return averages(seen if any(mask.any() for _, mask in seen) else parts)


@dataclass(frozen=True)
class _Lengths:
    """The part of a Raw that averages need."""

    first: Array
    unit_len: Array


def _lengths(arrays: dict[str, Array]) -> Any:
    return _Lengths(arrays["first"], arrays["unit_len"].reshape(-1, 4))


def _portions(parts: Sequence[tuple[Raw, Array]]) -> list[list[tuple[Raw, Array]]]:
    """Parts that go into a segment together; at least one portion, be it empty."""
    portions: list[list[tuple[Raw, Array]]] = [[]]
    tokens = 0
    for raw, keep in parts:
        if not keep.any():
            continue
        if portions[-1] and tokens + len(raw.pos) > FULL_TOKENS:
            portions.append([])
            tokens = 0
        portions[-1].append((raw, keep))
        tokens += len(raw.pos)
    return portions


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
