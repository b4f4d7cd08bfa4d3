"""A real meaning that is called slow: what of it is right does not depend on how good it is."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

import numpy as np

from app.errors import Invalid
from app.search.meaning import Vectors, normalised


class Bag:
    """Each word counts in one of a few places. `encoded` are the texts it was asked for."""

    dimensions = 32
    fast = False

    def __init__(self, name: str = "bag") -> None:
        self.name = name
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.encoded += texts
        counts = np.zeros((len(texts), self.dimensions), np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.casefold()):
                counts[row, zlib.crc32(word.encode()) % self.dimensions] += 1
        return normalised(counts)


class Broken(Bag):
    """A model whose file turns out to be none."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        super().encode(texts)
        raise Invalid("HINDSIGHT_MEANING cannot be used: the model cannot be loaded.")


class Empty(Bag):
    """One that knows no word."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        return 0 * super().encode(texts)
