"""The measurements themselves, on a handful of documents: what they write, and that the engines do the same job."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bench.__main__ import main
from tests.bench.measure import CASES, Measured, measured

ENGINES = ("hindsight", "fts5", "tantivy")
DOCUMENTS = 300


@pytest.fixture(scope="module")
def found() -> dict[str, Measured]:
    return {engine: measured(engine, DOCUMENTS, 10) for engine in ENGINES}


def test_a_run_writes_a_row_for_each_engine_and_case(tmp_path: Path) -> None:
    out = tmp_path / "var" / "bench.json"
    main(["--documents", "50", "--questions", "3", "--engines", *ENGINES, "--no-oracle", "--out", str(out)])
    rows = json.loads(out.read_text())
    assert {(row["engine"], row["case"], row["documents"]) for row in rows} == {
        (engine, case, 50) for engine in ENGINES for case in ("build", *CASES)
    }
    for row in rows:
        keys = {"per_s"} if row["case"] == "build" else {"p50_ms", "p95_ms"}
        assert row.keys() == {"engine", "case", "documents"} | keys
        assert all(row[key] > 0 for key in keys)


def test_another_run_replaces_what_it_measured_and_keeps_the_rest(tmp_path: Path) -> None:
    out = tmp_path / "bench.json"
    other = {"engine": "hindsight", "case": "http page at rest", "documents": 50, "p50_ms": 1.0, "p95_ms": 2.0}
    old = {"engine": "fts5", "case": "build", "documents": 50, "per_s": 0}
    out.write_text(json.dumps([other, old]))
    main(["--documents", "50", "--questions", "3", "--engines", "fts5", "--no-oracle", "--out", str(out)])
    rows = json.loads(out.read_text())
    assert other in rows
    assert old not in rows
    assert len(rows) == 2 + len(CASES)


@pytest.mark.parametrize("peer", ["fts5", "tantivy"])
@pytest.mark.parametrize("case", ["words", "prefix"])
def test_engines_find_as_many_documents_and_the_same_facets(found: dict[str, Measured], case: str, peer: str) -> None:
    own, other = found["hindsight"].answers[case], found[peer].answers[case]
    assert [answer.total for answer in own] == [answer.total for answer in other]
    assert [answer.counts for answer in own] == [answer.counts for answer in other]
    assert any(answer.total for answer in own)


def test_every_question_of_every_case_was_timed(found: dict[str, Measured]) -> None:
    assert {engine: {case: len(took) for case, took in each.took.items()} for engine, each in found.items()} == {
        engine: dict.fromkeys(CASES, 10) for engine in ENGINES
    }
