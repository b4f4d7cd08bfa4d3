"""Documents in one process, as the engine protocol has them: a writer and a reader who look at the same ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from app.errors import Conflict
from app.search.engine import Changes, IndexWriter, Request, State, Visibility
from app.search.engines.memory.counted import Averages, Commit, Held, holding
from app.search.engines.memory.search import Search
from app.search.results import Hit, Results, Share


class MemoryIndex:
    """Documents in one process; `writer` and `reader` look at the same ones."""

    def __init__(self) -> None:
        self.commit = Commit()
        self.writing = False

    def writer(self) -> IndexWriter:
        if self.writing:
            raise Conflict("Another writer holds this index; close it first.")
        return MemoryWriter(self)

    def reader(self) -> MemoryEngine:
        return MemoryEngine(self)


class MemoryWriter:
    meaning = None

    def __init__(self, index: MemoryIndex) -> None:
        self.index = index
        index.writing = True

    def revisions(self) -> dict[str, int]:
        return {id: each.document.revision for id, each in self.index.commit.held.items()}

    def lacking(self) -> list[str]:
        return sorted(id for id, each in self.index.commit.held.items() if not each.document.meaning)

    def vectors(self, id: str, revision: int) -> tuple[bytes, ...]:
        held = self.index.commit.held.get(id)
        return held.document.meaning if held and held.document.revision == revision else ()

    def sound(self) -> bool:
        return True

    def commit(self, changes: Changes, reference: frozenset[str]) -> None:
        last = self.index.commit
        held = _applied(last.held, changes)
        averages = Averages.over(held, reference)
        stay = last.held.keys() - set(changes.removed) - {document.id for document in changes.documents}
        first_seen = stay.isdisjoint(reference) and not reference.isdisjoint(held)
        if stay and not first_seen and not last.averages.drifted(averages):
            averages = last.averages
        self.index.commit = Commit(last.number + 1, changes.revision, held, averages)

    def rebuild(self, batches: Iterable[Changes], reference: frozenset[str]) -> None:
        held: Mapping[str, Held] = {}
        revision = 0
        for changes in batches:
            held, revision = _applied(held, changes), changes.revision
        self.index.commit = Commit(self.index.commit.number + 1, revision, held, Averages.over(held, reference))

    def close(self) -> None:
        self.index.writing = False


def _applied(held: Mapping[str, Held], changes: Changes) -> Mapping[str, Held]:
    kept = {id: each for id, each in held.items() if id not in changes.removed}
    return kept | {document.id: Held.of(document) for document in changes.documents}


class MemoryEngine:
    name = "memory"
    meaning = None

    def __init__(self, index: MemoryIndex) -> None:
        self.index = index

    def search(self, request: Request) -> Results:
        return Search(self.index.commit, request).results()

    def explain(self, request: Request, hits: Iterable[Hit]) -> dict[str, tuple[Share, ...]]:
        search = Search(self.index.commit, request)
        return {hit.id: tuple(search.shares(hit)) for hit in hits if hit.id in search.visible}

    def holding(self, visible: Visibility, words: Iterable[Collection[str]]) -> tuple[int, list[int]]:
        seen = self.index.commit.through(visible)
        return len(seen), [holding(frozenset(tokens), seen) for tokens in words]

    def section_scores(self, request: Request, id: str) -> dict[str, float]:
        """By anchor: what a comparison needs to tell a wrong anchor from one of two that are as good."""
        search = Search(self.index.commit, request)
        held = search.visible[id]
        scores, _ = search.scores(held)
        return dict(zip((section.anchor for section in held.document.sections), scores, strict=True))

    def state(self) -> State:
        commit = self.index.commit
        return State(str(commit.number), commit.revision, len(commit.held))

    def close(self) -> None:
        pass
