"""The reading side: maps the arrays that the newest meta file names, and never imports Whoosh."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Hashable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from app.errors import Unavailable
from app.search.engine import Request, State, Visibility
from app.search.engines.whoosh import generation
from app.search.engines.whoosh.evaluate import Evaluation
from app.search.engines.whoosh.snapshot import Snapshot
from app.search.meaning import SHIPPED, Meaning
from app.search.results import Hit, Results, Share

# A commit may be replaced between reading its name and opening its files.
TRIES = 5
MOST_VISIBILITIES = 8


class WhooshEngine:
    """An Engine. What it has open stays usable when the index is deleted, damaged or replaced under it.

    Until the index has the vectors of `meaning` it goes by those that come with the application, if it has them.
    """

    name = "whoosh"

    def __init__(self, index: Path, meaning: Meaning | None = None) -> None:
        self.index = index
        self._meanings = {each.name: each for each in (SHIPPED, meaning or SHIPPED)}
        self._snapshot: Snapshot | None = None
        self._failed: tuple[Path, int] | None = None
        self._lock = threading.Lock()
        self._known: OrderedDict[Hashable, frozenset[str]] = OrderedDict()

    @property
    def meaning(self) -> Meaning | None:
        return self._meanings.get((self._snapshot or self._current()).meaning)

    def search(self, request: Request) -> Results:
        snapshot = self._current()
        if request.meant_by not in (None, snapshot.meaning):
            request = replace(request, meaning=None)
        return Evaluation(snapshot, request, partial(self._ids, snapshot.state.commit)).results()

    def explain(self, request: Request, hits: Sequence[Hit]) -> dict[str, tuple[Share, ...]]:
        snapshot = self._current()
        return Evaluation(snapshot, request, partial(self._ids, snapshot.state.commit)).shares(hits)

    def holding(self, visible: Visibility, words: Sequence[Collection[str]]) -> tuple[int, list[int]]:
        snapshot = self._current()
        load = partial(self._ids, snapshot.state.commit)
        seen = [(segment, segment.mask(visible, load) & live) for segment, live in snapshot]
        total = sum(int(np.count_nonzero(mask)) for _, mask in seen)
        return total, [sum(segment.holding(mask, tokens) for segment, mask in seen) for tokens in words]

    def state(self) -> State:
        return self._current().state

    def close(self) -> None:
        self._snapshot = None
        self._known.clear()

    def _current(self) -> Snapshot:
        """The newest commit; the last one that could be opened where that one is damaged."""
        snapshot = self._snapshot
        if snapshot is not None and snapshot.harmed():
            self._snapshot = snapshot = None
        newest = generation.newest(self.index)
        if snapshot is not None and (newest is None or newest in ((snapshot.folder, snapshot.number), self._failed)):
            return snapshot
        with self._lock:
            return self._open()

    def _open(self) -> Snapshot:
        for _ in range(TRIES):
            newest = generation.newest(self.index)
            before = self._snapshot
            if newest is None:
                break
            if before is not None and newest == (before.folder, before.number):
                return before
            folder, number = newest
            try:
                self._snapshot = Snapshot(folder, generation.read_meta(folder, number), before)
                return self._snapshot
            except FileNotFoundError:
                continue
            except Unavailable:
                if generation.newest(self.index) != newest:
                    continue
                self._failed = newest
                if before is None:
                    raise
                return before
        if self._snapshot is not None:
            return self._snapshot
        raise Unavailable(
            "There is no index yet, or none any more. The index worker builds it; `hindsight ingest` or "
            "`hindsight rebuild` does it now."
        )

    def _ids(self, commit: str, visible: Visibility) -> frozenset[str]:
        """The ids of a visibility at a commit."""
        key = (commit, visible.key)
        with self._lock:
            ids = self._known.get(key)
        if ids is None:
            ids = visible.load()
            with self._lock:
                self._known[key] = ids
                while len(self._known) > MOST_VISIBILITIES:
                    self._known.popitem(last=False)
        return ids
