"""What patterns say follows what their incidents say, and who may read them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from app.db import Database
from app.insight import curate
from app.insight.patterns import form
from app.library import Pattern, PatternMember, pages
from app.library.pages.map import recurring
from app.settings import Settings
from app.viewer import ANONYMOUS, Viewer
from tests.insight.recurrences import ingest
from tests.insight.stories import files, told
from tests.insight.test_patterns import DISK, SECRET, TEAM, do, formed, library, members, more, of, sets

__all__ = ["formed", "library"]

WORDS = "The chinchilla of the thumbnail hosts chewed debug logs. "
QUOTED = {id: (told("disk", 1)[0], WORDS + told("disk", 1)[1]) for id in ("disk-0", "disk-1")}
HIDDEN = {"disk-0": QUOTED["disk-0"]}
MENDED = {"disk-1": told("disk", 1)}


@pytest.fixture
def quoted(library: Database, settings: Settings) -> Database:
    """A library in which two incidents of a pattern share words that are in its name and its reasons."""
    more(library, settings, QUOTED)
    form(library, anew=True)
    assert "chinchilla" in str(said(library))
    return library


def said(library: Database, viewer: Viewer = ANONYMOUS) -> list[Any]:
    """All that somebody reads of the pattern of full disks."""
    with library.read() as session:
        id = session.scalars(select(PatternMember.pattern_id).where(PatternMember.document_id == "disk-2")).one()
        row = session.get_one(Pattern, id)
        there = list(session.scalars(pages.incidents_of_pattern(viewer, row)))
        names = pages.patterns_of(session, viewer, ["disk-2"]).get("disk-2", [])
        why = pages.memberships(session, viewer, row, there)
        return [[(each.name, each.pattern and each.pattern.terms) for each in names], sorted(why.items(), key=str)]


def test_words_of_an_incident_that_became_the_teams_are_in_no_name_and_no_reason(
    quoted: Database, settings: Settings
) -> None:
    more(quoted, settings, MENDED)
    more(quoted, settings, HIDDEN, **SECRET)
    assert "chinchilla" not in str(said(quoted))
    assert said(quoted)[0][0][0]
    assert [id for id, _ in said(quoted)[1]] == ["disk-1", "disk-2", "disk-3"]


@pytest.mark.parametrize("change", [curate.confirm, lambda *given: curate.rename(*given[:3], "Full disks", given[3])])
def test_they_are_gone_from_what_people_keep_too(quoted: Database, settings: Settings, change: Any) -> None:
    do(quoted, change, of(quoted, "disk-0"))
    more(quoted, settings, MENDED)
    more(quoted, settings, HIDDEN, **SECRET)
    assert "chinchilla" not in str(said(quoted))
    assert members(quoted, of(quoted, "disk-0")) == DISK


def test_before_the_machine_comes_to_it_the_pattern_is_hidden_from_whom_the_incident_is(
    quoted: Database, settings: Settings
) -> None:
    ingest(quoted, settings, files(HIDDEN, **SECRET))
    assert said(quoted)[0] == []
    with quoted.read() as session:
        drawn = recurring(session, ANONYMOUS)
    assert drawn
    assert of(quoted, "disk-1") not in drawn
    assert "chinchilla" in str(said(quoted, TEAM))
    form(quoted)
    assert said(quoted)[0] != []


def test_reasons_told_with_a_hidden_incident_are_left_out_meanwhile(quoted: Database, settings: Settings) -> None:
    more(quoted, settings, MENDED)
    ingest(quoted, settings, files(HIDDEN, **SECRET))
    assert "chinchilla" not in str(said(quoted)[1])


def test_what_is_hidden_changes_nothing_any_more(quoted: Database, settings: Settings) -> None:
    more(quoted, settings, HIDDEN, **SECRET)
    before = said(quoted)
    more(quoted, settings, {"disk-0": ("Another title", "Quite another text of marmots.")}, **SECRET)
    more(quoted, settings, {"joins": told("disk", 70)}, **SECRET)
    assert said(quoted) == before


def test_words_that_an_incident_says_no_longer_are_not_repeated(quoted: Database, settings: Settings) -> None:
    more(quoted, settings, {"disk-0": told("disk", 0), **MENDED})
    assert "chinchilla" not in str(said(quoted))


def test_an_incident_that_becomes_public_brings_no_words_of_the_teams(library: Database, settings: Settings) -> None:
    title, text = told("disk", 1)
    secret = {f"team-{number}": (title, f"CHINCHILLA_GNAWED was logged. {text}") for number in range(2)}
    more(library, settings, secret, **SECRET)
    assert "CHINCHILLA" in str(said(library, TEAM))
    more(library, settings, {"team-0": told("disk", 1)})
    assert "team-0" in str(said(library))
    assert "CHINCHILLA" not in str(said(library))


def test_a_pattern_whose_incidents_all_became_the_teams_is_forgotten_and_the_team_finds_its_own(
    library: Database, settings: Settings
) -> None:
    more(library, settings, {f"disk-{number}": told("disk", number) for number in range(4)}, **SECRET)
    assert frozenset(DISK) not in sets(library)
    assert frozenset(DISK) in sets(library, audience="team:payments")


def test_one_that_somebody_confirmed_stays_without_a_name(library: Database, settings: Settings) -> None:
    pattern = of(library, "disk-0")
    do(library, curate.confirm, pattern)
    more(library, settings, {f"disk-{number}": told("disk", number) for number in range(4)}, **SECRET)
    with library.read() as session:
        row = session.get_one(Pattern, pattern)
        assert (row.name, row.terms, row.called) == ("", [], "A pattern without a name")
    assert members(library, pattern) == DISK


def test_a_split_pattern_gets_terms_of_its_own(library: Database) -> None:
    pattern = of(library, "disk-0")
    made = do(library, curate.split, pattern, ["disk-0", "disk-1"], "Two disks")
    form(library, anew=True)
    with library.read() as session:
        row = session.get_one(Pattern, made.id)
        assert row.called == "Two disks"
        assert row.terms
