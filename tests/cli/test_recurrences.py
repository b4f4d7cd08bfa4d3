"""`hindsight eval --patterns` and `--similar`: how well recurrences are found, by groups that are known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Site
from tests.cli.told import tell, write
from tests.insight.recurrences import postmortem
from tests.insight.stories import PROBLEMS, files, told

TWIN = {
    "twin": postmortem("No room for thumbnails", "2025-06-01T12:00:00Z", body=told("disk", 1)[1], services=[]),
    "disk-1": postmortem(told("disk", 1)[0], "2025-06-01T10:00:00Z", body=told("disk", 1)[1], services=[]),
}


def path(id: str) -> str:
    return f"postmortems/{id}.md"


def group(*ids: str, related: tuple[str, ...] = ()) -> dict[str, list[str]]:
    return {"documents": [path(id) for id in ids], "related": [path(id) for id in related]}


TRUTH = {
    "patterns": [group(*(f"{name}-{number}" for number in range(3))) for name in PROBLEMS if name != "disk"]
    + [group("disk-0", "disk-1", "disk-2", related=("twin",))],
    "same_incident": [{"documents": [path("disk-1"), path("twin")]}, {"documents": [path("disk-0"), path("twin")]}],
    "not_patterns": [{"documents": [path("lone-1"), path("lone-2")]}, {"documents": [path("disk-0"), path("disk-2")]}],
}


@pytest.fixture(scope="module")
def told_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tell(tmp_path_factory.mktemp("told"), TWIN)


def saved(folder: Path, truth: Any, name: str = "truth.json") -> str:
    file = folder / name
    file.write_text(truth if isinstance(truth, str) else json.dumps(truth))
    return str(file)


def lines(folder: Path, ids: dict[str, tuple[str, str]], **more: Any) -> str:
    rows = [{"id": id, "title": title, "text": text, **more} for id, (title, text) in ids.items()]
    return saved(folder, "\n".join(json.dumps(row) for row in rows) + "\n\n", "causes.jsonl")


def test_pairs_that_are_together_are_judged_by_the_known_groups(library: Site, tmp_path: Path) -> None:
    report = library.json("eval", "--patterns", saved(tmp_path, TRUTH))
    assert {"pairs", "joined_wrongly", "same_incident"} <= report.keys()
    pairs = 3 * len(PROBLEMS)
    assert report["pairs"] == {"n": pairs, "found": pairs, "right": pairs, "precision": 1.0, "recall": 1.0}
    assert report["joined_wrongly"] == [[path("disk-0"), path("disk-2")]]
    assert report["same_incident"] == {"n": 2, "right": 1}


def test_what_is_together_and_should_not_be_lowers_the_precision(library: Site, tmp_path: Path) -> None:
    truth = {"patterns": [group("disk-0", "disk-1"), group("disk-2", "memory-0"), group("gone", "disk-0")]}
    pairs = library.json("eval", "--patterns", saved(tmp_path, truth))["pairs"]
    assert pairs == {"n": 2, "found": 3, "right": 1, "precision": 0.3333, "recall": 0.5}


def test_partners_are_looked_for_among_the_first_three(library: Site, tmp_path: Path) -> None:
    report = library.json("eval", "--similar", saved(tmp_path, TRUTH))
    assert report == {"n": 3 * len(PROBLEMS), "partner_in_3": 1.0, "mrr": 1.0}
    strangers = {"patterns": [group("lone-1", "memory-0")]}
    assert library.json("eval", "--similar", saved(tmp_path, strangers))["partner_in_3"] < 1


def test_incidents_of_another_file_are_compared_without_being_in_the_library(library: Site, tmp_path: Path) -> None:
    causes = lines(
        tmp_path, {"7": told("disk", 60), "8": told("memory", 61)}, start_time="2025-02-03T04:05:06", judged=[]
    )
    truth = {
        "patterns": [{"documents": [path("disk-0"), path("disk-1"), "other:7"]}, {"documents": [path("memory-0"), "8"]}]
    }
    report = library.json("eval", "--patterns", saved(tmp_path, truth), "--causes", causes)
    assert (report["pairs"]["n"], report["pairs"]["right"], report["pairs"]["precision"]) == (4, 4, 1.0)
    assert report["pairs"]["recall"] == 1.0
    similar = library.json("eval", "--similar", saved(tmp_path, truth), "--causes", causes)
    assert (similar["n"], similar["partner_in_3"]) == (5, 1.0)
    assert len(library.json("patterns")) == len(PROBLEMS)
    assert library.json("eval", "--patterns", saved(tmp_path, truth))["pairs"]["n"] == 1


def test_the_figures_are_of_what_the_reader_sees(library: Site, tmp_path: Path) -> None:
    write(library, files({"disk-0": told("disk", 0)}, audience="team:x"))
    assert library.run("ingest").exit_code == 0
    truth = saved(tmp_path, TRUTH)
    assert library.json("eval", "--similar", truth, "--as", "anonymous")["n"] == 3 * len(PROBLEMS) - 1
    assert library.json("eval", "--similar", truth)["n"] == 3 * len(PROBLEMS)


@pytest.mark.parametrize("asked", ["--patterns", "--similar"])
def test_of_nothing_there_are_figures_too(site: Site, tmp_path: Path, asked: str) -> None:
    nothing = site.json("eval", asked, saved(tmp_path, {"patterns": []}))
    assert nothing.get("n", nothing.get("pairs", {}).get("n")) == 0


def test_for_people_they_are_sentences(library: Site, tmp_path: Path) -> None:
    shown = library.run("eval", "--patterns", saved(tmp_path, TRUTH)).output
    assert "recall 1.000" in shown
    assert "joined wrongly: postmortems/disk-0.md and postmortems/disk-2.md" in shown
    assert "Told as one incident: 1 of 2 pairs." in shown
    assert "among the first three (MRR 1.000)" in library.run("eval", "--similar", saved(tmp_path, TRUTH)).output


BAD = [
    "",
    "{",
    "[]",
    "1",
    "{}",
    '{"patterns": 1}',
    '{"patterns": [1]}',
    '{"patterns": [{}]}',
    '{"patterns": [{"documents": [1]}]}',
    '{"patterns": [{"documents": "abc"}]}',
    '{"patterns": [], "same_incident": [{"documents": 1}]}',
    '{"patterns": [], "not_patterns": [[]]}',
    "[" * 100_000,
]


@pytest.mark.parametrize("text", BAD, ids=[text[:40] for text in BAD])
@pytest.mark.parametrize("asked", ["--patterns", "--similar"])
def test_a_file_of_groups_that_cannot_be_used_is_refused_with_a_sentence(
    site: Site, tmp_path: Path, asked: str, text: str
) -> None:
    error = site.json("eval", asked, saved(tmp_path, text), code=2)["error"]
    assert "cannot be used; write" in error["message"]


@pytest.mark.parametrize(
    "line",
    ["{", "[]", "1", '{"id": "a", "title": "", "text": "", "start_time": "noon"}', '{"start_time": 5}', "[" * 99999],
)
def test_a_line_that_cannot_be_used_is_named(site: Site, tmp_path: Path, line: str) -> None:
    causes = saved(tmp_path, f"\n{line}\n", "causes.jsonl")
    error = site.json("eval", "--patterns", saved(tmp_path, TRUTH), "--causes", causes, code=2)["error"]
    assert error["message"].startswith("Line 2 of ")


def test_files_that_are_no_text_are_refused(site: Site, tmp_path: Path) -> None:
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")
    for arguments in (
        ("--patterns", str(tmp_path / "bytes")),
        ("--patterns", saved(tmp_path, TRUTH), "--causes", str(tmp_path / "bytes")),
    ):
        assert site.json("eval", *arguments, code=2)["error"]["message"].endswith(".")
