"""`hindsight similar`: past incidents like one, and why."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import click

from app.cli.console import WANTING, answer, json_option, plain
from app.cli.opening import as_option, document_of, looking
from app.insight.similar import LIMIT, LONGEST, Similar, to_document, to_text
from app.settings import load


@click.command(epilog="Example: hindsight similar github-2018-network-partition --limit 3 --json")
@click.argument("id")
@click.option("--limit", type=click.IntRange(1, 50), default=LIMIT, show_default=True, help="How many at most.")
@as_option
@json_option
def similar(id: str, limit: int, who: str | None) -> None:
    """The past incidents that are most like one, with what fixed them and why they are alike.

    ID is a post-mortem's id or path; `-` reads a text from standard input, whose first line is its title. Ends with 1
    where there is none that anything can be said for.
    """
    with looking(load(), who) as (session, _, viewer):
        if id == "-":
            text = sys.stdin.buffer.read(LONGEST).decode("utf-8", "replace")
            found = to_text(session, viewer, text, limit=limit)
        else:
            found = to_document(session, viewer, document_of(session, viewer, id), limit)
        answer([written(each) for each in found], [line for each in found for line in _lines(each)])
    if not found:
        click.get_current_context().exit(WANTING)


def written(each: Similar) -> dict[str, Any]:
    """As JSON has it."""
    return {
        "id": each.document.id,
        "path": each.document.path,
        "title": each.document.title,
        "score": each.score,
        "same_incident": each.same,
        "reasons": [reason.told() for reason in each.reasons],
        "fixed_by": each.fixed_by,
        "minutes": each.minutes,
        "promised": [{"title": action.title, "status": action.status} for action in each.promised],
    }


def _lines(each: Similar) -> Iterator[str]:
    took = "" if each.minutes is None else f" · {each.minutes} min"
    yield click.style(plain(f"{each.document.title} ({each.score:.2f}){took}"), bold=True)
    yield plain(f"  fixed by: {each.fixed_by or 'not stated'}")
    for reason in each.reasons:
        yield plain(f"  {reason.text}")
    for action in each.promised:
        yield plain(f"  promised: {action.title} ({action.status or 'state not stated'})")
    yield ""
