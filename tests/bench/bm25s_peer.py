"""bm25s: sparse matrices of scores in NumPy. Folding, visibility, filters and counts are done around it."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

import bm25s

from app.search.plan import Plan
from tests.bench.facts import Facts, Scores
from tests.bench.job import MEANING, Answer, Leaf, Source
from tests.bench.stored import Clocked


class Bm25s:
    """One matrix of sections, the title with the first of them; a document as a whole counts the sum of its sections.
    It knows words alone: no phrases, beginnings or slips, and neither fields nor weights of terms, so a stem counts as
    much as the word. Folding, the visibility filter, other filters and facets are done around it in NumPy. It holds all
    of its matrix in memory.
    """

    name = "bm25s"
    lacks = frozenset({"prefix", "typo", "phrase", MEANING})

    def build(self, source: Source, folder: Path) -> float:
        begun = perf_counter()
        documents = Clocked(source.analysed())
        numbers: dict[str, int] = {}
        sections: list[list[int]] = []
        for document in documents:
            title = document.title
            for heading, body in document.sections:
                tokens = f"{title} {heading} {body}".split()
                sections.append([numbers.setdefault(token, len(numbers)) for token in tokens])
                title = ""
        index = bm25s.BM25()
        index.index((sections, numbers), show_progress=False)
        index.save(folder, show_progress=False)
        return perf_counter() - begun - documents.seconds

    def open(self, source: Source, folder: Path) -> None:
        self.facts = Facts(source.texts())
        self.index = bm25s.BM25.load(folder)

    def search(self, plan: Plan, facets: bool, meant: str = "") -> Answer:
        return self.facts.evaluated(plan, self._scores, facets)

    def _scores(self, word: Leaf) -> Scores:
        scores: Scores = self.index.get_scores([term.token for term in word.terms])
        return scores
