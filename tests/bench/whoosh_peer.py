"""Whoosh with its own codec and its own searcher. Folding, masks and counts are done around it in NumPy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import numpy as np
from whoosh import query
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.fields import TEXT, Schema
from whoosh.index import create_in, open_dir
from whoosh.scoring import BM25F

from app.search.plan import Group, Plan
from app.search.plan import Sequence as Phrase
from app.search.weights import PREFIX, TYPO, typo_distance
from tests.bench.facts import Facts, Scores
from tests.bench.job import MEANING, WEIGHTS, Answer, Leaf, Source, phrase
from tests.bench.stored import Clocked


class Whoosh:
    """Its own codec and searcher; one index of sections, the title with the first of them; a document as a whole counts
    the sum of its sections. Folding, the visibility filter, other filters and facets are done around it in NumPy. Words
    are asked one by one, since a document holds them in different sections. Whatever a
    prefix or a typo finds scores the same, which is its default.
    """

    name = "whoosh"
    lacks = frozenset({MEANING})

    def build(self, source: Source, folder: Path) -> float:
        begun = perf_counter()
        fields = {field: TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=True) for field in WEIGHTS}
        writer = create_in(folder, Schema(**fields)).writer(limitmb=512)
        documents = Clocked(source.analysed())
        for document in documents:
            title = document.title
            for heading, body in document.sections:
                writer.add_document(title=title, heading=heading, body=body)
                title = ""
        writer.commit(optimize=True)
        return perf_counter() - begun - documents.seconds

    def open(self, source: Source, folder: Path) -> None:
        self.facts = Facts(source.texts())
        self.searcher = open_dir(folder).searcher(weighting=BM25F())

    def search(self, plan: Plan, facets: bool, meant: str = "") -> Answer:
        return self.facts.evaluated(plan, self._scores, facets)

    def _scores(self, leaf: Leaf) -> Scores:
        clauses = self._phrase(leaf) if isinstance(leaf, Phrase) else self._word(leaf)
        rows = [*self.searcher.search(query.Or([*clauses]), limit=None).items()]
        scores = np.zeros(len(self.facts.owner))
        scores[[number for number, _ in rows]] = [score for _, score in rows]
        return scores

    def _word(self, group: Group) -> Iterator[query.Query]:
        known = any(self._known(term.token) for term in group.terms)
        for field, weight in WEIGHTS.items():
            for term in group.terms:
                yield query.Term(field, term.token, boost=weight * term.weight)
            if group.prefix:
                yield query.Prefix(field, group.prefix, boost=weight * PREFIX)
            elif group.typo and not known:
                yield query.FuzzyTerm(field, group.typo, weight * TYPO, typo_distance(group.typo), prefixlength=0)

    def _phrase(self, asked: Phrase) -> Iterator[query.Query]:
        for field, weight in WEIGHTS.items():
            yield query.Phrase(field, phrase(asked), boost=weight)

    def _known(self, token: str) -> bool:
        return any((field, token) in self.searcher.reader() for field in WEIGHTS)
