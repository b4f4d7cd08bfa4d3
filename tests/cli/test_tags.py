"""`hindsight tags suggest` and `hindsight eval --causes`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Site

TAXONOMY = """causes:
  - {name: capacity, title: Capacity, definition: A limit was reached., aliases: [overload], signals: [full, exhausted]}
  - {name: pool, title: Connections, parent: capacity, definition: The pool ran out., signals: [connection pool]}
  - {name: dns, title: DNS, definition: A name was not found., signals: [resolver, nameserver]}
"""
REPORT = """---
id: down
kind: postmortem
audience: {audience}
---
# Checkout down

## Summary

Nobody could pay. The connection pool was exhausted.
"""


@pytest.fixture
def library(site: Site) -> Site:
    site.write("taxonomy.yml", TAXONOMY)
    site.write("postmortems/down.md", REPORT.format(audience="public"))
    assert site.run("ingest").exit_code == 0
    return site


@pytest.mark.parametrize("named", ["down", "postmortems/down.md"])
def test_a_post_mortem_is_named_by_id_or_path(library: Site, named: str) -> None:
    found = library.json("tags", "suggest", named)
    assert {each["cause"] for each in found} >= {"pool", "capacity"}
    assert all(list(each) == ["cause", "score", "evidence"] and 0 < each["score"] <= 1 for each in found)
    assert "The connection pool was exhausted." in {each["evidence"] for each in found}


def test_a_text_is_read_from_standard_input_with_its_title_first(library: Site) -> None:
    found = library.json("tags", "suggest", "-", input="Slow resolver\nEvery nameserver was away.\n")
    assert found[0]["cause"] == "dns"
    assert found[0]["evidence"] in ("Slow resolver", "Every nameserver was away.")


@pytest.mark.parametrize("text", ["", "\n\n", "12:30\n---\n", "\ufeff"])
def test_a_text_that_says_nothing_suggests_nothing(library: Site, text: str) -> None:
    assert library.json("tags", "suggest", "-", input=text) == []


def test_it_says_why_in_a_terminal(library: Site) -> None:
    shown = library.run("tags", "suggest", "down").output
    assert "“The connection pool was exhausted.”" in shown
    assert "by: connection, pool" in shown
    assert "Services\n  nothing that the text says" in shown


def test_a_document_that_is_not_there_or_not_for_them_ends_with_1(library: Site) -> None:
    library.json("tags", "suggest", "nothing", code=1)
    library.write("postmortems/down.md", REPORT.format(audience="team:payments"))
    assert library.run("ingest").exit_code == 0
    library.json("tags", "suggest", "down", "--as", "anonymous", code=1)


def line(id: str, title: str, text: str, *judged: str) -> str:
    return json.dumps({"id": id, "title": title, "text": text, "judged": judged})


def test_causes_are_measured_against_what_somebody_judged(library: Site, tmp_path: Path) -> None:
    judged = tmp_path / "causes.jsonl"
    rows = [line(f"r{number}", f"Resolver {number}", "The resolver was slow.", "DNS") for number in range(6)]
    rows += [line(f"c{number}", f"Disk {number}", "It was full.", "overload") for number in range(5)]
    rows += [line("postmortems/down.md", "ignored", "", "overload"), line("x", "Odd", "Odd.", "aliens"), ""]
    judged.write_text("\n".join(rows))
    report = library.json("eval", "--causes", str(judged))
    assert list(report) == ["n", "macro_f1", "right_in_3", "categories"]
    assert report["n"] == 13
    assert report["categories"] == {
        "DNS": {"n": 6, "f1": 1.0},
        "overload": {"n": 6, "f1": 1.0},
        "aliens": {"n": 1, "f1": 0.0},
    }
    assert report["macro_f1"] == 1.0
    assert report["right_in_3"] == pytest.approx(12 / 13, abs=0.001)
    assert report == library.json("eval", "--causes", str(judged))
    assert "A right one among the first three" in library.run("eval", "--causes", str(judged)).output


@pytest.mark.parametrize("text", ["{", "[]", '{"id": "a"}', '{"id": "a", "title": "", "text": "", "judged": "dns"}'])
def test_a_line_that_cannot_be_used_is_named(library: Site, tmp_path: Path, text: str) -> None:
    file = tmp_path / "causes.jsonl"
    file.write_text(f"\n{text}\n")
    answer = library.json("eval", "--causes", str(file), code=2)
    assert answer["error"]["message"].startswith("Line 2")


def test_a_file_without_a_line_gives_figures_of_nothing(library: Site, tmp_path: Path) -> None:
    file = tmp_path / "causes.jsonl"
    file.write_text("")
    nothing = {"n": 0, "macro_f1": 0.0, "right_in_3": 0.0, "categories": {}}
    assert library.json("eval", "--causes", str(file)) == nothing
