"""Content folders written and taken in, for the tests of the way in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy import select

from app.db import Database
from app.ingest import importer, sources
from app.ingest.importer import Report
from app.library import Document
from app.settings import Settings


def write(folder: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def ingest(
    database: Database, settings: Settings, *paths: Path, name: str | None = None, allow: bool = False
) -> Report:
    return importer.ingest(database, settings, sources.scopes(settings, paths, name), allow_removals=allow)


def counts(report: Report) -> dict[str, int]:
    """What a report counts, without zeros."""
    names = ("created", "updated", "unchanged", "moved", "removed", "skipped")
    return {name: count for name in names if (count := getattr(report, name))}


def document(database: Database, path: str) -> Document:
    """The document that is read from that file, all of it loaded."""
    with database.read() as session:
        row = session.scalars(select(Document).where(Document.path == path, Document.deleted.is_(None))).one()
        for related in (row.sections, row.services, row.alerts, row.actions):
            list(related)
        if row.incident:
            list(row.incident.causes)
            list(row.incident.events)
        return row


def documents(database: Database) -> dict[str, str]:
    """The ids of all documents that are there, by path."""
    with database.read() as session:
        there = select(Document.path, Document.id).where(Document.deleted.is_(None))
        return dict(session.execute(there).tuples().all())


def told(report: Report) -> Sequence[tuple[str, int | None, str]]:
    return [(problem.file, problem.line, problem.problem) for problem in report.problems]
