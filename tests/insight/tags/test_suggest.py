"""The table of suggestions: what is put to people, and when it is made anew."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from app.db import Database
from app.insight.tags.learning import Learned, lessons
from app.insight.tags.suggest import refresh
from app.library import Document, IncidentCause, Suggestion
from app.library.visibility import widest_audience
from app.people import tags
from app.settings import Settings
from app.viewer import EVERYTHING, PUBLIC
from tests.ingest.library import document, ingest, write

TAXONOMY = """causes:
  - {name: capacity, title: Capacity, definition: A limit was reached., signals: [full, exhausted, disk space]}
  - {name: dns, title: DNS, definition: A name was not found., signals: [resolver, nameserver]}
"""
SERVICES = "services:\n  - {name: checkout, title: Checkout}\n"
SEVERITIES = """levels:
  - {level: SEV1, title: Worst, criteria: [Nobody could pay for an hour.]}
  - {level: SEV4, title: Harmless, criteria: [Only staff noticed a nightly report.]}
"""
CATALOG = {"taxonomy.yml": TAXONOMY, "services.yml": SERVICES, "severities.yml": SEVERITIES}
OPEN = """---
kind: postmortem
audience: {audience}
---
# {title}

## Summary

{text}
"""
STATED = """---
kind: postmortem
audience: {audience}
severity: SEV4
services: [checkout]
causes: [{cause}]
---
# {title}

## Summary

{text}
"""
FULL = "Nobody could pay. The disk was full and all disk space was exhausted."


@pytest.fixture
def library(database: Database, settings: Settings, content: Path) -> Database:
    files = {
        "down.md": OPEN.format(audience="public", title="Checkout down", text=FULL),
        "stated.md": STATED.format(
            audience="public", cause="dns", title="Slow resolver", text="The resolver was slow."
        ),
    }
    write(content, {**CATALOG, **files})
    ingest(database, settings)
    return database


def suggestions(database: Database, path: str = "down.md") -> dict[str, str]:
    with database.read() as session:
        rows = select(Suggestion).join(Document, Document.id == Suggestion.document_id).where(Document.path == path)
        return {f"{row.subject}:{row.value}": row.evidence for row in session.scalars(rows)}


def test_what_a_text_says_without_stating_it_is_suggested_with_its_sentence(library: Database) -> None:
    assert refresh(library) == 1
    assert suggestions(library) == {
        "cause:capacity": "The disk was full and all disk space was exhausted.",
        "service:checkout": "Checkout down",
        "severity:SEV1": "Nobody could pay.",
    }


def test_nothing_is_suggested_where_the_file_states_it(library: Database) -> None:
    refresh(library)
    assert suggestions(library, "stated.md") == {}


def test_nothing_is_done_where_nothing_changed(library: Database) -> None:
    refresh(library)
    with library.write() as session:
        session.execute(delete(Suggestion))
    assert refresh(library) == 0
    assert suggestions(library) == {}


def test_a_changed_document_is_asked_again_alone(library: Database, settings: Settings, content: Path) -> None:
    refresh(library)
    write(content, {"other.md": OPEN.format(audience="public", title="Slow", text="The nameserver and the resolver.")})
    ingest(library, settings)
    assert refresh(library) == 1
    assert "cause:dns" in suggestions(library, "other.md")
    assert "cause:capacity" in suggestions(library)


def test_another_taxonomy_asks_all_again(library: Database, settings: Settings, content: Path) -> None:
    refresh(library)
    write(content, {"taxonomy.yml": TAXONOMY.replace("name: capacity", "name: limits")})
    ingest(library, settings)
    assert refresh(library) == 1
    assert "cause:limits" in suggestions(library)
    assert "cause:capacity" not in suggestions(library)


def test_a_document_that_is_gone_suggests_nothing(library: Database, settings: Settings, content: Path) -> None:
    refresh(library)
    (content / "down.md").unlink()
    ingest(library, settings, allow=True)
    refresh(library)
    assert suggestions(library) == {}


def test_only_what_the_widest_audience_sees_teaches(library: Database, settings: Settings, content: Path) -> None:
    with library.read() as session:
        before = lessons(session)
    hidden = STATED.format(audience="team:payments", cause="dns", title="Hidden", text="A zorblequux.")
    write(content, {"hidden.md": hidden})
    ingest(library, settings)
    with library.read() as session:
        assert widest_audience(session) == frozenset({PUBLIC})
        assert lessons(session) == before


def test_what_is_rejected_waits_no_more_and_what_is_confirmed_teaches(library: Database) -> None:
    refresh(library)
    id, now = document(library, "down.md").id, datetime(2026, 8, 1, tzinfo=UTC)
    with library.write() as session:
        tags.decide(session, EVERYTHING, id, "severity", "SEV1", "rejected", now)
        tags.decide(session, EVERYTHING, id, "cause", "capacity", "confirmed", now)
    refresh(library)
    with library.read() as session:
        assert session.get_one(IncidentCause, (id, "capacity")).state == "confirmed"
        assert frozenset({"capacity"}) in {lesson.tags for lesson in lessons(session)}
        assert session.get_one(Document, id).incident.severity is None  # type: ignore[union-attr]


def test_an_empty_library_teaches_nothing_and_breaks_nothing(database: Database) -> None:
    assert refresh(database) == 0
    with database.read() as session:
        assert Learned(session).causes.suggest("Down", FULL) == []
