"""One of two texts that are compared, read for the words and sentences that a reason shows."""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from app.insight.mechanisms import sentences
from app.insight.profile import Telling, terms_of
from app.search.analysis import parts, whole, words

LONGEST_SENTENCE = 240
LONGEST_NAME = 30
# When something was says nothing of what it was.
_WHEN = re.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july|august|september|october"
    r"|november|december|today|yesterday|morning|evening|night|afternoon"
)
# Words that a hyphen joins are prose, and numbers are no name.
_PROSE = re.compile(r"[A-Za-z]?[a-z]+(?:-[A-Za-z]?[a-z]+)+|[\d.:,-]+")


class Side:
    """Everything is worked out when it is asked for. Without `quoted` no sentence is looked for."""

    def __init__(self, text: Telling, quoted: bool = True) -> None:
        self.text, self.quoted = text, quoted

    @cached_property
    def sentences(self) -> list[str]:
        return sentences(self.text.whole) if self.quoted else []

    @cached_property
    def raws(self) -> list[str]:
        """Its words as written, each once."""
        return list(dict.fromkeys(words(self.text.whole)))

    @cached_property
    def written(self) -> dict[int, str]:
        """A word as written for each term, by its CRC32: an identifier as a whole, where it is not too long."""
        # What is said first stands last, and stays.
        return {term: shown for raw in reversed(self.raws) for term, shown in reversed(_shown(raw))}

    def sentence(self, place: int) -> str:
        """Empty where there is none at that place."""
        return shortened(self.sentences[place]) if place < len(self.sentences) else ""

    def speaking_of(self, terms: Collection[int]) -> Spoken:
        """How it says these terms, by their CRC32."""
        found = Spoken()
        for sentence, raws in self._sentences:
            said = set()
            for raw in raws:
                for term, shown in _shown(raw):
                    if term in terms:
                        said.add(term)
                        found.written.setdefault(term, shown)
                        if folded := _identifier(raw):
                            found.names.setdefault(folded, raw)
            if said:
                found.sentences.append((sentence, said))
        return found

    @cached_property
    def _sentences(self) -> list[tuple[str, list[str]]]:
        """Each sentence with its words; without quoting, the whole text as if it were one."""
        return [(each, words(each)) for each in self.sentences] if self.quoted else [("", self.raws)]


@dataclass
class Spoken:
    """How a text says some terms. `written`: a word as written for each, an identifier as a whole where it is not too
    long. `names`: identifiers as written, by what they are compared by (error codes, settings, metrics, classes).
    `sentences`: those that say any, and which.
    """

    written: dict[int, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    sentences: list[tuple[str, set[int]]] = field(default_factory=list)

    def holding(self, wanted: Collection[int]) -> str:
        """The sentence that holds most of these terms."""
        asked = set(wanted)
        counted = [(len(asked & said), sentence) for sentence, said in self.sentences]
        most, sentence = max(counted, key=lambda each: each[0], default=(0, ""))
        return shortened(sentence) if most else ""


@lru_cache(maxsize=100_000)
def _identifier(raw: str) -> str:
    """What an identifier is compared by; empty where a word is none."""
    named = len(parts(raw)) > 1 and _like_a_name(raw) and not _PROSE.fullmatch(raw)
    return (whole(raw) if named else None) or ""


@lru_cache(maxsize=100_000)
def _shown(raw: str) -> tuple[tuple[int, str], ...]:
    if _WHEN.fullmatch(raw.casefold()):
        return ()
    several = parts(raw)
    return tuple(
        (zlib.crc32(term.encode()), raw if len(several) == 1 or _like_a_name(raw) else part)
        for part in several
        for term in terms_of(part)
    )


def _like_a_name(raw: str) -> bool:
    """An address or a path says too much to be shown as a whole."""
    return len(raw) <= LONGEST_NAME and "/" not in raw and "@" not in raw


def shortened(sentence: str) -> str:
    flat = " ".join(sentence.split())
    return flat if len(flat) <= LONGEST_SENTENCE else flat[:LONGEST_SENTENCE].rsplit(" ", 1)[0] + " …"
