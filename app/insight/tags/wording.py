"""A text in sentences as they stand in it, and a sentence as the words that a model weighs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from app.search import analysis
from app.search.planner import STOP as STOP_WORDS

# A sentence is cut there, so that it can be read as evidence; a text without a full stop is one too.
LONGEST = 400
SHORTEST = 3
# So much of one text is looked at: what is said only behind that is not what the report is about.
MOST_CHARACTERS = 60_000

# After a full stop, between cells, and where a line begins with what begins a sentence or a bullet: one that goes on in
# small letters is the same sentence, wrapped.
_END = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[^\sa-z])|\s*\n\s*\n\s*|\s*\n\s*(?=[^\sa-z])|\s*\|\s*")
_EDGES = " \t\r\n-*+•>#|_`"
_ANY = re.compile(r"[^\W\d_]{2}")


def sentences(text: str, most: int = MOST_CHARACTERS) -> list[str]:
    """The sentences, bullets and cells of a text's beginning, each a part of it letter by letter."""
    parts = (part.strip(_EDGES) for part in _END.split(text[:most]) if part)
    return [cut for part in parts if _ANY.search(part) and len(cut := shortened(part)) >= SHORTEST]


def shortened(sentence: str) -> str:
    """A sentence's beginning that ends with a word."""
    if len(sentence) <= LONGEST:
        return sentence
    return sentence[:LONGEST].rsplit(None, 1)[0].strip(_EDGES)


@lru_cache(maxsize=50_000)
def _stem(raw: str) -> tuple[str, ...]:
    return tuple(analysis.stem(part) or part for part in analysis.parts(raw))


STOP = frozenset(root for word in STOP_WORDS for root in _stem(word))


def stems(text: str) -> list[str]:
    """The words of a text in order, each as its stem; names in their parts."""
    return [root for raw in analysis.words(text) for root in _stem(raw)]


def written_stems(text: str) -> tuple[list[str], dict[str, str]]:
    """The same, and for each stem the word as it is written first."""
    roots: list[str] = []
    written: dict[str, str] = {}
    for raw in analysis.words(text):
        for root in _stem(raw):
            roots.append(root)
            written.setdefault(root, raw)
    return roots, written


def terms(roots: Sequence[str]) -> list[str]:
    """What is weighed: words that say something, and pairs of such words that stand together."""
    telling = [root not in STOP and not root.isdigit() for root in roots]
    single = [root for root, tells in zip(roots, telling, strict=True) if tells]
    pairs = (
        f"{one} {other}"
        for (one, tells), (other, tells_too) in pairwise(zip(roots, telling, strict=True))
        if tells and tells_too
    )
    return [*single, *pairs]


class Phrases:
    """Phrases of several categories, found in a text by their stems."""

    def __init__(self, phrases: Iterable[tuple[str, int]]) -> None:
        """`phrases` come with the number of a category; one phrase may belong to several."""
        self._by_first: dict[str, dict[tuple[str, ...], set[int]]] = {}
        for phrase, category in phrases:
            roots = tuple(stems(phrase))
            if roots and not STOP.issuperset(roots):
                self._by_first.setdefault(roots[0], {}).setdefault(roots, set()).add(category)

    def found(self, roots: Sequence[str]) -> dict[tuple[str, ...], set[int]]:
        """The phrases that stand there, each with its categories."""
        held: dict[tuple[str, ...], set[int]] = {}
        for place, root in enumerate(roots):
            for phrase, categories in self._by_first.get(root, {}).items():
                if phrase not in held and tuple(roots[place : place + len(phrase)]) == phrase:
                    held[phrase] = categories
        return held
