"""`hindsight rebuild`: the index anew, from the library."""

from __future__ import annotations

import time

import click

from app.cli.console import answer, json_option
from app.cli.opening import encoding, opened, reading, writing
from app.indexing.worker import rebuild_now
from app.settings import load


@click.command(epilog="Example: hindsight rebuild --json")
@json_option
def rebuild() -> None:
    """Build the index anew beside the one in use, and swap it in.

    Search goes on meanwhile, without a restart. Where a worker holds the index, the worker does it, and this waits.
    """
    settings = load()
    started = time.monotonic()
    with opened(settings) as database, reading(settings) as reader:
        with encoding(settings) as advance:
            rebuild_now(database, writing(settings), settings.index, progress=advance)
        state = reader.state()
    took = time.monotonic() - started
    answer(
        {"documents": state.documents, "revision": state.revision, "took_ms": round(took * 1000)},
        [f"{state.documents:,} documents indexed anew in {took:.1f} s."],
    )
