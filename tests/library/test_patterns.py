"""What of a pattern is shown to whom, how often it is counted, and in which order patterns stand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import event, update

from app.db import Database
from app.errors import NotFound
from app.library import Document, IncidentCause, Pattern, pages
from app.settings import Settings
from app.viewer import ANONYMOUS, EVERYTHING, Viewer, member
from tests.insight.recurrences import ingest, postmortem, recur

TODAY = date(2026, 11, 1)
INSIDE = member(1, "ada", frozenset(), frozenset())
TEAM = member(2, "bob", frozenset({"payments"}), frozenset())
FILES = {
    "one": postmortem("One", "2025-06-01T10:00:00Z"),
    "two": postmortem("Two", "2025-12-01T10:00:00Z"),
    "three": postmortem("Three", "2026-08-01", audience="organisation", services=["ledger"]),
    "four": postmortem("Four", "2026-09-01", audience="team:payments"),
    "never": postmortem("Nobody said when"),
    "old": postmortem("Old", "2015-01-01", causes=["capacity"]),
    "older": postmortem("Older", "2014-01-01", causes=["capacity"]),
    "oldest": postmortem("Oldest", "2013-01-01", causes=["capacity"]),
}


@pytest.fixture
def library(database: Database, settings: Settings) -> Database:
    ingest(database, settings, FILES)
    recur(database, "again", "Again and again", ["one", "two", "three", "four", "never"])
    recur(database, "past", "Long ago", ["old", "older", "oldest"])
    return database


def shown(database: Database, viewer: Viewer) -> dict[str, int]:
    with database.read() as session:
        return {each.name: each.times.count for each in pages.patterns(session, viewer, TODAY, 10)[0]}


def test_only_what_the_viewer_may_see_is_counted(library: Database) -> None:
    counted = [shown(library, viewer)["Again and again"] for viewer in (ANONYMOUS, INSIDE, TEAM, EVERYTHING)]
    assert counted == [3, 4, 5, 5]


def test_the_dates_are_of_what_the_viewer_may_see(library: Database) -> None:
    with library.read() as session:
        times = pages.pattern(session, ANONYMOUS, "again").times
        assert (times.count, times.dated) == (3, 2)
        assert times.last == datetime(2025, 12, 1, 10, tzinfo=UTC)
        assert pages.pattern(session, TEAM, "again").times.last == datetime(2026, 9, 1, tzinfo=UTC)


def test_what_recurs_most_and_most_recently_stands_first(library: Database) -> None:
    recur(library, "new", "Two of late", ["one", "two"])
    assert list(shown(library, ANONYMOUS)) == ["Again and again", "Two of late", "Long ago"]


def test_a_pattern_of_one_visible_incident_is_unknown(library: Database) -> None:
    recur(library, "inner", "Inner", ["one", "three", "four"])
    assert "Inner" not in shown(library, ANONYMOUS)
    assert shown(library, INSIDE)["Inner"] == 2
    with library.read() as session, pytest.raises(NotFound):
        pages.pattern(session, ANONYMOUS, "inner")


def test_a_pattern_of_another_audience_is_unknown_whatever_its_incidents_are(library: Database) -> None:
    recur(library, "theirs", "Theirs", ["one", "two"], audience="team:payments")
    assert "Theirs" not in shown(library, INSIDE)
    assert "Theirs" in shown(library, TEAM)
    with library.read() as session, pytest.raises(NotFound):
        pages.pattern(session, INSIDE, "theirs")


def test_a_document_that_is_gone_or_is_no_incident_any_more_is_not_counted(library: Database) -> None:
    recur(library, "pair", "Pair", ["one", "two"])
    with library.write() as session:
        session.execute(update(Document).where(Document.id == "two").values(deleted=datetime.now(UTC)))
    assert "Pair" not in shown(library, EVERYTHING)


@pytest.mark.parametrize("state", ["dismissed", "merged"])
def test_what_was_dismissed_or_merged_is_not_listed(library: Database, state: str) -> None:
    with library.write() as session:
        session.execute(update(Pattern).where(Pattern.id == "past").values(state=state, merged_into="again"))
    assert "Long ago" not in shown(library, EVERYTHING)
    with library.read() as session:
        assert pages.patterns_of(session, EVERYTHING, ["old"]) == {}


def test_a_merged_pattern_leads_to_where_it_went_but_for_who_may_not_see_that(library: Database) -> None:
    recur(library, "theirs", "Theirs", ["one", "two"], audience="team:payments")
    with library.write() as session:
        session.execute(update(Pattern).where(Pattern.id == "past").values(state="merged", merged_into="theirs"))
    with library.read() as session:
        assert pages.pattern(session, TEAM, "past").name == "Theirs"
        with pytest.raises(NotFound):
            pages.pattern(session, ANONYMOUS, "past")


def test_patterns_of_many_documents_are_asked_for_in_one_statement(library: Database) -> None:
    asked: list[Any] = []
    with library.read() as session:
        event.listen(session.get_bind(), "before_cursor_execute", lambda *given: asked.append(given[2]))
        found = pages.patterns_of(session, ANONYMOUS, ["one", "two", "old"])
    assert {id: [each.name for each in several] for id, several in found.items()} == {
        "one": ["Again and again"],
        "two": ["Again and again"],
        "old": ["Long ago"],
    }
    assert sum(statement.startswith("SELECT") for statement in asked) == 1


def test_a_page_beyond_the_last_is_empty(library: Database) -> None:
    with library.read() as session:
        assert pages.patterns(session, ANONYMOUS, TODAY, 10, 1)[1] == 2
        assert pages.patterns(session, ANONYMOUS, TODAY, 10, 20) == ([], 0)


def test_a_cause_of_three_incidents_over_two_services_is_a_factor(library: Database) -> None:
    with library.read() as session:
        assert pages.factors(session, ANONYMOUS) == []
        (factor,) = pages.factors(session, INSIDE)
        assert (factor.name, factor.times.count, factor.times.dated) == ("Connections used up", 4, 3)
        assert factor.address == "/patterns/factor/connections"


def test_a_suggested_cause_makes_no_factor(library: Database) -> None:
    with library.write() as session:
        session.execute(update(IncidentCause).values(state="suggested"))
    with library.read() as session:
        assert pages.factors(session, EVERYTHING) == []


def test_an_incident_stands_after_those_that_began_before_it(library: Database) -> None:
    with library.read() as session:
        pattern = session.get_one(Pattern, "again")
        incident = pages.document(session, TEAM, "four").incident
        undated = pages.document(session, TEAM, "never").incident
        assert incident is not None
        assert undated is not None
        assert pages.earlier(session, TEAM, pattern, incident) == 3
        assert pages.earlier(session, ANONYMOUS, pattern, incident) == 2
        assert pages.earlier(session, TEAM, pattern, undated) is None
