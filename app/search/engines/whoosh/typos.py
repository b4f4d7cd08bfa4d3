"""Tokens that a mistyped word may have been meant for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from rapidfuzz.distance import OSA

from app.search import weights
from app.search.engines.whoosh.layout import Array
from app.search.engines.whoosh.snapshot import Segment


def nearest(word: str, parts: Sequence[tuple[Segment, Array]]) -> list[str]:
    """The visible plain tokens at the least distance, those in most visible documents first. `parts`: segments with
    their masks.
    """
    # Most slips are single, and few tokens are that near: the wider ring is looked at only where that one is empty.
    for slips in range(1, weights.typo_distance(word) + 1):
        distance: dict[str, int] = {}
        held = Counter[str]()
        for segment, seen in parts:
            for place in segment.like(word.encode(), len(word), slips).tolist():
                token = segment.lexicon[place].decode()
                away = OSA.distance(word, token, score_cutoff=slips)
                if away > slips:
                    continue
                count = int(np.count_nonzero(seen[segment.doc_ids[segment.holders(place, place + 1)]]))
                if count:
                    distance[token] = away
                    held[token] += count
        if distance:
            least = min(distance.values())
            found = [token for token, away in distance.items() if away == least]
            return sorted(found, key=lambda token: (-held[token], token))[: weights.TYPO_TOKENS]
    return []
