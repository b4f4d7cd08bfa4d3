"""Patterns, formed and kept: the machine's groups are written, and what people said of them is never undone.

The widest audience comes first, over its own incidents alone. Each narrower one then sees those patterns as they are:
its incidents join them, or found others that only it sees.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from app.db import Database
from app.insight.casebook import Casebook
from app.insight.forming import Formed, Kept, Said, from_nothing
from app.insight.joining import joining, near_to
from app.insight.opening import casebook
from app.insight.refresh import up_to
from app.insight.retelling import kept_by_people, retell
from app.insight.writing import forget, made, write
from app.library import Counter, Document, Pattern, PatternExclusion, PatternMember, Verdict, newer
from app.library.revisions import current
from app.viewer import ORGANISATION, PUBLIC

COUNTER = "patterns"
# Of so few incidents the patterns are looked for by their members.
FEW = 2_000
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
        standing = min(standing, up_to(session))
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
    anew = since is None
    with database.read() as session:
        book = casebook(session, layer.sees)
        new = [id for id in _newer(session, layer, since) if id in book.places]
        formed = _formed(session, layer, book, new, anew, widest) if new or anew else []
    patterns = made(database, book, formed)
    if patterns or anew:
        with database.write() as session:
            write(session, layer.audience, patterns, forget(session, layer.audience) if anew else {})
    retell(database, book, layer.audience, since, fresh={id for each in patterns for id in each.members})
    return len(new)


def _formed(session: Session, layer: Layer, book: Casebook, new: list[str], anew: bool, widest: bool) -> list[Formed]:
    said = _said(session)
    if anew and widest:
        return from_nothing(book, _kept(session, layer, anew), said)
    near = {id: near_to(book, id) for id in new}
    beside = {*near, *(other for each in near.values() for other in each)}
    return joining(book, near, _kept(session, layer, anew, beside), said)


def _newer(session: Session, layer: Layer, since: int | None) -> Sequence[str]:
    """The layer's own incidents that have come or changed, and are in no pattern that it sees."""
    placed = exists().where(
        PatternMember.document_id == Document.id,
        Pattern.id == PatternMember.pattern_id,
        Pattern.audience.in_(layer.sees),
    )
    asked = select(Document.id).where(
        Document.kind == "postmortem", Document.deleted.is_(None), Document.audience == layer.audience
    )
    if since is not None:
        asked = asked.where(Document.id.in_(newer(since)), ~placed)
    return session.scalars(asked.order_by(Document.id)).all()


def _said(session: Session) -> Said:
    rows = session.scalars(select(Verdict)).all()
    return Said(
        frozenset((row.document_id, row.other_id) for row in rows if row.alike),
        frozenset((row.document_id, row.other_id) for row in rows if not row.alike),
    )


def _kept(session: Session, layer: Layer, anew: bool, beside: Collection[str] | None = None) -> list[Kept]:
    """The patterns that this layer sees, else those `beside` which an incident is. `anew`: of its own only those of
    which people said something.
    """
    seen = select(Pattern.id).where(Pattern.audience.in_(layer.sees), Pattern.state != "merged")
    if anew:
        seen = seen.where(or_(Pattern.audience != layer.audience, kept_by_people()))
    if beside is not None and len(beside) <= FEW:
        seen = seen.where(Pattern.id.in_(select(PatternMember.pattern_id).where(PatternMember.document_id.in_(beside))))
    # One text a pattern: a row for each of tens of thousands of incidents would take ten times as long.
    together = select(PatternMember.pattern_id, func.aggregate_strings(PatternMember.document_id, "\n"))
    rows = session.execute(together.where(PatternMember.pattern_id.in_(seen)).group_by(PatternMember.pattern_id))
    found = {id: Kept(id, set(members.split())) for id, members in rows}
    excluded = select(PatternExclusion.pattern_id, PatternExclusion.document_id)
    for id, document in session.execute(excluded.where(PatternExclusion.pattern_id.in_(found))):
        found[id].excluded.add(document)
    return [found[id] for id in sorted(found)]
