"""How disk and memory grow with the documents, and what a million of them would take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from tests.bench.report import BYTES, Row

MILLION = 1_000_000
# Growth is linear where a document costs as much between the larger sizes as between the smaller ones, but for this.
TOLERANCE = 0.1


def sizes(rows: Sequence[Row], engine: str, case: str, among: Sequence[int] | None = None) -> dict[int, int]:
    """Bytes by the number of documents, the smallest first."""
    found = {row["documents"]: row["bytes"] for row in rows if (row["engine"], row["case"]) == (engine, case)}
    return {size: found[size] for size in sorted(found) if among is None or size in among}


def line(found: dict[int, int]) -> tuple[float, float] | None:
    """Least squares: the bytes of a document, and those of none; None where there are not two sizes."""
    if len(found) < 2:
        return None
    slope, rest = np.polyfit(list(found), list(found.values()), 1)
    return float(slope), float(rest)


def million(fitted: tuple[float, float]) -> float:
    """Bytes of a million documents by that line."""
    return fitted[0] * MILLION + fitted[1]


def steepening(found: dict[int, int]) -> float | None:
    """What a document costs between the two largest sizes, as a share of that between the two smallest."""
    if len(found) < 3:
        return None
    points = list(found.items())
    (early, late) = ((b[1] - a[1]) / (b[0] - a[0]) for a, b in (points[:2], points[-2:]))
    return late / early


def told(rows: Sequence[Row], engines: Sequence[str], among: Sequence[int]) -> Iterator[str]:
    for engine in engines:
        for case in BYTES:
            found = sizes(rows, engine, case, among)
            parts = [f"{size:,}: {taken / 1e6:,.0f} MB ({taken / size:,.0f} B each)" for size, taken in found.items()]
            if fitted := line(found):
                each, rest = fitted
                parts.append(f"by least squares {each:,.0f} B a document and {rest / 1e6:,.0f} MB")
                parts.append(f"a million: {million(fitted) / 1e9:.1f} GB")
            yield f"{engine:16}{case:18}{'; '.join(parts)}"
