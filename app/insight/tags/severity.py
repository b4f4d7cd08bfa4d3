"""How bad a text says it was, as a level of the organisation: its criteria are read with the same words as the text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from app.insight.tags.model import MOST_SENTENCES, Category, Said
from app.insight.tags.wording import sentences

# What reports and criteria say of each degree, the worst first, and how much one mention says for it.
_WHO = r"(?:customers?|users?|requests?|sites?|services?|traffic|regions?|writes?|orders?|people|calls|subscribers)"
DEGREES = (
    (
        (
            0.6,
            rf"\b(?:all|every|most|the whole|entire(?:ly)?|nobody|no one|none of)\b.{{0,40}}\b(?:{_WHO}|pay|sign in)\b",
        ),
        (0.6, r"\b(?:was|were|is|are|went|being|completely|fully) (?:down|unavailable|unreachable|offline|out)\b"),
        (0.6, r"\b(?:complete|total|full|global|major|nationwide|worldwide) (?:outage|failure|loss)\b"),
        (0.6, r"\btook .{0,60}\b(?:down|offline)\b"),
        (0.7, r"\bdata\b.{0,30}\b(?:lost|loss|corrupted|exposed|deleted|leaked)\b"),
        (0.7, r"\b(?:lost|loss of|corrupted|exposed)\b.{0,30}\bdata\b"),
    ),
    (
        (0.5, r"\bdegrad(?:ed|ation)\b|\bslow(?:er|ed|ness|ly)?\b|\bdelay(?:s|ed)?\b|\bbadly\b"),
        (0.5, r"\belevated\b|\bincreased (?:error|latenc)|\bredundancy\b"),
        (
            0.4,
            r"\bintermittent|\btime(?:d )?outs?\b|\berror rates?\b|\bpart(?:ly|ial|ially)\b|\bmany (?:customers|users)",
        ),
        (0.5, r"\bcould not (?:change|deploy|create|update|build|start|scale)\b"),
    ),
    (
        (
            0.6,
            rf"\b(?:a few|some|few|fewer|small (?:number|share|part)|a handful|subset|minority)\b.{{0,40}}\b{_WHO}\b",
        ),
        (0.6, r"\bwork-?around|\bway around\b|\bminor\b|\bone (?:customer|function)\b"),
    ),
    (
        (
            0.8,
            r"\bno (?:customer |user |external |visible )?(?:impact|effect)\b|\bwithout (?:any )?(?:impact|effect)\b",
        ),
        (0.8, r"\bnear miss\b|\bbefore it had an effect\b"),
        (0.6, r"\bonly (?:staff|internal|employees)\b|\binternal(?:ly)? only\b"),
    ),
)
_DEGREES = tuple(tuple((weight, re.compile(said, re.I)) for weight, said in degree) for degree in DEGREES)
_PERCENT = re.compile(
    rf"(\d{{1,3}}(?:[.,]\d+)?) ?(?:%|per ?cent)[^.;]{{0,60}}?\b(?:{_WHO}|queries|errors?)\b"
    rf"|\b(?:{_WHO}|queries)\b[^.;]{{0,40}}?(\d{{1,3}}(?:[.,]\d+)?) ?(?:%|per ?cent)",
    re.I,
)
SHARE = 0.8
# Levels are written the worst first: what one step away from its place on the scale costs, against shares of mentions.
FAR = 0.5
# Shares of what is used, in per cent, from which each degree begins.
HALF, FEW = 50.0, 5.0
_NOT = re.compile(r"\b(?:no|not|never|without|none of)\b[^.;]{0,30}$", re.I)


class Severities:
    """The levels that a text is held against, the worst first."""

    def __init__(self, levels: Sequence[Category]) -> None:
        said = {level.name: _degrees([level.title, *level.examples]) for level in levels}
        names = list(said)
        self._levels: list[str] = []
        for degree in range(len(DEGREES) if names else 0):
            place = degree * (len(names) - 1) / (len(DEGREES) - 1)
            share = {name: held[degree] / (sum(held.values()) or 1) for name, held in said.items()}
            self._levels.append(max(names, key=lambda name: share[name] - FAR * abs(names.index(name) - place)))

    def suggest(self, title: str, text: str) -> list[Said]:
        """The level that a text speaks of most plainly, with the sentence that does; none where it does not say."""
        doubt: dict[int, float] = {}
        evidence: dict[int, tuple[float, str]] = {}
        for sentence in [*sentences(title), *sentences(text)][:MOST_SENTENCES]:
            for degree, weight in _said(sentence):
                doubt[degree] = doubt.get(degree, 1.0) * (1 - weight)
                if weight > evidence.get(degree, (0.0, ""))[0]:
                    evidence[degree] = (weight, sentence)
        if not doubt or not self._levels:
            return []
        scores = {degree: 1 - left for degree, left in doubt.items()}
        best = max(scores, key=lambda degree: (scores[degree], -degree))
        # What speaks for another degree speaks against this one.
        others = max((score for degree, score in scores.items() if degree != best), default=0.0)
        return [Said(self._levels[best], round(scores[best] * (1 - others / 2), 3), evidence[best][1])]


def _said(sentence: str) -> Iterator[tuple[int, float]]:
    """The degrees that a sentence speaks of, each with how plainly."""
    for found in _PERCENT.finditer(sentence):
        share = float((found[1] or found[2]).replace(",", "."))
        yield (0 if share > HALF else 1 if share >= FEW else 2), SHARE
    for degree, said in enumerate(_DEGREES):
        for weight, pattern in said:
            match = pattern.search(sentence)
            if match and (degree == len(_DEGREES) - 1 or not _NOT.search(sentence[: match.start()])):
                yield degree, weight


def _degrees(texts: Sequence[str]) -> Counter[int]:
    return Counter(degree for text in texts for degree, _ in _said(text))
