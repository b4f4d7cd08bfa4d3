"""What was formed, as rows: new patterns with a name, new members with why they belong."""

from __future__ import annotations

import hashlib
from base64 import b32encode
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.insight.belonging import Belonging, belonging
from app.insight.casebook import Casebook
from app.insight.forming import Formed
from app.insight.retelling import name_it, spoken_of, texts
from app.library import Pattern, PatternExclusion, PatternMember, PatternSource

# So many are read and told at a time.
BATCH = 50


@dataclass(frozen=True)
class Made:
    """A pattern to be written: a new one (`pattern`), or members of one that is there (`id`)."""

    id: str | None
    pattern: Pattern | None
    members: dict[str, tuple[float, Belonging]]


def made(session: Session, book: Casebook, audience: str, formed: Sequence[Formed]) -> list[Made]:
    """Gives a name to what an audience's incidents found, and to each incident why it belongs."""
    found: list[Made] = []
    for first in range(0, len(formed), BATCH):
        found += _made(session, book, audience, formed[first : first + BATCH])
    return found


def _made(session: Session, book: Casebook, audience: str, formed: Sequence[Formed]) -> Iterable[Made]:
    there = members(session, [each.id for each in formed if each.id])
    ids = [sorted({*there.get(each.id or "", ()), *each.members}) for each in formed]
    sides = texts(session, book, {id for several in ids for id in several})
    for each, several in zip(formed, ids, strict=True):
        read = {id: sides[id] for id in several if id in sides}
        why = belonging(session, book, read, each.members, each.nearest)
        come = {id: (score, why[id]) for id, score in each.members.items()}
        pattern = None
        if not each.id:
            pattern = Pattern(title=None, audience=audience, state="found", found=datetime.now(UTC))
            name_it(session, book, pattern, read)
        yield Made(each.id, pattern, come)


def members(session: Session, patterns: Collection[str]) -> dict[str, set[str]]:
    """The incidents of these patterns."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    asked = select(PatternMember.pattern_id, PatternMember.document_id)
    for pattern, document in session.execute(asked.where(PatternMember.pattern_id.in_(patterns))):
        found[pattern].add(document)
    return found


def forget(session: Session, audience: str) -> dict[str, set[str]]:
    """Takes away what the machine alone has said to an audience; returns the members of each of these patterns."""
    rows = session.scalars(select(Pattern).where(Pattern.audience == audience, Pattern.state != "merged"))
    ids = [each.id for each in rows if not spoken_of(each)]
    forgotten: dict[str, set[str]] = {}
    for first in range(0, len(ids), BATCH):
        some = ids[first : first + BATCH]
        forgotten |= {id: set() for id in some} | members(session, some)
        for table in (PatternMember, PatternSource, PatternExclusion):
            session.execute(delete(table).where(table.pattern_id.in_(some)))
        session.execute(delete(Pattern).where(Pattern.id.in_(some)))
    return forgotten


def write(session: Session, patterns: Iterable[Made], before: dict[str, set[str]]) -> None:
    """Writes what was made; `before` are the patterns that were forgotten, whose ids live on."""
    taken = set(session.scalars(select(Pattern.id)))
    owners: defaultdict[str, list[str]] = defaultdict(list)
    for id, documents in before.items():
        for document in documents:
            owners[document].append(id)
    for each in patterns:
        if each.pattern:
            each.pattern.id = _id(each.pattern.audience, each.members.keys(), owners, taken)
            taken.add(each.pattern.id)
            session.add(each.pattern)
            there: Set[str] = set()
        elif each.id in taken:
            there = members(session, [each.id])[each.id]
        else:
            continue
        session.add_all(
            PatternMember(
                pattern_id=each.pattern.id if each.pattern else each.id,
                document_id=id,
                score=round(score, 4),
                reasons=list(why.reasons),
                told_with=why.told_with,
                by_person=False,
            )
            for id, (score, why) in each.members.items()
            if id not in there
        )


def _id(audience: str, documents: Set[str], owners: dict[str, list[str]], taken: Set[str]) -> str:
    """That of the pattern before which holds most of these incidents, so that addresses last; else one of whom it is
    and its first incident, or, where another pattern has that, another one. `owners`: which patterns an incident was
    in, of those `taken` none.
    """
    held = Counter(id for document in documents for id in owners.get(document, ()) if id not in taken)
    if held:
        return max(held, key=lambda id: (held[id], id))
    seeds = (f"{audience}\n{min(documents)}" + "'" * attempt for attempt in count())
    ids = (b32encode(hashlib.sha256(seed.encode()).digest()).decode().lower()[:10] for seed in seeds)
    return next(id for id in ids if id not in taken)
