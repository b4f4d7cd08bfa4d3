"""What a reader sees of one commit: its segments, mapped, with what is live in each."""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np

from app.search.analysis import STEM_MARK
from app.search.engine import State, Visibility
from app.search.engines.whoosh.generation import Meta
from app.search.engines.whoosh.layout import Array, Stored, load, parted
from app.search.query import FILTER_FIELDS

# Kinds of viewer whose masks are kept; each costs a byte a document.
MOST_MASKS = 32


class Lexicon(Sequence[bytes]):
    """The terms of a segment, sorted, read where they lie."""

    def __init__(self, run: Array, offsets: Array) -> None:
        self.run, self.offsets = run.data, offsets.data

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, place: int) -> bytes:  # type: ignore[override]  # no slices are asked for
        return bytes(self.run[self.offsets[place] : self.offsets[place + 1]])

    def span(self, prefix: bytes) -> tuple[int, int]:
        """The places of all terms with that prefix."""
        first = bisect_left(self, prefix)
        return first, bisect_left(self, prefix + b"\xff", first)

    def between(self, first: int, last: int) -> list[bytes]:
        """The terms from one place up to, but not with, another."""
        begin, ends = self.offsets[first], list(self.offsets[first : last + 1])
        data = bytes(self.run[begin : ends[-1]])
        return [data[start - begin : end - begin] for start, end in pairwise(ends)]


class Segment:
    """One segment's arrays. It never changes, so what is worked out from it is kept."""

    def __init__(self, folder: Path, stored: Stored) -> None:
        arrays = load(folder, stored)
        self.stored = stored
        self.arrays = arrays
        self.lexicon = Lexicon(arrays["terms"], arrays["terms_off"])
        self.sec_off, self.sec_ids, self.sec_imp = arrays["sec_off"], arrays["sec_ids"], arrays["sec_imp"]
        self.doc_off, self.doc_ids, self.doc_imp = arrays["doc_off"], arrays["doc_ids"], arrays["doc_imp"]
        self.pos_off, self.pos = arrays["pos_off"], arrays["pos"]
        self.first = arrays["first"].astype(np.int64)
        self.day = arrays["day"]
        self.documents, self.units = len(self.day), int(self.first[-1])
        self._masks: OrderedDict[Hashable, Array] = OrderedDict()

    def place(self, term: bytes) -> int:
        """Where a term stands in the lexicon, or -1."""
        place = bisect_left(self.lexicon, term)
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
    def anchors(self) -> Lexicon:
        return Lexicon(self.arrays["anchors"], self.arrays["anchors_off"])

    @cached_property
    def document_of(self) -> Array:
        """The document of each unit."""
        return np.repeat(np.arange(self.documents, dtype=np.uint32), np.diff(self.first))

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
    def _by_length(self) -> dict[int, dict[int, str]]:
        buckets: dict[int, dict[int, str]] = {}
        for place, term in enumerate(self.lexicon.between(0, len(self.lexicon))):
            token = term.decode()
            if not token.startswith(STEM_MARK):
                buckets.setdefault(len(token), {})[place] = token
        return buckets

    def by_length(self, size: int) -> dict[int, str]:
        """The plain tokens of so many characters, by their places."""
        return self._by_length.get(size, {})

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


class Snapshot:
    """One commit. Segments that the one before had too are taken over from it."""

    def __init__(self, folder: Path, meta: Meta, before: Snapshot | None = None) -> None:
        same = before is not None and before.folder == folder
        known = {each.stored.file: each for each in before.segments} if before and same else {}
        self.folder: Path = folder
        self.number = meta.number
        self.segments: list[Segment] = [
            known.get(each.stored.file) or Segment(folder, each.stored) for each in meta.segments
        ]
        self.live = [each.live for each in meta.segments]
        self.state = State(
            commit=f"{folder.name}/{meta.number}",
            revision=meta.revision,
            documents=sum(int(live.sum()) for live in self.live),
        )

    def __iter__(self) -> Iterator[tuple[Segment, Array]]:
        return iter(zip(self.segments, self.live, strict=True))
