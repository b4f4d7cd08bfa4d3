"""The numbers that rank. Chosen on one half of the development questions, reported on the other (ARCHITECTURE.md has
both).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import fmean

from app.search.analysis import NAME_MARK

K1 = 1.2
B = 0.9
# How much one occurrence counts, by where it stands. Heading and body make a section's impact; all four make a
# document's.
TITLE = 3.0
ALERT = 3.0
HEADING = 1.5
BODY = 1.0
# A document's score: its best section, and this share of the impact of the whole.
WHOLE = 2.0
# What answers a word, each below the one before it. NAME: the word is the whole name of an alert, or its beginning
# while it is typed.
NAME = 3.0
EXACT = 0.6
STEM = 0.4
SYNONYM = 0.35
PREFIX = 0.5
TYPO = 0.4
# The first so many hits by letters are put in order anew by meaning too: to their share of the best score comes this
# much of where their likeness to the question stands between the least and the largest among them (0 to 1). Where
# those lie nearer than SPREAD, likeness tells little, and less of it counts. A document is as like a question as the
# piece of it that is most like it, and by a share of TITLED its title.
MEANT = 200
MEANING = 2.0
TITLED = 0.3
SPREAD = 0.5
# A prefix of one or two letters takes only this many of the commonest tokens.
SHORT_PREFIX_TOKENS = 50
# At most this many tokens stand in for a mistyped word.
TYPO_TOKENS = 5
# Averages are pinned anew when one of them drifts by more than this share.
DRIFT = 0.10

# What each weight is when it is taken away, to see what it is worth.
ABLATED = {
    "B": 0.0,
    "TITLE": 0.0,
    "ALERT": 0.0,
    "HEADING": 0.0,
    "WHOLE": 0.0,
    "NAME": 0.0,
    "EXACT": 0.0,
    "STEM": 0.0,
    "SYNONYM": 0.0,
    "PREFIX": 0.0,
    "TYPO": 0.0,
    "MEANING": 0.0,
    "TITLED": 0.0,
}


@contextmanager
def changed(**values: float) -> Iterator[None]:
    """Other weights for a while, in this process: what is built and asked meanwhile goes by them."""
    before = {name: globals()[name] for name in values}
    globals().update(values)
    try:
        yield
    finally:
        globals().update(before)


def idf(documents: int, with_term: int) -> float:
    """Inverse document frequency, Lucene's form of BM25's (never negative)."""
    return math.log(1 + (documents - with_term + 0.5) / (with_term + 0.5))


def completion(prefix: str) -> float:
    """What the completions of a prefix weigh."""
    return NAME if prefix.startswith(NAME_MARK) else PREFIX


def typo_distance(word: str) -> int:
    """How many slips (optimal string alignment) are forgiven in a word of that length."""
    return 0 if len(word) < 4 else 1 if len(word) < 8 else 2


def meanings(alike: Sequence[float | None]) -> list[float]:
    """What likenesses to the question come to, among one another; one that is not known is taken for their mean."""
    known = [each for each in alike if each is not None]
    mean, least, largest = fmean(known or [0.0]), min(known, default=0.0), max(known, default=0.0)
    return [MEANING * ((mean if each is None else each) - least) / max(largest - least, SPREAD) for each in alike]
