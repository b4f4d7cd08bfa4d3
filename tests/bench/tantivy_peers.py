"""Tantivy, both ways. Its indexes are given the tokens of our analysis, split at blanks, in one segment."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tantivy import Document, Index, Occur, Query, Schema, SchemaBuilder, TextAnalyzerBuilder, Tokenizer

from app.search.analysis import STEM_MARK
from app.search.plan import Plan
from app.search.weights import PREFIX, TYPO, WHOLE, typo_distance
from tests.bench.corpus import Text
from tests.bench.job import FACETS, LIMIT, WEIGHTS, Answer, Counts, analysed, groups, phrases

HEAP = 256_000_000
# So many sections and documents are folded: the same first ten as from all of them in 99.7 % of questions, at a
# fraction of the cost.
FOLDED = 500
_COUNTED = {facet: {"terms": {"field": facet, "size": 1000}} for facet in FACETS}


class Tantivy:
    """The whole job. It does not fold, so it has two indexes, of sections and of documents: the best of both are taken
    and folded in Python. Totals, facets and the visibility filter are its own, on the index of documents. A prefix
    takes the best of the terms that it begins (a disjunction maximum). A typo is its fuzzy query, every word within the
    distance counting the same, since it has no way to see which were found. BM25 is per field and added up; its idf
    counts hidden documents too.
    """

    name = "tantivy"

    def build(self, texts: Sequence[Text], folder: Path) -> None:
        self.ids = [text.id for text in texts]
        self.sections = _Shelf(folder / "sections", ("heading", "body"))
        self.documents = _Shelf(folder / "documents", ("title", "heading", "body"), FACETS)
        for number, document in enumerate(analysed(texts)):
            for heading, body in document.sections:
                self.sections.add(document.text, number, heading=heading, body=body)
            self.documents.add(
                document.text, number, title=document.title, heading=document.headings, body=document.bodies
            )
        self.sections.open()
        self.documents.open()

    def search(self, plan: Plan, facets: bool) -> Answer:
        asked = self.documents.query(plan, ranked_prefix=True)
        total, wholes = self.documents.top(asked, FOLDED)
        _, sections = self.sections.top(self.sections.query(plan, ranked_prefix=True), FOLDED)
        best: dict[int, float] = {}
        for number, score in sections:
            if score > best.get(number, 0.0):
                best[number] = score
        for number, score in wholes:
            best[number] = best.get(number, 0.0) + WHOLE * score
        first = sorted(best, key=lambda number: (-best[number], number))[:LIMIT]
        return Answer(total, [self.ids[number] for number in first], self.documents.counts(asked) if facets else {})

    def close(self) -> None:
        del self.sections, self.documents


class TantivyNative:
    """What it does by itself: the ten best sections, and facets that count sections; nothing is folded. A prefix scores
    the same whatever it finds.
    """

    name = "tantivy-native"

    def build(self, texts: Sequence[Text], folder: Path) -> None:
        self.ids = [text.id for text in texts]
        self.sections = _Shelf(folder / "sections", ("title", "heading", "body"), FACETS)
        for number, document in enumerate(analysed(texts)):
            for heading, body in document.sections:
                self.sections.add(document.text, number, title=document.title, heading=heading, body=body)
        self.sections.open()

    def search(self, plan: Plan, facets: bool) -> Answer:
        asked = self.sections.query(plan, ranked_prefix=False)
        total, top = self.sections.top(asked, LIMIT)
        return Answer(total, [self.ids[number] for number, _ in top], self.sections.counts(asked) if facets else {})

    def close(self) -> None:
        del self.sections


class _Shelf:
    """One index of Tantivy's, with the fields that are searched and the facets that are counted."""

    def __init__(self, folder: Path, fields: tuple[str, ...], facets: tuple[str, ...] = ()) -> None:
        folder.mkdir(parents=True)
        self.fields = fields
        self.facets = facets
        self.schema = _schema(fields, facets)
        self.index = Index(self.schema, path=str(folder))
        self.index.register_tokenizer("blanks", TextAnalyzerBuilder(Tokenizer.whitespace()).build())
        self.writer = self.index.writer(HEAP, 1)
        self.hidden = Query.term_query(self.schema, "hidden", 1)

    def add(self, text: Text, number: int, **fields: str) -> None:
        values = (
            {"kind": [text.kind], "service": list(text.services), "cause": list(text.causes)} if self.facets else {}
        )
        self.writer.add_document(Document(number=number, hidden=int(text.hidden), **fields, **values))

    def open(self) -> None:
        self.writer.commit()
        self.writer.wait_merging_threads()
        self.index.reload()
        self.searcher = self.index.searcher()

    def top(self, query: Query, limit: int) -> tuple[int, list[tuple[int, float]]]:
        """How many match, and the best of them as document numbers with scores."""
        found = self.searcher.search(query, limit)
        numbers = self.searcher.fast_field_values("number", [address for _, address in found.hits])
        return found.count, [(int(number), score) for number, (score, _) in zip(numbers, found.hits, strict=True)]

    def counts(self, query: Query) -> Counts:
        found = self.searcher.aggregate(query, _COUNTED)
        return {facet: {each["key"]: each["doc_count"] for each in found[facet]["buckets"]} for facet in FACETS}

    def query(self, plan: Plan, ranked_prefix: bool) -> Query:
        """The plan as one flat query, which is the fastest that it has; what is hidden is excluded."""
        clauses: list[tuple[Occur, Query]] = [(Occur.MustNot, self.hidden)]
        for group in groups(plan):
            terms = [(term.token, term.weight) for term in group.terms]
            known = any(self._known(token) for token, _ in terms)
            for field in self.fields:
                weight = WEIGHTS[field]
                clauses += [(Occur.Should, self._term(field, token, weight * share)) for token, share in terms]
                if group.prefix and ranked_prefix:
                    clauses += self._best_with(field, group.prefix)
                elif group.prefix:
                    begun = Query.regex_query(self.schema, field, group.prefix + ".*")
                    clauses.append((Occur.Should, Query.boost_query(begun, PREFIX * weight)))
                if group.typo and not known and not group.prefix:
                    near = Query.fuzzy_term_query(self.schema, field, group.typo, typo_distance(group.typo))
                    clauses.append((Occur.Should, Query.boost_query(near, TYPO * weight)))
        for phrase in phrases(plan):
            words = [(at, token) for at, token in enumerate(phrase) if not token.startswith(STEM_MARK)]
            for field in self.fields:
                row = Query.phrase_query(self.schema, field, [*words])
                clauses.append((Occur.Should, Query.boost_query(row, WEIGHTS[field])))
        return Query.boolean_query(clauses)

    def _known(self, token: str) -> bool:
        return any(self.searcher.doc_freq(field, token) for field in self.fields)

    def _term(self, field: str, token: str, boost: float) -> Query:
        return Query.boost_query(Query.term_query(self.schema, field, token), boost)

    def _best_with(self, field: str, prefix: str) -> list[tuple[Occur, Query]]:
        begun = self.searcher.terms_with_prefix(field, prefix)
        ways = [self._term(field, token, PREFIX * WEIGHTS[field]) for token, _ in begun]
        return [(Occur.Should, Query.disjunction_max_query(ways))] if ways else []


def _schema(fields: tuple[str, ...], facets: tuple[str, ...]) -> Schema:
    builder = SchemaBuilder()
    for field in fields:
        builder.add_text_field(field, tokenizer_name="blanks")
    for facet in facets:
        builder.add_text_field(facet, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("number", fast=True)
    builder.add_integer_field("hidden", indexed=True)
    return builder.build()
