"""What was formed, as rows: new patterns with a name, new members with why they belong."""

from __future__ import annotations

import hashlib
from base64 import b32encode
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, count

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.db import Database
from app.insight.abreast import abreast, shares
from app.insight.belonging import Belonging, belonging
from app.insight.casebook import Casebook
from app.insight.forming import Formed
from app.insight.naming import Named, named
from app.insight.retelling import call, spoken_of, texts
from app.library import Pattern, PatternExclusion, PatternMember, PatternSource, pages

# So many are read and told at a time.
BATCH = 50
# Fewer patterns are not worth a process of their own.
SHARE = 500


@dataclass(frozen=True)
class Made:
    """A pattern to be written: a new one, which is `named`, or members of one that is there (`id`)."""

    id: str | None
    named: Named | None
    members: dict[str, tuple[float, Belonging]]


def made(database: Database, book: Casebook, formed: Sequence[Formed]) -> list[Made]:
    """Gives a name to what incidents found, and to each incident why it belongs. No session may be open."""

    def work(some: Sequence[Formed]) -> list[Made]:
        with database.read() as session:
            batches = (some[first : first + BATCH] for first in range(0, len(some), BATCH))
            return [each for batch in batches for each in _made(session, book, batch)]

    parts = shares(formed, SHARE)
    if len(parts) > 1:
        # A connection must not cross a fork.
        database.close()
    return list(chain.from_iterable(abreast(work, parts)))


def _made(session: Session, book: Casebook, formed: Sequence[Formed]) -> Iterable[Made]:
    cause_titles = pages.cause_titles(session)
    there = members(session, [each.id for each in formed if each.id])
    ids = [sorted({*there.get(each.id or "", ()), *each.members}) for each in formed]
    sides = texts(session, book, {id for several in ids for id in several})
    for each, several in zip(formed, ids, strict=True):
        read = {id: sides[id] for id in several if id in sides}
        why = belonging(book, read, each.members, cause_titles, each.nearest)
        come = {id: (score, why[id]) for id, score in each.members.items()}
        yield Made(each.id, None if each.id else named(book, read, cause_titles), come)


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


def write(session: Session, audience: str, patterns: Iterable[Made], before: dict[str, set[str]]) -> None:
    """Writes what was made for an audience; `before` are its patterns that were forgotten, whose ids live on."""
    # One text: a row for each of thousands would take ten times as long.
    taken = set((session.scalar(select(func.aggregate_strings(Pattern.id, "\n"))) or "").split())
    owners: defaultdict[str, list[str]] = defaultdict(list)
    for id, documents in before.items():
        for document in documents:
            owners[document].append(id)
    for each in patterns:
        if each.named:
            id, there = _id(audience, each.members.keys(), owners, taken), set[str]()
            taken.add(id)
            pattern = Pattern(id=id, title=None, audience=audience, state="found", found=datetime.now(UTC))
            call(pattern, each.named)
            session.add(pattern)
        elif each.id in taken:
            id, there = each.id, members(session, [each.id])[each.id]
        else:
            continue
        session.add_all(
            PatternMember(
                pattern_id=id,
                document_id=document,
                score=round(score, 4),
                reasons=list(why.reasons),
                told_with=why.told_with,
                by_person=False,
            )
            for document, (score, why) in each.members.items()
            if document not in there
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
