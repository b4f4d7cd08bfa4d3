"""Tokens that a mistyped word may have been meant for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from app.search import weights
from app.search.engines.whoosh.layout import Array
from app.search.engines.whoosh.snapshot import Segment


def nearest(word: str, parts: Sequence[tuple[Segment, Array]]) -> list[str]:
    """The visible plain tokens at the least distance, those in most visible documents first. `parts`: segments with
    their masks.
    """
    allowed = weights.typo_distance(word)
    if not allowed:
        return []
    distance: dict[str, int] = {}
    held = Counter[str]()
    for segment, seen in parts:
        for size in range(max(1, len(word) - allowed), len(word) + allowed + 1):
            for token, away, place in extract(
                word, segment.by_length(size), scorer=OSA.distance, score_cutoff=allowed, limit=None
            ):
                count = int(np.count_nonzero(seen[segment.doc_ids[segment.holders(place, place + 1)]]))
                if count:
                    distance[token] = int(away)
                    held[token] += count
    least = min(distance.values(), default=0)
    found = sorted(
        (token for token, away in distance.items() if away == least), key=lambda token: (-held[token], token)
    )
    return found[: weights.TYPO_TOKENS]
