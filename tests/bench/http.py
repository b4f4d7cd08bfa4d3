"""A site of moderate size over HTTP: its pages under load and during an import, look-ups, and a saved file."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count
from pathlib import Path

from tests.bench.corpus import Text, documents
from tests.bench.load import Client, load, row, said
from tests.bench.machine import memory_of_all, one_core
from tests.bench.questions import Questions, questions
from tests.bench.report import Row, write
from tests.bench.site import Site, ended
from tests.bench.trace import LINES, trace

# How many clients ask at once, without a pause.
CLIENTS = (1, 8, 32)
WARM_UP = 100
# Those who ask at a steady pace, while an import runs: seconds from one request of a client to its next.
PACED, PACE = 2, 0.05
# What somebody types has so many letters before it is a question.
FIRST_LETTERS = 2
LOOKUPS = 100
SAVES = 5
# A saved file is looked for so often, in seconds, and so long.
LOOK, PATIENCE = 0.02, 60.0


def options(parser: argparse._ArgumentGroup) -> None:
    parser.add_argument("--site", type=int, default=10_000, help="documents")
    parser.add_argument("--requests", type=int, default=1_000, help="of each number of clients")
    parser.add_argument("--changed", type=int, default=1_000, help="documents that an import changes meanwhile")


def run(options: argparse.Namespace) -> None:
    print(f"\nThe site over HTTP, {options.site:,} documents\n", flush=True)
    found: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for each in measure(Site(Path(folder)), list(documents(options.site)), options.requests, options.changed):
            print(said(each), flush=True)
            found.append(each)
    write(options.out, found)


def measure(site: Site, texts: list[Text], requests: int, changed: int) -> Iterator[Row]:
    named = {"engine": "hindsight", "documents": len(texts)}
    site.write_catalog()
    site.write(texts)
    yield from _indexing(site, named)
    asked = questions(texts, WARM_UP + requests)
    with site.serve() as process:
        if load(site.port, PACED, _pages(asked.words[:WARM_UP])).errors:
            raise SystemExit("The site answers questions with errors; what it wrote above says why.")
        pages = _pages(asked.words[WARM_UP:])
        for clients in CLIENTS:
            found = load(site.port, clients, pages)
            figures = {"per_s": round(found.per_second, 1), "errors": found.errors}
            yield {**row(named, f"http page, {clients} clients", found.took), **figures}
        typed = load(site.port, 1, _typed(asked)[:requests])
        yield {**row(named, "http as you type", typed.took), "errors": typed.errors}
        yield _lookups(site, named, texts)
        yield {**named, "case": "memory of the site", "bytes": memory_of_all(process)}
        yield row(named, "saved file found, all read", [_saved(site, texts[0], each) for each in range(SAVES)])
        alone = [_saved(site, texts[0], SAVES + each, site.file(texts[0])) for each in range(SAVES)]
        yield row(named, "saved file found, it alone read", alone)
        yield row(named, "http page at rest", _paced(site, asked.words, lambda sent: sent < requests))
        site.write(texts[:changed], "\nA sentence was added.\n")
        ingest = site.start("ingest")
        yield row(named, "http page during import", _paced(site, asked.words, lambda sent: ingest.poll() is None))
        ended(ingest)


def _indexing(site: Site, named: Row) -> Iterator[Row]:
    """From files, and from the library alone; on one core, and on all that there are."""
    with one_core():
        begun = time.perf_counter()
        created = site.run("ingest")["created"]
        yield {**named, "case": "ingest", "per_s": round(created / (time.perf_counter() - begun))}
        yield _rebuilt(site, named, "rebuild")
    yield _rebuilt(site, named, "rebuild on all cores")


def _rebuilt(site: Site, named: Row, case: str) -> Row:
    told = site.run("rebuild")
    return {**named, "case": case, "per_s": round(1000 * told["documents"] / told["took_ms"])}


def _pages(asked: Sequence[str]) -> list[tuple[str, dict[str, str]]]:
    return [("/search", {"q": text}) for text in asked]


def _typed(asked: Questions) -> list[tuple[str, dict[str, str]]]:
    """Every question letter by letter."""
    return [
        ("/search.json", {"q": text[:letters], "typing": "1"})
        for text in asked.words
        for letters in range(FIRST_LETTERS, len(text) + 1)
    ]


def _lookups(site: Site, named: Row, texts: Sequence[Text]) -> Row:
    client = Client(site.port)
    token, headers = client.form("/lookup")
    took, errors = [], 0
    for number in range(LOOKUPS):
        pasted = trace(texts[number % len(texts)], number)
        begun = time.perf_counter()
        status, _ = client.post("/lookup", headers, csrf_token=token, q=pasted)
        took.append(1000 * (time.perf_counter() - begun))
        errors += status != 200
    client.close()
    return {**row(named, f"http lookup of {LINES} lines", took), "errors": errors}


def _saved(site: Site, text: Text, number: int, *read: Path) -> float:
    """Milliseconds from saving a file with a new word, read in at once, to the answer that has it."""
    new = f"newcomer{number}"
    client = Client(site.port)
    begun = time.perf_counter()
    site.write([replace(text, hidden=False)], f"\nThen there was {new}.\n")
    ingest = site.start("ingest", *read)
    while time.perf_counter() - begun < PATIENCE:
        _, body = client.get("/search.json", q=f'"{new}"')
        if text.id.encode() in body:
            break
        time.sleep(LOOK)
    took = 1000 * (time.perf_counter() - begun)
    ended(ingest)
    client.close()
    return took


def _paced(site: Site, asked: Sequence[str], wanted: Callable[[int], bool]) -> list[float]:
    """Milliseconds of each results page, asked for as long as `wanted` says so of the number sent."""
    turn = count()

    def client() -> list[float]:
        each = Client(site.port)
        found = []
        next_at = time.perf_counter()
        while wanted(number := next(turn)):
            time.sleep(max(0.0, next_at - time.perf_counter()))
            begun = time.perf_counter()
            next_at = max(next_at + PACE, begun)
            each.get("/search", q=asked[number % len(asked)])
            found.append(1000 * (time.perf_counter() - begun))
        each.close()
        return found

    with ThreadPoolExecutor(PACED) as clients:
        return [took for future in [clients.submit(client) for _ in range(PACED)] for took in future.result()]
