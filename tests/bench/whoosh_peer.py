"""Whoosh with its own codec and its own searcher. Folding, visibility and counts are done around it in NumPy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from whoosh import query
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.fields import TEXT, Schema
from whoosh.index import create_in
from whoosh.scoring import BM25F

from app.search.plan import Plan
from app.search.weights import PREFIX, TYPO, typo_distance
from tests.bench.corpus import Text
from tests.bench.job import WEIGHTS, Answer, Facts, analysed, groups, phrases


class Whoosh:
    """Its own codec and searcher; one index of sections, the title with the first of them; a document as a whole counts
    the sum of its sections. Folding, the visibility filter and facets are done around it in NumPy. Whatever a prefix or
    a typo finds scores the same, which is its default.
    """

    name = "whoosh"

    def build(self, texts: Sequence[Text], folder: Path) -> None:
        self.facts = Facts(texts)
        fields = {field: TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=True) for field in WEIGHTS}
        index = create_in(folder, Schema(**fields))
        writer = index.writer(limitmb=512)
        for document in analysed(texts):
            title = document.title
            for heading, body in document.sections:
                writer.add_document(title=title, heading=heading, body=body)
                title = ""
        writer.commit(optimize=True)
        self.searcher = index.searcher(weighting=BM25F())

    def search(self, plan: Plan, facets: bool) -> Answer:
        results = self.searcher.search(query.Or([*self._clauses(plan)]), limit=None)
        rows = [*results.items()]
        sections = np.fromiter((number for number, _ in rows), np.int64, len(rows))
        scores = np.fromiter((score for _, score in rows), np.float64, len(rows))
        whole = np.bincount(self.facts.owner[sections], weights=scores, minlength=len(self.facts.ids))
        return self.facts.answer(self.facts.best(sections, scores), whole, facets)

    def close(self) -> None:
        self.searcher.close()

    def _clauses(self, plan: Plan) -> Iterator[query.Query]:
        for field, weight in WEIGHTS.items():
            for group in groups(plan):
                for term in group.terms:
                    yield query.Term(field, term.token, boost=weight * term.weight)
                if group.prefix:
                    yield query.Prefix(field, group.prefix, boost=weight * PREFIX)
                elif group.typo and not any(self._known(term.token) for term in group.terms):
                    yield query.FuzzyTerm(field, group.typo, weight * TYPO, typo_distance(group.typo), prefixlength=0)
            for phrase in phrases(plan):
                yield query.Phrase(field, phrase, boost=weight)

    def _known(self, token: str) -> bool:
        return any((field, token) in self.searcher.reader() for field in WEIGHTS)
