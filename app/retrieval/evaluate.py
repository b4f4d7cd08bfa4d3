"""How well the search answers questions whose answers are known. It judges the same `find` that the page calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

DEPTH = 50

# From a question to the paths of the documents found, best first.
Answer = Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class Question:
    id: str
    kind: str
    query: str
    relevant: frozenset[str]


@dataclass(frozen=True)
class Judged:
    """`rank` of the first relevant document, from 1; 0 where none is among the first DEPTH."""

    question: Question
    rank: int
    among_three: int
    first: tuple[str, ...]


def judge(question: Question, found: Sequence[str]) -> Judged:
    rank = next((place for place, path in enumerate(found, 1) if path in question.relevant), 0)
    return Judged(question, rank, len(question.relevant.intersection(found[:3])), tuple(found[:3]))


def figures(judged: Sequence[Judged]) -> dict[str, Any]:
    """success@n: a relevant one among the first n. recall@3: found among the first three / min(3, relevant). Counts
    stand beside every share.
    """
    n = len(judged)

    def share(count: float) -> float:
        return round(count / n, 4) if n else 0.0

    first = sum(each.rank == 1 for each in judged)
    three = sum(1 <= each.rank <= 3 for each in judged)
    found = sum(each.among_three for each in judged)
    possible = sum(min(3, len(each.question.relevant)) for each in judged)
    return {
        "n": n,
        "success_at_1": share(first),
        "success_at_1_of": [first, n],
        "success_at_3": share(three),
        "success_at_3_of": [three, n],
        "recall_at_3": share(sum(each.among_three / min(3, len(each.question.relevant)) for each in judged)),
        "recall_at_3_of": [found, possible],
        "mrr": share(sum(1 / each.rank for each in judged if each.rank)),
    }


def evaluate(questions: Iterable[Question], answer: Answer, misses: bool = False) -> dict[str, Any]:
    """Figures overall and for each kind of question; with `misses` also the first three hits of each question whose
    answer was not first.
    """
    judged = [judge(question, answer(question.query)) for question in questions]
    kinds = dict.fromkeys(each.question.kind for each in judged)
    report: dict[str, Any] = {
        "overall": figures(judged),
        "kinds": {kind: figures([each for each in judged if each.question.kind == kind]) for kind in kinds},
    }
    if misses:
        report["misses"] = [
            {
                "id": each.question.id,
                "kind": each.question.kind,
                "query": each.question.query,
                "rank": each.rank,
                "relevant": sorted(each.question.relevant),
                "first": list(each.first),
            }
            for each in judged
            if each.rank != 1
        ]
    return report
