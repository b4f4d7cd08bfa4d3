"""From text to tokens, once: documents and questions go through the same door, and an engine only stores what comes
out.

What on-call engineers paste is kept: an identifier (`KubePodCrashLooping`, `pg_stat_activity`, `ORA-01555`,
`/var/lib/etcd`) is one token as a whole, and its parts are tokens behind it. Letters also give their English stem,
marked with `~`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from threading import Lock

import snowballstemmer

from app.search.document import Tokens

# Part of what an index is built with: another number asks for a rebuild.
VERSION = 1
STEM_MARK = "~"
# A name as a whole: marked like a stem, since it is nothing that a person types, completes or mistypes.
NAME_MARK = STEM_MARK + "="
LONGEST_TOKEN = 64
MOST_TOKENS = 50_000

_WORD = re.compile(r"\w+(?:[-./:@+]+\w+)*")
_JOINTS = re.compile(r"[\W_]+")
# Where a name in CamelCase parts: before a capital that follows a small letter or digit, and before the last capital of
# a run.
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_STEMMED = re.compile(r"[a-z]{3,}")

_stemmer = snowballstemmer.stemmer("english")
# It keeps the word that it works on in itself: two threads at once would get each other's letters.
_stemming = Lock()


@lru_cache(maxsize=100_000)
def stem(word: str) -> str | None:
    """The marked stem of a casefolded word, or None for what is not stemmed (digits, other scripts, one or two
    letters).
    """
    if not _STEMMED.fullmatch(word):
        return None
    with _stemming:
        return STEM_MARK + str(_stemmer.stemWord(word))


@lru_cache(maxsize=100_000)
def parts(raw: str) -> tuple[str, ...]:
    """The casefolded parts of a raw word; one alone where it does not split."""
    pieces = (piece for joint in _JOINTS.split(raw) if joint for piece in _CAMEL.split(joint))
    return tuple(piece.casefold()[:LONGEST_TOKEN] for piece in pieces if piece)


def whole(raw: str) -> str | None:
    """The casefolded token of an identifier as a whole; None where it is its only part, or too long to be one."""
    folded = raw.strip("_").casefold()
    return folded if 0 < len(folded) <= LONGEST_TOKEN and parts(raw) != (folded,) else None


@lru_cache(maxsize=200_000)
def _expand(raw: str) -> tuple[tuple[str, ...], tuple[int, ...], int]:
    """Tokens of a raw word, their positions from its own, and how many positions it takes."""
    texts: list[str] = []
    offsets: list[int] = []
    if (name := whole(raw)) is not None:
        texts.append(name)
        offsets.append(0)
    pieces = parts(raw)
    for offset, piece in enumerate(pieces):
        texts.append(piece)
        offsets.append(offset)
        if (root := stem(piece)) is not None:
            texts.append(root)
            offsets.append(offset)
    return tuple(texts), tuple(offsets), len(pieces)


def words(text: str) -> list[str]:
    """The raw words of a text: runs of letters, digits and what joins them in names, paths and versions."""
    return _WORD.findall(unicodedata.normalize("NFKC", text))


def analyse(text: str) -> Tokens:
    """Every token of a text with its position; a text of more than MOST_TOKENS is cut there."""
    texts: list[str] = []
    positions: list[int] = []
    at = 0
    for raw in words(text):
        tokens, offsets, width = _expand(raw)
        texts += tokens
        positions += [at + offset for offset in offsets]
        at += width
        if len(texts) > MOST_TOKENS:
            break
    return Tokens(tuple(texts), tuple(positions))


def name_token(name: str) -> str:
    """What a name that is known as a whole (an alert's) is found by, before its parts."""
    return NAME_MARK + name.strip("_").casefold()[:LONGEST_TOKEN]


def analyse_names(names: Iterable[str]) -> Tokens:
    """Names as text, and behind it each as a whole."""
    names = tuple(names)
    text = analyse(" ".join(names))
    behind = text.positions[-1] + 2 if text.positions else 0
    wholes = tuple(name_token(name) for name in names)
    return Tokens(text.texts + wholes, text.positions + tuple(range(behind, behind + len(wholes))))
