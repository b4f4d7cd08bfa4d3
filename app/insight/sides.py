"""One of two texts that are compared, read for the words and sentences that a reason shows."""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import lru_cache

from app.insight.identifiers import identifier, like_a_name
from app.insight.mechanisms import end
from app.insight.profile import Profile, Telling, profile, terms_of
from app.insight.shards import Case
from app.search.analysis import parts, words

LONGEST_SENTENCE = 240
# When something was says nothing of what it was.
_WHEN = re.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july|august|september|october"
    r"|november|december|today|yesterday|morning|evening|night|afternoon"
)


class Side:
    """Of the text only the sentences are read that its profile says hold what is asked for."""

    def __init__(self, text: Telling, profile: Profile) -> None:
        self.title, self.profile = text.title, profile
        self._whole = text.whole
        self._said = dict(zip(profile.terms.tolist(), profile.said.tolist(), strict=True))

    def sentence(self, at: int) -> str:
        """The one that begins at that character; empty where none does."""
        return self._whole[at : end(self._whole, at)[0]].strip()

    def word(self, term: int) -> str:
        """A word as written for a term, by its CRC32; empty where none can be shown."""
        return self.speaking_of({term}).written.get(term, "")

    def speaking_of(self, terms: Collection[int]) -> Spoken:
        """How it says these terms, by their CRC32."""
        found = Spoken()
        for at in sorted({self._said[term] for term in terms if term in self._said}):
            sentence, said = self.sentence(at), set()
            for raw in words(sentence):
                for term, shown in _shown(raw):
                    if term in terms:
                        said.add(term)
                        found.written.setdefault(term, shown)
                        if folded := identifier(raw):
                            found.names.setdefault(folded, raw)
            if said:
                found.sentences.append((sentence, said))
        return found


def side_of(case: Case, text: Telling) -> Side:
    """A profile that was made of an earlier text does not say where this one says what."""
    revision, profiled = case.revisions
    return Side(text, case.profile if revision == profiled else profile(text))


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
def _shown(raw: str) -> tuple[tuple[int, str], ...]:
    if _WHEN.fullmatch(raw.casefold()):
        return ()
    several = parts(raw)
    return tuple(
        (zlib.crc32(term.encode()), raw if len(several) == 1 or like_a_name(raw) else part)
        for part in several
        for term in terms_of(part)
    )


def shortened(sentence: str) -> str:
    flat = " ".join(sentence.split())
    return flat if len(flat) <= LONGEST_SENTENCE else flat[:LONGEST_SENTENCE].rsplit(" ", 1)[0] + " …"
