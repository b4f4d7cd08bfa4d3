from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Site

FIGURES = [
    "n",
    "success_at_1",
    "success_at_1_of",
    "success_at_3",
    "success_at_3_of",
    "recall_at_3",
    "recall_at_3_of",
    "mrr",
]


def question(id: str, kind: str, query: str, *relevant: str) -> dict[str, Any]:
    return {"id": id, "kind": kind, "query": query, "relevant": list(relevant)}


@pytest.fixture
def asked(site: Site, tmp_path: Path) -> tuple[Site, Path]:
    """Two runbooks and a guide, and four questions: two answered first, one second, one not at all."""
    site.runbook("one", "quokka")
    site.runbook("two", "numbat")
    site.write("guides/animals.md", "---\nkind: guide\naudience: public\n---\n# Bilby\n\nBilby bilby bilby.\n")
    site.write(
        "runbooks/bilby.md", "---\nkind: runbook\naudience: public\n---\n# Case\n\nPerhaps a bilby among many others.\n"
    )
    assert site.run("ingest").exit_code == 0
    questions = tmp_path / "queries.jsonl"
    rows = [
        question("a", "word", "quokka", "runbooks/one.md"),
        question("b", "word", "numbat", "runbooks/two.md"),
        question("c", "hard", "bilby", "runbooks/bilby.md"),
        question("d", "hard", "quokka", "runbooks/two.md"),
    ]
    questions.write_text("\n".join(json.dumps(row) for row in rows) + "\n")
    return site, questions


def test_it_gives_shares_with_their_counts_overall_and_by_kind(asked: tuple[Site, Path]) -> None:
    site, questions = asked
    report = site.json("eval", str(questions))
    assert list(report) == ["overall", "kinds"]
    assert list(report["kinds"]) == ["word", "hard"]
    assert all(list(each) == FIGURES for each in [report["overall"], *report["kinds"].values()])
    assert report["kinds"]["word"] == {
        "n": 2,
        "success_at_1": 1.0,
        "success_at_1_of": [2, 2],
        "success_at_3": 1.0,
        "success_at_3_of": [2, 2],
        "recall_at_3": 1.0,
        "recall_at_3_of": [2, 2],
        "mrr": 1.0,
    }
    assert report["kinds"]["hard"]["success_at_3_of"] == [1, 2]
    assert report["overall"]["success_at_1_of"] == [2, 4]


def test_within_asks_only_among_what_answers_that_too(asked: tuple[Site, Path]) -> None:
    site, questions = asked
    assert site.json("eval", str(questions), "--within", "kind:runbook")["kinds"]["hard"]["success_at_1_of"] == [1, 2]


def test_misses_are_shown_with_what_came_first(asked: tuple[Site, Path]) -> None:
    site, questions = asked
    misses = {miss["id"]: miss for miss in site.json("eval", str(questions), "--misses")["misses"]}
    assert set(misses) == {"c", "d"}
    assert misses["c"]["first"][0] == "guides/animals.md"
    assert misses["c"]["rank"] == 2
    assert misses["d"]["rank"] == 0


def test_for_people_it_is_a_table(asked: tuple[Site, Path]) -> None:
    site, questions = asked
    lines = site.run("eval", str(questions), "--misses").stdout.splitlines()
    assert lines[0].split() == ["questions", "first", "in", "first", "3", "recall", "at", "3", "MRR"]
    assert lines[1].split()[:6] == ["word", "2", "1.000", "(2", "of", "2)"]
    assert lines[3].split()[:2] == ["all", "4"]
    assert any("not among the first" in line for line in lines)


def test_questions_about_documents_that_are_not_here_are_told(asked: tuple[Site, Path]) -> None:
    site, questions = asked
    assert site.run("eval", str(questions)).stderr == ""
    questions.write_text(questions.read_text() + json.dumps(question("e", "word", "quokka", "elsewhere/one.md")) + "\n")
    done = site.run("eval", str(questions), "--json")
    assert done.stderr.startswith("1 of 5 questions name no document that is here")
    assert json.loads(done.stdout)["overall"]["n"] == 5


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"id": "a"}', '{"id": "a", "kind": "k", "query": "q", "relevant": []}', '"text"', "null"]
)
def test_a_line_that_cannot_be_used_is_named(site: Site, tmp_path: Path, line: str) -> None:
    questions = tmp_path / "queries.jsonl"
    questions.write_text(json.dumps(question("a", "k", "q", "p")) + "\n\n" + line + "\n")
    done = site.run("eval", str(questions))
    assert done.exit_code == 2
    assert "ine 3" in done.stderr


def test_a_file_that_is_no_text_is_a_sentence(site: Site, tmp_path: Path) -> None:
    (tmp_path / "queries.jsonl").write_bytes(b"\xff\xfe\x00")
    done = site.run("eval", str(tmp_path / "queries.jsonl"))
    assert done.exit_code == 2
    assert "UTF-8" in done.stderr
