"""`hindsight patterns`: what recurs, in the shape that scripts rely on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Site
from tests.cli.told import FULL, tell, write
from tests.insight.stories import PROBLEMS, files, told


@pytest.fixture(scope="module")
def told_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tell(tmp_path_factory.mktemp("told"), {"disk-1": FULL})


def test_each_has_its_incidents_with_reasons_and_all_that_was_promised(library: Site) -> None:
    found = library.json("patterns")
    assert len(found) == len(PROBLEMS)
    assert [each["id"] for each in found] == sorted(each["id"] for each in found)
    for each in found:
        assert list(each) == ["id", "name", "state", "members", "actions"]
        assert each["state"] == "found"
        assert len(each["members"]) == 3
        for member in each["members"]:
            assert list(member) == ["path", "reasons"]
            assert all(list(reason) == ["kind", "text"] for reason in member["reasons"])
            assert member["reasons"]
    (disk,) = [each for each in found if "postmortems/disk-1.md" in [member["path"] for member in each["members"]]]
    assert disk["actions"] == [
        {
            "title": "Watch the free space",
            "kind": "detect",
            "owner": "platform",
            "due": "2025-07-01",
            "status": "open",
            "path": "postmortems/disk-1.md",
        }
    ]
    assert all(each["actions"] == [] for each in found if each is not disk)


def test_it_is_the_same_each_time_and_when_formed_from_nothing(library: Site) -> None:
    before = library.json("patterns")
    assert library.json("patterns") == before
    done = library.run("patterns", "--rebuild", "--json")
    assert "36 incidents compared." in done.stderr
    assert library.json("patterns") == before


def test_what_is_ingested_joins_at_once(library: Site) -> None:
    write(library, files({"new": told("memory", 50)}))
    assert library.run("ingest").exit_code == 0
    paths = [{member["path"] for member in each["members"]} for each in library.json("patterns")]
    assert any({"postmortems/new.md", "postmortems/memory-0.md"} <= each for each in paths)


def test_what_was_deleted_is_no_member_any_more(library: Site) -> None:
    (library.content / "postmortems/disk-1.md").unlink()
    assert library.run("ingest").exit_code == 0
    for arguments in (("patterns",), ("patterns", "--rebuild")):
        assert "postmortems/disk-1.md" not in library.run(*arguments, "--json").stdout


def test_it_says_all_of_it_in_a_terminal(library: Site) -> None:
    shown = library.run("patterns").output
    assert "(3 incidents)" in shown
    assert "\n  postmortems/disk-1.md\n    " in shown
    assert "  1 promised, 1 waiting" in shown


def test_an_empty_library_has_none(site: Site) -> None:
    assert site.json("patterns") == []
    assert site.json("patterns", "--rebuild") == []
