"""What people say of patterns is kept, only of what they see, and can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import Database
from app.errors import Conflict, Invalid, NotFound
from app.insight import curate
from app.library import Pattern, PatternExclusion, PatternMember, User, Verdict, pages
from app.settings import Settings
from app.viewer import ANONYMOUS, EVERYTHING, Viewer, member
from tests.insight.recurrences import ingest, postmortem, recur

NOW = datetime(2026, 11, 1, tzinfo=UTC)
EDITOR = member(1, "ada", frozenset(), frozenset({"editor"}))
TEAM = member(1, "bob", frozenset({"payments"}), frozenset({"editor"}))
AUDIENCES = {"a": "public", "b": "public", "c": "public", "d": "public", "in": "organisation", "t": "team:payments"}


@pytest.fixture
def library(database: Database, settings: Settings) -> Database:
    files = {id: postmortem(f"Incident {id}", "2026-01-01", audience=audience) for id, audience in AUDIENCES.items()}
    ingest(database, settings, files | {"e": postmortem("Incident e"), "f": postmortem("Incident f")})
    with database.write() as session:
        session.add(User(id=1, email="ada", password="", role="editor", teams=[], created=NOW, failures=0))
    recur(database, "first", "First", ["a", "b", "c", "d", "t"], state="found")
    recur(database, "second", "Second", ["d", "e", "f"], state="found")
    return database


def do(library: Database, change: Callable[..., Any], *given: Any, who: Viewer = EDITOR) -> Any:
    with library.write() as session:
        return change(session, who, *given, NOW)


def row(library: Database, id: str) -> Pattern:
    with library.read() as session:
        return session.get_one(Pattern, id)


def members(library: Database, id: str, by_person: bool | None = None) -> set[str]:
    with library.read() as session:
        rows = session.scalars(select(PatternMember).where(PatternMember.pattern_id == id))
        return {each.document_id for each in rows if by_person is None or each.by_person == by_person}


def excluded(library: Database, id: str) -> set[str]:
    with library.read() as session:
        rows = select(PatternExclusion.document_id).where(PatternExclusion.pattern_id == id)
        return set(session.scalars(rows))


def test_a_name_that_a_person_gave_stays_beside_the_found_one(library: Database) -> None:
    do(library, curate.rename, "first", "  Pool\n exhausted ")
    pattern = row(library, "first")
    assert (pattern.name, pattern.called, pattern.state) == ("First", "Pool exhausted", "found")
    assert (pattern.decided, pattern.decided_by) == (NOW, 1)


@pytest.mark.parametrize("name", ["", " \n ", "x" * 121, "a\u202eb"])
def test_a_name_is_one_line_of_plain_text(library: Database, name: str) -> None:
    with pytest.raises(Invalid):
        do(library, curate.rename, "first", name)


def test_to_confirm_keeps_the_incidents_that_were_seen(library: Database) -> None:
    do(library, curate.confirm, "first")
    assert row(library, "first").state == "confirmed"
    assert members(library, "first", by_person=True) == {"a", "b", "c", "d"}
    assert members(library, "first", by_person=False) == {"t"}


def test_a_dismissal_has_a_reason_and_can_be_taken_back(library: Database) -> None:
    with pytest.raises(Invalid):
        do(library, curate.dismiss, "first", " ")
    do(library, curate.dismiss, "first", "Only the season")
    assert (row(library, "first").state, row(library, "first").reason) == ("dismissed", "Only the season")
    with pytest.raises(Conflict):
        do(library, curate.confirm, "first")
    do(library, curate.restore, "first")
    assert (row(library, "first").state, row(library, "first").reason) == ("confirmed", None)
    with pytest.raises(Conflict):
        do(library, curate.restore, "first")


def test_a_merge_moves_every_incident_and_leaves_the_way(library: Database) -> None:
    do(library, curate.merge, "first", "second")
    assert members(library, "second", by_person=True) == {"a", "b", "c", "d", "t"}
    assert members(library, "second") == {"a", "b", "c", "d", "e", "f", "t"}
    assert members(library, "first") == set()
    assert (row(library, "first").state, row(library, "first").merged_into) == ("merged", "second")
    with library.read() as session:
        assert pages.pattern(session, EDITOR, "first").name == "Second"


def test_two_merges_lead_to_the_last_in_one_step(library: Database) -> None:
    recur(library, "third", "Third", ["a", "f"])
    do(library, curate.merge, "first", "second")
    do(library, curate.merge, "second", "third")
    assert {row(library, id).merged_into for id in ("first", "second")} == {"third"}
    with pytest.raises(Conflict):
        do(library, curate.merge, "first", "third")


def test_what_was_taken_out_of_one_does_not_come_back_by_a_merge_but_what_comes_now_does(library: Database) -> None:
    do(library, curate.put_in, "first", "in")
    do(library, curate.take_out, "first", "in")
    do(library, curate.take_out, "second", "d")
    do(library, curate.merge, "first", "second")
    assert excluded(library, "second") == {"in"}
    assert "d" in members(library, "second", by_person=True)


def test_a_pattern_is_not_merged_into_itself_nor_to_where_fewer_see_it(library: Database) -> None:
    recur(library, "inner", "Inner", ["a", "in"], audience="organisation")
    recur(library, "theirs", "Theirs", ["a", "t"], audience="team:payments")
    for source, target in (("first", "first"), ("first", "inner"), ("inner", "theirs")):
        with pytest.raises(Invalid):
            do(library, curate.merge, source, target, who=TEAM)
    do(library, curate.merge, "theirs", "inner", who=TEAM)
    do(library, curate.merge, "inner", "first", who=TEAM)
    assert members(library, "first") == {"a", "b", "c", "d", "in", "t"}


def test_a_split_founds_a_pattern_that_stays_apart(library: Database) -> None:
    new = do(library, curate.split, "first", ["a", "b", "a"], "The others").id
    assert members(library, "first") == {"c", "d", "t"}
    assert excluded(library, "first") == {"a", "b"}
    assert members(library, new, by_person=True) == {"a", "b"}
    pattern = row(library, new)
    assert (pattern.called, pattern.state, pattern.audience) == ("The others", "confirmed", "public")
    do(library, curate.merge, new, "first")
    assert members(library, "first") == {"a", "b", "c", "d", "t"}
    assert excluded(library, "first") == set()


def test_reasons_do_not_move_to_where_others_read_them(library: Database) -> None:
    recur(library, "theirs", "Theirs", ["a", "b", "e", "f", "t"], audience="team:payments")
    do(library, curate.merge, "theirs", "second", who=TEAM)
    same = do(library, curate.split, "first", ["a", "b"], "Same").id
    with library.read() as session:
        rows = session.scalars(select(PatternMember).where(PatternMember.by_person))
        said = {(each.pattern_id, each.document_id): each.reasons[0]["kind"] for each in rows}
    assert said["second", "a"] == said["second", "t"] == "person"
    assert said[same, "a"] == "cause"


def test_what_is_split_off_is_seen_by_no_more_people_than_before(library: Database) -> None:
    recur(library, "theirs", "Theirs", ["a", "b", "e", "f", "t"], audience="team:payments")
    assert do(library, curate.split, "theirs", ["e", "f"], "Ours", who=TEAM).audience == "team:payments"


@pytest.mark.parametrize("ticked", [[], ["a"], ["a", "b", "c"], ["a", "t"], ["a", "unknown"]])
def test_each_half_of_a_split_has_two_incidents_that_the_editor_sees(library: Database, ticked: list[str]) -> None:
    with pytest.raises(Invalid):
        do(library, curate.split, "first", ticked, "Half")


@pytest.mark.parametrize(
    ("ticked", "audience"), [(["a", "b"], "public"), (["a", "in"], "organisation"), (["in", "t"], "team:payments")]
)
def test_a_split_is_seen_by_all_who_see_two_of_its_incidents(
    library: Database, ticked: list[str], audience: str
) -> None:
    do(library, curate.put_in, "first", "in")
    assert do(library, curate.split, "first", ticked, "Half", who=TEAM).audience == audience


def test_what_does_not_belong_is_kept_out_until_a_person_puts_it_in(library: Database) -> None:
    do(library, curate.take_out, "first", "a")
    assert "a" not in members(library, "first")
    assert excluded(library, "first") == {"a"}
    do(library, curate.put_in, "first", "a")
    assert "a" in members(library, "first", by_person=True)
    assert excluded(library, "first") == set()
    do(library, curate.put_in, "first", "b")
    assert "b" in members(library, "first", by_person=True)


def test_the_last_two_stay_together(library: Database) -> None:
    do(library, curate.take_out, "second", "d")
    with pytest.raises(Invalid, match="lone incident"):
        do(library, curate.take_out, "second", "e")


def test_what_an_editor_does_not_see_is_unknown(library: Database) -> None:
    recur(library, "theirs", "Theirs", ["a", "t"], audience="team:payments")
    changes: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
        (curate.confirm, ("theirs",)),
        (curate.rename, ("theirs", "Ours")),
        (curate.dismiss, ("theirs", "No")),
        (curate.merge, ("first", "theirs")),
        (curate.take_out, ("first", "t")),
        (curate.put_in, ("first", "t")),
        (curate.confirm, ("no-such",)),
        (curate.judge, ("a", "t", True)),
    ]
    for change, given in changes:
        with pytest.raises(NotFound):
            do(library, change, *given)


def test_a_verdict_is_of_two_whichever_is_named_first_and_the_last_one_holds(library: Database) -> None:
    def verdicts(session: Session) -> list[tuple[str, str, bool]]:
        return [(each.document_id, each.other_id, each.alike) for each in session.scalars(select(Verdict))]

    do(library, curate.judge, "b", "a", True)
    do(library, curate.judge, "a", "b", False)
    with library.read() as session:
        assert verdicts(session) == [("a", "b", False)]
    with pytest.raises(Invalid):
        do(library, curate.judge, "a", "a", True)


def test_who_is_not_signed_in_is_kept_as_nobody(library: Database) -> None:
    do(library, curate.confirm, "first", who=EVERYTHING)
    assert row(library, "first").decided_by is None
    with pytest.raises(NotFound):
        do(library, curate.put_in, "first", "in", who=ANONYMOUS)
