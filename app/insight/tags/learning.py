"""What the library teaches: its taxonomy, its levels of severity, and the incidents whose causes are facts."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Set

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.insight.tags.model import Category, Lesson, TagModel
from app.insight.tags.services import Services
from app.insight.tags.severity import Severities
from app.library import Catalog, Cause, Document, Incident, IncidentCause, Section, Service
from app.library.incidents import FACTS
from app.library.visibility import seen_by, widest_audience

# So many incidents are learned from: those whose ids come first by a checksum, so that one more changes little.
MOST_CASES = 1_000
# What of a report says why, how bad it was, and where.
WHY, HOW_BAD, WHERE = ("summary", "cause"), ("summary", "impact"), ("summary", "impact", "detection")
LONGEST = 6_000


class Learned:
    """What one state of the library teaches about causes, severities and services."""

    def __init__(self, session: Session) -> None:
        self.causes = TagModel(categories(session), lessons(session))
        self.severities = Severities(levels(session))
        self.services = Services(
            (row.name, (row.name, row.title, *row.aliases))
            for row in session.scalars(select(Service).where(Service.retired.is_(False)).order_by(Service.name))
        )


def categories(session: Session) -> list[Category]:
    """The causes that are in the taxonomy now."""
    rows = session.scalars(select(Cause).where(Cause.retired.is_(False)).order_by(Cause.name))
    return [
        Category(row.name, row.title, row.definition, row.parent, row.aliases, row.examples, row.signals)
        for row in rows
    ]


def levels(session: Session) -> list[Category]:
    """The levels of severity by their criteria."""
    row = session.get(Catalog, "severities")
    return [
        Category(
            each["level"],
            each.get("title") or each["level"],
            "",
            examples=(*(each.get("criteria") or ()), *(each.get("examples") or ())),
        )
        for each in (row.data.get("levels") or () if row else ())
    ]


def telling(sections: Iterable[Section], roles: Iterable[str]) -> str:
    """The text of the sections that have these roles, else of all, as far as it is read."""
    sections, roles = list(sections), set(roles)
    chosen = [section for section in sections if section.role in roles] or sections
    return "\n".join(section.text for section in chosen)[:LONGEST]


def lessons(session: Session, without: Set[str] = frozenset()) -> list[Lesson]:
    """Incidents whose causes are facts, and the sentences that say so, from all documents but `without`.

    Only what the widest audience sees teaches: what is hidden from most people changes nobody's suggestions.
    """
    taught: list[Lesson] = []
    for document in _cases(session, without):
        facts = [link for link in document.incident.causes if link.state in FACTS] if document.incident else []
        text = f"{document.title}.\n{telling(document.sections, WHY)}"
        taught.append(Lesson(text, frozenset(link.cause for link in facts)))
        taught += [Lesson(link.evidence, frozenset({link.cause}), False) for link in facts if link.evidence]
    return taught


def _cases(session: Session, without: Set[str]) -> Iterator[Document]:
    fact = select(IncidentCause.document_id).where(IncidentCause.state.in_(FACTS))
    ids = session.scalars(select(Document.id).where(seen_by(widest_audience(session)), Document.id.in_(fact)))
    chosen = sorted(set(ids) - without, key=lambda id: (zlib.crc32(id.encode()), id))[:MOST_CASES]
    for first in range(0, len(chosen), 200):
        yield from session.scalars(
            select(Document)
            .where(Document.id.in_(chosen[first : first + 200]))
            .options(selectinload(Document.sections), selectinload(Document.incident).selectinload(Incident.causes))
            .order_by(Document.id)
        )
