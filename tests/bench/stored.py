"""The documents of a run on the disk, read one by one: nobody holds them all in memory.

They are generated once, and analysed once for all peers, since that work is the same for each. What it takes is counted
into each peer's build.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any, Generic, TypeVar

from tests.bench.corpus import Text, documents
from tests.bench.job import Analysed, analysed

# The questions are made from so many documents, spread over all.
SAMPLED = 2_000

Item = TypeVar("Item")


@dataclass(frozen=True)
class Stored:
    """The first `size` documents in a folder; `analysis` is the seconds that one core took for their tokens."""

    folder: Path
    size: int
    analysis: float

    def texts(self) -> Iterator[Text]:
        return islice(_read(self.folder / "texts"), self.size)

    def analysed(self) -> Iterator[Analysed]:
        """As tokens; of the text only the facts are there."""
        return islice(_read(self.folder / "tokens"), self.size)

    def sample(self) -> list[Text]:
        return list(islice(self.texts(), 0, None, max(1, self.size // SAMPLED)))


def store(folder: Path, sizes: Sequence[int]) -> dict[int, Stored]:
    """Generates as many documents as the largest size wants, and gives each size its share of them."""
    folder.mkdir(parents=True, exist_ok=True)
    found: dict[int, Stored] = {}
    seconds = 0.0
    with (folder / "texts").open("wb") as texts, (folder / "tokens").open("wb") as tokens:
        for number, text in enumerate(documents(max(sizes)), start=1):
            begun = perf_counter()
            (done,) = analysed([text])
            seconds += perf_counter() - begun
            pickle.dump(text, texts, pickle.HIGHEST_PROTOCOL)
            pickle.dump(replace(done, text=replace(text, sections=())), tokens, pickle.HIGHEST_PROTOCOL)
            if number in sizes:
                found[number] = Stored(folder, number, seconds)
    return found


class Clocked(Generic[Item]):
    """Passes items on, and counts the seconds that were spent on getting them: they are not the engine's."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._items = iter(items)
        self.seconds = 0.0

    def __iter__(self) -> Iterator[Item]:
        return self

    def __next__(self) -> Item:
        begun = perf_counter()
        try:
            return next(self._items)
        finally:
            self.seconds += perf_counter() - begun


def _read(file: Path) -> Iterator[Any]:
    with file.open("rb") as stored:
        while stored.peek(1):
            yield pickle.load(stored)
