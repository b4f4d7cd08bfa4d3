"""What an incident is compared by: its words, what they mean, and the mechanisms that they name."""

from __future__ import annotations

import math
import re
import struct
import zlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.insight.mechanisms import VERSION as LEXICON
from app.insight.mechanisms import sentences, told
from app.insight.weights import LEADING, TITLED
from app.library import Document, Incident, Section
from app.search import analysis
from app.search.analysis import parts, stem, words
from app.search.likeness import ONE
from app.search.meaning import SHIPPED
from app.search.planner import NOISE, STOP

# What says what happened and why. What only says when, who and what was learnt makes incidents of one team alike.
LEADS = frozenset({"summary", "cause", "impact", "symptoms", "resolution"})
ASIDE = frozenset({"timeline", "actions", "lessons", "went-well", "went-badly", "escalation", "decisions"})
# So many different words are kept, those of title and lead before others: more say no more, and memory is not for ever.
MOST_TERMS = 192
MOST_CHARACTERS = 60_000
MOST_SENTENCES = 65_535
_HEAD = struct.Struct("<HH")
_NUMBER = re.compile(r"\d+|(?=[a-f]*\d)[0-9a-f]{7,}")

Hashes = NDArray[np.uint32]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Profile:
    """`terms` are CRC32 of stems, ascending; `counts` how often each is said (1 + ln). `mechanisms` are CRC32 of names,
    `strengths` how much is said of each, `sentences` the places of the first that say them, of all in the text.
    `vector` has ONE for 1.
    """

    terms: Hashes
    counts: Floats
    mechanisms: Hashes
    strengths: Floats
    sentences: NDArray[np.uint16]
    vector: NDArray[np.int8]

    def packed(self) -> bytes:
        arrays = (self.terms, self.counts, self.mechanisms, self.strengths, self.sentences, self.vector)
        return _HEAD.pack(len(self.terms), len(self.mechanisms)) + b"".join(each.tobytes() for each in arrays)


@dataclass(frozen=True)
class Telling:
    """An incident's text by how much it tells: `lead` is what happened and why, `rest` what else is said of it."""

    title: str
    lead: str
    rest: str

    @property
    def whole(self) -> str:
        return f"{self.title}\n{self.lead}\n{self.rest}"[:MOST_CHARACTERS]


def made_with() -> str:
    """Names the code and data that profiles are made with: one that was made with others is made anew."""
    return f"2-{analysis.VERSION}-{SHIPPED.name}-{LEXICON}"


def telling(document: Document) -> Telling:
    facts = (document.incident.trigger, document.incident.impact) if document.incident else ()
    return _telling(document.title, facts, [(section.role, section.text) for section in document.sections])


def tellings(session: Session, ids: Collection[str]) -> dict[str, Telling]:
    """The same of many documents, without making objects of all their sections."""
    sections: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    asked = select(Section.document_id, Section.role, Section.text).where(Section.document_id.in_(ids))
    for id, role, text in session.execute(asked.where(Section.retired.is_(None)).order_by(Section.ordinal)):
        sections[id].append((role, text))
    documents = select(Document.id, Document.title, Incident.trigger, Incident.impact).outerjoin(Document.incident)
    rows = session.execute(documents.where(Document.id.in_(ids)).order_by(Document.id))
    return {id: _telling(title, facts, sections[id]) for id, title, *facts in rows}


def _telling(title: str, facts: Iterable[str | None], sections: Sequence[tuple[str, str]]) -> Telling:
    lead = [fact for fact in facts if fact]
    rest: list[str] = []
    for role, text in sections:
        if role in LEADS:
            lead.append(text)
        elif role not in ASIDE:
            rest.append(text)
    if not lead and not rest:
        rest = [text for _, text in sections]
    return Telling(title, "\n".join(lead), "\n".join(rest))


def profile(text: Telling) -> Profile:
    """The profile of any text: a document's (`telling`), or what somebody pasted."""
    said = [(text.title, TITLED), (text.lead[:MOST_CHARACTERS], LEADING), (text.rest[:MOST_CHARACTERS], 1.0)]
    counted: defaultdict[str, float] = defaultdict(float)
    for part, weight in said:
        for term in terms(part):
            counted[term] += weight
    kept = sorted(counted.items(), key=lambda each: (-each[1], each[0]))[:MOST_TERMS]
    strengths: defaultdict[str, float] = defaultdict(float)
    first: dict[str, int] = {}
    before = 0
    for part, weight in said:
        found = list(told(part))
        for each in found:
            first.setdefault(each.name, min(before + each.place, MOST_SENTENCES))
        for name, count in Counter(each.name for each in found).items():
            strengths[name] += weight * (1 + math.log(count))
        before += len(sentences(part))
    names, amounts = _hashed(strengths)
    return Profile(
        *_hashed({term: 1 + math.log(count) for term, count in kept}),
        names,
        amounts,
        _hashed(first)[1].astype(np.uint16),
        np.rint(SHIPPED.encode([text.whole])[0] * ONE).astype(np.int8),
    )


def _hashed(weights: Mapping[str, float]) -> tuple[Hashes, Floats]:
    """Names by their CRC32, ascending, and the weight of each."""
    by_hash = {zlib.crc32(name.encode()): weight for name, weight in weights.items()}
    hashes = sorted(by_hash)
    return np.array(hashes, np.uint32), np.array([by_hash[each] for each in hashes], np.float32)


def terms(text: str) -> list[str]:
    """The stems of a text's telling words, parts of identifiers apart."""
    return [term for raw in words(text) for term in terms_of(raw)]


@lru_cache(maxsize=100_000)
def terms_of(raw: str) -> tuple[str, ...]:
    """The same of one raw word."""
    telling = (part for part in parts(raw) if len(part) > 1 and part not in STOP)
    return tuple(stem(part) or part for part in telling if not _NUMBER.fullmatch(part) and not NOISE.fullmatch(part))


def unpacked(data: bytes) -> Profile:
    terms_count, mechanisms_count = _HEAD.unpack_from(data)
    at = _HEAD.size

    def take(kind: type[np.generic], count: int) -> NDArray[Any]:
        nonlocal at
        array = np.frombuffer(data, kind, count, at)
        at += array.nbytes
        return array

    return Profile(
        take(np.uint32, terms_count),
        take(np.float32, terms_count),
        take(np.uint32, mechanisms_count),
        take(np.float32, mechanisms_count),
        take(np.uint16, mechanisms_count),
        take(np.int8, -1),
    )
