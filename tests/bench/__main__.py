"""`python -m tests.bench`: engines beside one another. `python -m tests.bench http`: pages and an import, over HTTP."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.bench import report
from tests.bench.measure import ROUNDS, Measured, measured

ENGINES = ("hindsight", "tantivy", "tantivy-native", "fts5", "whoosh")
# More would take hours.
WHOOSH_DOCUMENTS, WHOOSH_QUESTIONS = 10_000, 50
# The brute force that tells right from wrong is asked over so many documents.
ORACLE_DOCUMENTS, ORACLE_QUESTIONS = 500, 20
QUICK = (1_000,), 50
FILE = Path("var/bench.json")


def main(arguments: Sequence[str]) -> None:
    if arguments[:1] == ["http"]:
        from tests.bench import http

        http.main(arguments[1:])
        return
    options = _options(arguments)
    print(f"{options.questions} questions a case, the best of {ROUNDS} rounds; milliseconds, median / 95th percentile.")
    print(f"The machine's load at the start: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors.")
    for size in options.documents:
        print(f"\n{size:,} documents\n")
        found = []
        for each in _measured(options.engines, size, options.questions):
            found.append(each)
            report.write(options.out, list(report.rows(each)))
        _print(report.table(found))
        _print(report.ratios(found))
        if found[0].engine == "hindsight":
            _print(report.agreement(found[0], found[1:]))
    if not options.no_oracle:
        print(f"\nAgainst brute force, {ORACLE_DOCUMENTS:,} documents\n")
        own, oracle = (measured(engine, ORACLE_DOCUMENTS, ORACLE_QUESTIONS) for engine in ("hindsight", "oracle"))
        _print(report.agreement(own, [oracle]))
    print("\nWhat each engine does not do by itself, and how it is done around it:\n")
    _print(report.around(options.engines))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.bench", description=__doc__)
    parser.add_argument("--documents", type=int, nargs="+", default=[10_000, 50_000])
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=ENGINES)
    parser.add_argument("--questions", type=int, default=300, help="of each case")
    parser.add_argument("--quick", action="store_true", help="1,000 documents and 50 questions")
    parser.add_argument("--no-oracle", action="store_true", help="without the comparison with brute force")
    parser.add_argument("--out", type=Path, default=FILE, help=f"the file that is written ({FILE})")
    options = parser.parse_args(arguments)
    if options.quick:
        options.documents, options.questions = QUICK
    return options


def _measured(engines: Sequence[str], size: int, questions: int) -> Iterator[Measured]:
    for engine in engines:
        if engine != "whoosh":
            yield measured(engine, size, questions)
        elif size <= WHOOSH_DOCUMENTS:
            yield measured(engine, size, min(questions, WHOOSH_QUESTIONS))


def _print(lines: Iterator[str]) -> None:
    print(*lines, sep="\n", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
