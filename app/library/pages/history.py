"""What the timeline shows: incidents by month and severity, filtered by what they are tagged with."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, String, extract, func, select, true
from sqlalchemy import cast as cast_to
from sqlalchemy.orm import Session

from app.library.catalog import Service
from app.library.documents import Document, DocumentService
from app.library.incidents import Incident, IncidentCause
from app.library.pages.documents import NEWEST_FIRST, lines, seen
from app.viewer import Viewer

# So many tags and ways of detection can be chosen from, the commonest.
COMMONEST = 40

Ids = Select[tuple[str]]
Choices = Mapping[str, Sequence[tuple[str, int]]]
"""By the filter's name its values, each with how many incidents the other filters leave it, the commonest first."""


@dataclass(frozen=True)
class Filters:
    """ "" and None let everything through. `since` and `until` are years, both included; `team` owns a service."""

    service: str = ""
    cause: str = ""
    severity: str = ""
    team: str = ""
    detection: str = ""
    tag: str = ""
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True)
class Month:
    """How many incidents of a severity started in a month; `year` and `month` are None for those without a date."""

    year: int | None
    month: int | None
    severity: str | None
    count: int


def months(session: Session, viewer: Viewer, filters: Filters) -> list[Month]:
    year, month = extract("year", Incident.started), extract("month", Incident.started)
    rows = _incidents(viewer, filters, year, month, Incident.severity, func.count())
    return [Month(*row) for row in session.execute(rows.group_by(year, month, Incident.severity))]


def incidents(
    session: Session, viewer: Viewer, filters: Filters, limit: int, offset: int = 0, *, dated: bool = True
) -> list[Document]:
    """Those with a date, or those without, newest first."""
    chosen = _incidents(viewer, filters, Document.id).where(Incident.started.is_not(None) == dated)
    rows = lines(viewer).where(Document.id.in_(chosen)).order_by(*NEWEST_FIRST, Document.id)
    return list(session.scalars(rows.limit(limit).offset(offset)))


def choices(session: Session, viewer: Viewer, filters: Filters) -> Choices:
    counted: dict[str, list[tuple[str, int]]] = {}
    for name, column in COLUMNS.items():
        others = replace(filters, **cast(dict[str, Any], {name: ""}))
        count = func.count(Document.id.distinct())
        rows = _tagged(name, _incidents(viewer, others, column, count)).where(column.is_not(None)).group_by(column)
        counted[name] = _most(session.execute(rows).tuples())
    tags = _incidents(viewer, replace(filters, tag=""), Document.tags)
    counted["tag"] = _most(Counter(tag for (each,) in session.execute(tags) for tag in each).items())[:COMMONEST]
    counted["detection"] = counted["detection"][:COMMONEST]
    return counted


COLUMNS: dict[str, Any] = {
    "service": DocumentService.service,
    "cause": IncidentCause.cause,
    "severity": Incident.severity,
    "team": Service.owner,
    "detection": Incident.detection,
}


def _tagged(name: str, query: Select[Any]) -> Select[Any]:
    if name == "cause":
        return query.join(IncidentCause, IncidentCause.document_id == Document.id)
    if name in ("service", "team"):
        query = query.join(DocumentService, DocumentService.document_id == Document.id)
    return query.join(Service, Service.name == DocumentService.service) if name == "team" else query


def _incidents(viewer: Viewer, filters: Filters, *columns: Any) -> Select[Any]:
    chosen = select(*columns).select_from(Document).join(Incident, Incident.document_id == Document.id)
    conditions = [make(getattr(filters, name)) for name, make in CONDITIONS.items() if getattr(filters, name)]
    return chosen.where(seen(viewer), *conditions)


def _of_service(name: str) -> ColumnElement[bool]:
    return Document.id.in_(select(DocumentService.document_id).where(DocumentService.service == name))


def _of_team(name: str) -> ColumnElement[bool]:
    owned = select(DocumentService.document_id).join(Service, Service.name == DocumentService.service)
    return Document.id.in_(owned.where(Service.owner == name))


def _of_cause(name: str) -> ColumnElement[bool]:
    return Document.id.in_(select(IncidentCause.document_id).where(IncidentCause.cause == name))


def _with_tag(tag: str) -> ColumnElement[bool]:
    """The tags are kept as JSON: a tag in it is its JSON string."""
    text: ColumnElement[str] = cast_to(Document.tags, String)
    return text.contains(json.dumps(tag), autoescape=True)


CONDITIONS: dict[str, Callable[[Any], ColumnElement[bool]]] = {
    "service": _of_service,
    "cause": _of_cause,
    "severity": lambda level: Incident.severity == level,
    "team": _of_team,
    "detection": lambda how: Incident.detection == how,
    "tag": _with_tag,
    "since": lambda year: Incident.started >= datetime(year, 1, 1, tzinfo=UTC),
    "until": lambda year: Incident.started < datetime(year + 1, 1, 1, tzinfo=UTC) if year < 9999 else true(),
}


def _most(counted: Any) -> list[tuple[str, int]]:
    return sorted(counted, key=lambda each: (-each[1], each[0]))
