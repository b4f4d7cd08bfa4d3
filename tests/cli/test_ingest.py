from __future__ import annotations

import os
import shutil
from pathlib import Path

import httpx

from tests.cli.conftest import Site, wait_for

BAD = "---\ntitle: [never closed\n---\n# Broken\n"


def test_it_counts_what_it_did_in_a_stable_shape(site: Site) -> None:
    site.runbook("one", "quokka")
    site.runbook("two", "numbat")
    site.write("README.md", "# No document\n")
    first = site.json("ingest")
    assert {name: first[name] for name in ("created", "updated", "unchanged", "moved", "removed", "skipped")} == {
        "created": 2,
        "updated": 0,
        "unchanged": 0,
        "moved": 0,
        "removed": 0,
        "skipped": 1,
    }
    assert list(first) == ["created", "updated", "unchanged", "moved", "removed", "skipped", "problems"]
    site.runbook("one", "bilby")
    again = site.json("ingest")
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 1, 1)


def test_what_was_read_is_found_when_it_returns(site: Site) -> None:
    site.runbook("one", "quokka")
    site.run("ingest")
    assert site.json("search", "quokka")["total"] == 1
    site.runbook("one", "bilby")
    site.run("ingest")
    assert site.json("search", "bilby")["total"] == 1


def test_a_file_with_an_error_ends_it_with_1_and_says_where_and_how_to_mend_it(site: Site) -> None:
    site.runbook("one", "quokka")
    site.write("runbooks/bad.md", BAD)
    problems = site.json("ingest", code=1)["problems"]
    assert problems
    assert all(list(each) == ["file", "line", "field", "level", "problem", "mend"] for each in problems)
    error = next(each for each in problems if each["level"] == "error")
    assert error["file"] == "runbooks/bad.md"
    assert error["line"] in (2, 3)
    assert error["mend"]
    assert site.json("search", "quokka")["total"] == 1


def test_for_people_a_problem_begins_as_compilers_write_it(site: Site) -> None:
    site.write("runbooks/bad.md", BAD)
    done = site.run("ingest")
    assert done.stdout.startswith("runbooks/bad.md:")
    assert ": error" in done.stdout.splitlines()[0]
    assert done.stdout.splitlines()[-1].startswith("0 created, ")
    assert "1 errors" in done.stdout.splitlines()[-1]


def test_when_too_much_would_vanish_it_is_refused_and_nothing_changes(site: Site) -> None:
    for number in range(12):
        site.runbook(f"case-{number}", f"quokka{number}x")
    site.run("ingest")
    shutil.rmtree(site.content / "runbooks")
    error = site.json("ingest", code=3)["error"]
    assert "--allow-removals" in error["message"]
    assert site.json("search", "quokka3x")["total"] == 1
    assert site.json("ingest", "--allow-removals")["removed"] == 12
    assert site.json("search", "quokka3x", code=1)["total"] == 0


def test_a_path_in_a_source_reads_only_that(site: Site) -> None:
    one = site.runbook("one", "quokka")
    site.runbook("two", "numbat")
    assert site.json("ingest", str(one))["created"] == 1
    assert site.json("search", "numbat", code=1)["total"] == 0


def test_another_folder_becomes_a_source_with_the_name_it_is_given(site: Site, tmp_path: Path) -> None:
    handbook = tmp_path / "book"
    shutil.move(site.runbook("one", "quokka").parent, handbook)
    site.json("ingest", str(handbook), "--source", "handbook")
    assert site.json("show", "one")["source"] == "handbook"
    assert site.json("search", "quokka")["hits"][0]["path"] == "one.md"


def test_a_path_that_is_not_there_is_a_sentence(site: Site) -> None:
    done = site.run("ingest", "nowhere/at/all")
    assert done.exit_code == 1
    assert "nowhere" in done.stderr


def test_the_bar_is_for_terminals_only(site: Site) -> None:
    for number in range(5):
        site.runbook(f"case-{number}", f"quokka{number}x")
    assert site.run("ingest").stderr == ""
    terminal, side = os.openpty()
    process = site.start("ingest", stderr=side)
    process.wait()
    os.close(side)
    assert "Reading" in os.read(terminal, 10_000).decode()
    os.close(terminal)


def test_a_running_site_finds_a_change_in_every_web_process_within_a_second(site: Site) -> None:
    site.runbook("one", "quokka")
    site.run("ingest")
    site.serve()
    site.runbook("one", "bilby")
    process = site.start("ingest", "--json")
    process.communicate()
    assert process.returncode == 0
    # Each connection of its own meets either web process; all of them have to know.
    totals = [httpx.get(f"{site.address}/search.json?q=bilby").json()["total"] for _ in range(20)]
    assert totals == [1] * 20
    assert httpx.get(f"{site.address}/search.json?q=quokka").json()["total"] == 0


def test_a_file_taken_in_while_a_worker_holds_the_index_is_indexed_by_it(site: Site) -> None:
    worker = site.start("worker", "--json")
    assert worker.stdout is not None
    wait_for(worker.stdout.readline, "the worker's first line")
    site.runbook("one", "quokka")
    assert site.json("ingest")["created"] == 1
    assert site.json("search", "quokka")["total"] == 1
    assert worker.poll() is None


def test_check_finds_the_errors_without_a_database(site: Site) -> None:
    site.runbook("one", "quokka")
    assert site.json("check", code=0) == {"documents": 1, "problems": []}
    site.write("runbooks/bad.md", BAD)
    checked = site.json("check", str(site.content), code=1)
    assert [each["file"] for each in checked["problems"] if each["level"] == "error"] == ["runbooks/bad.md"]
    assert not Path(site.environment["HINDSIGHT_DATA"]).exists()
    assert not site.index.exists()


def test_check_ends_with_0_where_there_are_only_warnings(site: Site) -> None:
    site.write("runbooks/one.md", "---\nkind: runbook\nownr: platform\n---\n# One\n\nText.\n")
    problems = site.json("check", code=0)["problems"]
    assert [(each["level"], each["field"]) for each in problems] == [("warning", "ownr")]
