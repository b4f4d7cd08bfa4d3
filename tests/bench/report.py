"""From what was measured to what is kept and read: rows, tables, and how far the engines agree."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench.job import Answer
from tests.bench.measure import CASES, Measured, contender

Row = dict[str, Any]

# Beside which engines hindsight's median and 95th percentile are put, and how many times theirs they may be.
AIMS = {"tantivy": 1.0, "tantivy-native": 3.0}


def rows(measured: Measured) -> Iterator[Row]:
    """One for building and one a case."""
    named = {"engine": measured.engine, "documents": measured.documents}
    yield {**named, "case": "build", "per_s": round(measured.per_second)}
    for case, took in measured.took.items():
        p50, p95 = np.percentile(took, [50, 95])
        yield {**named, "case": case, "p50_ms": round(float(p50), 3), "p95_ms": round(float(p95), 3)}


def write(path: Path, found: Sequence[Row]) -> None:
    """Puts rows into the file; those of an earlier run stay where there are no new ones."""
    before: list[Row] = json.loads(path.read_text()) if path.exists() else []
    new = {_key(row) for row in found}
    kept = [*(row for row in before if _key(row) not in new), *found]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("[\n" + ",\n".join(json.dumps(row) for row in kept) + "\n]\n")


def _key(row: Row) -> tuple[Any, ...]:
    return row["engine"], row["case"], row["documents"]


def table(found: Sequence[Measured]) -> Iterator[str]:
    """Of one number of documents: milliseconds (median / 95th percentile), and documents a second of the build."""
    yield "".join([f"{'':16}", *(f"{case:>22}" for case in CASES), f"{'build, documents/s':>20}"])
    for each in found:
        by_case = {row["case"]: row for row in rows(each)}
        cells = (f"{by_case[case]['p50_ms']:.2f} / {by_case[case]['p95_ms']:.2f}" for case in CASES)
        yield "".join([f"{each.engine:16}", *(f"{cell:>22}" for cell in cells), f"{by_case['build']['per_s']:>20}"])


def ratios(found: Sequence[Measured]) -> Iterator[str]:
    """Hindsight's times as shares of another's; `!` where it is more than aimed at."""
    by_engine = {each.engine: each for each in found}
    own = by_engine.get("hindsight")
    for name, aim in AIMS.items():
        other = by_engine.get(name)
        if own is None or other is None:
            continue
        cells = []
        for case in CASES:
            shares = np.percentile(own.took[case], [50, 95]) / np.percentile(other.took[case], [50, 95])
            cells.append(" / ".join(f"{share:.2f}{'!' if share > aim else ''}" for share in shares))
        yield f"hindsight is so many times {name} (aim: at most {aim:g}, `!` is more):"
        yield "".join([f"{'':16}", *(f"{cell:>22}" for cell in cells)])


def agreement(own: Measured, others: Iterable[Measured]) -> Iterator[str]:
    """Of the questions whose answers were kept, how many another engine answers the same."""
    kept = len(next(iter(own.answers.values())))
    yield f"As many documents as hindsight / the same facets / the same first ten, of up to {kept} questions:"
    for other in others:
        cells = (_agreeing(own.answers[case], other.answers[case], facets) for case, (_, facets) in CASES.items())
        yield "".join([f"{other.engine:16}", *(f"{cell:>22}" for cell in cells)])


def _agreeing(own: Sequence[Answer], other: Sequence[Answer], facets: bool) -> str:
    pairs = list(zip(own, other, strict=False))
    totals = sum(a.total == b.total for a, b in pairs)
    counts = str(sum(a.counts == b.counts for a, b in pairs)) if facets else "-"
    shared = [len({*a.ids} & {*b.ids}) / max(len(a.ids), len(b.ids), 1) if a.ids or b.ids else 1.0 for a, b in pairs]
    return f"{totals} / {counts} / {100 * sum(shared) / len(shared):.0f} %"


def around(engines: Iterable[str]) -> Iterator[str]:
    """What each does not do by itself, and how it is done around it."""
    for engine in engines:
        text = " ".join((inspect.getdoc(type(contender(engine))) or "").split())
        yield f"{engine}: {text}"
