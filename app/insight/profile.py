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
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.insight.identifiers import identifier
from app.insight.mechanisms import VERSION as LEXICON
from app.insight.mechanisms import placed, told
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
# Made once: to make such a statement takes as long as to ask it.
_PASSAGES = (
    select(Section.document_id, Section.role, Section.text)
    .where(Section.document_id.in_(bindparam("ids", expanding=True)), Section.retired.is_(None))
    .order_by(Section.ordinal)
)
_HEAD = struct.Struct("<HH")
_NUMBER = re.compile(r"\d+|(?=[a-f]*\d)[0-9a-f]{7,}")

Hashes = NDArray[np.uint32]
Floats = NDArray[np.float32]
Places = NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Profile:
    """`terms` are CRC32 of stems, ascending; `counts` how often each is said (1 + ln). `mechanisms` are CRC32 of names,
    ascending; `strengths` how much is said of each. `said` and `named` are the sentences that say them, by the
    character of the whole text at which each begins: the first one, for a term the first that has it in an identifier.
    `vector` has ONE for 1.
    """

    terms: Hashes
    counts: Floats
    mechanisms: Hashes
    strengths: Floats
    said: Places
    named: Places
    vector: NDArray[np.int8]

    def packed(self) -> bytes:
        arrays = (self.terms, self.counts, self.mechanisms, self.strengths, self.said, self.named, self.vector)
        return _HEAD.pack(len(self.terms), len(self.mechanisms)) + b"".join(each.tobytes() for each in arrays)


class Passage(NamedTuple):
    """What a section says."""

    role: str
    text: str


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
    return f"3-{analysis.VERSION}-{SHIPPED.name}-{LEXICON}"


def telling(document: Document, sections: Sequence[Passage] | None = None) -> Telling:
    """What a document tells; `sections` where they were read apart from it."""
    if sections is None:
        sections = [Passage(section.role, section.text) for section in document.sections]
    facts = (document.incident.trigger, document.incident.impact) if document.incident else ()
    return _telling(document.title, facts, sections)


def tellings(session: Session, ids: Collection[str]) -> dict[str, Telling]:
    """The same of many documents, without making objects of them."""
    sections = passages(session, ids)
    documents = select(Document.id, Document.title, Incident.trigger, Incident.impact).outerjoin(Document.incident)
    rows = session.execute(documents.where(Document.id.in_(ids)).order_by(Document.id))
    return {id: _telling(title, facts, sections[id]) for id, title, *facts in rows}


def passages(session: Session, ids: Collection[str]) -> Mapping[str, list[Passage]]:
    """What the sections of documents say, by the documents' ids."""
    found: defaultdict[str, list[Passage]] = defaultdict(list)
    for id, role, text in session.execute(_PASSAGES, {"ids": list(ids)}):
        found[id].append(Passage(role, text))
    return found


def _telling(title: str, facts: Iterable[str | None], sections: Sequence[Passage]) -> Telling:
    lead = [fact for fact in facts if fact]
    rest: list[str] = []
    for role, text in sections:
        if role in LEADS:
            lead.append(text)
        elif role not in ASIDE:
            rest.append(text)
    if not lead and not rest:
        rest = [section.text for section in sections]
    return Telling(title, "\n".join(lead), "\n".join(rest))


def profile(text: Telling) -> Profile:
    """The profile of any text: a document's (`telling`), or what somebody pasted."""
    counted: defaultdict[str, float] = defaultdict(float)
    strengths: defaultdict[str, float] = defaultdict(float)
    said: dict[str, int] = {}
    within: dict[str, int] = {}
    named: dict[str, int] = {}
    before = 0
    for part, weight in ((text.title, TITLED), (text.lead, LEADING), (text.rest, 1.0)):
        read = part[:MOST_CHARACTERS]
        for at, sentence in placed(read):
            for raw in words(sentence):
                for term in terms_of(raw):
                    counted[term] += weight
                    (within if identifier(raw) else said).setdefault(term, before + at)
        found = list(told(read))
        for each in found:
            named.setdefault(each.name, before + each.at)
        for name, count in Counter(each.name for each in found).items():
            strengths[name] += weight * (1 + math.log(count))
        before += len(part) + 1
    kept = sorted(counted.items(), key=lambda each: (-each[1], each[0]))[:MOST_TERMS]
    said |= within
    return Profile(
        *_hashed({term: 1 + math.log(count) for term, count in kept}),
        *_hashed(strengths),
        _places({term: said[term] for term, _ in kept}),
        _places(named),
        np.rint(SHIPPED.encode([text.whole])[0] * ONE).astype(np.int8),
    )


def _hashed(weights: Mapping[str, float]) -> tuple[Hashes, Floats]:
    """Names by their CRC32, ascending, and the weight of each."""
    by_hash = {zlib.crc32(name.encode()): weight for name, weight in weights.items()}
    hashes = sorted(by_hash)
    return np.array(hashes, np.uint32), np.array([by_hash[each] for each in hashes], np.float32)


def _places(by_name: Mapping[str, int]) -> Places:
    """In the order of the names' CRC32. What begins behind all that is read begins at its end."""
    return np.minimum(_hashed(by_name)[1], MOST_CHARACTERS).astype(np.uint16)


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
        terms=take(np.uint32, terms_count),
        counts=take(np.float32, terms_count),
        mechanisms=take(np.uint32, mechanisms_count),
        strengths=take(np.float32, mechanisms_count),
        said=take(np.uint16, terms_count),
        named=take(np.uint16, mechanisms_count),
        vector=take(np.int8, -1),
    )
