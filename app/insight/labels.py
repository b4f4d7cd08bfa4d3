"""What incidents are said by names (words, mechanisms, causes, services) as arrays, and how alike each is to one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Hashes = NDArray[np.uint32]
# Names and a weight for each: of one incident, or of what is compared with all.
Weighed = tuple[Hashes, Floats]


class Labels:
    """The names of `size` incidents, by name: which incidents have it, and with what weight. An incident's row has
    length 1 once `weigh` has said how rare each name is, so that a product of two rows is a cosine.
    """

    def __init__(self, rows: Sequence[Weighed]) -> None:
        self.size = len(rows)
        lengths = np.array([len(names) for names, _ in rows], np.int64)
        names = np.concatenate([row[0] for row in rows]) if rows else np.zeros(0, np.uint32)
        weights = np.concatenate([row[1] for row in rows]) if rows else np.zeros(0, np.float32)
        order = np.argsort(names, kind="stable")
        owners = np.repeat(np.arange(self.size, dtype=np.int32), lengths)
        self.names, starts = np.unique(names[order], return_index=True)
        self.starts = np.append(starts, len(names)).astype(np.int64)
        self.owners: NDArray[np.int32] = owners[order]
        self._said: Floats = weights[order]
        self.weights: Floats = self._said

    def counts(self, among: NDArray[np.bool_]) -> NDArray[np.int64]:
        """How many of these incidents have each of `names`."""
        if not len(self.names):
            return np.zeros(0, np.int64)
        return np.add.reduceat(among[self.owners].astype(np.int64), self.starts[:-1])

    def weigh(self, rarity: Floats) -> None:
        """`rarity` is of each of `names`."""
        weights = self._said * np.repeat(rarity, np.diff(self.starts))
        lengths = np.sqrt(np.bincount(self.owners, weights.astype(np.float64) ** 2, self.size))
        self.weights = (weights / np.maximum(lengths, 1e-9)[self.owners]).astype(np.float32)

    def alike(self, names: Hashes, weights: Floats) -> Floats:
        """The product of each incident's row with this one."""
        places = np.searchsorted(self.names, names)
        known = places < len(self.names)
        known[known] = self.names[places[known]] == names[known]
        if not known.any():
            return np.zeros(self.size, np.float32)
        first = self.starts[places[known]]
        lengths = self.starts[places[known] + 1] - first
        # The places of all postings of all names, one run after the other.
        ends = np.cumsum(lengths)
        postings = np.arange(ends[-1]) + np.repeat(first - ends + lengths, lengths)
        products = self.weights[postings] * np.repeat(weights[known], lengths)
        return np.bincount(self.owners[postings], products, self.size).astype(np.float32)


def rarity(total: int, counts: NDArray[np.int64]) -> Floats:
    """How much each name tells that so many of `total` incidents have: the inverse document frequency of the search
    (app/search/weights), for arrays.
    """
    having = np.minimum(counts, total).astype(np.float32)
    return np.log1p((total - having + 0.5) / (having + 0.5)).astype(np.float32)


def unit(weights: Floats) -> Floats:
    length = float(np.sqrt(np.sum(weights.astype(np.float64) ** 2)))
    return (weights / max(length, 1e-9)).astype(np.float32)
