"""Questions are counted, without who asked: masked first, then a number a day and a question, kept for 90 days.

Counts are held in the process and written together, at most every few seconds: at hundreds of searches a second each
would else wait for its own commit. No thread does that (a web process has none beside those that answer): the next
request does, once its own answer is out. What a process holds when it is killed is lost; these are numbers to learn
from, not a record.
"""

from __future__ import annotations

import logging
import time
import unicodedata
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from threading import Lock
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.db import Database
from app.library import AskedQuery, JudgedAnswer, RewordedQuery

DAYS_KEPT = 90
# What is longer was pasted.
LONGEST = 200
WRITE_SECONDS = 2.0
# Different questions: that many between two writings, and that many a day. More is no person's searching.
MOST_HELD = 2_000
MOST_A_DAY = 20_000
COUNTED: tuple[type[AskedQuery | RewordedQuery | JudgedAnswer], ...] = (AskedQuery, RewordedQuery, JudgedAnswer)

log = logging.getLogger(__name__)

Key = tuple[Any, ...]
Held = dict[tuple[type[Any], Key], Counter[str]]


def counted(text: str) -> str | None:
    """The question as it is counted: masked, in small letters, every space one. None for one that is not counted: what
    was pasted, and what says nothing once it is masked.
    """
    if len(text) > LONGEST or "\n" in text:
        return None
    # Imported with the first question, which is counted once it is answered: the first answer does not wait.
    from app.text.personal import mask_personal
    from app.text.redaction import mask

    masked = mask_personal(mask(unicodedata.normalize("NFC", text))[0])
    plain = "".join(sign if sign.isprintable() else " " for sign in masked).casefold().split()
    said = " ".join(plain)
    rest = [word for word in plain if not word.startswith("[masked:") and not word.endswith("]")]
    return said if any(sign.isalnum() for sign in "".join(rest)) else None


class Tally:
    """What one process has counted and not yet written."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._writing = Lock()
        self._held: Held = {}
        self._written = float("-inf")
        self._cleaned: date | None = None

    def asked(self, text: str, found: int) -> None:
        """One finished question, and how many documents were found."""
        if said := counted(text):
            self._add(AskedQuery, (said,), asked=1, found_nothing=int(not found))

    def told(self, text: str, opened: bool, before: str = "") -> None:
        """What a browser says of a question: that a result was opened, or that the page was left without. `before`: the
        question that was asked first, in other words, without opening anything.
        """
        if not (said := counted(text)):
            return
        self._add(AskedQuery, (said,), opened=int(opened), unopened=int(not opened))
        first = counted(before)
        if first and first != said:
            self._add(RewordedQuery, (first, said), times=1, opened=int(opened))

    def judged(self, text: str, document: str, right: bool) -> None:
        """An answer to “Was this it?”."""
        if said := counted(text):
            self._add(JudgedAnswer, (said, document), confirmed=int(right), rejected=int(not right))

    def _add(self, model: type[Any], key: Key, **counts: int) -> None:
        place = (model, (datetime.now(UTC).date(), *key))
        with self._lock:
            if place in self._held or len(self._held) < MOST_HELD:
                self._held.setdefault(place, Counter()).update(counts)

    def due(self) -> bool:
        """Whether it is time to write; also once a day, since what is too old goes then."""
        waits = time.monotonic() - self._written >= WRITE_SECONDS
        return waits and (bool(self._held) or self._cleaned != datetime.now(UTC).date())

    def write(self, database: Database, patient: bool = False) -> None:
        """Writes what is held. Where the database cannot be written, or somebody else is writing, it is held on.

        `patient`: for a reader of the numbers, who waits until whoever is writing has written.
        """
        if not self._writing.acquire(blocking=patient):
            return
        try:
            with self._lock:
                held, self._held = self._held, {}
            self._written, today = time.monotonic(), datetime.now(UTC).date()
            try:
                with database.write(hasty=not patient) as session:
                    if self._cleaned != today:
                        clean(session, today)
                    _save(session, held)
                self._cleaned = today
            except DBAPIError as error:
                # Not the whole error: it quotes what should have been written.
                log.info("what was searched for could not be noted: %s", error.orig)
                self._take_back(held)
        finally:
            self._writing.release()

    def _take_back(self, held: Held) -> None:
        with self._lock:
            for place, counts in held.items():
                if place in self._held or len(self._held) < MOST_HELD:
                    self._held.setdefault(place, Counter()).update(counts)


def first_day(today: date) -> date:
    """The oldest day that is kept."""
    return today - timedelta(days=DAYS_KEPT - 1)


def clean(session: Session, today: date) -> None:
    for model in COUNTED:
        session.execute(delete(model).where(model.day < first_day(today)))


def handle(session: Session, text: str, other: str = "", document: str = "") -> None:
    """An editor has dealt with it: a question, one that was asked in other words, or an answer that was wrong."""
    if other:
        where = (RewordedQuery.text == text) & (RewordedQuery.other == other)
        session.execute(update(RewordedQuery).where(where).values(handled=True))
    elif document:
        where = (JudgedAnswer.text == text) & (JudgedAnswer.document_id == document)
        session.execute(update(JudgedAnswer).where(where).values(handled=True))
    else:
        session.execute(update(AskedQuery).where(AskedQuery.text == text).values(handled=True))


def _save(session: Session, held: Held) -> None:
    for model in COUNTED:
        wanted = {key: counts for (kind, key), counts in held.items() if kind is model}
        if wanted:
            _save_all(session, model, wanted)


def _save_all(session: Session, model: type[Any], wanted: dict[Key, Counter[str]]) -> None:
    names = [column.key for column in model.__mapper__.primary_key]
    rows = _rows(session, model, wanted)
    there = {tuple(getattr(row, name) for name in names): row for row in rows}
    room = {day: MOST_A_DAY - _number(session, model, day) for day in {key[0] for key in wanted}}
    for key, counts in wanted.items():
        row = there.get(key)
        if row is None and room[key[0]] > 0:
            room[key[0]] -= 1
            session.add(model(**dict(zip(names, key, strict=True)), **counts, handled=False))
        elif row is not None:
            row.handled = False
            for name, count in counts.items():
                setattr(row, name, (getattr(row, name) or 0) + count)


def _rows(session: Session, model: type[Any], keys: Iterable[Key]) -> Iterable[Any]:
    days, texts = {key[0] for key in keys}, {key[1] for key in keys}
    return session.scalars(select(model).where(model.day.in_(days), model.text.in_(texts)))


def _number(session: Session, model: type[Any], day: date) -> int:
    return session.scalar(select(func.count()).select_from(model).where(model.day == day)) or 0
