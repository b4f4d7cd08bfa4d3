"""`python -m tests.bench`: everything. Its parts: `engine` (engines beside one another), `http` (the site under load,
look-ups, a saved file), `start` (a large library, from its import to the first answer), `insight` (similar incidents
and patterns), `aims` (what the file says of the aims).
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.bench import aims, engine, http, insight, report, start

FILE = Path("var/bench.json")
PARTS = {"engine": engine, "http": http, "start": start, "insight": insight}


def main(arguments: Sequence[str]) -> None:
    options = _options(arguments)
    print(f"The machine's load at the start: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors.", flush=True)
    for name, part in PARTS.items():
        if options.part in (None, name):
            part.run(options)
    print("\nThe aims, by what the file says\n")
    print(*aims.told(report.read(options.out)), sep="\n", flush=True)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.bench", description=__doc__)
    parser.add_argument("part", nargs="?", choices=(*PARTS, "aims"), help="one part alone; unset: all of them")
    parser.add_argument("--out", type=Path, default=FILE, help=f"the file that is written ({FILE})")
    for part in PARTS.values():
        part.options(parser.add_argument_group(part.__name__.rpartition(".")[2], part.__doc__))
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
