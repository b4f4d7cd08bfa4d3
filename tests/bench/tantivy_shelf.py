"""One index of Tantivy's: how it is filled, and how a plan is said to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from tantivy import (
    Document,
    FieldType,
    Index,
    IndexWriter,
    Occur,
    Query,
    Schema,
    SchemaBuilder,
    Searcher,
    TextAnalyzerBuilder,
    Tokenizer,
)

from app.search.analysis import STEM_MARK
from app.search.document import day_number
from app.search.plan import AtLeast, Group, Node, Plan
from app.search.plan import Sequence as Phrase
from app.search.weights import PREFIX, TYPO, typo_distance
from tests.bench.corpus import Text
from tests.bench.job import WEIGHTS, Counts, asked, filters, leaves, phrase

HEAP = 256_000_000

Clause = tuple[Occur, Query]


class Shelf:
    """`fields` are searched, `facets` counted. `ranked_prefix`: the best of the terms that a prefix begins counts."""

    writer: IndexWriter
    searcher: Searcher

    def __init__(
        self, index: Index, schema: Schema, fields: tuple[str, ...], facets: tuple[str, ...], ranked_prefix: bool
    ) -> None:
        self.index = index
        self.index.register_tokenizer("blanks", TextAnalyzerBuilder(Tokenizer.whitespace()).build())
        self.schema = schema
        self.fields = fields
        self.facets = facets
        self.ranked_prefix = ranked_prefix
        self.hidden = Query.term_query(schema, "hidden", 1)

    @classmethod
    def create(cls, folder: Path, fields: tuple[str, ...], facets: tuple[str, ...] = ()) -> Shelf:
        folder.mkdir(parents=True)
        schema = _schema(fields, facets)
        shelf = cls(Index(schema, path=str(folder)), schema, fields, facets, ranked_prefix=True)
        shelf.writer = shelf.index.writer(HEAP, 1)
        return shelf

    @classmethod
    def open(
        cls, folder: Path, fields: tuple[str, ...], facets: tuple[str, ...] = (), ranked_prefix: bool = True
    ) -> Shelf:
        shelf = cls(Index.open(str(folder)), _schema(fields, facets), fields, facets, ranked_prefix)
        shelf.searcher = shelf.index.searcher()
        return shelf

    def add(self, text: Text, number: int, **fields: str) -> None:
        values = (
            {"kind": [text.kind], "service": list(text.services), "cause": list(text.causes)} if self.facets else {}
        )
        day = day_number(text.day)
        self.writer.add_document(Document(number=number, day=day, hidden=int(text.hidden), **fields, **values))

    def commit(self) -> None:
        self.writer.commit()
        self.writer.wait_merging_threads()

    def top(self, query: Query, limit: int) -> tuple[int, list[tuple[int, float]]]:
        """How many match, and the best of them as document numbers with scores."""
        found = self.searcher.search(query, limit)
        numbers = self.searcher.fast_field_values("number", [address for _, address in found.hits])
        return found.count, [(int(number), score) for number, (score, _) in zip(numbers, found.hits, strict=True)]

    def counts(self, query: Query, facets: Sequence[str]) -> Counts:
        found = self.searcher.aggregate(query, {facet: {"terms": {"field": facet, "size": 1000}} for facet in facets})
        return {facet: {each["key"]: each["doc_count"] for each in found[facet]["buckets"]} for facet in facets}

    def query(self, plan: Plan, but: str = "") -> Query:
        """The plan, but for the filter of one facet; what is hidden is excluded."""
        wanted = asked(plan)
        narrowing = [*self._filters(plan, but)]
        outer: list[Clause] = [(Occur.MustNot, self.hidden), *narrowing]
        if 1 < wanted.needed == len(wanted.nodes):
            words = (Query.boolean_query([*self._clauses(node)]) for node in wanted.nodes)
            return Query.boolean_query([*outer, *((Occur.Must, word) for word in words)])
        clauses = [*self._clauses(wanted)]
        # One flat query is the fastest that it has; but beside a filter, what should match need not.
        return Query.boolean_query(
            [*outer, (Occur.Must, Query.boolean_query(clauses))] if narrowing else [*outer, *clauses]
        )

    def anywhere(self, plan: Plan, numbers: Sequence[int] | None) -> Query:
        """Any of the plan's words; only in documents of these `numbers`, where they are given."""
        flat = [clause for leaf in leaves(asked(plan)) for clause in self._clauses(leaf)]
        if numbers is None:
            return Query.boolean_query([(Occur.MustNot, self.hidden), *flat])
        these = [(Occur.Should, Query.term_query(self.schema, "number", number)) for number in numbers]
        within = Query.const_score_query(Query.boolean_query(these), 0.0)
        return Query.boolean_query([(Occur.Must, within), (Occur.Must, Query.boolean_query(flat))])

    def _clauses(self, node: Node) -> Iterator[Clause]:
        """What answers a word, a phrase or some of several, as flat as can be."""
        if isinstance(node, AtLeast) and node.needed > 1:
            inner = [(Occur.Should, Query.boolean_query([*self._clauses(each)])) for each in node.nodes]
            yield (Occur.Should, Query.boolean_query(inner, minimum_number_should_match=node.needed))
        elif isinstance(node, AtLeast):
            for each in node.nodes:
                yield from self._clauses(each)
        elif isinstance(node, Phrase):
            row = [(at, token) for at, token in enumerate(phrase(node)) if not token.startswith(STEM_MARK)]
            for field in self.fields:
                query = Query.phrase_query(self.schema, field, [*row])
                yield (Occur.Should, Query.boost_query(query, WEIGHTS[field]))
        elif isinstance(node, Group):
            yield from self._word(node)

    def _word(self, group: Group) -> Iterator[Clause]:
        terms = [(term.token, term.weight) for term in group.terms]
        known = any(self.searcher.doc_freq(field, token) for field in self.fields for token, _ in terms)
        for field in self.fields:
            weight = WEIGHTS[field]
            yield from ((Occur.Should, self._term(field, token, weight * share)) for token, share in terms)
            if group.prefix and self.ranked_prefix:
                yield from self._best_with(field, group.prefix)
            elif group.prefix:
                begun = Query.regex_query(self.schema, field, group.prefix + ".*")
                yield (Occur.Should, Query.boost_query(begun, PREFIX * weight))
            if group.typo and not known and not group.prefix:
                near = Query.fuzzy_term_query(self.schema, field, group.typo, typo_distance(group.typo))
                yield (Occur.Should, Query.boost_query(near, TYPO * weight))

    def _filters(self, plan: Plan, but: str) -> Iterator[Clause]:
        wanted = filters(plan)
        for facet, value in wanted.values.items():
            if facet != but:
                chosen = Query.term_query(self.schema, facet, value)
                yield (Occur.Must, Query.const_score_query(chosen, 0.0))
        if wanted.first is not None or wanted.end is not None:
            days = Query.range_query(
                self.schema, "day", FieldType.Integer, wanted.first, wanted.end, include_upper=wanted.end is None
            )
            yield (Occur.Must, Query.const_score_query(days, 0.0))

    def _term(self, field: str, token: str, boost: float) -> Query:
        return Query.boost_query(Query.term_query(self.schema, field, token), boost)

    def _best_with(self, field: str, prefix: str) -> list[Clause]:
        begun = self.searcher.terms_with_prefix(field, prefix)
        ways = [self._term(field, token, PREFIX * WEIGHTS[field]) for token, _ in begun]
        return [(Occur.Should, Query.disjunction_max_query(ways))] if ways else []


def _schema(fields: tuple[str, ...], facets: tuple[str, ...]) -> Schema:
    builder = SchemaBuilder()
    for field in fields:
        builder.add_text_field(field, tokenizer_name="blanks")
    for facet in facets:
        builder.add_text_field(facet, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("number", fast=True, indexed=True)
    builder.add_integer_field("day", fast=True)
    builder.add_integer_field("hidden", indexed=True)
    return builder.build()
