"""What a reader sees of one commit: its segments, mapped, with what is live in each."""

from __future__ import annotations

import os
import weakref
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np

from app.errors import Unavailable
from app.search.analysis import STEM_MARK
from app.search.engine import State, Visibility
from app.search.engines.whoosh.generation import Meta
from app.search.engines.whoosh.layout import Array, Stored, load, parted
from app.search.engines.whoosh.postings import rows
from app.search.query import FILTER_FIELDS

# Kinds of viewer whose masks are kept; each costs a byte a document.
MOST_MASKS = 32
# A field of which one document has more values is not counted from a table: every row would be as wide.
WIDE = 8
# Every so manieth term is kept apart, so that most of a look-up is C's own bisection.
STRIDE = 64


class Lexicon(Sequence[bytes]):
    """The terms of a segment, sorted, read where they lie."""

    def __init__(self, run: Array, offsets: Array) -> None:
        self.run, self.offsets = run.data, offsets.data
        self._marks = [self[place] for place in range(0, len(self), STRIDE)]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, place: int) -> bytes:  # type: ignore[override]  # no slices are asked for
        return bytes(self.run[self.offsets[place] : self.offsets[place + 1]])

    def at(self, term: bytes) -> int:
        """The place of the first term that is not below this one."""
        block = max(bisect_left(self._marks, term) - 1, 0) * STRIDE
        return bisect_left(self, term, block, min(block + STRIDE, len(self)))

    def span(self, prefix: bytes) -> tuple[int, int]:
        """The places of all terms with that prefix."""
        return self.at(prefix), self.at(prefix + b"\xff")

    def between(self, first: int, last: int) -> list[bytes]:
        """The terms from one place up to, but not with, another."""
        begin, ends = self.offsets[first], list(self.offsets[first : last + 1])
        data = bytes(self.run[begin : ends[-1]])
        return [data[start - begin : end - begin] for start, end in pairwise(ends)]


class Segment:
    """One segment's arrays. It never changes, so what is worked out from it is kept."""

    def __init__(self, folder: Path, stored: Stored) -> None:
        try:
            self._file = os.open(folder / stored.file, os.O_RDONLY)
        except OSError as error:
            raise Unavailable(f"The index file {stored.file} cannot be read ({error}).") from error
        weakref.finalize(self, os.close, self._file)
        self._as_opened = self._state()
        arrays = load(folder, stored)
        self.stored = stored
        self.arrays = arrays
        self.lexicon = Lexicon(arrays["terms"], arrays["terms_off"])
        self.sec_off, self.sec_ids, self.sec_imp = arrays["sec_off"], arrays["sec_ids"], arrays["sec_imp"]
        self.doc_off, self.doc_ids, self.doc_imp = arrays["doc_off"], arrays["doc_ids"], arrays["doc_imp"]
        self.pos_off, self.pos = arrays["pos_off"], arrays["pos"]
        self.meaning_off = arrays["meaning_off"]
        self.meaning = rows(arrays["meaning"], int(self.meaning_off[-1]))
        self.first = arrays["first"].astype(np.int64)
        self.day = arrays["day"]
        self.documents, self.units = len(self.day), int(self.first[-1])
        self._masks: OrderedDict[Hashable, Array] = OrderedDict()
        self._tables: dict[tuple[str, ...], Array] = {}

    def harmed(self) -> bool:
        """Whether somebody wrote into the mapped file or cut it short: reading on would be wrong, or a bus error."""
        return self._state() != self._as_opened

    def _state(self) -> tuple[int, int]:
        now = os.fstat(self._file)
        return now.st_size, now.st_mtime_ns

    def place(self, term: bytes) -> int:
        """Where a term stands in the lexicon, or -1."""
        place = self.lexicon.at(term)
        return place if place < len(self.lexicon) and self.lexicon[place] == term else -1

    def postings(self, place: int) -> slice:
        return slice(int(self.sec_off[place]), int(self.sec_off[place + 1]))

    def holders(self, first: int, last: int) -> slice:
        """The (term, document) pairs of the terms from `first` up to, but not with, `last`."""
        return slice(int(self.doc_off[first]), int(self.doc_off[last]))

    @cached_property
    def ids(self) -> list[str]:
        return [id.decode() for id in parted(self.arrays["ids"], self.arrays["ids_off"])]

    @cached_property
    def number_of(self) -> dict[str, int]:
        return {id: number for number, id in enumerate(self.ids)}

    @cached_property
    def order(self) -> Array:
        """Where each document stands among all of the segment: the later day first, then by id."""
        by_id = np.argsort(np.array(self.ids, dtype=object), kind="stable")
        place = np.empty(self.documents, np.intp)
        place[by_id[np.argsort(-self.day[by_id].astype(np.int64), kind="stable")]] = np.arange(self.documents)
        return place

    @cached_property
    def anchors(self) -> Lexicon:
        return Lexicon(self.arrays["anchors"], self.arrays["anchors_off"])

    @cached_property
    def document_of(self) -> Array:
        """The document of each unit."""
        return np.repeat(np.arange(self.documents, dtype=np.uint32), np.diff(self.first))

    def holding(self, mask: Array, tokens: Collection[str]) -> int:
        """How many documents of a mask hold any of these tokens."""
        places = [place for token in tokens if (place := self.place(token.encode())) >= 0]
        held = [self.doc_ids[self.holders(place, place + 1)] for place in places]
        if len(held) < 2:
            return int(np.count_nonzero(mask.take(held[0]))) if held else 0
        return int(np.count_nonzero(mask.take(np.unique(np.concatenate(held)))))

    def documents_with(self, first: int, last: int) -> tuple[Array, Array]:
        """The documents and impacts of the terms from `first` up to, but not with, `last`.

        NumPy indexes with signed words only: anything else it converts anew for each use, at three times the cost.
        """
        span = slice(int(self.doc_off[first]), int(self.doc_off[last]))
        return self.doc_ids[span].astype(np.intp), self.doc_imp[span]

    def units_with(self, first: int, last: int) -> tuple[Array, Array]:
        """The same of units."""
        span = slice(int(self.sec_off[first]), int(self.sec_off[last]))
        return self.sec_ids[span].astype(np.intp), self.sec_imp[span]

    @cached_property
    def values(self) -> dict[str, int]:
        """`field:value` and its number."""
        return {
            value.decode(): number
            for number, value in enumerate(parted(self.arrays["values"], self.arrays["values_off"]))
        }

    @cached_property
    def value_texts(self) -> list[str]:
        return [text.partition(":")[2] for text in self.values]

    @cached_property
    def _by_length(self) -> tuple[Array, Array, Array]:
        """The plain tokens, shortest first: where each length begins, their places, and their letters."""
        run, off = self.arrays["terms"], self.arrays["terms_off"].astype(np.int64)
        if not len(run):
            return np.zeros(1, np.int64), np.zeros(0, np.int64), np.zeros(0, np.uint64)
        sizes = np.add.reduceat((run & 0xC0 != 0x80).astype(np.int64), off[:-1])
        plain = np.flatnonzero(run[off[:-1]] != ord(STEM_MARK))
        places = plain[np.argsort(sizes[plain], kind="stable")]
        begins = np.concatenate(([0], np.cumsum(np.bincount(sizes[plain]))))
        return begins, places, letters(run, off)[places]

    def like(self, word: bytes, size: int, slips: int) -> Array:
        """The places of all plain tokens that may be so many slips away from a word of `size` characters, and of a few
        others.
        """
        begins, places, known = self._by_length
        last = len(begins) - 1
        span = slice(int(begins[min(max(1, size - slips), last)]), int(begins[min(size + slips + 1, last)]))
        own = letters(np.frombuffer(word, np.uint8), np.array([0, len(word)]))
        near: Array = places[span][np.bitwise_count(known[span] ^ own) <= 2 * slips]
        return near

    @cached_property
    def numbers(self) -> dict[str, list[int]]:
        """The numbers of each field's values."""
        found: dict[str, list[int]] = {}
        for value, number in self.values.items():
            found.setdefault(value.partition(":")[0], []).append(number)
        return found

    def tally(self, names: Sequence[str], found: Array) -> list[int]:
        """How many of these documents have each value of these fields, by the values' numbers."""
        narrow = tuple(name for name in names if self._widths[name] <= WIDE)
        table = self._tables.get(narrow)
        if table is None:
            table = self._tables[narrow] = self._table(narrow)
        counts = np.bincount(table.take(found, axis=0).ravel(), minlength=len(self.values) + 1)
        for name in names:
            if self._widths[name] > WIDE:
                holders, values = self.facet(name)
                among = np.zeros(self.documents, bool)
                among[found] = True
                counts += np.bincount(values[among[holders]], minlength=len(counts))
        listed: list[int] = counts.tolist()
        return listed

    def _table(self, names: Sequence[str]) -> Array:
        """A row of value numbers for each document, over several fields; the number past the last fills it up."""
        columns = [np.zeros((self.documents, 0), np.intp)]
        for name in names:
            holders, values = self.facet(name)
            counts = np.bincount(holders, minlength=self.documents)
            begins = np.repeat(np.cumsum(counts) - counts, counts)
            column = np.full((self.documents, self._widths[name]), len(self.values), np.intp)
            column[holders, np.arange(len(holders)) - begins] = values
            columns.append(column)
        return np.concatenate(columns, axis=1)

    @cached_property
    def _widths(self) -> dict[str, int]:
        """The most values that a document has of each field."""
        return {
            name: int(np.bincount(holders).max(initial=0)) if len(holders) else 0
            for name, (holders, _) in self._facets.items()
        }

    @cached_property
    def _facets(self) -> dict[str, tuple[Array, Array]]:
        off, val = self.arrays["facet_off"], self.arrays["facet_val"]
        found = {}
        for number, name in enumerate(FILTER_FIELDS):
            own = off[number * self.documents : (number + 1) * self.documents + 1]
            holders = np.repeat(np.arange(self.documents, dtype=np.uint32), np.diff(own))
            found[name] = holders, val[own[0] : own[-1]] if len(own) else val[:0]
        return found

    def facet(self, name: str) -> tuple[Array, Array]:
        """Of one field, the (document, value) pairs."""
        return self._facets[name]

    def mask(self, visible: Visibility, load: Callable[[Visibility], frozenset[str]]) -> Array:
        """The documents of this segment that are in a visibility, deleted ones among them."""
        mask = self._masks.get(visible.key)
        if mask is None:
            ids = load(visible)
            mask = np.fromiter((id in ids for id in self.ids), bool, self.documents)
            self._masks[visible.key] = mask
            while len(self._masks) > MOST_MASKS:
                self._masks.popitem(last=False)
        return mask


def letters(run: Array, offsets: Array) -> Array:
    """Of each text which letters stand in it an odd number of times, one bit each (several letters share one).

    One slip flips two bits at most: where more differ, the texts are further apart. Swapped letters flip none.
    """
    bits = np.where(run < 0x80, np.uint64(1) << (run & 63).astype(np.uint64), np.uint64(0))
    found: Array = np.bitwise_xor.reduceat(bits, offsets[:-1])
    return found


class Snapshot:
    """One commit. Segments that the one before had too are taken over from it."""

    def __init__(self, folder: Path, meta: Meta, before: Snapshot | None = None) -> None:
        same = before is not None and before.folder == folder
        known = {each.stored.file: each for each in before.segments} if before and same else {}
        self.folder: Path = folder
        self.number = meta.number
        self.meaning = meta.meaning
        self.segments: list[Segment] = [
            known.get(each.stored.file) or Segment(folder, each.stored) for each in meta.segments
        ]
        self.live = [each.live for each in meta.segments]
        self.state = State(
            commit=f"{folder.name}/{meta.number}",
            revision=meta.revision,
            documents=sum(int(live.sum()) for live in self.live),
        )

    def harmed(self) -> bool:
        return any(segment.harmed() for segment in self.segments)

    def __iter__(self) -> Iterator[tuple[Segment, Array]]:
        return iter(zip(self.segments, self.live, strict=True))
