"""What the map shows: services, or the teams that own them, with what they depend on, the causes of their incidents,
and the patterns that name them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from app.library.catalog import Cause, Service, ServiceDependency, Team
from app.library.documents import Document, DocumentService
from app.library.incidents import FACTS, IncidentCause
from app.library.pages.documents import seen
from app.library.pages.patterns import LISTED, shown
from app.library.pages.tags import service_titles
from app.library.patterns import UNNAMED, Pattern, PatternMember
from app.viewer import Viewer

# So many incidents that the viewer may see make a pattern, and so many of them that name a service make it that one's.
LEAST = 2
# The team of services that nobody owns.
NOBODY = "-"


@dataclass(frozen=True)
class Place:
    """A service, team, cause or pattern, with how many incidents name it."""

    title: str
    incidents: int = 0
    team: str = NOBODY
    tier: int | None = None


@dataclass(frozen=True)
class Landscape:
    """By name; a pattern's is its id. `units` are services, or teams where `teams` is set.

    `depends` holds (who depends, on what) with how many dependencies that is; `caused` (cause, unit) and `recurs`
    (pattern, unit) with how many incidents; `shared` (cause, pattern) likewise.
    """

    teams: bool
    units: Mapping[str, Place]
    causes: Mapping[str, Place]
    patterns: Mapping[str, Place]
    depends: Mapping[tuple[str, str], int]
    caused: Mapping[tuple[str, str], int]
    recurs: Mapping[tuple[str, str], int]
    shared: Mapping[tuple[str, str], int]


def services_on_map(session: Session, viewer: Viewer) -> dict[str, Place]:
    """The services that this viewer may know of."""
    titles = service_titles(session, viewer)
    unit = Service.name.expression
    return _services(session, titles, _pairs(session, _naming(unit).where(seen(viewer)).group_by(unit)))


def landscape(session: Session, viewer: Viewer, *, teams: bool = False) -> Landscape:
    """All of it that this viewer may see. A service that depends on itself is not its own neighbour."""
    titles = service_titles(session, viewer)
    unit: ColumnElement[str] = func.coalesce(Service.owner, NOBODY) if teams else Service.name.expression
    incidents = _pairs(session, _naming(unit).where(seen(viewer)).group_by(unit))
    caused = _triples(
        session,
        _naming(IncidentCause.cause, unit)
        .join(IncidentCause, IncidentCause.document_id == Document.id)
        .where(seen(viewer), IncidentCause.state.in_(FACTS))
        .group_by(IncidentCause.cause, unit),
    )
    patterns = recurring(session, viewer)
    return Landscape(
        teams=teams,
        units=_teams(session, titles, incidents) if teams else _services(session, titles, incidents),
        causes=_causes(session, viewer),
        patterns=patterns,
        depends=_dependencies(session, titles, teams),
        caused=caused,
        recurs=_recurring_in(session, viewer, unit, patterns),
        shared=_shared(session, viewer, patterns),
    )


def recurring(session: Session, viewer: Viewer) -> dict[str, Place]:
    """The patterns that this viewer may know of, with how many of their incidents they may see."""
    count = func.count()
    rows = session.execute(
        members(Pattern.id, Pattern.title, Pattern.name, count, viewer=viewer)
        .group_by(Pattern.id, Pattern.title, Pattern.name)
        .having(count >= LEAST)
    ).tuples()
    return {id: Place(title or name or UNNAMED, number) for id, title, name, number in rows}


def _naming(*columns: Any) -> Select[Any]:
    """Incidents with the services that they name, counted for these columns."""
    return (
        select(*columns, func.count(Document.id.distinct()))
        .select_from(DocumentService)
        .join(Service, Service.name == DocumentService.service)
        .join(Document, Document.id == DocumentService.document_id)
        .where(Document.kind == "postmortem")
    )


def members(*columns: Any, viewer: Viewer) -> Select[Any]:
    """The incidents of patterns that this viewer may see."""
    return (
        select(*columns)
        .select_from(Pattern)
        .join(PatternMember, PatternMember.pattern_id == Pattern.id)
        .join(Document, Document.id == PatternMember.document_id)
        .where(Pattern.state.in_(LISTED), shown(viewer), seen(viewer))
    )


def _services(session: Session, titles: Mapping[str, str], incidents: Mapping[str, int]) -> dict[str, Place]:
    rows = session.execute(select(Service.name, Service.owner, Service.tier)).tuples()
    return {
        name: Place(titles[name], incidents.get(name, 0), owner or NOBODY, tier)
        for name, owner, tier in rows
        if name in titles
    }


def _teams(session: Session, titles: Mapping[str, str], incidents: Mapping[str, int]) -> dict[str, Place]:
    called = dict(session.execute(select(Team.name, Team.title)).tuples().all())
    owners = session.execute(select(Service.name, Service.owner)).tuples()
    names = {owner or NOBODY for name, owner in owners if name in titles}
    called[NOBODY] = "No owner stated"
    return {name: Place(called.get(name, name), incidents.get(name, 0), name) for name in names}


def _causes(session: Session, viewer: Viewer) -> dict[str, Place]:
    count = func.count(IncidentCause.document_id)
    rows = session.execute(
        select(Cause.name, Cause.title, count)
        .join(IncidentCause, IncidentCause.cause == Cause.name)
        .join(Document, Document.id == IncidentCause.document_id)
        .where(seen(viewer), IncidentCause.state.in_(FACTS))
        .group_by(Cause.name, Cause.title)
    ).tuples()
    return {name: Place(title, number) for name, title, number in rows}


def _dependencies(session: Session, titles: Mapping[str, str], teams: bool) -> dict[tuple[str, str], int]:
    below = aliased(Service)
    rows = session.execute(
        select(Service.name, below.name, Service.owner, below.owner)
        .select_from(ServiceDependency)
        .join(Service, Service.name == ServiceDependency.service)
        .join(below, below.name == ServiceDependency.depends_on)
    ).tuples()
    counted: dict[tuple[str, str], int] = defaultdict(int)
    for upper, lower, upper_owner, lower_owner in rows:
        if upper in titles and lower in titles:
            counted[(upper_owner or NOBODY, lower_owner or NOBODY) if teams else (upper, lower)] += 1
    return {pair: number for pair, number in counted.items() if pair[0] != pair[1]}


def _recurring_in(
    session: Session, viewer: Viewer, unit: ColumnElement[str], patterns: Mapping[str, Place]
) -> dict[tuple[str, str], int]:
    count = func.count(Document.id.distinct())
    rows = (
        members(Pattern.id, unit, count, viewer=viewer)
        .join(DocumentService, DocumentService.document_id == Document.id)
        .join(Service, Service.name == DocumentService.service)
        .group_by(Pattern.id, unit)
        .having(count >= LEAST)
    )
    return {pair: number for pair, number in _triples(session, rows).items() if pair[0] in patterns}


def _shared(session: Session, viewer: Viewer, patterns: Mapping[str, Place]) -> dict[tuple[str, str], int]:
    count = func.count(Document.id.distinct())
    rows = (
        members(IncidentCause.cause, Pattern.id, count, viewer=viewer)
        .join(IncidentCause, IncidentCause.document_id == Document.id)
        .where(IncidentCause.state.in_(FACTS))
        .group_by(IncidentCause.cause, Pattern.id)
        .having(count >= LEAST)
    )
    return {pair: number for pair, number in _triples(session, rows).items() if pair[1] in patterns}


def _pairs(session: Session, query: Select[Any]) -> dict[str, int]:
    return dict(session.execute(query).tuples().all())


def _triples(session: Session, query: Select[Any]) -> dict[tuple[str, str], int]:
    return {(first, second): number for first, second, number in session.execute(query)}
