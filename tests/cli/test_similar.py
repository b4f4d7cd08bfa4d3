"""`hindsight similar`: past incidents like one, in the shape that scripts rely on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Site
from tests.cli.told import FULL, tell, write
from tests.insight.stories import files, told

FIELDS = ["id", "path", "title", "score", "same_incident", "reasons", "fixed_by", "minutes", "promised"]


@pytest.fixture(scope="module")
def told_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tell(tmp_path_factory.mktemp("told"), {"disk-1": FULL})


def test_each_has_why_what_fixed_it_how_long_it_took_and_what_was_promised(library: Site) -> None:
    found = library.json("similar", "disk-0")
    assert all(list(each) == FIELDS for each in found)
    assert all(
        each["reasons"] and all(list(reason) == ["kind", "text"] for reason in each["reasons"]) for each in found
    )
    full = next(each for each in found if each["id"] == "disk-1")
    assert full["path"] == "postmortems/disk-1.md"
    assert (full["fixed_by"], full["minutes"], full["same_incident"]) == ("Deleted old debug logs.", 90, False)
    assert full["promised"] == [{"title": "Watch the free space", "status": "open"}]
    assert [each["score"] for each in found] == sorted((each["score"] for each in found), reverse=True)


def test_an_incident_is_named_by_id_or_path_and_the_limit_holds(library: Site) -> None:
    by_path = library.json("similar", "postmortems/disk-0.md")
    assert by_path == library.json("similar", "disk-0")
    assert library.json("similar", "disk-0", "--limit", "1") == by_path[:1]
    assert library.run("similar", "disk-0", "--limit", "0").exit_code == 2


def test_a_text_is_read_from_standard_input(library: Site) -> None:
    found = library.json("similar", "-", input="\n".join(told("resolver", 9)))
    assert {each["id"].partition("-")[0] for each in found} == {"resolver"}


@pytest.mark.parametrize("text", ["", "\x00\ufeff\n", "Pancakes\nMix flour with milk and eggs."])
def test_a_text_like_which_there_is_nothing_ends_with_1(library: Site, text: str) -> None:
    assert library.json("similar", "-", input=text, code=1) == []


@pytest.mark.parametrize("id", ["nothing", "full"])
def test_what_is_no_post_mortem_or_not_there_ends_with_1_and_a_sentence(library: Site, id: str) -> None:
    assert library.json("similar", id, code=1)["error"]["message"].endswith(".")


def test_it_says_all_of_it_in_a_terminal(library: Site) -> None:
    shown = library.run("similar", "disk-0").output
    assert "Disk full on the thumbnail hosts (" in shown
    assert "· 90 min" in shown
    assert "fixed by: Deleted old debug logs." in shown
    assert "fixed by: not stated" in shown
    assert "the same went wrong: " in shown
    assert "promised: Watch the free space (open)" in shown


def test_for_the_public_nothing_changes_by_what_only_a_team_sees(library: Site) -> None:
    asked = ("similar", "disk-0", "--as", "anonymous", "--json")
    pasted = "\n".join(told("disk", 9))
    before = library.run(*asked).stdout, library.run("similar", "-", *asked[2:], input=pasted).stdout
    assert "disk-1" in before[0]
    write(library, files({f"secret-{number}": told("disk", 40 + number) for number in range(9)}, audience="team:x"))
    assert library.run("ingest").exit_code == 0
    assert (library.run(*asked).stdout, library.run("similar", "-", *asked[2:], input=pasted).stdout) == before
    assert "secret-" in library.run("similar", "disk-0", "--json").stdout
    library.json("similar", "secret-1", "--as", "anonymous", code=1)
