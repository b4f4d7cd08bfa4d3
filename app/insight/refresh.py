"""Profiles of incidents, made anew where a document has changed or the code that makes them has."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from itertools import chain

from sqlalchemy import Select, delete, exists, or_, select
from sqlalchemy.orm import Session

from app.db import Database
from app.insight.abreast import abreast, shares
from app.insight.profile import made_with, profile, tellings
from app.library import Counter, Document, IncidentProfile, newer
from app.library.revisions import current

# So many are made a transaction; fewer than SHARE are not worth a process of their own.
BATCH, SHARE = 500, 100
Progress = Callable[[int, int], None]


# The library's revision up to which every incident has its profile, a checksum of what profiles are made with, and how
# often any were written: whoever keeps them in memory looks there.
UP_TO, MADE_WITH, WRITTEN = "profiles", "profiles_made_with", "profiles_written"


def refresh(database: Database, progress: Progress | None = None, whole: bool = False) -> int:
    """Makes what profiles are lacking or old, a batch a transaction; returns how many. Only what changed since the last
    time is looked at, unless the `whole` library is asked for.
    """
    with database.read() as session:
        standing, since = current(session), -1 if whole else up_to(session)
        if since == standing:
            return 0
        wanting, gone = list(session.scalars(_wanting(since))), list(session.scalars(_gone(since)))
    if gone:
        with database.write() as session:
            session.execute(delete(IncidentProfile).where(IncidentProfile.document_id.in_(gone)))
            _note(session)
    done = 0
    while done < len(wanting):
        ids = wanting[done : done + BATCH]
        made = _made(database, ids)
        done += len(ids)
        with database.write() as session:
            session.execute(delete(IncidentProfile).where(IncidentProfile.document_id.in_(ids)))
            session.add_all(made)
            _note(session)
            if done == len(wanting):
                _finish(session, standing)
        if progress:
            progress(done, len(wanting))
    if not wanting:
        with database.write() as session:
            _finish(session, standing)
    return done


def up_to(session: Session) -> int:
    """The library's revision up to which every incident has its profile; -1 where none is of today's making."""
    asked = select(Counter.name, Counter.value).where(Counter.name.in_((UP_TO, MADE_WITH)))
    known = dict(session.execute(asked).tuples().all())
    there = session.scalar(select(exists().where(IncidentProfile.document_id.is_not(None))))
    return known[UP_TO] if there and UP_TO in known and known.get(MADE_WITH) == _making() else -1


def _making() -> int:
    return zlib.crc32(made_with().encode()) & 0x7FFFFFFF


def _finish(session: Session, standing: int) -> None:
    session.merge(Counter(name=UP_TO, value=standing))
    session.merge(Counter(name=MADE_WITH, value=_making()))


def _note(session: Session) -> None:
    counter = session.get(Counter, WRITTEN) or Counter(name=WRITTEN, value=0)
    counter.value += 1
    session.add(counter)


def _wanting(since: int) -> Select[tuple[str]]:
    stale = or_(
        IncidentProfile.document_id.is_(None),
        IncidentProfile.revision != Document.revision,
        IncidentProfile.made_with != made_with(),
    )
    return (
        select(Document.id)
        .outerjoin(IncidentProfile, IncidentProfile.document_id == Document.id)
        .where(Document.id.in_(newer(since)), Document.kind == "postmortem", Document.deleted.is_(None), stale)
        .order_by(Document.id)
    )


def _gone(since: int) -> Select[tuple[str]]:
    lost = or_(Document.deleted.is_not(None), Document.kind != "postmortem")
    joined = select(IncidentProfile.document_id).join(Document, Document.id == IncidentProfile.document_id)
    return joined.where(Document.id.in_(newer(since)), lost)


def _made(database: Database, ids: Sequence[str]) -> list[IncidentProfile]:
    def work(some: Sequence[str]) -> list[tuple[str, int, bytes]]:
        with database.read() as session:
            asked = select(Document.id, Document.revision).where(Document.id.in_(some))
            revisions = dict(session.execute(asked).tuples().all())
            return [(id, revisions[id], profile(text).packed()) for id, text in tellings(session, some).items()]

    parts = shares(ids, SHARE)
    if len(parts) > 1:
        # A connection must not cross a fork.
        database.close()
    return [
        IncidentProfile(document_id=id, revision=revision, made_with=made_with(), data=data)
        for id, revision, data in chain.from_iterable(abreast(work, parts))
    ]
