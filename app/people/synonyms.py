"""Synonyms that editors add in the browser, with who and when, and how they become lines of `synonyms.yml`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.errors import Invalid, NotFound
from app.library import AddedSynonym
from app.search.analysis import parts, words
from app.search.planner import LONGEST_SYNONYM, MOST_SYNONYMS, STOP

LONGEST = 60


def group(text: str) -> list[str]:
    """The words of a group, written with commas between. Raises Invalid for what no group can be made of."""
    named = [" ".join(word.split()) for word in text.replace("\n", ",").split(",")]
    found = list(dict.fromkeys(word.casefold() for word in named if word and word.isprintable()))
    if not 2 <= len(found) <= MOST_SYNONYMS:
        raise Invalid(f"A group has 2 to {MOST_SYNONYMS} words, with commas between; this one has {len(found)}.")
    for word in found:
        pieces = [part for raw in words(word) for part in parts(raw)]
        if len(word) > LONGEST or len(pieces) > LONGEST_SYNONYM:
            raise Invalid(
                f"“{word[:LONGEST]}” is too long: a synonym has at most {LONGEST_SYNONYM} words and {LONGEST} "
                "characters. Take the words out that tell what it is."
            )
        if STOP.issuperset(pieces):
            raise Invalid(f"“{word}” holds no word that is searched for. Take another one.")
    return found


def add(session: Session, words: Sequence[str], user: int, now: datetime) -> AddedSynonym:
    row = AddedSynonym(words=list(words), added=now, added_by=user)
    session.add(row)
    session.flush()
    return row


def withdraw(session: Session, id: int, user: int, now: datetime) -> None:
    """It means nothing from now on. Raises NotFound."""
    row = session.get(AddedSynonym, id)
    if row is None:
        raise NotFound("There is no such synonym.")
    if row.withdrawn is None:
        row.withdrawn, row.withdrawn_by = now, user


def in_force(session: Session) -> list[AddedSynonym]:
    """The newest first."""
    rows = select(AddedSynonym).where(AddedSynonym.withdrawn.is_(None)).order_by(AddedSynonym.id.desc())
    return list(session.scalars(rows.options(joinedload(AddedSynonym.author))))


def as_yaml(groups: Iterable[Sequence[str]]) -> str:
    """As `synonyms.yml` has them: what JSON writes is YAML."""
    return "synonyms:\n" + "".join(f"  - {json.dumps(list(words), ensure_ascii=False)}\n" for words in groups)
