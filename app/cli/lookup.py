"""`hindsight lookup`: a pasted page, answered in a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import click

from app.cli.console import WANTING, answer, json_option, note, plain
from app.cli.opening import as_option, looking
from app.lookup.answer import LONGEST, Answer, Past
from app.lookup.answer import answer as look_up
from app.lookup.owner import Owner
from app.lookup.runbooks import Runbook
from app.lookup.written import written
from app.settings import load


@click.command(epilog="Example: kubectl describe pod checkout-7d9f | hindsight lookup --json")
@click.argument("file", type=click.File("rb"), default="-")
@as_option
@json_option
def lookup(file: BinaryIO, who: str | None) -> None:
    """Say what is known about an alert, an error, a log or a stack trace: runbook, past incidents, owner, promises.

    FILE is what would be pasted into the box; unset or `-`, it is read from standard input. Nothing of it is kept. Ends
    with 1 where neither a runbook nor an incident is known to fit.
    """
    settings = load()
    # A character takes at most four bytes: more than is read need not be loaded.
    text = file.read(4 * LONGEST + 1).decode("utf-8", "replace")
    with looking(settings, who) as (session, engine, viewer):
        found = look_up(session, engine, viewer, text)
        answer(written(found, settings.base_url), _lines(found, settings.base_url))
    if found.cut:
        note(f"Only the first {LONGEST:,} characters were read.")
    if not found.found:
        click.get_current_context().exit(WANTING)


def _lines(found: Answer, base_url: str) -> Iterator[str]:
    said = [f"{part.kind} {part.value} (from {part.source})" for part in found.understood.parts]
    yield plain(f"Understood: {', '.join(said) or 'words only'}")
    yield ""
    yield from _section("Do this", [line for each in found.runbooks for line in _runbook(each, base_url)])
    yield from _section("Last time", [line for each in found.incidents for line in _incident(each, base_url)])
    if found.pattern:
        said = [plain(f"{found.pattern.name} ({found.pattern.count:,})"), plain(f"  {found.pattern.open_question}")]
        yield from _section("It recurs", [*said, click.style(f"  {base_url}{found.pattern.address}", dim=True)])
    if found.owner:
        yield from _section("Who", [_owner(found.owner)])
    promised = [plain(f"{each.action.title} ({each.action.status or 'state not stated'})") for each in found.actions]
    if promised:
        yield from _section("Promised", promised)


def _section(title: str, lines: list[str]) -> Iterator[str]:
    yield click.style(title, bold=True)
    yield from (f"  {line}" for line in lines or ["nothing that is known to fit"])


def _runbook(runbook: Runbook, base_url: str) -> Iterator[str]:
    inside = f" › {runbook.section.heading}" if runbook.section and runbook.section.level else ""
    yield plain(f"{runbook.document.title}{inside}")
    if runbook.command:
        yield from (f"    {plain(line)}" for line in runbook.command.text.splitlines())
    yield plain(f"  why: {'; '.join(runbook.why)}")
    yield click.style(f"  {base_url}{runbook.address}", dim=True)


def _incident(past: Past, base_url: str) -> Iterator[str]:
    incident = past.document.incident
    facts = [incident.severity, f"{incident.started:%Y-%m-%d}" if incident.started else None] if incident else []
    took = None if past.minutes is None else f"{past.minutes} min"
    yield plain(" · ".join(filter(None, [past.document.title, *facts, took])))
    yield plain(f"  fixed by: {past.fixed_by or 'not stated'}")
    yield plain(f"  why: {'; '.join(past.why)}")
    yield click.style(f"  {base_url}{past.address}", dim=True)


def _owner(owner: Owner) -> str:
    service = (
        None if owner.service is None else owner.title if owner.listed else f"{owner.service} (not in the catalog)"
    )
    return plain(" · ".join(filter(None, [service, owner.team_title or "owner not stated", owner.channel])))
