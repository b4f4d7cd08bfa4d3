"""What a pattern says in the words of its incidents: its name, its terms, and why each of them belongs.

It is told anew where an incident that the words came from has changed, or is hidden from the pattern's audience now.
What an audience does not see is none of these sources, so that it never changes what that audience reads.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from app.db import Database
from app.insight.belonging import belonging
from app.insight.casebook import Casebook
from app.insight.naming import Named, named
from app.insight.profile import tellings
from app.insight.sides import Side, side_of
from app.library import Document, Pattern, PatternMember, PatternSource, newer, pages

# A pattern that a person has said something of is kept as it is, when the others are formed anew.
DECIDED = ("confirmed", "dismissed")


def spoken_of(pattern: Pattern) -> bool:
    return pattern.decided is not None or pattern.state in DECIDED


def texts(session: Session, book: Casebook, ids: Iterable[str]) -> dict[str, Side]:
    """The texts of those of these incidents that are in the casebook, by their ids."""
    there = [id for id in ids if id in book.places]
    return {id: side_of(book.cases[book.places[id]], text) for id, text in tellings(session, there).items()}


def call(pattern: Pattern, named: Named) -> None:
    pattern.name, pattern.terms = named.name, named.terms
    pattern.sources = [PatternSource(document_id=id) for id in named.sources]


def retell(database: Database, book: Casebook, audience: str, since: int | None, fresh: Collection[str]) -> None:
    """Tells anew what is told to an audience, by its casebook, in words of incidents that changed after the revision
    `since`, but for those `fresh` ones that were just told of; without it all that the machine says of what people
    keep. One pattern a transaction.
    """
    with database.read() as session:
        renamed, explained = _renamed(session, audience, since, fresh), _explained(session, audience, since, fresh)
    for id in renamed:
        with database.write() as session:
            _rename(session, book, id)
    for id, documents in explained.items():
        with database.write() as session:
            _explain(session, book, id, documents)


def _renamed(session: Session, audience: str, since: int | None, fresh: Collection[str]) -> list[str]:
    """Patterns whose name and terms are nobody's words, or those of an incident that has changed."""
    asked = select(Pattern.id).where(Pattern.audience == audience, Pattern.state != "merged")
    if since is None:
        return sorted(session.scalars(asked.where(kept_by_people())))
    told = asked.add_columns(PatternSource.document_id).join(PatternSource, PatternSource.pattern_id == Pattern.id)
    changed = told.where(PatternSource.document_id.in_(newer(since)))
    unnamed = session.scalars(asked.where(~exists().where(PatternSource.pattern_id == Pattern.id)))
    return sorted({*unnamed, *(id for id, document in session.execute(changed) if document not in fresh)})


def _explained(session: Session, audience: str, since: int | None, fresh: Collection[str]) -> dict[str, set[str]]:
    """Incidents of this audience that say why they belong in the words of one that has changed, by their patterns."""
    asked = (
        select(PatternMember.pattern_id, PatternMember.document_id)
        .join(Document, Document.id == PatternMember.document_id)
        .join(Pattern, Pattern.id == PatternMember.pattern_id)
        .where(Document.audience == audience, PatternMember.told_with.is_not(None), Pattern.state != "merged")
        .order_by(PatternMember.pattern_id)
    )
    if since is None:
        asked = asked.where(kept_by_people())
    else:
        changed = newer(since)
        asked = asked.where(or_(PatternMember.document_id.in_(changed), PatternMember.told_with.in_(changed)))
    found: defaultdict[str, set[str]] = defaultdict(set)
    for id, document in session.execute(asked):
        if document not in fresh:
            found[id].add(document)
    return found


def kept_by_people() -> ColumnElement[bool]:
    """The condition that a pattern is `spoken_of`."""
    return or_(Pattern.decided.is_not(None), Pattern.state.in_(DECIDED))


def _rename(session: Session, book: Casebook, id: str) -> None:
    """A pattern of which its audience sees nothing any more is forgotten, if nobody said anything of it."""
    pattern = session.get(Pattern, id)
    if pattern is None:
        return
    sides = texts(session, book, [member.document_id for member in pattern.members])
    if sides or spoken_of(pattern):
        call(pattern, named(book, sides, pages.cause_titles(session)))
    else:
        session.delete(pattern)


def _explain(session: Session, book: Casebook, id: str, documents: Collection[str]) -> None:
    """Says anew why these incidents belong to a pattern."""
    members = session.scalars(select(PatternMember).where(PatternMember.pattern_id == id)).all()
    sides = texts(session, book, [member.document_id for member in members])
    told = {each.document_id: each for each in members if each.document_id in documents and each.document_id in sides}
    for document, found in belonging(book, sides, told, pages.cause_titles(session)).items():
        told[document].reasons, told[document].told_with = list(found.reasons), found.told_with
