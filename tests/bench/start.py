"""A large library: its import on all cores, and the time from the start of the site to its first answer."""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.corpus import documents
from tests.bench.load import Client, row, said
from tests.bench.machine import memory_of_all
from tests.bench.report import Row, write
from tests.bench.site import Site

STARTS = 5
PATIENCE = 60.0
# What is answered while the site comes up: nothing, or that it is not ready.
NOT_YET = (0, 200, 503)
ASKED = "connection timeout"


def options(parser: argparse._ArgumentGroup) -> None:
    parser.add_argument("--library", type=int, default=50_000, help="documents")


def run(options: argparse.Namespace) -> None:
    print(f"\nThe start of a site with {options.library:,} documents\n", flush=True)
    found: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for each in measure(Site(Path(folder)), options.library):
            print(said(each), flush=True)
            found.append(each)
    write(options.out, found)


def measure(site: Site, size: int) -> Iterator[Row]:
    named = {"engine": "hindsight", "documents": size}
    site.write_catalog()
    written = site.write(documents(size))
    begun = time.perf_counter()
    site.run("ingest")
    yield {**named, "case": "ingest on all cores", "per_s": round(written / (time.perf_counter() - begun))}
    yield row(named, "first answer after the start", [_start(site) for _ in range(STARTS)])
    with site.serve() as process:
        Client(site.port).get("/search", q=ASKED)
        yield {**named, "case": "memory of the site", "bytes": memory_of_all(process)}


def _start(site: Site) -> float:
    """Milliseconds from the start of the process to the end of its first answer, which has to be one."""
    begun = time.perf_counter()
    with site.serving():
        client = Client(site.port)
        while time.perf_counter() - begun < PATIENCE:
            status, body = client.get("/search.json", q=ASKED)
            if status == 200 and json.loads(body)["total"]:
                return 1000 * (time.perf_counter() - begun)
            if status not in NOT_YET:
                break
            time.sleep(0.002)
    raise SystemExit("The site gave no answer; what it wrote above says why.")
