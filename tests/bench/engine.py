"""Engines beside one another, doing the same job over the same documents."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tests.bench import growth, report
from tests.bench.contenders import CASES
from tests.bench.measure import MOST_SECONDS, ROUNDS, measured
from tests.bench.stored import store

ENGINES = ("hindsight", "tantivy", "tantivy-native", "bm25s", "fts5", "whoosh")
SIZES = (10_000, 50_000, 200_000)
# More would take hours.
MOST_DOCUMENTS = {"whoosh": 10_000, "tantivy-native": 50_000}
# The brute force that tells right from wrong is asked over so many documents.
ORACLE_DOCUMENTS, ORACLE_QUESTIONS = 500, 20


def options(parser: argparse._ArgumentGroup) -> None:
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of documents")
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=ENGINES)
    parser.add_argument("--cases", nargs="+", choices=tuple(CASES), default=tuple(CASES), help="kinds of questions")
    parser.add_argument("--questions", type=int, default=300, help="of each case")
    parser.add_argument("--no-oracle", action="store_true", help="without the comparison with brute force")


def run(options: argparse.Namespace) -> None:
    print(
        f"{options.questions} questions a case, asked of all engines in turn, the best of {ROUNDS} rounds; "
        f"milliseconds, median / 95th percentile. Who has taken {MOST_SECONDS:g} s for a case is asked no more of it."
    )
    with tempfile.TemporaryDirectory() as folder:
        sizes = sorted({*options.sizes, *([] if options.no_oracle else [ORACLE_DOCUMENTS])})
        stored = store(Path(folder) / "documents", sizes)
        for size in sorted(options.sizes):
            print(f"\n{size:,} documents\n", flush=True)
            engines = [each for each in options.engines if size <= MOST_DOCUMENTS.get(each, size)]
            found = measured(engines, stored[size], options.questions, Path(folder), options.cases)
            ratios = list(report.ratio_rows(found))
            report.write(options.out, [*(row for each in found for row in report.rows(each)), *ratios])
            _print(report.table(found))
            _print(report.ratios(ratios))
            if found[0].engine == "hindsight":
                _print(report.agreement(found[0], found[1:]))
        if not options.no_oracle:
            print(f"\nAgainst brute force, {ORACLE_DOCUMENTS:,} documents\n")
            both = ("hindsight", "oracle")
            own, oracle = measured(both, stored[ORACLE_DOCUMENTS], ORACLE_QUESTIONS, Path(folder), options.cases)
            _print(report.agreement(own, [oracle]))
    print("\nHow an index grows\n")
    _print(growth.told(report.read(options.out), options.engines, options.sizes))
    print("\nWhat each engine does not do by itself, and how it is done around it:\n")
    _print(report.around(options.engines))


def _print(lines: Iterable[str]) -> None:
    print(*lines, sep="\n", flush=True)
