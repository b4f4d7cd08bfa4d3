"""The lexicon of mechanisms: what goes wrong, finer than a cause, in the many words that people have for it.

An entry is said by a sentence that holds all of its words near one another, compared by their stem, in any order.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from app.search.analysis import parts, stem, words
from app.text import yaml

FILE = Path(__file__).with_suffix(".yml")
VERSION = f"{zlib.crc32(FILE.read_bytes()):08x}"
# All words of an entry stand so near to one of them.
REACH = 7
# A longer one is no sentence any more; what stands beyond is not held against it.
MOST_WORDS = 80
_END = re.compile(r"(?<=[.!?;])\s+|\n+")


class Said(NamedTuple):
    """That a sentence says a mechanism; it begins `at` this character of the text."""

    name: str
    sentence: str
    at: int


@cache
def titles() -> dict[str, str]:
    """What each mechanism is called, by its name."""
    return {each["name"]: each["title"] for each in _read()}


def told(text: str) -> Iterator[Said]:
    """Every mechanism that a text says, with the sentence; a sentence may say several, and several may say one."""
    index = _index()
    for at, sentence in placed(text):
        places = _places(sentence)
        entries = ((name, needed) for word in places for name, needed in index.get(word, ()))
        names = {name for name, needed in entries if needed <= places.keys() and _near(places, needed)}
        for name in sorted(names):
            yield Said(name, sentence, at)


@cache
def by_hash() -> dict[int, str]:
    """The name of each mechanism by its CRC32, as profiles have it."""
    return {zlib.crc32(name.encode()): name for name in titles()}


def sentences(text: str) -> list[str]:
    return [sentence for _, sentence in placed(text)]


def placed(text: str) -> Iterator[tuple[int, str]]:
    """Each sentence, with the character at which it begins."""
    first = 0
    while first < len(text):
        last, after = end(text, first)
        piece = text[first:last]
        if sentence := piece.strip():
            yield first + len(piece) - len(piece.lstrip()), sentence
        first = after


def end(text: str, at: int) -> tuple[int, int]:
    """Where a sentence ends that begins there, and where the next one may begin."""
    found = _END.search(text, at)
    return found.span() if found else (len(text), len(text))


def _places(sentence: str) -> dict[str, list[int]]:
    """Where each stem stands in a sentence, by the count of its words."""
    places: dict[str, list[int]] = {}
    for place, raw in enumerate(words(sentence)[:MOST_WORDS]):
        for part in parts(raw):
            places.setdefault(stem(part) or part, []).append(place)
    return places


def _near(places: Mapping[str, Sequence[int]], needed: frozenset[str]) -> bool:
    """Whether all of these stand within REACH words of one of them."""
    first, *others = sorted(needed, key=lambda word: (len(places[word]), word))
    return any(
        all(any(abs(place - other) <= REACH for other in places[word]) for word in others) for place in places[first]
    )


@cache
def _entries() -> dict[str, list[frozenset[str]]]:
    return {each["name"]: [frozenset(_places(said)) for said in each["said"]] for each in _read()}


@cache
def _index() -> dict[str, list[tuple[str, frozenset[str]]]]:
    """Each entry by one of its words: the one that fewest entries hold, so that few are looked at."""
    entries = [(name, needed) for name, several in _entries().items() for needed in several]
    counted = Counter(word for _, needed in entries for word in needed)
    index: dict[str, list[tuple[str, frozenset[str]]]] = {}
    for name, needed in entries:
        index.setdefault(min(needed, key=lambda word: (counted[word], word)), []).append((name, needed))
    return index


@cache
def _read() -> list[dict[str, Any]]:
    return list(yaml.load(FILE.read_text("utf-8"), yaml.DATA_BYTES).data["mechanisms"])
