"""The casebook of a database, kept in the process and brought up to what the database says at each question."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Iterable
from threading import Lock
from typing import Any

from sqlalchemy import Row, and_, or_, select
from sqlalchemy.orm import Session

from app.insight.casebook import Casebook
from app.insight.profile import made_with, unpacked
from app.insight.refresh import WRITTEN
from app.insight.shards import Case
from app.library import (
    Counter,
    Document,
    DocumentAlert,
    DocumentService,
    Incident,
    IncidentCause,
    IncidentProfile,
    ServiceDependency,
)
from app.library.incidents import FACTS
from app.library.revisions import LIBRARY, VISIBILITY, current
from app.library.visibility import widest_audience

BATCH = 500
# So many are kept: one for all who look, and one for each audience whose patterns are formed.
MOST_KEPT = 8
_kept: dict[tuple[str, frozenset[str] | None], tuple[tuple[int, ...], Casebook]] = {}
_opening = Lock()
_STANDING = select(Counter.name, Counter.value).where(Counter.name.in_((LIBRARY, VISIBILITY, WRITTEN)))


def casebook(session: Session, sees: frozenset[str] | None = None) -> Casebook:
    """All incidents that have a profile. `sees`: those of these audiences, compared as if there were no others.

    How rare a word is, is taken over the widest audience; on a site of teams only, over what each of them sees.
    """
    kept_as = (str(session.get_bind().engine.url), sees)
    standing = _standing(session)
    with _opening:
        kept = _kept.get(kept_as)
        if kept and kept[0] == standing:
            return kept[1]
        reference = widest_audience(session) or sees
        book = kept[1].copy() if kept and kept[1].reference == reference else Casebook(reference)
        opened = book.revision is None
        _bring_up(session, book, sees)
        if opened:
            # It stays: to look through its hundreds of thousands of objects for garbage takes 40 ms each time.
            gc.freeze()
        _kept.pop(kept_as, None)
        for oldest in list(_kept)[: 1 - MOST_KEPT]:
            del _kept[oldest]
        _kept[kept_as] = standing, book
        return book


def _standing(session: Session) -> tuple[int, ...]:
    """Changes when anything does that a casebook is made of."""
    values = dict(session.execute(_STANDING).tuples().all())
    return values[LIBRARY], values[VISIBILITY], values.get(WRITTEN, 0)


def _bring_up(session: Session, book: Casebook, audiences: frozenset[str] | None) -> None:
    found, waiting, gone = _news(session, book, audiences)
    changed = sorted(id for id, standing in found.items() if book.standing(id) != standing)
    cases: list[Case] = []
    for first in range(0, len(changed), BATCH):
        cases += _cases(session, changed[first : first + BATCH])
    neighbours: defaultdict[str, set[str]] = defaultdict(set)
    for service, other in session.execute(select(ServiceDependency.service, ServiceDependency.depends_on)):
        if service != other:
            neighbours[service].add(other)
            neighbours[other].add(service)
    book.neighbours = {service: frozenset(others) for service, others in neighbours.items()}
    book.bring_up(cases, gone)
    book.revision, book.waiting = current(session) if len(waiting) <= BATCH else None, waiting


def _news(
    session: Session, book: Casebook, audiences: frozenset[str] | None
) -> tuple[dict[str, tuple[int, int, str]], frozenset[str], set[str]]:
    """(incidents that have a profile of today's making: its revision, the profile's, and the audience; those that have
    none yet; those that are gone), of what changed since the casebook was brought up, else of all.
    """
    there = Document.deleted.is_(None) & (Document.kind == "postmortem")
    if audiences is not None:
        there &= Document.audience.in_(sorted(audiences))
    made = and_(IncidentProfile.document_id == Document.id, IncidentProfile.made_with == made_with())
    asked = select(Document.id, Document.revision, IncidentProfile.revision, Document.audience, there)
    asked = asked.select_from(Document).outerjoin(IncidentProfile, made)
    if book.revision is None:
        asked = asked.where(there)
    else:
        asked = asked.where(or_(Document.revision > book.revision, Document.id.in_(book.waiting)))
    found: dict[str, tuple[int, int, str]] = {}
    waiting, lost = set(), set()
    for id, revision, profiled, audience, here in session.execute(asked):
        if here and profiled is not None:
            found[id] = revision, profiled, audience
        elif here:
            waiting.add(id)
        else:
            lost.add(id)
    gone = lost | waiting if book.revision is not None else {id for id, _ in book.living()} - found.keys()
    return found, frozenset(waiting), gone


def _cases(session: Session, ids: list[str]) -> Iterable[Case]:
    # What is only suggested makes nothing alike.
    causes = _named(session, IncidentCause.document_id, IncidentCause.cause, ids, IncidentCause.state.in_(FACTS))
    services = _named(session, DocumentService.document_id, DocumentService.service, ids)
    alerts = _named(session, DocumentAlert.document_id, DocumentAlert.alert, ids)
    rows = session.execute(
        select(
            Document.id,
            Document.title,
            Document.audience,
            Document.revision,
            IncidentProfile.revision.label("made"),
            IncidentProfile.data,
            Incident.started,
            Incident.detection,
        )
        .join(IncidentProfile, IncidentProfile.document_id == Document.id)
        .outerjoin(Incident, Incident.document_id == Document.id)
        .where(Document.id.in_(ids))
        .order_by(Document.id)
    )
    return [_case(row, causes, services, alerts) for row in rows]


def _case(row: Row[Any], *named: dict[str, tuple[str, ...]]) -> Case:
    causes, services, alerts = (each.get(row.id, ()) for each in named)
    return Case(
        profile=unpacked(row.data),
        causes=causes,
        services=services,
        alerts=alerts,
        detection=row.detection,
        started=row.started,
        id=row.id,
        title=row.title,
        audience=row.audience,
        revisions=(row.revision, row.made),
    )


def _named(session: Session, id: Any, name: Any, ids: list[str], *conditions: Any) -> dict[str, tuple[str, ...]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for document, value in session.execute(select(id, name).where(id.in_(ids), *conditions).order_by(id, name)):
        found[document].append(value)
    return {document: tuple(values) for document, values in found.items()}
