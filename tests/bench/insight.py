"""Similar incidents and patterns over generated libraries: how long they take, and whether patterns stay."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

from sqlalchemy import select, update

from app.db import Database
from app.insight.opening import casebook
from app.insight.patterns import form
from app.insight.refresh import refresh
from app.insight.similar import to_document
from app.library import Document, PatternMember, pages
from app.library.revisions import advance
from app.viewer import ANONYMOUS
from tests.bench.incidents import FIRST, library
from tests.bench.load import row, said
from tests.bench.report import Row, write

SIZES = (10_000, 100_000)
# More is not formed into patterns here: it would take the longest of all that is measured.
MOST_FORMED = 20_000
ASKED = 50
LATER = 0.1


def options(parser: argparse._ArgumentGroup) -> None:
    parser.add_argument("--incidents", type=int, nargs="+", default=SIZES, help="numbers of incidents")


def run(options: argparse.Namespace) -> None:
    found: list[Row] = []
    for size in sorted(
        {*options.incidents, MOST_FORMED} if max(options.incidents) >= MOST_FORMED else options.incidents
    ):
        print(f"\nSimilar incidents and patterns, {size:,} incidents\n", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            for each in measure(Path(folder), size):
                print(said(each), flush=True)
                found.append(each)
    write(options.out, found)


def measure(folder: Path, size: int) -> Iterator[Row]:
    named = {"engine": "hindsight", "documents": size}
    database = library(folder, size)
    begun = time.perf_counter()
    refresh(database)
    yield {**named, "case": "profiles", "per_s": round(size / (time.perf_counter() - begun))}
    begun = time.perf_counter()
    with database.read() as session:
        casebook(session)
    yield {**named, "case": "casebook opened", "s": round(time.perf_counter() - begun, 2)}
    yield row(named, "similar incidents with reasons", list(_asked(database)))
    if size <= MOST_FORMED:
        yield from _patterns(database, named, size)
    database.close()


def _asked(database: Database) -> Iterator[float]:
    """Milliseconds of each question, the document itself read beforehand."""
    with database.read() as session:
        ids = session.scalars(select(Document.id).order_by(Document.fingerprint)).all()
        for id in ids[:: max(1, len(ids) // ASKED)]:
            document = pages.document(session, ANONYMOUS, id)
            begun = time.perf_counter()
            to_document(session, ANONYMOUS, document)
            yield 1000 * (time.perf_counter() - begun)


def _patterns(database: Database, named: Row, size: int) -> Iterator[Row]:
    """The later tenth is hidden, and comes when the others have been formed."""
    late = [f"d{number:06}" for number in range(size - int(LATER * size), size)]
    _hide(database, late, True)
    refresh(database)
    form(database, anew=True)
    before = _pairs(database)
    _hide(database, late, False)
    refresh(database)
    form(database)
    kept = _pairs(database)
    yield {
        **named,
        "case": "memberships kept as 10 % came",
        "share": round(len(before & kept) / max(len(before), 1), 4),
    }
    begun = time.perf_counter()
    form(database, anew=True)
    yield {**named, "case": "patterns from nothing", "s": round(time.perf_counter() - begun, 1)}
    after = _pairs(database)
    yield {
        **named,
        "case": "memberships kept when formed anew",
        "share": round(len(before & after) / max(len(before), 1), 4),
    }
    yield row(named, "one new incident joins", [_joins(database, id) for id in late[:10]])


def _joins(database: Database, id: str) -> float:
    """Milliseconds until an incident that has just changed, and is in no pattern, has its place."""
    with database.write() as session:
        session.query(PatternMember).filter(PatternMember.document_id == id).delete()
        session.execute(update(Document).where(Document.id == id).values(revision=advance(session)))
    begun = time.perf_counter()
    refresh(database)
    form(database)
    return 1000 * (time.perf_counter() - begun)


def _hide(database: Database, ids: list[str], hidden: bool) -> None:
    """Takes documents away, or brings them back, as an ingest would."""
    with database.write() as session:
        for id in ids:
            session.execute(
                update(Document)
                .where(Document.id == id)
                .values(revision=advance(session), deleted=FIRST if hidden else None)
            )


def _pairs(database: Database) -> set[tuple[str, str]]:
    """Which incidents are together."""
    members: dict[str, list[str]] = {}
    with database.read() as session:
        for pattern, document in session.execute(select(PatternMember.pattern_id, PatternMember.document_id)):
            members.setdefault(pattern, []).append(document)
    return {pair for ids in members.values() for pair in combinations(sorted(ids), 2)}
