"""The measurements themselves, on a handful of documents: what they write, and that the engines do the same job."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bench import aims, growth
from tests.bench.__main__ import main
from tests.bench.contenders import CASES, Measured, contender
from tests.bench.measure import FEWER, measured
from tests.bench.report import BYTES, Row
from tests.bench.stored import store

PEERS = ("fts5", "tantivy", "bm25s")
DOCUMENTS, QUESTIONS = 120, 6


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Measured]:
    folder = tmp_path_factory.mktemp("bench")
    stored = store(folder / "documents", [DOCUMENTS])[DOCUMENTS]
    return {each.engine: each for each in measured(("hindsight", *PEERS), stored, QUESTIONS, folder)}


def test_a_run_writes_a_row_for_each_engine_and_case_and_keeps_the_rest(tmp_path: Path) -> None:
    out = tmp_path / "var" / "bench.json"
    other = {"engine": "hindsight", "case": "http page at rest", "documents": 40, "p50_ms": 1.0, "p95_ms": 2.0}
    old = {"engine": "bm25s", "case": "build", "documents": 40, "per_s": 0}
    out.parent.mkdir()
    out.write_text(json.dumps([other, old]))
    main(["engine", "--sizes", "40", "--questions", "3", "--engines", "bm25s", "--no-oracle", "--out", str(out)])
    rows = json.loads(out.read_text())
    assert other in rows
    assert old not in rows
    of_bm25s = {row["case"]: row for row in rows if row["engine"] == "bm25s"}
    assert of_bm25s.keys() == {"build", *CASES, *BYTES}
    assert of_bm25s["words"]["p50_ms"] > 0
    assert of_bm25s["phrase"]["p50_ms"] is of_bm25s["phrase"]["p95_ms"] is None


@pytest.mark.parametrize("peer", PEERS)
@pytest.mark.parametrize("case", ["words", "sentence", "prefix", "phrase", "filters"])
def test_engines_find_as_many_documents_and_the_same_facets(found: dict[str, Measured], case: str, peer: str) -> None:
    own, other = found["hindsight"].answers[case], found[peer].answers.get(case, [])
    assert bool(other) == (case not in contender(peer).lacks)
    for ours, theirs in zip(own, other, strict=False):
        assert (ours.total, ours.counts) == (theirs.total, theirs.counts)
    assert any(answer.total for answer in own)


def test_every_question_of_every_case_was_timed(found: dict[str, Measured]) -> None:
    for engine, each in found.items():
        lacks = contender(engine).lacks
        assert {case: len(took) for case, took in each.took.items()} == {
            case: min(QUESTIONS, FEWER.get(engine, QUESTIONS)) for case in CASES if case not in lacks
        }
        assert each.per_second > 0
        assert min(each.bytes_on_disk, each.bytes_building, each.bytes_answering) > 0


def test_growth_is_told_by_what_one_more_document_costs() -> None:
    straight = {10: 110, 50: 510, 200: 2010}
    assert growth.line(straight) == pytest.approx((10, 10))
    assert growth.steepening(straight) == pytest.approx(1)
    assert growth.steepening(straight | {200: 4000}) == pytest.approx(2.33, abs=0.01)


def test_each_aim_is_told_with_its_figure() -> None:
    named = {"engine": "hindsight", "documents": 10_000}
    rows: list[Row] = [
        {**named, "case": "words: times tantivy", "p50_times": 0.4, "p95_times": 1.2},
        {**named, "case": "http page, 1 clients", "p50_ms": 20.0, "p95_ms": 30.0},
        {**named, "case": "build", "per_s": 400},
    ]
    told = [" ".join(line.split()) for line in aims.told(rows)]
    assert "no (p95) words, times tantivy (at most 1): median 0.4, p95 1.2 with 10,000 documents" in told
    assert "yes page, one client, p95 ms (at most 40): 30.0 with 10,000 documents" in told
    assert "no text to index, one core, documents/s (at least 500): 400 with 10,000 documents" in told
    assert "- as you type, p95 ms (at most 15): not measured" in told
