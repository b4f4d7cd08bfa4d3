"""Tokens that complete what was typed so far, as runs of each segment's lexicon."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import compress

import numpy as np

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
    known, seen = Counter[bytes](), set[bytes]()
    names = []
    for part, (first, last) in zip(parts, spans, strict=True):
        terms = part.segment.lexicon.between(first, last)
        names.append(terms)
        for term, count, there in zip(
            terms, _held(part, part.reference, first, last), _held(part, part.seen, first, last), strict=True
        ):
            known[term] += count
            if there:
                seen.add(term)
    chosen = set(sorted(seen, key=lambda term: (-known[term], term))[: weights.SHORT_PREFIX_TOKENS])
    return [
        [(first + place, first + place + 1) for place, term in enumerate(terms) if term in chosen]
        for (first, _), terms in zip(spans, names, strict=True)
    ]


def seen_terms(part: Part, first: int, last: int) -> Iterator[str]:
    """The terms of a run that a document holds which the viewer may see."""
    return map(bytes.decode, compress(part.segment.lexicon.between(first, last), _held(part, part.seen, first, last)))


def _held(part: Part, mask: Array, first: int, last: int) -> list[int]:
    """How many documents of a mask hold each of these terms."""
    if first >= last:
        return []
    off = part.segment.doc_off[first : last + 1].astype(np.intp)
    there = mask.take(part.segment.doc_ids[off[0] : off[-1]])
    counts: list[int] = np.add.reduceat(there, off[:-1] - off[0], dtype=np.int32).tolist()
    return counts
