"""Hindsight's own engine, through the same door as everywhere else; and its oracle, to see that it answers right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from time import perf_counter

from app.search.analysis import analyse
from app.search.document import IndexDocument, IndexSection, Tokens, day_number
from app.search.engine import Changes, Engine, IndexWriter, Request, Visibility
from app.search.engines.memory import MemoryIndex
from app.search.engines.whoosh import open_reader, open_writer
from app.search.likeness import packed
from app.search.meaning import Meaning, chunks
from app.search.plan import Plan
from tests.bench.corpus import Text
from tests.bench.job import FACETS, LIMIT, MEANING, Answer, Source
from tests.bench.stored import Clocked

BATCH = 500


class Hindsight:
    """Sections folded into documents, three facets, filters and the visibility filter are what it does anyway; the
    index has vectors, which take part where the meaning counts.
    """

    name = "hindsight"
    lacks: frozenset[str] = frozenset()
    reader: Engine

    def build(self, source: Source, folder: Path) -> float:
        begun = perf_counter()
        waited = _fill(open_writer(folder), source)
        return perf_counter() - begun - waited

    def open(self, source: Source, folder: Path) -> None:
        self.public = Visibility("public", lambda: _public(source))
        self.reader = open_reader(folder)

    def search(self, plan: Plan, facets: bool, meant: str = "") -> Answer:
        meaning = self.reader.meaning.encode([meant])[0] if meant and self.reader.meaning else None
        request = Request(plan, self.public, self.public, LIMIT, facets=FACETS if facets else (), meaning=meaning)
        found = self.reader.search(request)
        counts = {name: dict(found.facets[name]) for name in request.facets}
        return Answer(found.total, [hit.id for hit in found.hits], counts)


class Oracle(Hindsight):
    """The same by brute force, in plain Python, without vectors."""

    name = "oracle"
    lacks = frozenset({MEANING})

    def build(self, source: Source, folder: Path) -> float:
        return 0.0

    def open(self, source: Source, folder: Path) -> None:
        index = MemoryIndex()
        _fill(index.writer(), source)
        super().open(source, folder)
        self.reader = index.reader()


def _public(source: Source) -> frozenset[str]:
    return frozenset(text.id for text in source.texts() if not text.hidden)


def _fill(writer: IndexWriter, source: Source) -> float:
    """Fills an index; returns the seconds that it waited for documents."""
    begun = perf_counter()
    public = _public(source)
    waited = perf_counter() - begun
    texts = Clocked(source.texts())
    writer.rebuild(_batches(texts, writer.meaning), public)
    writer.close()
    return waited + texts.seconds


def _batches(texts: Iterable[Text], meaning: Meaning | None) -> Iterator[Changes]:
    items = iter(texts)
    while batch := tuple(present(text, meaning) for text in islice(items, BATCH)):
        yield Changes(batch, (), 1)


def present(text: Text, meaning: Meaning | None) -> IndexDocument:
    return IndexDocument(
        id=text.id,
        revision=1,
        title=analyse(text.title),
        alerts=Tokens(),
        sections=tuple(
            IndexSection(f"s{number}", analyse(heading), analyse(body))
            for number, (heading, body) in enumerate(text.sections)
        ),
        day=day_number(text.day),
        facets={"kind": (text.kind,), "service": text.services, "cause": text.causes},
        meaning=packed(meaning.encode(_pieces(text))) if meaning else (),
    )


def _pieces(text: Text) -> list[str]:
    """What its vectors are of, as in `app.indexing.present`."""
    return [text.title, *(piece for section in text.sections for piece in chunks(text.title, *section))]
