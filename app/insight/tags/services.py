"""Which services of the catalog a text names: by name, title or alias, or as the label of an alert."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from app.insight.tags.model import MOST_SENTENCES, Said
from app.insight.tags.wording import Phrases, sentences, stems

# What one mention says for a service: in the title, in a label, elsewhere. Mentions add up as chances do.
TITLE, LABEL, MENTION = 0.6, 0.8, 0.3
LEAST = 0.3
_LABEL = re.compile(
    r"""\b(?:service|app|application|component|deployment|job|container)\s{0,2}[=:]\s{0,2}["'`]?([\w.-]{2,80})""", re.I
)


class Services:
    """The names that a text is held against. `entries` are a service's name with all that it is called."""

    def __init__(self, entries: Iterable[tuple[str, Iterable[str]]]) -> None:
        entries = [(name, list(called)) for name, called in entries]
        self.names = [name for name, _ in entries]
        self._phrases = Phrases((each, number) for number, (_, called) in enumerate(entries) for each in called)
        self._labels = {each.casefold(): number for number, (_, called) in enumerate(entries) for each in called}

    def suggest(self, title: str, text: str) -> list[Said]:
        """The services that a text names, the likeliest first, each with the sentence that names it first."""
        headed = sentences(title)
        doubt: dict[int, float] = {}
        evidence: dict[int, str] = {}
        for place, sentence in enumerate([*headed, *sentences(text)][:MOST_SENTENCES]):
            for number, weight in self._named(sentence, TITLE if place < len(headed) else MENTION).items():
                doubt[number] = doubt.get(number, 1.0) * (1 - weight)
                evidence.setdefault(number, sentence)
        found = [Said(self.names[number], round(1 - left, 3), evidence[number]) for number, left in doubt.items()]
        return sorted((each for each in found if each.score >= LEAST), key=lambda each: (-each.score, each.value))

    def _named(self, sentence: str, weight: float) -> dict[int, float]:
        """The services that a sentence names; a name inside a longer one ("api" in "public api") is not meant."""
        held = self._phrases.found(stems(sentence))
        whole = [phrase for phrase in held if not any(_within(phrase, other) for other in held)]
        named = {number: weight for phrase in whole for number in held[phrase]}
        for label in _LABEL.findall(sentence):
            if (number := self._labels.get(label.strip(".").casefold())) is not None:
                named[number] = LABEL
        return named


def _within(phrase: Sequence[str], other: Sequence[str]) -> bool:
    size = len(phrase)
    return size < len(other) and any(
        tuple(other[at : at + size]) == tuple(phrase) for at in range(len(other) - size + 1)
    )
