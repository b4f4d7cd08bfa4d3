"""The figures by which the search is judged."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from app.retrieval.evaluate import DEPTH, Question, evaluate, figures, judge
from app.retrieval.find import find
from app.search.engines.whoosh import open_reader
from app.viewer import ANONYMOUS
from tests.web.published import Published


def question(id: str, *relevant: str, kind: str = "alert") -> Question:
    return Question(id, kind, f"what is {id}", frozenset(relevant))


FOUND = {
    "what is first": ["a", "x", "y"],
    "what is third": ["x", "y", "a"],
    "what is late": ["x", "y", "z", "a"],
    "what is several": ["a", "x", "b", "c"],
    "what is none": [],
}
QUESTIONS = [
    question("first", "a"),
    question("third", "a"),
    question("late", "a", kind="symptom"),
    question("several", "a", "b", "c", "d", kind="symptom"),
    question("none", "a", kind="symptom"),
]


def answer(query: str) -> Sequence[str]:
    return FOUND[query]


@pytest.mark.parametrize(("id", "rank", "among"), [("first", 1, 1), ("third", 3, 1), ("late", 4, 0), ("none", 0, 0)])
def test_a_question_is_judged_by_where_its_answer_stands(id: str, rank: int, among: int) -> None:
    judged = judge(question(id, "a"), FOUND[f"what is {id}"])
    assert (judged.rank, judged.among_three) == (rank, among)


def test_figures_stand_beside_what_they_are_shares_of() -> None:
    report = evaluate(QUESTIONS, answer)
    overall = report["overall"]
    assert overall["n"] == 5
    assert (overall["success_at_1"], overall["success_at_1_of"]) == (0.4, [2, 5])
    assert (overall["success_at_3"], overall["success_at_3_of"]) == (0.6, [3, 5])
    # 1, 1, 0, two of three, 0
    assert overall["recall_at_3"] == round((1 + 1 + 0 + 2 / 3 + 0) / 5, 4)
    assert overall["recall_at_3_of"] == [4, 7]
    assert overall["mrr"] == round((1 + 1 / 3 + 1 / 4 + 1 + 0) / 5, 4)


def test_each_kind_of_question_has_its_own_figures() -> None:
    kinds = evaluate(QUESTIONS, answer)["kinds"]
    assert list(kinds) == ["alert", "symptom"]
    assert (kinds["alert"]["n"], kinds["symptom"]["n"]) == (2, 3)
    assert kinds["alert"]["success_at_3"] == 1.0


def test_misses_tell_what_came_instead() -> None:
    report = evaluate(QUESTIONS, answer, misses=True)
    assert [miss["id"] for miss in report["misses"]] == ["third", "late", "none"]
    assert report["misses"][1] == {
        "id": "late",
        "kind": "symptom",
        "query": "what is late",
        "rank": 4,
        "relevant": ["a"],
        "first": ["x", "y", "z"],
    }
    assert "misses" not in evaluate(QUESTIONS, answer)


def test_nothing_asked_is_nothing_won() -> None:
    assert figures([])["success_at_1"] == 0.0
    assert evaluate([], answer)["kinds"] == {}


def test_the_function_that_the_page_calls_is_judged(published: Published) -> None:
    engine = open_reader(published.settings.index)
    questions = [
        Question("1", "alert", "PgTooManyConnections", frozenset({"runbooks/pool-exhausted.md"})),
        Question("2", "symptom", "too many clients already", frozenset({"runbooks/pool-exhausted.md"})),
        Question("3", "hidden", "serpentinex", frozenset({"runbooks/ledger.md"})),
    ]
    with published.database.read() as session:

        def paths(query: str) -> list[str]:
            found = find(session, engine, ANONYMOUS, query, limit=DEPTH)
            return [hit.document.path for hit in found.hits]

        report = evaluate(questions, paths)
    engine.close()
    assert report["overall"]["success_at_1_of"] == [2, 3]
    assert report["kinds"]["hidden"]["success_at_3"] == 0.0
