"""The past incidents that are most like one, with what can be said for it. No reason, no suggestion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session, defer, joinedload

from app.errors import NotFound
from app.insight.casebook import Casebook, score
from app.insight.grouping import surroundings
from app.insight.opening import casebook
from app.insight.profile import Telling, passages, profile, telling
from app.insight.reasons import Reason, promising, reasons, same_incident
from app.insight.shards import Case
from app.insight.sides import Side, side_of
from app.insight.weights import LEAST, PARTS
from app.library import ActionItem, Document, Verdict, pages
from app.viewer import Viewer

LIMIT = 5
# More of the nearest than are shown: some have no reason, and somebody may have said "not this one" of others.
LOOKED_AT = 3
# So many more are read than are shown: a text may turn out to say nothing that can be shown.
SPARE = 1
LONGEST_TITLE = 200
# Bytes of a text that are read.
LONGEST = 1_000_000
# Made once: to make such a statement takes as long as to ask it.
_VERDICTS = select(Verdict).where(or_(Verdict.document_id == bindparam("id"), Verdict.other_id == bindparam("id")))
_DOCUMENTS = (
    select(Document)
    .where(Document.id.in_(bindparam("ids", expanding=True)))
    .options(defer(Document.body), joinedload(Document.incident), joinedload(Document.actions))
)


@dataclass(frozen=True)
class Similar:
    """A past incident, how alike it is, part by part, and why.

    `apart`: how far its score stands above what others score that the reader may see. `same`: the same incident, told
    once more. `verdict`: what somebody said of the two, if anybody did.
    """

    document: Document
    score: float
    apart: float
    parts: dict[str, float]
    reasons: tuple[Reason, ...]
    same: bool
    verdict: bool | None

    @property
    def fixed_by(self) -> str | None:
        return self.document.incident.fixed_by if self.document.incident else None

    @property
    def minutes(self) -> int | None:
        seconds = self.document.incident.duration if self.document.incident else None
        return None if seconds is None else round(seconds / 60)

    @property
    def promised(self) -> list[ActionItem]:
        return self.document.actions


def to_document(session: Session, viewer: Viewer, document: Document, limit: int = LIMIT) -> tuple[Similar, ...]:
    """Incidents like that of a post-mortem. Raises NotFound where it is none."""
    if document.kind != "postmortem":
        raise NotFound(f"{document.title} is no post-mortem; only incidents are compared.")
    book = casebook(session)
    text = telling(document)
    case = book.case(document.id) or Case(profile(text), id=document.id)
    return _similar(session, viewer, book, case, side_of(case, text), limit)


def to_text(
    session: Session,
    viewer: Viewer,
    text: str,
    services: Sequence[str] = (),
    alerts: Sequence[str] = (),
    limit: int = LIMIT,
) -> tuple[Similar, ...]:
    """Incidents like what a text tells: a draft, a pasted page, a live alert; its first line is its title."""
    title, _, rest = text.strip().partition("\n")
    told = Telling(title[:LONGEST_TITLE], title[LONGEST_TITLE:] + rest, "")
    case = Case(profile(told), services=tuple(services), alerts=tuple(alerts))
    return _similar(session, viewer, casebook(session), case, side_of(case, told), limit)


def _similar(
    session: Session, viewer: Viewer, book: Casebook, case: Case, here: Side, limit: int
) -> tuple[Similar, ...]:
    if not book.cases:
        return ()
    others = visible_places(viewer, book).copy()
    parts = book.compare(case, others)
    scores = score(parts)
    if case.id in book.places:
        others[book.places[case.id]] = False
    around = surroundings(scores[others])
    said = verdicts(session, case.id)
    others[[book.places[id] for id, alike in said.items() if not alike and id in book.places]] = False
    yes = [book.places[id] for id, alike in said.items() if alike and id in book.places]
    best = _best(book, scores, others, yes, LOOKED_AT * limit)
    candidates = [place for place in best if place in yes or promising(book, case, book.cases[place])][: limit + SPARE]
    ids = [book.cases[place].id for place in candidates]
    documents, sections = _documents(session, ids), passages(session, ids)
    cause_titles = pages.cause_titles(session) if case.causes else {}
    found: list[Similar] = []
    for place in candidates:
        other = book.cases[place]
        if len(found) == limit:
            break
        there = side_of(other, telling(documents[other.id], sections.get(other.id, [])))
        why = reasons(book, case, other, here, there, cause_titles)
        if said.get(other.id):
            why = (Reason("verdict", "somebody said that these are the same again"), *why)
        if not any(reason.strong for reason in why):
            continue
        each = {part: round(float(parts[part][place]), 4) for part in PARTS}
        same = same_incident(book, case, other)
        total = float(scores[place])
        found.append(Similar(documents[other.id], round(total, 4), total - around, each, why, same, said.get(other.id)))
    return tuple(found)


def verdicts(session: Session, id: str) -> dict[str, bool]:
    """What people said of this incident and others, by the other's id."""
    rows = session.scalars(_VERDICTS, {"id": id})
    return {row.other_id if row.document_id == id else row.document_id: row.alike for row in rows}


def _best(
    book: Casebook, scores: NDArray[np.float32], others: NDArray[np.bool_], yes: Sequence[int], most: int
) -> list[int]:
    """The places of the best among `others`, those before all that somebody said `yes` of; ties by id."""
    ranks = scores.copy()
    ranks[yes] += sum(PARTS.values())
    worth = np.flatnonzero(others & (ranks >= LEAST))
    if len(worth) > most:
        worth = worth[ranks[worth] >= -np.partition(-ranks[worth], most - 1)[most - 1]]
    return sorted(worth.tolist(), key=lambda place: (-float(ranks[place]), book.cases[place].id))[:most]


def visible_places(viewer: Viewer, book: Casebook) -> NDArray[np.bool_]:
    """A mask over the casebook: what is there, and for this viewer."""
    if viewer.audiences is None:
        return book.alive
    allowed = np.array([audience in viewer.audiences for audience in book.audiences], bool)
    seen: NDArray[np.bool_] = book.alive & allowed[book.audience_codes]
    return seen


def _documents(session: Session, ids: Iterable[str]) -> dict[str, Document]:
    rows = session.scalars(_DOCUMENTS, {"ids": list(ids)})
    return {row.id: row for row in rows.unique()}
