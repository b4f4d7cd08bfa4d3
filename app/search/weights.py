"""The numbers that rank. Chosen on one half of the development questions, reported on the other (ARCHITECTURE.md has
both).
"""

from __future__ import annotations

import math

K1 = 1.2
B = 0.75
# How much one occurrence counts, by where it stands. Heading and body make a section's impact; all four make a
# document's.
TITLE = 3.0
ALERT = 3.0
HEADING = 1.5
BODY = 1.0
# A document's score: its best section, and this share of the impact of the whole.
WHOLE = 1.0
# What answers a word, each below the one before it. NAME: the word is the whole name of an alert.
NAME = 3.0
EXACT = 0.6
STEM = 0.4
SYNONYM = 0.35
PREFIX = 0.5
TYPO = 0.4
# A prefix of one or two letters takes only this many of the commonest tokens.
SHORT_PREFIX_TOKENS = 50
# At most this many tokens stand in for a mistyped word.
TYPO_TOKENS = 5
# Averages are pinned anew when one of them drifts by more than this share.
DRIFT = 0.10


def idf(documents: int, with_term: int) -> float:
    """Inverse document frequency, Lucene's form of BM25's (never negative)."""
    return math.log(1 + (documents - with_term + 0.5) / (with_term + 0.5))


def typo_distance(word: str) -> int:
    """How many slips (optimal string alignment) are forgiven in a word of that length."""
    return 0 if len(word) < 4 else 1 if len(word) < 8 else 2
