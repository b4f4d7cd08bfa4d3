"""An index under test with what it holds, so that a test says what goes in and what is asked, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Protocol

from app.search.analysis import analyse
from app.search.document import IndexDocument, IndexSection, day_number
from app.search.engine import Changes, Engine, IndexWriter, Request, Visibility
from app.search.likeness import Vector
from app.search.parser import parse
from app.search.plan import AtLeast, Group, Node, Plan, Term
from app.search.planner import plan
from app.search.results import Results


class Index(Protocol):
    """An engine's index: what is written through one is read through the other."""

    def writer(self) -> IndexWriter: ...

    def reader(self) -> Engine: ...


def document(
    id: str,
    body: str = "",
    *,
    title: str = "",
    alerts: str = "",
    sections: Iterable[tuple[str, str]] = (),
    day: date | None = None,
    revision: int = 1,
    meaning: tuple[bytes, ...] = (),
    **facets: tuple[str, ...],
) -> IndexDocument:
    """A document of (heading, body) sections, anchored `s0`, `s1` …; or of one, without a heading."""
    texts = list(sections) or ([("", body)] if body else [])
    return IndexDocument(
        id=id,
        revision=revision,
        title=analyse(title),
        alerts=analyse(alerts),
        sections=tuple(
            IndexSection(f"s{number}", analyse(heading), analyse(text)) for number, (heading, text) in enumerate(texts)
        ),
        day=day_number(day),
        facets=facets,
        meaning=meaning,
    )


def word(token: str, weight: float = 1.0, prefix: str = "", typo: str = "") -> Group:
    return Group((Term(token, weight),), prefix=prefix, typo=typo)


class Shelf:
    """Commits and questions. Whoever is not told otherwise sees everything."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.writer = index.writer()
        self.reader = index.reader()
        self.revision = 0

    def put(
        self, *documents: IndexDocument, removed: tuple[str, ...] = (), reference: frozenset[str] = frozenset()
    ) -> None:
        """One commit."""
        self.revision += 1
        self.writer.commit(Changes(documents, removed, self.revision), reference)

    def remove(self, *ids: str) -> None:
        self.put(removed=ids)

    def rebuild(self, *documents: IndexDocument, reference: frozenset[str] = frozenset()) -> None:
        self.revision += 1
        self.writer.rebuild([Changes((each,), (), self.revision) for each in documents], reference)

    def reopen(self) -> None:
        self.close()
        self.writer, self.reader = self.index.writer(), self.index.reader()

    def close(self) -> None:
        self.writer.close()
        self.reader.close()

    def search(
        self,
        *nodes: Node,
        visible: Iterable[str] | None = None,
        reference: Iterable[str] | None = None,
        limit: int = 10,
        offset: int = 0,
        facets: tuple[str, ...] = (),
        ordered: bool = False,
        meaning: Vector | None = None,
    ) -> Results:
        """What all of the nodes find, but of the words any."""
        words = tuple(node for node in nodes if isinstance(node, Group))
        others = tuple(node for node in nodes if not isinstance(node, Group))
        plan = Plan((AtLeast(words), *others) if words else others, ordered)
        return self.ask_for(plan, visible, reference, limit, offset, facets, meaning)

    def ask_for(
        self,
        plan: Plan,
        visible: Iterable[str] | None = None,
        reference: Iterable[str] | None = None,
        limit: int = 10,
        offset: int = 0,
        facets: tuple[str, ...] = (),
        meaning: Vector | None = None,
    ) -> Results:
        return self.reader.search(
            Request(plan, self._mask(visible), self._mask(reference), limit, offset, facets, meaning)
        )

    def ids(self, *nodes: Node, visible: Iterable[str] | None = None) -> list[str]:
        return [hit.id for hit in self.search(*nodes, visible=visible).hits]

    def scores(self, *nodes: Node, reference: Iterable[str] | None = None) -> dict[str, float]:
        return {hit.id: hit.score for hit in self.search(*nodes, reference=reference).hits}

    def ask(self, text: str, synonyms: Mapping[str, tuple[str, ...]] | None = None, typing: bool = False) -> list[str]:
        """The ids that a text finds, best first."""
        return [hit.id for hit in self.ask_for(plan(parse(text), synonyms, typing)).hits]

    def _mask(self, ids: Iterable[str] | None) -> Visibility:
        held = frozenset(self.writer.revisions() if ids is None else ids)
        return Visibility(held, lambda: held)
