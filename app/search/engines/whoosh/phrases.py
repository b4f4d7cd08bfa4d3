"""Where a phrase stands: tokens side by side in one field of one unit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.search.engines.whoosh.layout import Array
from app.search.engines.whoosh.snapshot import Segment


def units(segment: Segment, tokens: Sequence[bytes], offsets: Sequence[int]) -> Array:
    """The units of a segment in which `tokens[i]` stands at `p + offsets[i]` for some p, rising."""
    places = [segment.place(token) for token in tokens]
    if not places or min(places) < 0:
        return np.zeros(0, np.uint32)
    # The rarest first: what it leaves is all that the others are asked for.
    order = sorted(range(len(tokens)), key=lambda number: _count(segment, places[number]))
    left: Array | None = None
    for number in order:
        keys = _keys(segment, places[number], offsets[number], left)
        left = np.unique(keys) if left is None else left[np.isin(left, keys)]
        if not len(left):
            break
    return np.unique(left >> np.uint64(32)).astype(np.uint32) if left is not None else np.zeros(0, np.uint32)


def _count(segment: Segment, place: int) -> int:
    span = segment.postings(place)
    return int(span.stop - span.start)


def _keys(segment: Segment, place: int, offset: int, left: Array | None) -> Array:
    """`unit << 32 | position - offset` of every occurrence in the units that are left.

    The field's code stands in the position's highest bits, so that no phrase runs from one field into the next.
    """
    span = segment.postings(place)
    ids = segment.sec_ids[span]
    starts = segment.pos_off[span.start : span.stop + 1].astype(np.int64)
    lengths = np.diff(starts)
    positions = segment.pos[starts[0] : starts[-1]]
    if left is not None:
        wanted = np.zeros(segment.units, bool)
        wanted[left >> np.uint64(32)] = True
        chosen = wanted[ids]
        positions, ids, lengths = positions[np.repeat(chosen, lengths)], ids[chosen], lengths[chosen]
    # A position before the offset is none at which a phrase begins: it wraps into a place where nothing stands.
    shifted = positions.astype(np.uint64) - np.uint64(offset)
    keys: Array = (np.repeat(ids, lengths).astype(np.uint64) << np.uint64(32)) + shifted
    return keys[(positions & np.uint32((1 << 30) - 1)) >= offset]
