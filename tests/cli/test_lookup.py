from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from app.db import Database
from app.library import Pattern
from tests.cli.conftest import Site
from tests.insight.recurrences import postmortem, recur

PAGE = json.dumps([{"status": "firing", "labels": {"alertname": "QuokkaDown", "service": "quokka"}, "annotations": {}}])
NOTHING = json.dumps([{"status": "firing", "labels": {"alertname": "BilbyDown"}, "annotations": {}}])


@pytest.fixture
def library(site: Site) -> Site:
    site.runbook("one", "quokka", alert="QuokkaDown")
    site.runbook("two", "numbat", alert="NumbatDown", audience="organisation")
    assert site.run("ingest").exit_code == 0
    return site


def test_a_page_from_standard_input_is_answered(library: Site) -> None:
    found = library.json("lookup", input=PAGE)
    assert list(found)[:6] == ["understood", "runbooks", "incidents", "pattern", "owner", "actions"]
    assert found["runbooks"][0]["path"] == "runbooks/one.md"
    assert found["runbooks"][0]["why"] == ["same alert QuokkaDown"]
    assert found["runbooks"][0]["command"] == "kubectl rollout restart deployment/quokka"
    assert library.json("lookup", "-", input=PAGE)["runbooks"] == found["runbooks"]


def test_a_page_from_a_file_is_answered_for_people(library: Site, tmp_path: Path) -> None:
    (tmp_path / "page.json").write_text(PAGE)
    done = library.run("lookup", str(tmp_path / "page.json"))
    assert done.exit_code == 0
    assert "Do this\n  Case one › Mitigation" in done.stdout
    assert "why: same alert QuokkaDown" in done.stdout
    assert "quokka (not in the catalog)" in done.stdout


def test_what_keeps_happening_is_said(library: Site) -> None:
    for id, day in (("first", "2025-06-01"), ("second", "2026-06-01")):
        text = postmortem(f"The {id} quokka", f"{day}T10:00:00Z", id=id, services=["quokka"], alerts=["QuokkaDown"])
        library.write(f"postmortems/{id}.md", text)
    assert library.run("ingest").exit_code == 0
    database = Database(f"sqlite:///{library.environment['HINDSIGHT_DATA']}/hindsight.db")
    with database.write() as session:
        session.execute(update(Pattern).values(state="dismissed"))
    recur(database, "again", "Quokkas again", ["first", "second"])
    database.close()
    said = "2nd time in 12 months; nothing was promised."
    pattern = {"id": "again", "name": "Quokkas again", "count": 2, "open_question": said}
    assert library.json("lookup", input=PAGE)["pattern"] == pattern
    assert f"It recurs\n  Quokkas again (2)\n    {said}\n" in library.run("lookup", input=PAGE).stdout


def test_what_nothing_fits_ends_with_one(library: Site) -> None:
    found = library.json("lookup", input=NOTHING, code=1)
    assert found["runbooks"] == found["incidents"] == []
    assert "nothing that is known to fit" in library.run("lookup", input=NOTHING).stdout


def test_through_the_eyes_of_the_public_nothing_hidden_is_shown(library: Site) -> None:
    hidden = PAGE.replace("QuokkaDown", "NumbatDown")
    assert library.json("lookup", input=hidden)["runbooks"]
    assert library.json("lookup", "--as", "anonymous", input=hidden, code=1)["runbooks"] == []


def test_any_bytes_are_a_text(library: Site, tmp_path: Path) -> None:
    (tmp_path / "bytes").write_bytes(bytes(range(256)) * 10)
    assert library.run("lookup", str(tmp_path / "bytes"), "--json").exit_code == 1


def line(id: str, text: str, runbooks: list[str], service: str | None = None, **more: Any) -> str:
    return json.dumps(
        {"id": id, "kind": "page", "text": text, "expect_runbooks": runbooks, "expect_service": service, **more}
    )


def test_lookups_are_measured(library: Site, tmp_path: Path) -> None:
    file = tmp_path / "lookups.jsonl"
    file.write_text(
        "\n".join(
            [
                line("right", PAGE, ["runbooks/one.md"], "quokka"),
                line("wrong", PAGE, ["runbooks/two.md"], "numbat"),
                line("none", NOTHING, []),
                line("claimed", PAGE, [], expect_postmortems=[]),
                line("incident", NOTHING, [], expect_postmortems=["postmortems/x.md"]),
            ]
        )
    )
    report = library.json("eval", "--lookups", str(file), "--misses")
    figures = report["kinds"]["page"]
    assert figures == report["overall"]
    assert figures["success_at_1_of"] == figures["success_at_3_of"] == [1, 2]
    assert figures["incident_success_at_1_of"] == [0, 1]
    assert figures["service_of"] == [1, 2]
    assert figures["nothing_of"] == [1, 2]
    assert {miss["id"] for miss in report["misses"]} == {"wrong", "claimed", "incident"}
    table = library.run("eval", "--lookups", str(file)).stdout
    assert "0.500 (1 of 2)" in table


@pytest.mark.parametrize("text", ["{", "[]", '{"id": "a"}', line("a", "t", [], None).replace("[]", '"x"')])
def test_a_line_of_lookups_that_cannot_be_used_is_named(library: Site, tmp_path: Path, text: str) -> None:
    (tmp_path / "lookups.jsonl").write_text(f"{line('a', PAGE, [])}\n{text}\n")
    done = library.run("eval", "--lookups", str(tmp_path / "lookups.jsonl"))
    assert done.exit_code == 2
    assert "ine 2" in done.stderr


def test_one_file_of_questions_is_wanted(library: Site, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    assert library.run("eval").exit_code == 2
    assert library.run("eval", str(tmp_path / "a"), "--lookups", str(tmp_path / "a")).exit_code == 2
