"""`hindsight patterns`: what recurs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.cli.console import answer, json_option, note, plain
from app.cli.opening import opened
from app.insight.keeping import keep_up
from app.library import Document, Pattern, PatternMember
from app.settings import load


@click.command(epilog="Example: hindsight patterns --json")
@click.option("--rebuild", is_flag=True, help="Form them from nothing first, but for what people said.")
@json_option
def patterns(rebuild: bool) -> None:
    """Show the patterns in all incidents: what recurs, why each incident belongs, and what was promised."""
    settings = load()
    with opened(settings) as database:
        compared = keep_up(database, settings.data, anew=rebuild)
        if rebuild:
            note(f"{compared:,} incidents compared.")
        with database.read() as session:
            found = [_written(pattern) for pattern in _all(session)]
    answer(found, [line for each in found for line in _lines(each)])


def _all(session: Session) -> list[Pattern]:
    asked = select(Pattern).where(Pattern.state != "merged").order_by(Pattern.id)
    members = selectinload(Pattern.members).joinedload(PatternMember.document)
    return list(session.scalars(asked.options(members.selectinload(Document.actions))))


def _written(pattern: Pattern) -> dict[str, Any]:
    there = [member for member in pattern.members if member.document.deleted is None]
    return {
        "id": pattern.id,
        "name": pattern.called,
        "state": pattern.state,
        "members": [{"path": member.document.path, "reasons": member.reasons} for member in there],
        "actions": [
            {
                "title": action.title,
                "kind": action.kind,
                "owner": action.owner,
                "due": action.due.isoformat() if action.due else None,
                "status": action.status,
                "path": member.document.path,
            }
            for member in there
            for action in member.document.actions
        ],
    }


def _lines(pattern: dict[str, Any]) -> Iterator[str]:
    state = "" if pattern["state"] == "found" else f", {pattern['state']}"
    yield click.style(plain(f"{pattern['name']} ({len(pattern['members'])} incidents{state})"), bold=True)
    for member in pattern["members"]:
        yield plain(f"  {member['path']}")
        yield from (plain(f"    {reason['text']}") for reason in member["reasons"][:2])
    waiting = sum(action["status"] in ("open", "in-progress") for action in pattern["actions"])
    yield f"  {len(pattern['actions'])} promised, {waiting} waiting"
    yield ""
