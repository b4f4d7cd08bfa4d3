"""Tantivy, both ways. Its indexes are given the tokens of our analysis, split at blanks, in one segment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter

from app.search.plan import Plan
from app.search.weights import WHOLE
from tests.bench.job import FACETS, LIMIT, MEANING, Answer, Counts, Source, asked, filters, strict
from tests.bench.stored import Clocked
from tests.bench.tantivy_shelf import Shelf

# So many sections and documents are folded: the same first ten as from all of them in 99.7 % of questions, at a
# fraction of the cost.
FOLDED = 500
# Where a document has to hold several words or to lie within filters, the sections of so many documents are asked for.
NARROWED = 50


class Tantivy:
    """The whole job. It does not fold, so it has two indexes, of sections and of documents: the best of both are taken
    and folded in Python. Where several words are needed, or filters narrow the question, the best documents are asked
    for first and then their sections. Totals, facets and filters are its own, on the index of documents. A prefix takes
    the best of the terms that it begins (a disjunction maximum). A typo is its fuzzy query, every word within the
    distance counting the same, since it has no way to see which were found. BM25 is per field and added up; its idf
    counts hidden documents too. Evidence does not come before the score.
    """

    name = "tantivy"
    lacks = frozenset({MEANING})

    def build(self, source: Source, folder: Path) -> float:
        begun = perf_counter()
        sections = Shelf.create(folder / "sections", ("heading", "body"))
        whole = Shelf.create(folder / "documents", ("title", "heading", "body"), FACETS)
        documents = Clocked(source.analysed())
        for number, document in enumerate(documents):
            for heading, body in document.sections:
                sections.add(document.text, number, heading=heading, body=body)
            whole.add(document.text, number, title=document.title, heading=document.headings, body=document.bodies)
        sections.commit()
        whole.commit()
        return perf_counter() - begun - documents.seconds

    def open(self, source: Source, folder: Path) -> None:
        self.ids = [text.id for text in source.texts()]
        self.sections = Shelf.open(folder / "sections", ("heading", "body"))
        self.documents = Shelf.open(folder / "documents", ("title", "heading", "body"), FACETS)

    def search(self, plan: Plan, facets: bool, meant: str = "") -> Answer:
        narrow = strict(asked(plan)) or filters(plan).any
        total, wholes = self.documents.top(self.documents.query(plan), NARROWED if narrow else FOLDED)
        numbers = [number for number, _ in wholes] if narrow else None
        _, sections = self.sections.top(self.sections.anywhere(plan, numbers), FOLDED)
        best: dict[int, float] = {}
        for number, score in sections:
            if score > best.get(number, 0.0):
                best[number] = score
        for number, score in wholes:
            best[number] = best.get(number, 0.0) + WHOLE * score
        first = sorted(best, key=lambda number: (-best[number], number))[:LIMIT]
        return Answer(total, [self.ids[number] for number in first], _counts(self.documents, plan) if facets else {})


class TantivyNative:
    """What it does by itself: the ten best sections, words needed and filters within one section, and facets that count
    sections; nothing is folded. A prefix scores the same whatever it finds.
    """

    name = "tantivy-native"
    lacks = frozenset({MEANING})

    def build(self, source: Source, folder: Path) -> float:
        begun = perf_counter()
        sections = Shelf.create(folder / "sections", ("title", "heading", "body"), FACETS)
        documents = Clocked(source.analysed())
        for number, document in enumerate(documents):
            for heading, body in document.sections:
                sections.add(document.text, number, title=document.title, heading=heading, body=body)
        sections.commit()
        return perf_counter() - begun - documents.seconds

    def open(self, source: Source, folder: Path) -> None:
        self.ids = [text.id for text in source.texts()]
        self.sections = Shelf.open(folder / "sections", ("title", "heading", "body"), FACETS, ranked_prefix=False)

    def search(self, plan: Plan, facets: bool, meant: str = "") -> Answer:
        total, top = self.sections.top(self.sections.query(plan), LIMIT)
        return Answer(total, [self.ids[number] for number, _ in top], _counts(self.sections, plan) if facets else {})


def _counts(shelf: Shelf, plan: Plan) -> Counts:
    """Each facet without its own filter; those that have none are counted together."""
    counts: Counts = {}
    for filtered, facets in _counted_together(plan):
        counts |= shelf.counts(shelf.query(plan, but=filtered), facets)
    return counts


def _counted_together(plan: Plan) -> Iterator[tuple[str, Sequence[str]]]:
    chosen = filters(plan).values
    yield "", [facet for facet in FACETS if facet not in chosen]
    yield from ((facet, [facet]) for facet in FACETS if facet in chosen)
