"""What people say of patterns and of two incidents: the machine keeps it, and goes on from there.

Every function takes a session for writing. Whoever speaks sees only a part of the library: what is hidden from them is
neither needed nor named, and looks like what is not there.
"""

from __future__ import annotations

import hashlib
from base64 import b32encode
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.errors import Conflict, Invalid, NotFound
from app.library import Document, Pattern, PatternExclusion, PatternMember, Verdict, pages
from app.viewer import ORGANISATION, PUBLIC, Viewer

LONGEST_NAME, LONGEST_REASON = 120, 500
LEAST = pages.LEAST
BY_HAND = {"kind": "person", "text": "put here by a person"}


def rename(session: Session, viewer: Viewer, id: str, name: str, now: datetime) -> None:
    """Gives it a name that stays. Raises NotFound, Invalid."""
    pattern = _listed(session, viewer, id)
    pattern.title = _text(name, "name", LONGEST_NAME)
    _keep(session, viewer, pattern)
    _decided(pattern, viewer, now)


def confirm(session: Session, viewer: Viewer, id: str, now: datetime) -> None:
    """These incidents are one pattern, and stay it. Raises NotFound."""
    pattern = _listed(session, viewer, id)
    pattern.state = "confirmed"
    _keep(session, viewer, pattern)
    _decided(pattern, viewer, now)


def dismiss(session: Session, viewer: Viewer, id: str, reason: str, now: datetime) -> None:
    """It is no pattern, and is not found again. Raises NotFound, Invalid."""
    pattern = _listed(session, viewer, id)
    pattern.state, pattern.reason = "dismissed", _text(reason, "reason", LONGEST_REASON)
    _decided(pattern, viewer, now)


def restore(session: Session, viewer: Viewer, id: str, now: datetime) -> None:
    """Takes a dismissal back: that it is a pattern has been said by a person now. Raises NotFound."""
    pattern = _seen(session, viewer, id)
    if pattern.state != "dismissed":
        raise Conflict("This pattern is not dismissed any more. Load the page again.")
    pattern.state, pattern.reason = "confirmed", None
    _keep(session, viewer, pattern)
    _decided(pattern, viewer, now)


def merge(session: Session, viewer: Viewer, id: str, into: str, now: datetime) -> Pattern:
    """All incidents of one join the other, whose name stays. Raises NotFound, Invalid where some who see the one could
    not see the other.
    """
    source, target = _listed(session, viewer, id), _listed(session, viewer, into)
    if source is target:
        raise Invalid("A pattern cannot be merged into itself. Choose another one.")
    if target.audience not in (PUBLIC, source.audience) and (
        source.audience == PUBLIC or target.audience != ORGANISATION
    ):
        raise Invalid(
            "Fewer people see that pattern than this one, so it would vanish for some. Merge it the other way."
        )
    there = {member.document_id: member for member in target.members}
    moved = [member.document_id for member in source.members]
    for member in source.members:
        if member.document_id in there:
            there[member.document_id].by_person = True
        else:
            # Reasons may quote what only their own audience sees, and stay with it.
            target.members.append(_moved(member, with_reasons=source.audience == target.audience))
    source.members.clear()
    # What was taken out of the one does not come back by way of the other; what comes with it now was meant to come.
    kept = set(moved) | set(there)
    _include(session, target, moved)
    for exclusion in _exclusions(session, source):
        if exclusion.document_id not in kept:
            _exclude(session, target, exclusion.document_id, exclusion.by, exclusion.at)
    session.execute(update(Pattern).where(Pattern.merged_into == source.id).values(merged_into=target.id))
    source.state, source.merged_into = "merged", target.id
    _decided(source, viewer, now)
    _decided(target, viewer, now)
    return target


def split(session: Session, viewer: Viewer, id: str, documents: Collection[str], name: str, now: datetime) -> Pattern:
    """These incidents become a pattern of their own. Raises NotFound, Invalid where either half would be too small."""
    pattern, title = _listed(session, viewer, id), _text(name, "name", LONGEST_NAME)
    visible = _visible_members(session, viewer, pattern)
    chosen = [visible[document] for document in dict.fromkeys(documents) if document in visible]
    if len(chosen) < LEAST or len(visible) - len(chosen) < LEAST:
        raise Invalid("Each half needs at least two incidents. Tick some, and leave some.")
    ids = sorted(member.document_id for member in chosen)
    seed = "\n".join([pattern.id, now.isoformat(), *ids])
    new = Pattern(
        id=b32encode(hashlib.sha256(seed.encode()).digest()).decode().lower()[:10],
        name=title,
        title=title,
        terms=[],
        audience=_founded_by(session, ids, pattern.audience),
        state="confirmed",
        found=now,
        members=[_moved(member) for member in chosen],
    )
    _decided(new, viewer, now)
    session.add(new)
    for member in chosen:
        pattern.members.remove(member)
        _exclude(session, pattern, member.document_id, viewer.id, now)
    _decided(pattern, viewer, now)
    session.flush()
    return new


def take_out(session: Session, viewer: Viewer, id: str, document: str, now: datetime) -> None:
    """This incident does not belong, and does not come back by itself. Raises NotFound, Invalid."""
    pattern = _listed(session, viewer, id)
    visible = _visible_members(session, viewer, pattern)
    if document not in visible:
        raise NotFound("That incident is no part of this pattern any more. Load the page again.")
    if len(visible) <= LEAST:
        raise Invalid("A lone incident is no pattern. Dismiss the pattern instead, or put another incident in first.")
    pattern.members.remove(visible[document])
    _exclude(session, pattern, document, viewer.id, now)
    _decided(pattern, viewer, now)


def put_in(session: Session, viewer: Viewer, id: str, document: str, now: datetime) -> None:
    """This incident belongs, whatever was said before. Raises NotFound where the viewer sees no such incident."""
    pattern = _listed(session, viewer, id)
    incident = _incident(session, viewer, document)
    member = session.get(PatternMember, (pattern.id, incident))
    if member is None:
        pattern.members.append(PatternMember(document_id=incident, score=1.0, reasons=[BY_HAND], by_person=True))
    else:
        member.by_person = True
    _include(session, pattern, [incident])
    _decided(pattern, viewer, now)


def judge(session: Session, viewer: Viewer, document: str, other: str, alike: bool, now: datetime) -> None:
    """Whether two incidents are the same again; what was said last holds. Raises NotFound, Invalid."""
    lesser, greater = sorted(_incident(session, viewer, each) for each in (document, other))
    if lesser == greater:
        raise Invalid("An incident cannot be compared with itself. Name two.")
    session.merge(Verdict(document_id=lesser, other_id=greater, alike=alike, at=now, by=viewer.id))


def _seen(session: Session, viewer: Viewer, id: str) -> Pattern:
    pattern = pages.pattern(session, viewer, id).pattern
    if pattern is None or pattern.id != id:
        raise Conflict("This pattern was merged into another one in the meantime. Load the page again.")
    return pattern


def _listed(session: Session, viewer: Viewer, id: str) -> Pattern:
    pattern = _seen(session, viewer, id)
    if pattern.state == "dismissed":
        raise Conflict("This pattern is dismissed. Take the dismissal back first.")
    return pattern


def _incident(session: Session, viewer: Viewer, id: str) -> str:
    document = pages.document(session, viewer, id)
    if document.incident is None:
        raise Invalid("That is no incident. Give the id or the address of a post-mortem.")
    return document.id


def _visible_members(session: Session, viewer: Viewer, pattern: Pattern) -> dict[str, PatternMember]:
    ids = set(session.scalars(pages.incidents_of_pattern(viewer, pattern)))
    return {member.document_id: member for member in pattern.members if member.document_id in ids}


def _keep(session: Session, viewer: Viewer, pattern: Pattern) -> None:
    """What a person looked at stays together."""
    for member in _visible_members(session, viewer, pattern).values():
        member.by_person = True


def _moved(member: PatternMember, with_reasons: bool = True) -> PatternMember:
    """The same incident for another pattern."""
    return PatternMember(
        document_id=member.document_id,
        score=member.score,
        reasons=list(member.reasons) if with_reasons else [BY_HAND],
        told_with=member.told_with if with_reasons else None,
        by_person=True,
    )


def _founded_by(session: Session, ids: Collection[str], within: str) -> str:
    """The widest audience that sees at least two of these incidents, but none wider than `within`: whoever names a
    pattern has the people in mind who see it.
    """
    audiences = list(session.scalars(select(Document.audience).where(Document.id.in_(ids))))
    public, inside = audiences.count(PUBLIC), audiences.count(PUBLIC) + audiences.count(ORGANISATION)
    if within == PUBLIC and public >= LEAST:
        return PUBLIC
    if within in (PUBLIC, ORGANISATION) and inside >= LEAST:
        return ORGANISATION
    teams = sorted(set(audiences) - {PUBLIC, ORGANISATION}) if within in (PUBLIC, ORGANISATION) else [within]
    founding = next((team for team in teams if inside + audiences.count(team) >= LEAST), None)
    if founding is None:
        raise Invalid("No team sees two of these incidents, so nobody would see the pattern. Tick others.")
    return founding


def _exclusions(session: Session, pattern: Pattern) -> list[PatternExclusion]:
    return list(session.scalars(select(PatternExclusion).where(PatternExclusion.pattern_id == pattern.id)))


def _exclude(session: Session, pattern: Pattern, document: str, by: int | None, at: datetime) -> None:
    session.merge(PatternExclusion(pattern_id=pattern.id, document_id=document, at=at, by=by))


def _include(session: Session, pattern: Pattern, documents: Collection[str]) -> None:
    session.execute(
        delete(PatternExclusion).where(
            PatternExclusion.pattern_id == pattern.id, PatternExclusion.document_id.in_(documents)
        )
    )


def _decided(pattern: Pattern, viewer: Viewer, now: datetime) -> None:
    pattern.decided, pattern.decided_by = now, viewer.id


def _text(text: str, what: str, longest: int) -> str:
    """One line of it. Raises Invalid for one that is empty or too long."""
    line = " ".join(text.split())
    if not line or not line.isprintable():
        raise Invalid(f"Write a {what}: a line of plain text.")
    if len(line) > longest:
        raise Invalid(f"The {what} has {len(line):,} characters; at most {longest} are kept. Shorten it.")
    return line
