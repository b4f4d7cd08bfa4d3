"""The questions that are asked of the generated documents; every one a text as a person would type it."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from datetime import timedelta

from app.search.analysis import parts, words
from app.search.planner import STOP
from tests.bench.corpus import FUNCTION, Text, vocabulary

# A date range reaches so far on either side of the day of the document that the question is about.
REACH = timedelta(90)

_SILENT = STOP.union(FUNCTION)


@dataclass(frozen=True)
class Questions:
    """By kind. `words` are up to three, of which a document has to hold all; a `sentence` has four to eight."""

    words: tuple[str, ...]
    sentence: tuple[str, ...]
    prefix: tuple[str, ...]
    typo: tuple[str, ...]
    phrase: tuple[str, ...]
    filters: tuple[str, ...]


def questions(texts: list[Text], count: int, seed: int = 2) -> Questions:
    """`count` questions a kind, their words taken from the documents that are not hidden."""
    rng = random.Random(seed)
    texts = [text for text in texts if not text.hidden]
    known = set(vocabulary())
    return Questions(
        words=tuple(" ".join(_telling(rng, rng.choice(texts), rng.randint(1, 3))) for _ in range(count)),
        sentence=tuple(" ".join(_telling(rng, rng.choice(texts), rng.randint(4, 8))) for _ in range(count)),
        prefix=tuple(_long_word(rng, rng.choice(texts))[:3] for _ in range(count)),
        typo=tuple(_mistyped(rng, texts, known) for _ in range(count)),
        phrase=tuple(f'"{_run(rng, texts)}"' for _ in range(count)),
        filters=tuple(_filtered(rng, texts) for _ in range(count)),
    )


def _telling(rng: random.Random, text: Text, most: int) -> list[str]:
    """Up to `most` different words of one section, none of which says nothing."""
    found: list[str] = []
    while not found:
        _, body = rng.choice(text.sections)
        candidates = [word for word in dict.fromkeys(words(body)) if word.casefold() not in _SILENT]
        found = rng.sample(candidates, min(most, len(candidates)))
    return found


def _filtered(rng: random.Random, texts: list[Text]) -> str:
    """One or two words, within a service or a kind, and within half a year."""
    text = rng.choice(texts)
    field = rng.choice((f"service:{rng.choice(text.services)}", f"kind:{text.kind}"))
    asked = " ".join(_telling(rng, text, rng.randint(1, 2)))
    return f"{asked} {field} after:{text.day - REACH} before:{text.day + REACH}"


def _plain(word: str) -> bool:
    return re.fullmatch(r"[A-Za-z]{3,}", word) is not None and parts(word) == (word.casefold(),)


def _long_word(rng: random.Random, text: Text) -> str:
    """A plain word of at least six letters, small."""
    while True:
        word = _telling(rng, text, 1)[0]
        if len(word) >= 6 and _plain(word):
            return word.casefold()


def _mistyped(rng: random.Random, texts: list[Text], known: set[str]) -> str:
    """A word with two neighbouring letters swapped, and in half of the questions a right one of the text beside it."""
    while True:
        text = rng.choice(texts)
        word = _long_word(rng, text)
        at = rng.randrange(1, len(word) - 1)
        wrong = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        if wrong not in known:
            return f"{wrong} {_long_word(rng, text)}" if rng.random() < 0.5 else wrong


def _run(rng: random.Random, texts: list[Text]) -> str:
    """Two or three plain words side by side, at least one of them telling."""
    while True:
        _, body = rng.choice(rng.choice(texts).sections)
        row = words(body)
        size = rng.randint(2, 3)
        at = rng.randrange(max(1, len(row) - size))
        run = row[at : at + size]
        if len(run) == size and all(map(_plain, run)) and any(word.casefold() not in _SILENT for word in run):
            return " ".join(run)
