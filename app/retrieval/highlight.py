"""The part of a text that answers, with the words that were found marked.

Raw text is marked first and each piece escaped afterwards: the other way round a query for `lt` would mark the inside
of `&lt;`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

from markupsafe import Markup, escape

from app.search.analysis import STEM_MARK, analyse
from app.search.planner import STOP

WIDTH = 220
LEAD = 60
WORD = re.compile(r"\w+(?:[-./:@+]+\w+)*")
MOST_SCANNED = 20_000
# Three letters may complete to ten thousand words; of more than that many only those count that stand in what is shown.
MOST_TOKENS = 256


def snippet(text: str, tokens: Collection[str], width: int = WIDTH) -> Markup:
    """About `width` characters around the place where most different words stand together."""
    flat = " ".join(text[:MOST_SCANNED].split())
    marks = _marks(flat, tokens)
    start = _start(flat, marks, width)
    end = _word_end(flat, start + width)
    return Markup("").join(("… " if start else "", _marked(flat, marks, start, end), " …" if end < len(flat) else ""))


def marked(text: str, tokens: Collection[str]) -> Markup:
    """The whole text, with the words that were found marked."""
    return _marked(text, _marks(text, tokens), 0, len(text))


def standing(texts: Iterable[str], tokens: frozenset[str]) -> frozenset[str]:
    """Of tokens that were found those worth marking: all of a few, of many those that stand in these texts."""
    if len(tokens) <= MOST_TOKENS:
        return tokens
    return tokens.intersection(
        token for text in texts for word in WORD.findall(text[:MOST_SCANNED]) for token in tokens_of(word)
    )


@lru_cache(maxsize=100_000)
def tokens_of(word: str) -> frozenset[str]:
    return frozenset(analyse(word).texts)


def _marks(text: str, tokens: Collection[str]) -> list[tuple[int, int]]:
    """Words that say nothing are marked only where nothing else was found: a synonym of several words may hold some."""
    tokens = {token for token in tokens if token.removeprefix(STEM_MARK) not in STOP} or tokens
    return [word.span() for word in WORD.finditer(text) if not tokens_of(word[0]).isdisjoint(tokens)]


def _start(text: str, marks: list[tuple[int, int]], width: int) -> int:
    if not marks:
        return 0
    best, most = marks[0][0], 0
    for index, (first, _) in enumerate(marks):
        inside = {text[a:b].casefold() for a, b in marks[index:] if b <= first + width - LEAD}
        if len(inside) > most:
            best, most = first, len(inside)
    if best <= LEAD:
        return 0
    space = text.find(" ", best - LEAD)
    return space + 1 if 0 <= space < best else best


def _word_end(text: str, end: int) -> int:
    if end >= len(text):
        return len(text)
    space = text.rfind(" ", 0, end)
    return space if space > end - LEAD else end


def _marked(text: str, marks: list[tuple[int, int]], start: int, end: int) -> Markup:
    pieces: list[Markup] = []
    at = start
    for first, last in marks:
        if first < start or last > end:
            continue
        pieces += [escape(text[at:first]), Markup("<mark>"), escape(text[first:last]), Markup("</mark>")]
        at = last
    pieces.append(escape(text[at:end]))
    return Markup("").join(pieces)
