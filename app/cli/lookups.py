"""`hindsight eval --lookups`: how well pasted pages are answered, in figures."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from app.cli.console import answer, plain, progress, read_lines, table
from app.cli.opening import looking
from app.errors import Invalid
from app.lookup import answer as lookup
from app.lookup.evaluate import Page
from app.lookup.evaluate import evaluate as judge
from app.settings import load

COLUMNS = {
    "success_at_1": "first",
    "success_at_3": "in first 3",
    "incident_success_at_1": "incident first",
    "incident_success_at_3": "in first 3",
    "service": "service",
    "nothing": "nothing claimed",
}
SHAPE = '{"id", "kind", "text", "expect_runbooks": [path, …], "expect_postmortems": [path, …], "expect_service"}'


def measure(file: Path, who: str | None, misses: bool) -> None:
    """Answers every page of the file as the page would, and prints how often that was right."""
    pages = [_page(line, number) for number, line in enumerate(read_lines(file), 1) if line.strip()]
    with looking(load(), who) as (session, engine, viewer), progress("Looking up") as advance:
        asked = 0

        def ask(text: str) -> lookup.Answer:
            nonlocal asked
            asked += 1
            if advance:
                advance(asked, len(pages))
            return lookup.answer(session, engine, viewer, text)

        report = judge(pages, ask, misses)
    answer(report, _lines(report))


def _page(line: str, number: int) -> Page:
    try:
        read = json.loads(line)
        id, kind, text, service = (read[key] for key in ("id", "kind", "text", "expect_service"))
        runbooks, incidents = read["expect_runbooks"], read.get("expect_postmortems", [])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Invalid(f"Line {number} cannot be used; write {SHAPE}.") from error
    for name, paths in (("expect_runbooks", runbooks), ("expect_postmortems", incidents)):
        if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
            raise Invalid(f"Line {number}: `{name}` must be a list of paths; it is empty where nothing fits.")
    named = None if service is None else str(service)
    return Page(str(id), str(kind), str(text), frozenset(runbooks), frozenset(incidents), named)


def _lines(report: dict[str, Any]) -> Iterator[str]:
    rows = [["", "pages", *COLUMNS.values()]]
    for name, figures in [*report["kinds"].items(), ("all", report["overall"])]:
        rows.append([name, str(figures["n"]), *(_share(figures, column) for column in COLUMNS)])
    yield from table(rows)
    for miss in report.get("misses", ()):
        yield ""
        yield f"{click.style(plain(miss['id']), bold=True)} ({plain(miss['kind'])})"
        yield plain(
            f"  wanted {', '.join(miss['wanted']) or '(nothing)'}; service {miss['wanted_service'] or '(none)'}"
        )
        yield plain(f"  shown  {', '.join(miss['shown']) or '(nothing)'}; service {miss['service'] or '(none)'}")


def _share(figures: dict[str, Any], name: str) -> str:
    count, of = figures[f"{name}_of"]
    return f"{figures[name]:.3f} ({count} of {of})" if of else "-"
