"""From what was measured to what is kept and read: rows, tables, and how far the engines agree."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench.contenders import CASES, Measured, contender
from tests.bench.job import Answer

Row = dict[str, Any]

# Beside these hindsight is put.
PEERS = ("tantivy", "tantivy-native", "bm25s", "fts5", "whoosh")
# What a number of bytes is of, by the case of its row.
BYTES = {
    "index on disk": "bytes_on_disk",
    "memory building": "bytes_building",
    "memory answering": "bytes_answering",
}


def rows(measured: Measured) -> Iterator[Row]:
    """One for building, one a case (null where the engine lacks it), and one for each size in bytes."""
    named = {"engine": measured.engine, "documents": measured.documents}
    yield {**named, "case": "build", "per_s": None if measured.failed else round(measured.per_second)}
    if measured.per_second_on_two:
        yield {**named, "case": "build on all cores", "per_s": round(measured.per_second_on_two)}
    for case in measured.cases:
        p50, p95 = _percentiles(measured.took.get(case))
        yield {**named, "case": case, "p50_ms": p50, "p95_ms": p95}
    for case, name in BYTES.items() if not measured.failed else ():
        yield {**named, "case": case, "bytes": getattr(measured, name)}


def ratio_rows(found: Sequence[Measured]) -> Iterator[Row]:
    """Hindsight's median and 95th percentile as shares of another's, over the questions that both were asked."""
    by_engine = {each.engine: each for each in found}
    own = by_engine.get("hindsight")
    for name in PEERS:
        other = by_engine.get(name)
        if own is None or other is None:
            continue
        for case in own.cases:
            named = {"engine": "hindsight", "documents": own.documents, "case": f"{case}: times {name}"}
            p50, p95 = _shares(own.took.get(case, []), other.took.get(case, []))
            yield {**named, "p50_times": p50, "p95_times": p95}


def _shares(own: Sequence[float], other: Sequence[float]) -> tuple[float | None, float | None]:
    both = min(len(own), len(other))
    if not both:
        return None, None
    p50, p95 = np.percentile(own[:both], [50, 95]) / np.percentile(other[:both], [50, 95])
    return round(float(p50), 3), round(float(p95), 3)


def write(path: Path, found: Sequence[Row]) -> None:
    """Puts rows into the file; those of an earlier run stay where there are no new ones."""
    new = {_key(row) for row in found}
    kept = [*(row for row in read(path) if _key(row) not in new), *found]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("[\n" + ",\n".join(json.dumps(row) for row in kept) + "\n]\n")


def read(path: Path) -> list[Row]:
    found: list[Row] = json.loads(path.read_text()) if path.exists() else []
    return found


def _key(row: Row) -> tuple[Any, ...]:
    return row["engine"], row["case"], row["documents"]


def _percentiles(took: Sequence[float] | None) -> tuple[float | None, float | None]:
    if not took:
        return None, None
    p50, p95 = np.percentile(took, [50, 95])
    return round(float(p50), 3), round(float(p95), 3)


def table(found: Sequence[Measured]) -> Iterator[str]:
    """Of one number of documents: milliseconds (median / 95th percentile), and documents a second of the build.

    Who was too slow to be asked all questions of a case has the number that it was asked beside it.
    """
    cases = found[0].cases
    most = {case: max(len(each.took.get(case, ())) for each in found) for case in cases}
    yield _line("", [*cases, "build, documents/s", "MB on disk"])
    for each in found:
        if each.failed:
            yield f"{each.engine:16} {each.failed}"
            continue
        cells = []
        for case in cases:
            took = each.took.get(case, [])
            p50, p95 = _percentiles(took)
            asked = f" ({len(took)})" if len(took) < most[case] else ""
            cells.append("null" if p50 is None else f"{p50:.2f} / {p95:.2f}{asked}")
        yield _line(each.engine, [*cells, f"{each.per_second:,.0f}", f"{each.bytes_on_disk / 1e6:,.0f}"])


def ratios(rows: Sequence[Row]) -> Iterator[str]:
    """Hindsight's times as shares of the others'."""
    yield "hindsight is so many times another, over the questions that both were asked (below 1 is quicker):"
    for name in PEERS:
        cells = [
            "null" if row["p50_times"] is None else f"{row['p50_times']:.2f} / {row['p95_times']:.2f}"
            for row in rows
            if row["case"].endswith(f": times {name}")
        ]
        if cells:
            yield _line(name, cells)


def agreement(own: Measured, others: Iterable[Measured]) -> Iterator[str]:
    """Of the questions whose answers were kept, how many another engine answers the same."""
    kept = max(map(len, own.answers.values()), default=0)
    yield f"As many documents as hindsight / the same facets / the same first ten, of up to {kept} questions:"
    for other in others:
        yield _line(
            other.engine,
            [
                _agreeing(own.answers[case], other.answers[case], CASES[case][1]) if case in other.answers else "null"
                for case in own.cases
            ],
        )


def _agreeing(own: Sequence[Answer], other: Sequence[Answer], facets: bool) -> str:
    pairs = list(zip(own, other, strict=False))
    totals = sum(a.total == b.total for a, b in pairs)
    counts = str(sum(a.counts == b.counts for a, b in pairs)) if facets else "-"
    shared = [_shared(a, b) for a, b in pairs]
    return f"{totals} / {counts} / {100 * sum(shared) / len(shared):.0f} %"


def _shared(own: Answer, other: Answer) -> float:
    """Which share of the shorter list is in the other one: hindsight's goes on with what is not counted."""
    shorter = min(len(own.ids), len(other.ids))
    return len({*own.ids} & {*other.ids}) / shorter if shorter else float(own.total == other.total)


def around(engines: Iterable[str]) -> Iterator[str]:
    """What each does not do by itself, and how it is done around it."""
    for engine in engines:
        text = " ".join((inspect.getdoc(type(contender(engine))) or "").split())
        yield f"{engine}: {text}"


def _line(name: str, cells: Iterable[str]) -> str:
    return "".join([f"{name:16}", *(f"{cell:>22}" for cell in cells)])
