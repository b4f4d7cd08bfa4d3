"""Which of the things that were there before are the things that are there now: documents, sections, action items.

The strongest evidence goes first: a stated name, the same words in the same place, the same words elsewhere, much the
same words, and last the same place alone. What stays unclear stays unmatched.
"""

from __future__ import annotations

import hashlib
import heapq
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

ENOUGH = 0.6
CLEAR = 0.05
SKETCH = 128
MANY = 50

_WORD = re.compile(r"\w+")

Likeness = Callable[[int, int], float]
Near = Callable[[int], Iterable[int]]


@dataclass(frozen=True)
class Thing:
    """`names` is what it is known by, `stated` the name that it states itself; `place` is where it stands; `content`
    is a digest of its words, "" where it has none; `label` is what people call it.
    """

    place: str
    content: str = ""
    label: str = ""
    stated: str | None = None
    names: frozenset[str] = field(default_factory=frozenset)


def digest(texts: Iterable[str]) -> str:
    """A digest of what texts say, whatever their order, spaces and capitals; "" where they say nothing."""
    said = sorted(" ".join(_WORD.findall(text.casefold())) for text in texts)
    every = "\n".join(text for text in said if text)
    return hashlib.sha256(every.encode()).hexdigest()[:32] if every else ""


def shingles(texts: Iterable[str]) -> frozenset[int]:
    """The smallest hashes of three words that follow each other; they mean something within one process only."""
    found: set[int] = set()
    for text in texts:
        words = _WORD.findall(text.casefold())
        found.update(map(hash, zip(words, words[1:], words[2:], strict=False)) if len(words) > 2 else map(hash, words))
    return frozenset(heapq.nsmallest(SKETCH, found) if len(found) > SKETCH else found)


def shared(one: frozenset[int], other: frozenset[int]) -> float:
    """From 0 to 1: how much of what either says both say. The smallest hashes of both together stand for all."""
    every: Iterable[int] = one | other
    if len(one) == SKETCH or len(other) == SKETCH:
        every = heapq.nsmallest(SKETCH, every)
    sample = frozenset(every)
    return len(sample & one & other) / len(sample) if sample else 0.0


def labelled(one: str, other: str) -> float:
    return fuzz.token_sort_ratio(one, other) / 100


class Pairing:
    """`old_of[new]` is what was found so far. Each thing is matched once."""

    def __init__(self, old: Sequence[Thing], new: Sequence[Thing], enough: float = ENOUGH) -> None:
        self.old, self.new, self.enough = old, new, enough
        self.old_of: dict[int, int] = {}
        self.free_old = set(range(len(old)))
        self.free_new = set(range(len(new)))

    def match(self, new: int, old: int) -> None:
        self.old_of[new] = old
        self.free_new.discard(new)
        self.free_old.discard(old)

    def by_name(self) -> None:
        """What states a name by which something was known."""
        named = self._index(lambda thing: thing.names)
        self._best(
            (new, old) for new in sorted(self.free_new) for name in self.new[new].names for old in named.get(name, ())
        )

    def in_place(self, likeness: Likeness, near: Near | None = None) -> None:
        """What stands where it stood and says much the same; not where it is more like what stood elsewhere."""
        places = self._index(lambda thing: (thing.place,))
        pairs = [(new, old) for new in sorted(self.free_new) for old in places.get(self.new[new].place, ())]
        for new, old in pairs:
            if self.new[new].content == self.old[old].content and self._both_free(new, old):
                self.match(new, old)
        elsewhere = {self.old[old].content for old in self.free_old} - {""}
        for new, old in pairs:
            if not self._both_free(new, old) or self.new[new].content in elsewhere:
                continue
            here = likeness(new, old)
            others = near(new) if near else sorted(self.free_old)[:MANY]
            better = any(likeness(new, each) > here + CLEAR for each in others if each != old and each in self.free_old)
            if here >= self.enough and not better:
                self.match(new, old)

    def by_content(self) -> None:
        """What says the same words, wherever; of several, those whose labels are most alike."""
        said = self._index(lambda thing: (thing.content,) if thing.content else ())
        self._best((new, old) for new in sorted(self.free_new) for old in said.get(self.new[new].content, ()))

    def by_likeness(self, likeness: Likeness, near: Near | None = None) -> None:
        """What says much the same, where nothing else comes close to being it."""
        scores: dict[tuple[int, int], float] = {}
        for new in sorted(self.free_new):
            for old in sorted(self.free_old if near is None else self.free_old.intersection(near(new))):
                if not self._differ(new, old) and (score := likeness(new, old)) >= self.enough - CLEAR:
                    scores[new, old] = score
        by_new, by_old = defaultdict(list), defaultdict(list)
        for (new, old), score in scores.items():
            by_new[new].append(score)
            by_old[old].append(score)
        for (new, old), score in sorted(scores.items(), key=lambda item: -item[1]):
            rivals = sum(each > score - CLEAR for each in (*by_new[new], *by_old[old])) - 2
            if score >= self.enough and not rivals and self._both_free(new, old):
                self.match(new, old)

    def by_place(self) -> None:
        """What stands where it stood, whatever it says; not where both state names, and others."""
        places = self._index(lambda thing: (thing.place,))
        self._best(
            (new, old)
            for new in sorted(self.free_new)
            for old in places.get(self.new[new].place, ())
            if not self._differ(new, old)
        )

    def _differ(self, new: int, old: int) -> bool:
        said, known = self.new[new].stated, self.old[old]
        return said is not None and known.stated is not None and said not in known.names

    def _both_free(self, new: int, old: int) -> bool:
        return new in self.free_new and old in self.free_old

    def _index(self, keys: Callable[[Thing], Iterable[str]]) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for old in sorted(self.free_old):
            for key in keys(self.old[old]):
                found[key].append(old)
        return found

    def _best(self, pairs: Iterable[tuple[int, int]]) -> None:
        ranked = sorted(pairs, key=lambda pair: -labelled(self.new[pair[0]].label, self.old[pair[1]].label))
        for new, old in ranked:
            if self._both_free(new, old):
                self.match(new, old)
