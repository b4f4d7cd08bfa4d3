"""What a commit writes anew: whether averages are pinned again, which segments are taken in, in how many portions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.search.engines.whoosh.codec import ArraySegment
from app.search.engines.whoosh.layout import Array
from app.search.engines.whoosh.opened import Opened
from app.search.engines.whoosh.postings import Averages, Raw, averages

# So many segments beside the full ones; one is full with so many tokens, which takes about 2 GB while it is written.
MOST_SEGMENTS = 4
FULL_TOKENS = 24_000_000
MOST_DELETED = 0.2


@dataclass(frozen=True)
class Merging:
    """`segments` are there before the commit, `of` gives what is open of one. `fresh` comes in, with masks of what is
    kept. `reference` is what the widest audience sees.
    """

    segments: Sequence[ArraySegment]
    of: Callable[[ArraySegment], Opened]
    fresh: Sequence[tuple[Raw, Array]]
    reference: frozenset[str]

    @property
    def adds(self) -> bool:
        return any(keep.any() for _, keep in self.fresh)

    def pins(self, pinned: Averages, now: Averages) -> bool:
        """Whether the averages are pinned again; all segments are written anew then."""
        empty = not any(segment.doc_count() for segment in self.segments)
        return pinned.drifted(now) or empty or self._first_seen()

    def _first_seen(self) -> bool:
        """Whether what is new is all that the widest audience sees: the averages are of what it does not see."""
        new = (id for raw, keep in self.fresh for id, kept in zip(raw.ids, keep, strict=True) if kept)
        if not any(id.decode() in self.reference for id in new):
            return False
        for segment in self.segments:
            live = segment.live().tolist()
            if any(live[number] and id in self.reference for id, number in self.of(segment).numbers.items()):
                return False
        return True

    def to_rewrite(self, rewritten: Sequence[ArraySegment]) -> list[ArraySegment]:
        """Those with too much deleted, those that must be rewritten, and the smallest until few enough stay. A full one
        is left alone: with another it would only be too much for one.
        """
        chosen = [
            segment
            for segment in self.segments
            if segment in rewritten or segment.deleted_count() > MOST_DELETED * segment.doc_count_all()
        ]
        small = [
            segment
            for segment in self.segments
            if segment not in chosen and len(self.of(segment).arrays["pos"]) < FULL_TOKENS // 2
        ]
        small.sort(key=lambda each: each.doc_count())
        while len(small) + (self.adds or bool(chosen)) > MOST_SEGMENTS:
            chosen.append(small.pop(0))
        return chosen

    def averages(self) -> Averages:
        """Over the reference, or over all where none of it is here."""
        lengths = [(_lengths(self.of(segment).arrays), segment.live()) for segment in self.segments]
        known = [list(self.of(segment).numbers) for segment in self.segments]
        parts = [*lengths, *((raw, keep) for raw, keep in self.fresh)]
        ids = [*known, *([id.decode() for id in raw.ids] for raw, _ in self.fresh)]
        seen = [
            (raw, keep & np.fromiter((id in self.reference for id in names), bool, len(names)))
            for (raw, keep), names in zip(parts, ids, strict=True)
        ]
        return averages(seen if any(mask.any() for _, mask in seen) else parts)

    def portions(self, chosen: Sequence[ArraySegment]) -> list[list[tuple[Raw, Array]]]:
        """What the chosen segments hold and what comes in, by the segments that it goes into; at least one portion, be
        it empty.
        """
        absorbed = [(Raw.of(self.of(segment).arrays), segment.live()) for segment in chosen]
        portions: list[list[tuple[Raw, Array]]] = [[]]
        tokens = 0
        for raw, keep in (*absorbed, *self.fresh):
            if not keep.any():
                continue
            if portions[-1] and tokens + len(raw.pos) > FULL_TOKENS:
                portions.append([])
                tokens = 0
            portions[-1].append((raw, keep))
            tokens += len(raw.pos)
        return portions


@dataclass(frozen=True)
class _Lengths:
    """The part of a Raw that averages need."""

    first: Array
    unit_len: Array


def _lengths(arrays: dict[str, Array]) -> Any:
    return _Lengths(arrays["first"], arrays["unit_len"].reshape(-1, 4))
