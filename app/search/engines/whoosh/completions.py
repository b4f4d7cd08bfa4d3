"""Tokens that complete what was typed so far, as runs of each segment's lexicon."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from app.search import weights
from app.search.analysis import NAME_MARK, STEM_MARK
from app.search.engines.whoosh.layout import Array
from app.search.engines.whoosh.ranking import Part

SHORT_PREFIX = 2


def runs(prefix: str, parts: Sequence[Part]) -> list[list[tuple[int, int]]]:
    """The runs of each segment's lexicon whose terms complete a prefix, first place and the one after the last."""
    # Stems are marked: what starts with the mark is no plain token, but a name may be asked for.
    if prefix.startswith(STEM_MARK) and not prefix.startswith(NAME_MARK):
        return [[] for _ in parts]
    token = prefix.encode()
    # The word itself is the first of those that begin with it.
    spans = [
        (first + (part.segment.place(token) >= 0), last)
        for part in parts
        for first, last in [part.segment.lexicon.span(token)]
    ]
    if len(prefix) > SHORT_PREFIX:
        return [[span] if span[0] < span[1] else [] for span in spans]
    chosen = _commonest(parts, spans) if parts else []
    places = [sorted(part.segment.place(term) for term in chosen) for part in parts]
    return [[(place, place + 1) for place in each if place >= 0] for each in places]


def _commonest(parts: Sequence[Part], spans: Sequence[tuple[int, int]]) -> list[bytes]:
    """Of the terms in these spans that the viewer may see those that most documents of the reference hold.

    Of the longest span only its own commonest are met with all of the others: what stands in no other has a place among
    all that is no better.
    """
    longest = max(range(len(parts)), key=lambda number: spans[number][1] - spans[number][0])
    known, seen = Counter[bytes](), set[bytes]()
    for number, (part, (first, last)) in enumerate(zip(parts, spans, strict=True)):
        if number != longest:
            terms = part.segment.lexicon.between(first, last)
            known.update(dict(zip(terms, _held(part, part.reference, first, last).tolist(), strict=True)))
            seen.update(compress(terms, _held(part, part.seen, first, last).tolist()))
    part, (first, last) = parts[longest], spans[longest]
    counts, there = _held(part, part.reference, first, last), _held(part, part.seen, first, last)
    own = np.flatnonzero(there)
    own = own[np.argsort(-counts[own], kind="stable")][: weights.SHORT_PREFIX_TOKENS]
    also = [place - first for term in known if (place := part.segment.place(term)) >= 0]
    for place in {*own.tolist(), *also}:
        term = part.segment.lexicon[first + place]
        known[term] += int(counts[place])
        if there[place]:
            seen.add(term)
    return sorted(seen, key=lambda term: (-known[term], term))[: weights.SHORT_PREFIX_TOKENS]


def seen_terms(part: Part, first: int, last: int) -> Iterator[str]:
    """The terms of a run that a document holds which the viewer may see."""
    seen = _held(part, part.seen, first, last).tolist()
    return map(bytes.decode, compress(part.segment.lexicon.between(first, last), seen))


def _held(part: Part, mask: Array, first: int, last: int) -> NDArray[np.int32]:
    """How many documents of a mask hold each of these terms."""
    if first >= last:
        return np.zeros(0, np.int32)
    off = part.segment.doc_off[first : last + 1].astype(np.intp)
    there = mask.take(part.segment.doc_ids[off[0] : off[-1]])
    counts: NDArray[np.int32] = np.add.reduceat(there, off[:-1] - off[0], dtype=np.int32)
    return counts
