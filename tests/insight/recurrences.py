"""Incidents that recur, and patterns of them put into a library by hand: what is found later changes none of these."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.db import Database
from app.ingest import importer, sources
from app.library import Pattern, PatternMember
from app.settings import Settings

FOUND = datetime(2026, 9, 1, tzinfo=UTC)
CATALOG = {
    "services.yml": "services:\n  - {name: checkout, title: Checkout}\n  - {name: ledger, title: Ledger}\n",
    "taxonomy.yml": """causes:
  - {name: capacity, title: A limit was reached, definition: Demand met a finite resource.}
  - {name: connections, title: Connections used up, parent: capacity, definition: The pool ran out.}
""",
}


def postmortem(
    title: str, started: str | None = None, actions: Sequence[str] = (), body: str = "", **front: Any
) -> str:
    """The file of an incident. Each action is the rest of a table's row: title, owner, due, kind, status."""
    stated = {"kind": "postmortem", "title": title, "audience": "public", "services": ["checkout"]}
    stated |= {"causes": ["connections"]} | front | ({"started": started} if started else {})
    lines = "\n".join(f"{key}: {json.dumps(value)}" for key, value in stated.items())
    rows = "".join(f"| {action} |\n" for action in actions)
    table = f"\n## Action items\n\n| Action | Owner | Due | Kind | Status |\n|---|---|---|---|---|\n{rows}"
    return f"---\n{lines}\n---\n\n## Summary\n\n{body or 'The pool ran out.'}\n{table if rows else ''}"


def ingest(database: Database, settings: Settings, files: dict[str, str]) -> None:
    """Post-mortems by their ids, beside the catalog."""
    folder = settings.content[0]
    for id, text in files.items():
        path = Path("postmortems", f"{id}.md")
        (folder / path.parent).mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text.replace("---\n", f"---\nid: {id}\n", 1), encoding="utf-8")
    for name, text in CATALOG.items():
        (folder / name).write_text(text, encoding="utf-8")
    report = importer.ingest(database, settings, sources.scopes(settings, ()))
    assert [problem for problem in report.problems if problem.level == "error"] == []


def recur(database: Database, id: str, name: str, documents: Sequence[str], **more: Any) -> None:
    """A pattern of these documents; `more` are columns of its row."""
    columns = {"terms": ["pool", "exhausted"], "audience": "public", "state": "confirmed", "found": FOUND} | more
    members = [
        PatternMember(
            document_id=document,
            score=0.5,
            reasons=[{"kind": "cause", "text": "same cause: connections used up"}],
            by_person=columns["state"] == "confirmed",
        )
        for document in documents
    ]
    with database.write() as session:
        session.add(Pattern(id=id, name=name, members=members, **columns))
