"""What was aimed at, what was measured, and whether it is enough; from the rows of the file alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tests.bench import growth
from tests.bench.contenders import CASES
from tests.bench.job import MEANING
from tests.bench.report import BYTES, Row
from tests.bench.trace import LINES

# Hindsight's time as a share of this peer's doing the same job.
PEER, MOST_TIMES = "tantivy", 1.0


class Aim(NamedTuple):
    """A figure of a case's row that may be at most so large, or that has to be at least so large."""

    said: str
    case: str
    figure: str
    most: float | None = None
    least: float | None = None

    def met(self, value: float) -> bool:
        return value <= self.most if self.most is not None else value >= (self.least or 0.0)


AIMS = (
    Aim("page, one client, p95 ms", "http page, 1 clients", "p95_ms", most=40),
    Aim("as you type, p95 ms", "http as you type", "p95_ms", most=15),
    Aim("8 clients, requests/s", "http page, 8 clients", "per_s", least=300),
    Aim("8 clients, errors", "http page, 8 clients", "errors", most=0),
    Aim("32 clients, requests/s", "http page, 32 clients", "per_s", least=300),
    Aim("32 clients, errors", "http page, 32 clients", "errors", most=0),
    Aim(f"look-up of {LINES} lines, p95 ms", f"http lookup of {LINES} lines", "p95_ms", most=50),
    Aim("text to index, one core, documents/s", "build", "per_s", least=500),
    Aim("text to index, all cores, documents/s", "build on all cores", "per_s", least=1000),
    Aim("library to index, one core, documents/s", "rebuild", "per_s", least=500),
    Aim("library to index, all cores, documents/s", "rebuild on all cores", "per_s", least=1000),
    Aim("files to searchable, one core, documents/s", "ingest", "per_s", least=500),
    Aim("files to searchable, all cores, documents/s", "ingest on all cores", "per_s", least=1000),
    Aim("start to first answer, median ms", "first answer after the start", "p50_ms", most=1000),
    Aim("similar incidents, p95 ms (10 at 10,000)", "similar incidents with reasons", "p95_ms", most=50),
    Aim("20,000 incidents to patterns, s", "patterns from nothing", "s", most=60),
    Aim("one new incident to its pattern, p95 ms", "one new incident joins", "p95_ms", most=100),
    Aim("memberships kept as 10 % came", "memberships kept as 10 % came", "share", least=0.95),
    Aim("memberships kept when formed anew", "memberships kept when formed anew", "share", least=0.95),
)


def told(rows: Sequence[Row]) -> Iterator[str]:
    """A line for each aim and size: whether it is met, and by which figure."""
    own = [row for row in rows if row["engine"] == "hindsight"]
    for case in CASES:
        # No peer knows meaning.
        if case != MEANING:
            yield from _beside_peer(own, case)
    for aim in AIMS:
        found = [row for row in own if row["case"] == aim.case]
        bound = f"at most {aim.most:g}" if aim.most is not None else f"at least {aim.least:g}"
        if not found:
            yield f"{'-':18}{aim.said} ({bound}): not measured"
        for row in found:
            value = row.get(aim.figure)
            verdict = "no" if value is None or not aim.met(value) else "yes"
            yield f"{verdict:18}{aim.said} ({bound}): {value} with {row['documents']:,} documents"
    for case in BYTES:
        yield _growing(rows, case)


def _beside_peer(own: Sequence[Row], case: str) -> Iterator[str]:
    said = f"{case}, times {PEER} (at most {MOST_TIMES:g})"
    found = [row for row in own if row["case"] == f"{case}: times {PEER}"]
    if not found:
        yield f"{'-':18}{said}: not measured"
    for row in found:
        p50, p95 = row["p50_times"], row["p95_times"]
        failed = [name for name, share in (("median", p50), ("p95", p95)) if share is None or share > MOST_TIMES]
        verdict = f"no ({', '.join(failed)})" if failed else "yes"
        yield f"{verdict:18}{said}: median {p50}, p95 {p95} with {row['documents']:,} documents"


def _growing(rows: Sequence[Row], case: str) -> str:
    found = growth.sizes(rows, "hindsight", case)
    steepening, fitted = growth.steepening(found), growth.line(found)
    said = f"{case} grows in line with the documents"
    if steepening is None or fitted is None:
        return f"{'-':18}{said}: needs three sizes"
    verdict = "yes" if steepening <= 1 + growth.TOLERANCE else "no"
    return (
        f"{verdict:18}{said}: one more costs {steepening:.2f} times as much between the largest sizes as between the "
        f"smallest; a million would take {growth.million(fitted) / 1e9:.1f} GB"
    )
