"""What the texts of documents suggest, and the table of it, made anew where something changed."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence

from sqlalchemy import Select, delete, func, or_, select
from sqlalchemy.orm import Session, selectinload

from app.db import Database
from app.insight.tags.learning import HOW_BAD, WHERE, WHY, Learned, categories, levels, telling
from app.insight.tags.model import LIKELY, Said
from app.library import (
    Counter,
    Document,
    DocumentService,
    Incident,
    IncidentCause,
    Service,
    Suggestion,
    TagDecision,
    newer,
)
from app.library.incidents import FACTS
from app.library.revisions import LIBRARY, VISIBILITY, current

# Another number makes all suggestions anew.
VERSION = 1
# The library's revision up to which suggestions are made, and a checksum of what they are made with.
UP_TO, MADE_WITH = "suggestions", "suggestions_made_with"
BATCH = 100
# So many of each subject are put to people at once.
MOST = {"cause": 4, "service": 3, "severity": 1}
# How sure each has to be: so that it is more likely right than wrong, measured on the shipped post-mortems.
SURE = {"cause": LIKELY, "service": 0.5, "severity": 0.6}
# Suggestions are made anew when the library teaches this much more.
GROWTH = 1.2

Progress = Callable[[int, int], None]
# What was learned last, by the database that taught it, and of which state of it.
_kept: dict[str, tuple[tuple[int, int], Learned]] = {}


def suggest(learned: Learned, document: Document) -> Iterator[tuple[str, Said]]:
    """What a post-mortem suggests of what it does not state, by subject; only what is more likely right than wrong."""
    title, sections, incident = document.title, document.sections, document.incident
    found: dict[str, list[Said]] = {}
    if not any(link.state == "stated" for link in (incident.causes if incident else ())):
        found["cause"] = learned.causes.narrowed(learned.causes.suggest(title, telling(sections, WHY)))
    if all(link.origin == "confirmed" for link in document.services):
        found["service"] = learned.services.suggest(title, telling(sections, WHERE))
    if incident is None or incident.severity is None or document.origins.get("severity") == "confirmed":
        found["severity"] = learned.severities.suggest(title, telling(sections, HOW_BAD))
    for subject, said in found.items():
        for each in [each for each in said if each.score >= SURE[subject]][: MOST[subject]]:
            yield subject, each


def refresh(database: Database, progress: Progress | None = None) -> int:
    """Brings the table of suggestions to what the library says now; returns how many documents were looked at.

    Cheap where no document changed. Where taxonomy, services or levels changed, or the library teaches a good deal
    more, all are made anew.
    """
    with database.read() as session:
        counters = dict(session.execute(select(Counter.name, Counter.value)).tuples().all())
        now, made_with = current(session, LIBRARY), _made_with(session)
        since = counters.get(UP_TO, -1) if counters.get(MADE_WITH) == made_with else -1
        if since == now:
            return 0
        changed = sorted(session.scalars(newer(since)))
        wanting = list(session.scalars(_wanting().where(Document.id.in_(newer(since))).order_by(Document.id)))
        learned = _learned(session, made_with) if wanting else None
    for first in range(0, len(changed), BATCH):
        ids = changed[first : first + BATCH]
        rows: list[Suggestion] = []
        if learned and (asked := set(ids) & set(wanting)):
            with database.read() as session:
                rows = list(_rows(session, learned, asked))
        with database.write() as session:
            session.execute(delete(Suggestion).where(Suggestion.document_id.in_(ids)))
            session.add_all(rows)
        if progress:
            progress(min(first + BATCH, len(changed)), len(changed))
    with database.write() as session:
        for name, value in ((UP_TO, now), (MADE_WITH, made_with)):
            session.merge(Counter(name=name, value=value))
    return len(wanting)


def _learned(session: Session, made_with: int) -> Learned:
    """Kept while nobody sees more or less and there is not much more to learn, so that confirming one after the other
    does not learn all anew each time.
    """
    place, state = str(session.get_bind().engine.url), (made_with, current(session, VISIBILITY))
    if place not in _kept or _kept[place][0] != state:
        _kept.clear()
        _kept[place] = (state, Learned(session))
    return _kept[place][1]


def _wanting() -> Select[tuple[str]]:
    """Post-mortems that do not state their causes, their services or their severity."""
    stated = select(IncidentCause.document_id).where(IncidentCause.state == "stated")
    served = select(DocumentService.document_id).where(DocumentService.origin != "confirmed")
    decided = select(TagDecision.document_id)
    return (
        select(Document.id)
        .join(Incident)
        .where(
            Document.deleted.is_(None),
            or_(
                Document.id.not_in(stated),
                Document.id.not_in(served),
                Incident.severity.is_(None),
                Document.id.in_(decided),
            ),
        )
    )


def _rows(session: Session, learned: Learned, ids: Iterable[str]) -> Iterator[Suggestion]:
    whole = (
        selectinload(Document.sections),
        selectinload(Document.services),
        selectinload(Document.incident).selectinload(Incident.causes),
    )
    for document in session.scalars(select(Document).where(Document.id.in_(ids)).options(*whole)):
        for subject, said in suggest(learned, document):
            yield Suggestion(
                document_id=document.id, subject=subject, value=said.value, score=said.score, evidence=said.evidence
            )


def _made_with(session: Session) -> int:
    """A number that changes when the catalog does, or when there is a good deal more to learn from."""
    facts = select(func.count(IncidentCause.document_id.distinct())).where(IncidentCause.state.in_(FACTS))
    taught = math.log((session.scalar(facts) or 0) + 1, GROWTH)
    services: Sequence[Service] = session.scalars(
        select(Service).where(Service.retired.is_(False)).order_by(Service.name)
    ).all()
    named = [(row.name, row.title, row.aliases) for row in services]
    said = repr((VERSION, int(taught), categories(session), levels(session), named))
    return zlib.crc32(said.encode()) & 0x7FFFFFFF
