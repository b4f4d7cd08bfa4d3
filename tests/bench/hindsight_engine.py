"""Hindsight's own engine, through the same door as everywhere else; and its oracle, to see that it answers right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from app.search.analysis import analyse
from app.search.document import IndexDocument, IndexSection, Tokens, day_number
from app.search.engine import Changes, Engine, IndexWriter, Request, Visibility
from app.search.engines.memory import MemoryIndex
from app.search.engines.whoosh import open_reader, open_writer
from app.search.plan import Plan
from tests.bench.corpus import Text
from tests.bench.job import FACETS, LIMIT, Answer

DAY = day_number(date(2026, 1, 1))


class Hindsight:
    """Sections folded into documents, three facets and the visibility filter are what it does anyway."""

    name = "hindsight"
    reader: Engine

    def build(self, texts: Sequence[Text], folder: Path) -> None:
        self._fill(open_writer(folder), texts)
        self.reader = open_reader(folder)

    def search(self, plan: Plan, facets: bool) -> Answer:
        request = Request(plan, self.public, self.public, LIMIT, facets=FACETS if facets else ())
        found = self.reader.search(request)
        counts = {name: dict(found.facets[name]) for name in request.facets}
        return Answer(found.total, [hit.id for hit in found.hits], counts)

    def close(self) -> None:
        self.reader.close()

    def _fill(self, writer: IndexWriter, texts: Sequence[Text]) -> None:
        public = frozenset(text.id for text in texts if not text.hidden)
        self.public = Visibility("public", lambda: public)
        writer.rebuild(_batches(texts), public)
        writer.close()


class Oracle(Hindsight):
    """The same by brute force, in plain Python."""

    name = "oracle"

    def build(self, texts: Sequence[Text], folder: Path) -> None:
        index = MemoryIndex()
        self._fill(index.writer(), texts)
        self.reader = index.reader()


def _batches(texts: Sequence[Text]) -> Iterator[Changes]:
    for first in range(0, len(texts), 500):
        yield Changes(tuple(map(present, texts[first : first + 500])), (), 1)


def present(text: Text) -> IndexDocument:
    return IndexDocument(
        id=text.id,
        revision=1,
        title=analyse(text.title),
        alerts=Tokens(),
        sections=tuple(
            IndexSection(f"s{number}", analyse(heading), analyse(body))
            for number, (heading, body) in enumerate(text.sections)
        ),
        day=DAY,
        facets={"kind": (text.kind,), "service": text.services, "cause": text.causes},
    )
