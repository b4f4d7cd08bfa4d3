"""Patterns are kept: the machine finds them, people correct them, and nothing that people said is ever undone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.db import Database
from app.ingest import importer, sources
from app.insight import curate, grouping, writing
from app.insight.keeping import keep_up
from app.insight.patterns import form
from app.insight.refresh import refresh
from app.library import Pattern, PatternMember, User
from app.migrations import upgrade
from app.settings import Settings, load
from app.viewer import Viewer, member
from tests.insight.recurrences import ingest, postmortem
from tests.insight.stories import PROBLEMS, Story, files, recurring, take_in, told, told_once

NOW = datetime(2026, 11, 1, tzinfo=UTC)
EDITOR = member(1, "ada", frozenset(), frozenset({"editor"}))
TEAM = member(1, "ada", frozenset({"payments"}), frozenset({"editor"}))
STORIES = recurring(4) | told_once(16)
DISK = {f"disk-{number}" for number in range(4)}
SECRET = {"audience": "team:payments"}


@pytest.fixture(scope="module")
def formed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a library of which patterns were formed once."""
    folder = tmp_path_factory.mktemp("formed")
    (folder / "content").mkdir()
    settings = load({}, data=folder / "data", content=(folder / "content",))
    database = Database(settings.database)
    upgrade(database)
    with database.write() as session:
        session.add(User(id=1, email="ada", password="", role="editor", teams=[], created=NOW, failures=0))
    take_in(database, settings, files(STORIES))
    database.close()
    return folder


@pytest.fixture
def library(formed: Path, settings: Settings) -> Iterator[Database]:
    """The same library in the test's own folder."""
    shutil.copytree(formed, settings.data.parent, dirs_exist_ok=True)
    database = Database(settings.database)
    yield database
    database.close()


def do(library: Database, change: Callable[..., Any], *given: Any, who: Viewer = EDITOR) -> Any:
    with library.write() as session:
        return change(session, who, *given, NOW)


def rows(library: Database, *audiences: str) -> list[tuple[Any, ...]]:
    """Everything that is kept of patterns."""
    asked = select(Pattern).where(Pattern.audience.in_(audiences)) if audiences else select(Pattern)
    with library.read() as session:
        return [
            (
                each.id,
                each.name,
                each.title,
                tuple(each.terms),
                each.audience,
                each.state,
                each.found,
                [(member.document_id, member.score, str(member.reasons), member.by_person) for member in each.members],
            )
            for each in session.scalars(asked.order_by(Pattern.id))
        ]


def lasting(library: Database) -> list[tuple[Any, ...]]:
    """The same, but for when each was found."""
    return [(*each[:6], each[7]) for each in rows(library)]


def sets(library: Database, *states: str, audience: str = "public") -> set[frozenset[str]]:
    asked = select(Pattern).where(Pattern.audience == audience, Pattern.state.in_(states or ("found", "confirmed")))
    with library.read() as session:
        return {frozenset(member.document_id for member in each.members) for each in session.scalars(asked)}


def of(library: Database, id: str) -> str:
    """The pattern that an incident is in."""
    with library.read() as session:
        return session.scalars(select(PatternMember.pattern_id).where(PatternMember.document_id == id)).one()


def members(library: Database, id: str) -> set[str]:
    with library.read() as session:
        return set(session.scalars(select(PatternMember.document_id).where(PatternMember.pattern_id == id)))


def row(library: Database, id: str) -> Pattern:
    with library.read() as session:
        return session.get_one(Pattern, id)


def more(library: Database, settings: Settings, stories: dict[str, Story], **front: Any) -> int:
    """More incidents beside those that are there."""
    return take_in(library, settings, files(stories, **front))


def again(library: Database, settings: Settings) -> None:
    """All that the machine does: forms anew, takes in new incidents of every problem, and forms anew once more."""
    form(library, anew=True)
    more(library, settings, {f"again-{name}": told(name, 90) for name in PROBLEMS})
    form(library, anew=True)


def test_every_problem_is_a_pattern_with_a_name_and_a_reason_for_each_incident(library: Database) -> None:
    assert sets(library) == {frozenset(f"{name}-{number}" for number in range(4)) for name in PROBLEMS}
    for _, name, title, terms, _, state, _, found in rows(library):
        assert (title, state) == (None, "found")
        assert name
        assert terms
        assert all("'kind'" in reasons and not by_person for _, _, reasons, by_person in found)
    assert "expired" in row(library, of(library, "certificate-0")).name.casefold()


def test_nothing_is_done_twice(library: Database) -> None:
    before = rows(library)
    assert form(library) == 0
    assert refresh(library) == 0
    assert rows(library) == before


def test_forming_anew_finds_the_same_under_the_same_names(library: Database) -> None:
    before = lasting(library)
    assert form(library, anew=True) == len(STORIES)
    assert lasting(library) == before


def test_several_processes_form_what_one_does(library: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    before = lasting(library)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2})
    monkeypatch.setattr(grouping, "SHARE", 1)
    monkeypatch.setattr(writing, "SHARE", 1)
    form(library, anew=True)
    assert lasting(library) == before


def test_a_new_incident_joins_and_the_others_stay_as_they_are(library: Database, settings: Settings) -> None:
    before = {each[0]: each for each in rows(library)}
    assert more(library, settings, {"new": told("disk", 70)}) == 1
    after = {each[0]: each for each in rows(library)}
    pattern = of(library, "new")
    assert members(library, pattern) == DISK | {"new"}
    assert {id: each for id, each in after.items() if id != pattern} == {
        id: each for id, each in before.items() if id != pattern
    }
    assert [each for each in after[pattern][7] if each[0] != "new"] == before[pattern][7]


def test_two_new_incidents_found_a_pattern_and_so_does_one_with_a_lone_one(
    library: Database, settings: Settings
) -> None:
    words = "The turnstile firmware rejected visitor badges with BADGE_EPOCH_INVALID after a clock jump."
    more(library, settings, {"first": ("Turnstiles rejected badges", words)})
    assert sets(library) == {frozenset(f"{name}-{number}" for number in range(4)) for name in PROBLEMS}
    more(library, settings, {"second": ("Badges rejected at turnstiles", f"{words} Guards let people in by hand.")})
    assert frozenset({"first", "second"}) in sets(library)
    assert len(sets(library)) == len(PROBLEMS) + 1


def test_ten_in_a_hundred_more_leave_memberships_as_they_are(library: Database, settings: Settings) -> None:
    before = {(each[0], found[0]) for each in rows(library) for found in each[7]}
    more(library, settings, {f"new-{name}": told(name, 70) for name in list(PROBLEMS)[:5]})
    assert {(each[0], found[0]) for each in rows(library) for found in each[7]} >= before
    form(library, anew=True)
    after = {(each[0], found[0]) for each in rows(library) for found in each[7]}
    assert len(before & after) >= 0.95 * len(before)


def test_a_pattern_keeps_its_address_when_it_is_formed_anew_with_more(library: Database, settings: Settings) -> None:
    pattern = of(library, "disk-0")
    more(library, settings, {f"a-{number}": told("disk", 70 + number) for number in range(3)})
    form(library, anew=True)
    assert members(library, pattern) >= DISK | {"a-0", "a-1", "a-2"}


def test_an_incident_that_could_not_be_compared_yet_is_looked_at_when_it_can(
    library: Database, settings: Settings
) -> None:
    ingest(library, settings, files({"late": told("disk", 70)}))
    form(library)
    form(library)
    refresh(library)
    assert form(library) == 1
    assert "late" in members(library, of(library, "disk-0"))


def test_what_was_deleted_leaves_no_trace_when_patterns_are_formed_anew(library: Database, settings: Settings) -> None:
    for id in ("disk-0", "memory-0", "memory-1", "memory-2"):
        (settings.content[0] / f"postmortems/{id}.md").unlink()
    take_in(library, settings, {})
    form(library, anew=True)
    assert frozenset({"disk-1", "disk-2", "disk-3"}) in sets(library)
    assert [each for each in sets(library) if each & {"memory-3", "memory-0", "disk-0"}] == []


def test_where_every_incident_was_deleted_no_pattern_is_left(library: Database, settings: Settings) -> None:
    for id in STORIES:
        (settings.content[0] / f"postmortems/{id}.md").unlink()
    importer.ingest(library, settings, sources.scopes(settings, ()), allow_removals=True)
    refresh(library)
    form(library, anew=True)
    assert rows(library) == []


def test_a_name_that_somebody_gave_stays(library: Database, settings: Settings) -> None:
    pattern = of(library, "disk-0")
    do(library, curate.rename, pattern, "No room for pictures")
    again(library, settings)
    assert row(library, pattern).called == "No room for pictures"
    assert members(library, pattern) == DISK | {"again-disk"}


def test_what_was_confirmed_stays_and_grows(library: Database, settings: Settings) -> None:
    pattern = of(library, "disk-0")
    do(library, curate.confirm, pattern)
    again(library, settings)
    assert row(library, pattern).state == "confirmed"
    assert members(library, pattern) == DISK | {"again-disk"}


def test_what_was_dismissed_is_not_found_again(library: Database, settings: Settings) -> None:
    pattern = of(library, "disk-0")
    do(library, curate.dismiss, pattern, "Only the season")
    again(library, settings)
    assert (row(library, pattern).state, row(library, pattern).reason) == ("dismissed", "Only the season")
    assert members(library, pattern) >= DISK
    assert not any(each & DISK for each in sets(library))


def test_what_was_merged_stays_one(library: Database, settings: Settings) -> None:
    one, other = of(library, "disk-0"), of(library, "memory-0")
    do(library, curate.merge, one, other)
    again(library, settings)
    assert (row(library, one).state, row(library, one).merged_into) == ("merged", other)
    assert members(library, one) == set()
    both = {f"{name}-{number}" for name in ("disk", "memory") for number in range(4)}
    assert members(library, other) >= both
    assert len(sets(library)) == len(PROBLEMS) - 1


def test_what_was_split_stays_two(library: Database, settings: Settings) -> None:
    pattern = of(library, "disk-0")
    new = do(library, curate.split, pattern, ["disk-0", "disk-1"], "Another matter").id
    again(library, settings)
    assert members(library, new) >= {"disk-0", "disk-1"}
    assert members(library, new).isdisjoint({"disk-2", "disk-3"})
    assert not any({"disk-0", "disk-2"} <= each for each in sets(library))
    assert {"disk-2", "disk-3"} <= members(library, pattern)


@pytest.mark.parametrize("out", ["disk-0", "disk-2"])
def test_what_was_taken_out_does_not_come_back(library: Database, settings: Settings, out: str) -> None:
    pattern = of(library, "disk-0")
    do(library, curate.take_out, pattern, out)
    assert form(library) == 0
    again(library, settings)
    assert members(library, pattern) >= DISK - {out}
    assert out not in members(library, pattern)
    assert not any(out in each and each & (DISK - {out}) for each in sets(library))


def test_what_was_taken_out_may_found_another_pattern_under_an_id_of_its_own(
    library: Database, settings: Settings
) -> None:
    pattern = of(library, "disk-0")
    do(library, curate.take_out, pattern, "disk-0")
    ingest(library, settings, files({"disk-9": told("disk", 0)}))
    for other in sorted(DISK - {"disk-0"}):
        do(library, curate.judge, "disk-9", other, False)
    refresh(library)
    form(library)
    assert members(library, pattern) == DISK - {"disk-0"}
    assert of(library, "disk-9") == of(library, "disk-0") != pattern
    form(library, anew=True)
    assert members(library, pattern) == DISK - {"disk-0"}


def test_what_was_put_in_stays(library: Database, settings: Settings) -> None:
    pattern = of(library, "disk-0")
    do(library, curate.put_in, pattern, "lone-3")
    again(library, settings)
    assert members(library, pattern) == DISK | {"lone-3", "again-disk"}


def test_what_was_judged_holds_when_patterns_are_formed_anew(library: Database, settings: Settings) -> None:
    do(library, curate.judge, "lone-3", "disk-0", True)
    do(library, curate.judge, "memory-0", "memory-1", False)
    again(library, settings)
    assert any({"lone-3", "disk-0"} <= each for each in sets(library))
    assert not any({"memory-0", "memory-1"} <= each for each in sets(library))


def test_restricted_incidents_join_or_found_and_what_others_see_is_the_same(
    library: Database, settings: Settings
) -> None:
    before = rows(library)
    secret = {"in-disk": told("disk", 70), "in-lone": told_once(5)["lone-4"]}
    secret |= {f"own-{number}": (f"Lobster escape {number}", OWN[number]) for number in range(3)}
    more(library, settings, secret, **SECRET)

    def public() -> list[tuple[Any, ...]]:
        return [(*each[:7], [found for found in each[7] if found[0] not in secret]) for each in rows(library, "public")]

    assert public() == before
    assert members(library, of(library, "in-disk")) == DISK | {"in-disk"}
    own = {frozenset({"own-0", "own-1", "own-2"}), frozenset({"in-lone", "lone-4"})}
    assert sets(library, audience="team:payments") == own
    form(library, anew=True)
    assert sets(library, audience="team:payments") == own
    assert [(*each[:6], each[7]) for each in public()] == [(*each[:6], each[7]) for each in before]
    assert "in-disk" in members(library, of(library, "disk-0"))


OWN = (
    "The lobster tank overflowed because a float valve stuck open at LOBSTER_VALVE_STUCK.",
    "A float valve of the lobster tank stuck open, LOBSTER_VALVE_STUCK was logged, and lobsters walked about.",
    "Lobsters walked about, since the float valve of their tank stuck open again: LOBSTER_VALVE_STUCK.",
)


def test_new_public_incidents_form_the_same_whether_or_not_there_are_restricted_ones(
    library: Database, settings: Settings, tmp_path: Path, formed: Path
) -> None:
    shutil.copytree(formed, tmp_path / "other")
    other_settings = load({}, data=tmp_path / "other/data", content=(tmp_path / "other/content",))
    other = Database(other_settings.database)
    more(library, settings, {f"secret-{number}": told("quota", 60 + number) for number in range(20)}, **SECRET)
    new = {"new": told("quota", 80), "fresh": told("memory", 81)}
    for database, there in ((library, settings), (other, other_settings)):
        more(database, there, new)
    secret = {f"secret-{number}" for number in range(20)}
    mine = [(*each[:6], [found for found in each[7] if found[0] not in secret]) for each in rows(library, "public")]
    assert mine == [(*each[:6], each[7]) for each in rows(other)]
    other.close()


def test_what_a_team_said_of_its_own_pattern_holds(library: Database, settings: Settings) -> None:
    secret = {f"own-{number}": (f"Lobster escape {number}", OWN[number]) for number in range(3)}
    more(library, settings, secret, **SECRET)
    pattern = of(library, "own-0")
    do(library, curate.rename, pattern, "Lobsters", who=TEAM)
    do(library, curate.take_out, pattern, "own-2", who=TEAM)
    again(library, settings)
    assert row(library, pattern).called == "Lobsters"
    assert members(library, pattern) == {"own-0", "own-1"}


def test_an_organisation_sees_the_patterns_of_the_public_and_its_own(library: Database, settings: Settings) -> None:
    more(library, settings, {"inner": told("disk", 70), "alone": told_once(6)["lone-5"]}, audience="organisation")
    assert "inner" in members(library, of(library, "disk-0"))
    assert sets(library, audience="organisation") == {frozenset({"alone", "lone-5"})}


def test_a_library_without_incidents_has_no_patterns(database: Database) -> None:
    assert form(database) == 0
    assert form(database, anew=True) == 0
    assert rows(database) == []


def test_incidents_that_say_next_to_nothing_are_no_pattern(database: Database, settings: Settings) -> None:
    bare = {id: postmortem(title, body="-", services=[], causes=[]) for id, title in BARE.items()}
    take_in(database, settings, bare)
    form(database, anew=True)
    assert rows(database) == []


BARE = {"a": "2024-01-02", "b": "?", "c": "Outage", "d": "The", "e": "12345", "f": "Wombats"}


def test_a_service_that_depends_on_itself_is_in_nobodys_way(database: Database, settings: Settings) -> None:
    ingest(database, settings, {})
    (settings.content[0] / "services.yml").write_text(
        "services:\n  - {name: checkout, title: Checkout, depends_on: [checkout, ledger]}\n"
        "  - {name: ledger, title: Ledger, depends_on: [checkout]}\n"
    )
    (settings.content[0] / "postmortems").mkdir(exist_ok=True)
    for id, text in files({f"disk-{number}": told("disk", number) for number in range(2)}, services=["ledger"]).items():
        (settings.content[0] / f"postmortems/{id}.md").write_text(text)
    importer.ingest(database, settings, sources.scopes(settings, ()))
    refresh(database)
    assert form(database) == 2
    assert len(rows(database)) == 1


def test_the_same_incident_told_twice_says_so_among_its_reasons(database: Database, settings: Settings) -> None:
    title, text = told("disk", 1)
    both = {id: postmortem(title, f"2026-06-01T1{number}:00:00Z", body=text) for number, id in enumerate(("a", "b"))}
    take_in(database, settings, both)
    (pattern,) = rows(database)
    assert all(f"the same incident as {title}" in reasons for _, _, reasons, _ in pattern[7])


def test_keeping_up_does_all_of_it_and_a_second_one_does_nothing(database: Database, settings: Settings) -> None:
    ingest(database, settings, files(recurring(2)))
    keep_up(database, settings.data)
    before = rows(database)
    assert len(before) == len(PROBLEMS)
    keep_up(database, settings.data, wait=False)
    assert rows(database) == before
