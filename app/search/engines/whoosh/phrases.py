"""Where a phrase stands: tokens side by side in one field of one unit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.search.engines.whoosh.layout import Array
from app.search.engines.whoosh.snapshot import Segment

NOWHERE = np.zeros(0, np.uint32)


def units(segment: Segment, seen: Array, tokens: Sequence[bytes], offsets: Sequence[int]) -> Array:
    """The units of the documents in the mask `seen` in which `tokens[i]` stands at `p + offsets[i]` for some p, rising.

    What is not seen is left out first: how long an answer takes must not tell that it is there.
    """
    places = [segment.place(token) for token in tokens]
    if not places or min(places) < 0:
        return NOWHERE
    # The rarest first: what it leaves is all that the others are asked for.
    order = sorted(range(len(tokens)), key=lambda number: _count(segment, places[number]))
    shared = segment.sec_ids[segment.postings(places[order[0]])]
    shared = shared[seen.take(segment.document_of.take(shared))]
    for number in order[1:]:
        shared = shared[within(segment.sec_ids[segment.postings(places[number])], shared)[1]]
    left: Array | None = None
    for number in order:
        if not len(shared):
            return NOWHERE
        keys = _keys(segment, places[number], offsets[number], shared)
        left = keys if left is None else left[within(keys, left)[1]]
    return distinct((left >> np.uint64(32)).astype(np.uint32)) if left is not None else NOWHERE


def within(ids: Array, wanted: Array) -> tuple[Array, Array]:
    """Where in `ids` each of `wanted` would stand, and whether it does (both rise)."""
    if not len(ids):
        return np.zeros(len(wanted), np.intp), np.zeros(len(wanted), bool)
    at = ids.searchsorted(wanted)
    return at, ids.take(at, mode="clip") == wanted


def distinct(rising: Array) -> Array:
    new = np.ones(len(rising), bool)
    np.not_equal(rising[1:], rising[:-1], out=new[1:])
    once: Array = rising[new]
    return once


def _count(segment: Segment, place: int) -> int:
    span = segment.postings(place)
    return int(span.stop - span.start)


def _keys(segment: Segment, place: int, offset: int, wanted: Array) -> Array:
    """`unit << 32 | position - offset` of every occurrence in the wanted units, all of which hold the token.

    The field's code stands in the position's highest bits, so that no phrase runs from one field into the next.
    """
    span = segment.postings(place)
    rows = span.start + segment.sec_ids[span].searchsorted(wanted)
    starts = segment.pos_off.take(rows).astype(np.int64)
    lengths = segment.pos_off.take(rows + 1) - starts
    ends = lengths.cumsum()
    positions = segment.pos.take((starts - ends + lengths).repeat(lengths) + np.arange(ends[-1]))
    # A position before the offset is none at which a phrase begins.
    shifted = positions.astype(np.uint64) - np.uint64(offset)
    keys: Array = (wanted.repeat(lengths).astype(np.uint64) << np.uint64(32)) + shifted
    return keys[(positions & np.uint32((1 << 30) - 1)) >= offset] if offset else keys
