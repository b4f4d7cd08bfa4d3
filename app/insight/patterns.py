"""Patterns, formed and kept: the machine's groups are written, and what people said of them is never undone.

The widest audience comes first, over its own incidents alone. Each narrower one then sees those patterns as they are:
its incidents join them, or found others that only it sees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.db import Database
from app.insight.forming import Kept, Said, from_nothing
from app.insight.joining import joining
from app.insight.opening import casebook
from app.insight.refresh import first_unread
from app.insight.retelling import kept_by_people, retell
from app.insight.writing import Made, forget, made, write
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
    anew = since is None
    with database.read() as session:
        book = casebook(session, layer.sees)
        new = [id for id in _newer(session, layer, since) if id in book.places]
        patterns: list[Made] = []
        if new or anew:
            said, kept = _said(session), _kept(session, layer, anew)
            formed = from_nothing(book, kept, said) if anew and widest else joining(book, new, kept, said)
            patterns = made(session, book, layer.audience, formed)
    if patterns or anew:
        with database.write() as session:
            write(session, patterns, forget(session, layer.audience) if anew else {})
    retell(database, book, layer.audience, since, fresh={id for each in patterns for id in each.members})
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
    seen = select(Pattern.id).where(Pattern.audience.in_(layer.sees), Pattern.state != "merged")
    if anew:
        seen = seen.where(or_(Pattern.audience != layer.audience, kept_by_people()))
    found = {id: Kept(id, set()) for id in session.scalars(seen.order_by(Pattern.id))}
    # Asked of columns, not of rows: a large library has tens of thousands.
    for id, document in session.execute(select(PatternMember.pattern_id, PatternMember.document_id)):
        if id in found:
            found[id].members.add(document)
    for id, document in session.execute(select(PatternExclusion.pattern_id, PatternExclusion.document_id)):
        if id in found:
            found[id].excluded.add(document)
    return list(found.values())
