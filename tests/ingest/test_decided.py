"""What people confirmed of suggested tags outlives the next import of the file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.db import Database
from app.library import Suggestion, pages
from app.people import tags
from app.settings import Settings
from app.viewer import EVERYTHING

from .library import document, ingest, write

CATALOG = {
    "taxonomy.yml": "causes:\n  - {name: capacity, title: T}\n  - {name: dns, title: T}\n",
    "services.yml": "services:\n  - {name: checkout}\n  - {name: ledger}\n",
    "severities.yml": "levels:\n  - {level: SEV1, title: T}\n  - {level: SEV2, title: T}\n",
}
REPORT = "---\nkind: postmortem\naudience: public\n{more}---\n# Down\n\n## Summary\n\nIt was full.\n"
NOW = datetime(2026, 8, 1, tzinfo=UTC)
TAGS = (("cause", "capacity"), ("service", "checkout"), ("severity", "SEV2"))


@pytest.fixture
def confirmed(database: Database, settings: Settings, content: Path) -> Database:
    """A library in which a person confirmed a cause, a service and a severity."""
    write(content, {**CATALOG, "a.md": REPORT.format(more="")})
    ingest(database, settings)
    id = document(database, "a.md").id
    with database.write() as session:
        for subject, value in TAGS:
            said = {"document_id": id, "subject": subject, "value": value, "score": 0.9, "evidence": "It was full."}
            session.add(Suggestion(**said))
        session.flush()
        for subject, value in TAGS:
            tags.decide(session, EVERYTHING, id, subject, value, "confirmed", NOW)
    return database


def facts(database: Database) -> set[tuple[str, str, str | None]]:
    row = document(database, "a.md")
    assert row.incident is not None
    told = {("cause", link.cause, link.state) for link in row.incident.causes}
    told |= {("service", link.service, link.origin) for link in row.services}
    severity = row.incident.severity
    return told | ({("severity", severity, row.origins.get("severity"))} if severity else set())


CONFIRMED = {(subject, value, "confirmed") for subject, value in TAGS}


def test_a_confirmation_makes_facts_at_once(confirmed: Database) -> None:
    assert facts(confirmed) == CONFIRMED


@pytest.mark.parametrize("more", ["", "tags: [more]\n"])
def test_a_confirmation_survives_another_text(
    confirmed: Database, settings: Settings, content: Path, more: str
) -> None:
    write(content, {"a.md": REPORT.format(more=more) + "\nAnd full again.\n"})
    ingest(confirmed, settings)
    assert facts(confirmed) == CONFIRMED


def test_a_confirmation_survives_a_move_of_the_file(confirmed: Database, settings: Settings, content: Path) -> None:
    (content / "a.md").unlink()
    write(content, {"b/a.md": REPORT.format(more="")})
    ingest(confirmed, settings)
    write(content, {"a.md": REPORT.format(more="")})
    (content / "b" / "a.md").unlink()
    ingest(confirmed, settings)
    assert facts(confirmed) == CONFIRMED


def test_a_confirmation_comes_back_with_its_document(confirmed: Database, settings: Settings, content: Path) -> None:
    (content / "a.md").unlink()
    ingest(confirmed, settings, allow=True)
    write(content, {"a.md": REPORT.format(more="")})
    ingest(confirmed, settings)
    assert facts(confirmed) == CONFIRMED


def test_what_the_file_states_later_stands_beside_it_and_a_stated_severity_before_it(
    confirmed: Database, settings: Settings, content: Path
) -> None:
    write(content, {"a.md": REPORT.format(more="severity: SEV1\ncauses: [dns]\nservices: [ledger]\n")})
    ingest(confirmed, settings)
    assert facts(confirmed) == {
        ("cause", "dns", "stated"),
        ("cause", "capacity", "confirmed"),
        ("service", "ledger", "stated"),
        ("service", "checkout", "confirmed"),
        ("severity", "SEV1", "stated"),
    }


def test_what_leaves_the_catalog_stays_on_the_document(confirmed: Database, settings: Settings, content: Path) -> None:
    renamed = {name: text.replace("capacity", "limits").replace("checkout", "till") for name, text in CATALOG.items()}
    write(content, {**renamed, "a.md": REPORT.format(more="") + "\nOnce more.\n"})
    ingest(confirmed, settings)
    assert facts(confirmed) == CONFIRMED


RENAMED = {
    "taxonomy.yml": "causes:\n  - {name: limits, title: T, aliases: [Capacity]}\n  - {name: dns, title: T}\n",
    "services.yml": "services:\n  - {name: till, aliases: [checkout]}\n  - {name: ledger}\n",
}


@pytest.mark.parametrize("more", ["", "causes: [capacity]\n"])
def test_what_the_catalog_renames_is_confirmed_under_its_new_name(
    confirmed: Database, settings: Settings, content: Path, more: str
) -> None:
    write(content, {"a.md": REPORT.format(more=more)})
    ingest(confirmed, settings)
    before = document(confirmed, "a.md").revision
    write(content, RENAMED)
    ingest(confirmed, settings)
    told = {(subject, value) for subject, value, _ in facts(confirmed)}
    assert told == {("cause", "limits"), ("service", "till"), ("severity", "SEV2")}
    assert document(confirmed, "a.md").revision > before
    ingest(confirmed, settings)
    assert {(subject, value) for subject, value, _ in facts(confirmed)} == told
    with confirmed.read() as session:
        assert pages.cause(session, "capacity")[0].name == "limits"
        assert pages.service(session, EVERYTHING, "Checkout").name == "till"
    id = document(confirmed, "a.md").id
    with confirmed.write() as session:
        for subject, value in told:
            tags.undo(session, EVERYTHING, id, subject, value)
    assert facts(confirmed) == ({("cause", "limits", "stated")} if more else set())


@pytest.mark.parametrize(("hours", "kept"), [(-1, True), (1, False)])
def test_of_two_decisions_that_become_one_the_later_holds(
    confirmed: Database, settings: Settings, content: Path, hours: int, kept: bool
) -> None:
    id = document(confirmed, "a.md").id
    with confirmed.write() as session:
        session.add(Suggestion(document_id=id, subject="cause", value="dns", score=0.9, evidence="It was full."))
        session.flush()
        tags.decide(session, EVERYTHING, id, "cause", "dns", "rejected", NOW + timedelta(hours=hours))
    write(content, {"taxonomy.yml": "causes:\n  - {name: dns, title: T, aliases: [capacity]}\n"})
    ingest(confirmed, settings)
    assert (("cause", "dns", "confirmed") in facts(confirmed)) is kept
    assert not any(value == "capacity" for _, value, _ in facts(confirmed))


def test_what_was_taken_back_does_not_come_again(confirmed: Database, settings: Settings, content: Path) -> None:
    id = document(confirmed, "a.md").id
    with confirmed.write() as session:
        for subject, value in TAGS:
            tags.undo(session, EVERYTHING, id, subject, value)
    assert facts(confirmed) == set()
    write(content, {"a.md": REPORT.format(more="") + "\nOnce more.\n"})
    ingest(confirmed, settings)
    assert facts(confirmed) == set()
