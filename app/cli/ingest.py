"""`hindsight ingest` and `hindsight check`: content on its way in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from app.cli.console import WANTING, answer, json_option, plain, progress
from app.cli.opening import behind_readers, encoding, opened, reading, writing
from app.indexing.worker import catch_up
from app.ingest import checks, importer
from app.ingest.problems import FileProblem
from app.ingest.sources import scopes
from app.insight.keeping import keep_up
from app.settings import load

COUNTS = ("created", "updated", "unchanged", "moved", "removed", "skipped")

paths_argument = click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")


@click.command(epilog="Example: hindsight ingest ../handbook/runbooks --source handbook")
@paths_argument
@click.option("--source", metavar="NAME", help="Name of the source; unset: the last part of its folder.")
@click.option(
    "--allow-removals", is_flag=True, help="Go on where so many documents would vanish that the run stops otherwise."
)
@json_option
def ingest(paths: tuple[Path, ...], source: str | None, allow_removals: bool) -> None:
    """Read content into the library and the index.

    Without PATH every configured source is refreshed; a PATH inside a source refreshes only that; any other folder
    becomes a source. It returns when search finds what was read. Ends with 1 where files have errors: their last good
    version stays.
    """
    settings = load()
    behind_readers()
    with opened(settings) as database, reading(settings) as reader:
        with progress("Reading") as advance:
            report = importer.ingest(
                database, settings, scopes(settings, paths, source), allow_removals=allow_removals, progress=advance
            )
        with encoding(settings) as advance:
            catch_up(database, writing(settings), reader, settings.index, progress=advance)
        with progress("Comparing") as advance:
            keep_up(database, settings.data, progress=advance)
    counts = {name: getattr(report, name) for name in COUNTS}
    summary = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    _tell(counts, summary, report.problems)


@click.command(epilog="Example: hindsight check content --json")
@paths_argument
@json_option
def check(paths: tuple[Path, ...]) -> None:
    """Say what is wrong in content folders, without reading them in; for a content repository's own CI.

    Without PATH the configured folders are checked. Ends with 1 where files have errors; warnings alone end with 0.
    """
    settings = load()
    checked = checks.check(paths, settings)
    _tell({"documents": checked.documents}, f"{checked.documents:,} documents", checked.problems)


def _tell(counts: dict[str, int], summary: str, problems: Sequence[FileProblem]) -> None:
    errors = sum(problem.level == "error" for problem in problems)
    data: dict[str, Any] = {**counts, "problems": [asdict(problem) for problem in problems]}
    answer(data, _lines(summary, problems, errors))
    if errors:
        click.get_current_context().exit(WANTING)


def _lines(summary: str, problems: Sequence[FileProblem], errors: int) -> Iterator[str]:
    """As compilers write it, so that editors find the place."""
    for each in problems:
        level = click.style(each.level, fg="red" if each.level == "error" else "yellow")
        field = f" ({each.field})" if each.field else ""
        yield f"{plain(each.file)}:{each.line or 1}: {level}{plain(f'{field}: {each.problem} {each.mend}')}"
    warnings = len(problems) - errors
    yield f"{summary}; {errors:,} errors, {warnings:,} warnings"
