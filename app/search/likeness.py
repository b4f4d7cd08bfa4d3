"""How alike a question is to the pieces of a document: vectors as an index stores them, and their products."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.search import weights

Vector = NDArray[np.float32]
# What 1 is stored as.
ONE = 127


def packed(vectors: Vector) -> tuple[bytes, ...]:
    """Rows of length 1 (or 0) as an index stores them: int8, ONE for 1."""
    return tuple(row.tobytes() for row in np.rint(vectors * ONE).astype(np.int8))


def likeness(vector: Vector, rows: Sequence[bytes]) -> float | None:
    """How alike a question is to a document: to the piece that is most like it, and to its title, the first row. None
    where there are no rows.
    """
    if not rows:
        return None
    stored = np.frombuffer(b"".join(rows), np.int8).reshape(len(rows), len(vector))
    title, *pieces = (stored.astype(np.float32) @ vector / np.float32(ONE)).tolist()
    return float(max(pieces, default=0.0) + weights.TITLED * title)
