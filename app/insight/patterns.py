"""Patterns, formed and kept: the machine's groups are written, and what people said of them is never undone.

The widest audience comes first, over its own incidents alone. Each narrower one then sees those patterns as they are:
its incidents join them, or found others that only it sees.
"""

from __future__ import annotations

import hashlib
from base64 import b32encode
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.db import Database
from app.insight.belonging import Belonging, belonging
from app.insight.casebook import Casebook
from app.insight.forming import Formed, Kept, Said, from_nothing, joining
from app.insight.opening import casebook
from app.insight.refresh import first_unread
from app.insight.retelling import name_it, retell, spoken_of, texts
from app.library import Counter, Document, Pattern, PatternExclusion, PatternMember, Verdict
from app.library.revisions import current
from app.viewer import ORGANISATION, PUBLIC

COUNTER = "patterns"
# What else those see who see an audience; a team sees both.
_WIDER: dict[str, tuple[str, ...]] = {PUBLIC: (), ORGANISATION: (PUBLIC,)}


@dataclass(frozen=True)
class Layer:
    """An audience whose incidents are formed together, and all that it sees."""

    audience: str
    sees: frozenset[str]


def form(database: Database, anew: bool = False) -> int:
    """Brings patterns up to the library; returns how many incidents were looked at. `anew` forms all of them from
    nothing, but for what people said.
    """
    with database.read() as session:
        standing, done = current(session), session.get(Counter, COUNTER)
        since = done.value if done and not anew else None
        if since == standing:
            return 0
        # An incident that cannot be compared yet is looked at when it can.
        unread = first_unread(session)
        standing = standing if unread is None else min(standing, unread - 1)
        found = layers(session)
    looked_at = sum(_layer(database, layer, since, widest=layer is found[0]) for layer in found)
    with database.write() as session:
        session.merge(Counter(name=COUNTER, value=standing))
    return looked_at


def layers(session: Session) -> list[Layer]:
    """The widest first. A team's incidents are compared with what that team sees."""
    audiences = set(session.scalars(select(Document.audience).where(Document.kind == "postmortem").distinct()))
    audiences |= set(session.scalars(select(Pattern.audience).distinct()))
    found = []
    for audience in sorted(audiences, key=lambda each: (each != PUBLIC, each != ORGANISATION, each)):
        wider = _WIDER.get(audience, (PUBLIC, ORGANISATION))
        found.append(Layer(audience, frozenset({audience, *wider})))
    return found


def _layer(database: Database, layer: Layer, since: int | None, widest: bool) -> int:
    with database.read() as session:
        book = casebook(session, layer.sees)
        new = [id for id in _newer(session, layer, since) if id in book.places]
        made: list[_Made] = []
        if new or since is None:
            said = _said(session)
            kept = _kept(session, layer, anew=since is None)
            formed = from_nothing(book, kept, said) if since is None and widest else joining(book, new, kept, said)
            made = [_made(session, book, layer, each) for each in formed]
    if made or since is None:
        with database.write() as session:
            before = _forget(session, layer) if since is None else {}
            for each in made:
                _keep(session, each, before)
    retell(database, book, layer.audience, since, fresh={id for each in made for id in each.members})
    return len(new)


def _newer(session: Session, layer: Layer, since: int | None) -> Sequence[str]:
    """The layer's own incidents that have come or changed, and are in no pattern that it sees."""
    placed = (
        select(PatternMember.document_id)
        .join(Pattern, Pattern.id == PatternMember.pattern_id)
        .where(Pattern.audience.in_(layer.sees))
    )
    asked = select(Document.id).where(
        Document.kind == "postmortem", Document.deleted.is_(None), Document.audience == layer.audience
    )
    if since is not None:
        asked = asked.where(Document.revision > since, Document.id.not_in(placed))
    return session.scalars(asked.order_by(Document.id)).all()


def _said(session: Session) -> Said:
    rows = session.scalars(select(Verdict)).all()
    return Said(
        frozenset((row.document_id, row.other_id) for row in rows if row.alike),
        frozenset((row.document_id, row.other_id) for row in rows if not row.alike),
    )


def _kept(session: Session, layer: Layer, anew: bool) -> list[Kept]:
    """The patterns that this layer sees. `anew`: of its own only those of which people said something."""
    rows = session.scalars(
        select(Pattern)
        .where(Pattern.audience.in_(layer.sees), Pattern.state != "merged")
        .options(selectinload(Pattern.members))
        .order_by(Pattern.id)
    )
    excluded: dict[str, set[str]] = {}
    for row in session.scalars(select(PatternExclusion)):
        excluded.setdefault(row.pattern_id, set()).add(row.document_id)
    return [
        Kept(
            pattern.id,
            {member.document_id for member in pattern.members},
            frozenset(excluded.get(pattern.id, ())),
        )
        for pattern in rows
        if not anew or pattern.audience != layer.audience or spoken_of(pattern)
    ]


@dataclass(frozen=True)
class _Made:
    """A pattern to be written: a new one (`pattern`), or members of one that is there (`id`)."""

    id: str | None
    pattern: Pattern | None
    members: dict[str, tuple[float, Belonging]]


def _made(session: Session, book: Casebook, layer: Layer, formed: Formed) -> _Made:
    there = _members_of(session, formed.id) if formed.id else []
    sides = texts(session, book, [*there, *formed.members])
    why = belonging(session, book, sides, formed.members)
    members = {id: (score, why[id]) for id, score in formed.members.items()}
    if formed.id:
        return _Made(formed.id, None, members)
    pattern = Pattern(title=None, audience=layer.audience, state="found", found=datetime.now(UTC))
    name_it(session, book, pattern, sides)
    return _Made(None, pattern, members)


def _members_of(session: Session, id: str) -> list[str]:
    return list(session.scalars(select(PatternMember.document_id).where(PatternMember.pattern_id == id)))


def _forget(session: Session, layer: Layer) -> dict[str, set[str]]:
    """What the machine alone has said; returns the members of each of these patterns."""
    rows = session.scalars(select(Pattern).where(Pattern.audience == layer.audience, Pattern.state != "merged"))
    forgotten = {}
    for pattern in [each for each in rows if not spoken_of(each)]:
        forgotten[pattern.id] = {member.document_id for member in pattern.members}
        session.delete(pattern)
    session.flush()
    return forgotten


def _keep(session: Session, made: _Made, before: dict[str, set[str]]) -> None:
    pattern = made.pattern
    if pattern:
        pattern.id = _id(session, pattern.audience, made.members.keys(), before)
        session.add(pattern)
    elif not (pattern := session.get(Pattern, made.id)):
        return
    there = {member.document_id for member in pattern.members}
    for id, (score, why) in made.members.items():
        if id not in there:
            pattern.members.append(
                PatternMember(
                    document_id=id,
                    score=round(score, 4),
                    reasons=list(why.reasons),
                    told_with=why.told_with,
                    by_person=False,
                )
            )


def _id(session: Session, audience: str, members: Set[str], before: dict[str, set[str]]) -> str:
    """That of the pattern `before` which holds most of these members, so that addresses last; else one of whom it is
    and its first member, or, where another pattern has that, another one.
    """
    best = max(before, key=lambda id: (len(before[id] & members), id), default=None)
    if best and before[best] & members:
        del before[best]
        return best
    seeds = (f"{audience}\n{min(members)}" + "'" * attempt for attempt in count())
    ids = (b32encode(hashlib.sha256(seed.encode()).digest()).decode().lower()[:10] for seed in seeds)
    return next(id for id in ids if session.get(Pattern, id) is None)
