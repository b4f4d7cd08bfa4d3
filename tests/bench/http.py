"""Pages over HTTP, at rest and while an import runs, and an import from files to searchable.

Clients keep their connections, and each asks at a steady pace: what is measured is what a reader waits for, not how
many readers the machine bears.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import httpx
import numpy as np

from tests.bench.corpus import Text, documents, questions
from tests.bench.report import Row, write
from tests.bench.site import Site, ended

CLIENTS = 2
# Seconds from one request of a client to its next.
PACE = 0.05
WARM_UP = 200
# The most that the 99th percentile while importing may be of that at rest.
AIM = 2.0


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser("python -m tests.bench http", description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--changed", type=int, default=1_000, help="documents that the import changes")
    parser.add_argument("--requests", type=int, default=1_000, help="at rest")
    parser.add_argument("--out", type=Path, default=Path("var/bench.json"))
    options = parser.parse_args(arguments)
    texts = list(documents(options.documents))
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Site(Path(folder)), texts, options.changed, options.requests)
    write(options.out, found)


def measure(site: Site, texts: list[Text], changed: int, requests: int) -> list[Row]:
    """Rows of the import, of the page at rest, and of the page during an import; told as they come."""
    named = {"engine": "hindsight", "documents": len(texts)}
    site.write_catalog()
    site.write(texts)
    begun = time.perf_counter()
    with _one_core():
        report = site.ingest()
    per_s = round(len(texts) / (time.perf_counter() - begun))
    print(f"Import of {report['created']:,} documents, from files to searchable, on one core: {per_s} documents/s")
    asked = questions(texts, WARM_UP + requests).words
    with site.serve():
        _ask(site.address, asked[:WARM_UP], lambda sent: sent < WARM_UP)
        rest = _ask(site.address, asked[WARM_UP:], lambda sent: sent < requests)
        site.write(texts[:changed], "\nA sentence was added.\n")
        begun = time.perf_counter()
        ingest = site.start_ingest()
        during = _ask(site.address, asked[WARM_UP:], lambda sent: ingest.poll() is None)
        seconds = time.perf_counter() - begun
        report = ended(ingest)
    print(f"Meanwhile {report['updated']:,} changed documents were imported in {seconds:.1f} s, with the site running.")
    rows = [_row(named, "http page at rest", rest), _row(named, "http page during import", during)]
    for row, took in zip(rows, (rest, during), strict=True):
        figures = ", ".join(f"{name.removesuffix('_ms')} {row[name]:.1f}" for name in ("p50_ms", "p95_ms", "p99_ms"))
        print(f"{row['case']}: {figures} ms over {len(took):,} requests of {CLIENTS} clients, one each {PACE} s")
    ratio = rows[1]["p99_ms"] / rows[0]["p99_ms"]
    print(f"p99 during the import is {ratio:.1f} times that at rest (aim: at most {AIM:g})")
    return [{**named, "case": "ingest", "per_s": per_s}, *rows]


def _ask(address: str, asked: Sequence[str], wanted: Callable[[int], bool]) -> list[float]:
    """Milliseconds of each results page, asked for as long as `wanted` says so of the number sent."""
    sent = count()

    def client() -> Iterator[float]:
        with httpx.Client(base_url=address) as http:
            next_at = time.perf_counter()
            while wanted(number := next(sent)):
                time.sleep(max(0.0, next_at - time.perf_counter()))
                begun = time.perf_counter()
                next_at = max(next_at + PACE, begun)
                http.get("/search", params={"q": asked[number % len(asked)]}).raise_for_status()
                yield 1000 * (time.perf_counter() - begun)

    with ThreadPoolExecutor(CLIENTS) as clients:
        each = [clients.submit(lambda: list(client())) for _ in range(CLIENTS)]
        return [milliseconds for future in each for milliseconds in future.result()]


def _row(named: Row, case: str, took: Sequence[float]) -> Row:
    p50, p95, p99 = (round(float(each), 2) for each in np.percentile(took, [50, 95, 99]))
    return {**named, "case": case, "p50_ms": p50, "p95_ms": p95, "p99_ms": p99}


@contextmanager
def _one_core() -> Iterator[None]:
    """What is started in here runs on one core, where the system can hold it there."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    all_cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(all_cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, all_cores)
