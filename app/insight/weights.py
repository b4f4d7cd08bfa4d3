"""What makes two incidents alike, and how much each part counts. Chosen on one half of the known recurrences, reported
on the other (ARCHITECTURE.md has both).
"""

from __future__ import annotations

# The parts of a score, each from 0 to 1. `words`: the words that both say, each by how few incidents say it. `meaning`:
# what they say in other words. `mechanism`: what went wrong, as the lexicon of mechanisms names it. `cause`: categories
# that are stated or confirmed. `service`: the same, or one that the other depends on. `alert`: the same was raised.
# `detection`: they were noticed in the same way.
PARTS = {
    "words": 1.0,
    "meaning": 0.3,
    "mechanism": 0.2,
    "cause": 0.4,
    "service": 0.1,
    "alert": 0.1,
    "detection": 0.02,
}
# How often a word counts that stands in the title, and in what says what happened and why.
TITLED, LEADING = 3.0, 2.0
# A service that the other depends on, beside the same one.
NEIGHBOUR = 0.5

# An incident's surroundings: the mean score of those that stand at these places when all others are ordered by their
# score. Half of it is taken off for each of the two, so that a score says how much nearer they are to one another than
# either is to the rest, whatever the language and the length of a library's texts.
AROUND = (10, 20)
# Among fewer than SMALL others they score no less than LEAST_AROUND, as strangers do in a large library: of a handful
# everything would stand out.
SMALL, LEAST_AROUND = 40, 0.3
# Two incidents belong to one pattern from here on, as the mean over all pairs of it.
TOGETHER = 0.1
# So many of an incident's nearest are looked at when patterns are formed. Two count as near where each is among the
# other's first MUTUAL, or where they are at least so CLOSE.
NEAREST = 50
MUTUAL, CLOSE = 6, 0.25
# A score below that suggests nothing.
LEAST = 0.2
# The same incident told twice: it began within so many hours, and the words are so much alike.
SAME_HOURS, SAME_WORDS = 36, 0.25
# Whoever scores so near to what an incident scores with itself says the very same, or is of its kin. Kin is not counted
# among its surroundings: however often a problem came back, it stands out from what else there is.
IDENTICAL, KIN = 0.98, 0.4
