"""`hindsight show`: one document, whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import click

from app.cli.console import answer, json_option, plain
from app.cli.opening import as_option, looking
from app.library import ActionItem, Document, Incident
from app.library.pages import document as find_document
from app.settings import Settings, load


@click.command(epilog="Example: hindsight show postgresql-connections-exhausted --json")
@click.argument("id")
@as_option
@json_option
def show(id: str, who: str | None) -> None:
    """Show the document with this ID, as `search --json` and addresses name it."""
    settings = load()
    with looking(settings, who) as (session, _, viewer):
        document = find_document(session, viewer, id)
        answer(_data(document, settings), _lines(document, settings))


def _data(document: Document, settings: Settings) -> dict[str, Any]:
    return {
        "id": document.id,
        "kind": document.kind,
        "title": document.title,
        "audience": document.audience,
        "source": document.source,
        "path": document.path,
        "url": settings.base_url + document.address,
        "revision": document.revision,
        "changed": _written(document.changed),
        "reviewed": _written(document.reviewed),
        "owner": document.owner,
        "summary": document.summary,
        "tags": document.tags,
        "services": [link.service for link in document.services],
        "alerts": [link.alert for link in document.alerts],
        "origins": document.origins,
        "incident": _incident(document.incident) if document.incident else None,
        "actions": [_action(action) for action in document.actions],
        "sections": [
            {
                "title": section.heading,
                "anchor": f"s-{section.anchor}" if section.level else "",
                "level": section.level,
                "role": section.role,
                "text": section.text,
            }
            for section in document.sections
        ],
    }


def _incident(incident: Incident) -> dict[str, Any]:
    return {
        "severity": incident.severity,
        "started": _written(incident.started),
        "detected": _written(incident.detected),
        "mitigated": _written(incident.mitigated),
        "resolved": _written(incident.resolved),
        "duration_s": incident.duration,
        "trigger": incident.trigger,
        "detection": incident.detection,
        "impact": incident.impact,
        "fixed_by": incident.fixed_by,
        "causes": [{"cause": each.cause, "state": each.state, "evidence": each.evidence} for each in incident.causes],
        "timeline": [{"at": _written(each.at), "text": each.text} for each in incident.events],
    }


def _action(action: ActionItem) -> dict[str, Any]:
    return {
        "title": action.title,
        "kind": action.kind,
        "owner": action.owner,
        "due": _written(action.due),
        "status": action.status,
        "reason": action.reason,
        "tracker": action.tracker,
    }


def _written(moment: date | datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _lines(document: Document, settings: Settings) -> Iterator[str]:
    yield click.style(plain(document.title), bold=True)
    yield f"{settings.base_url}{document.address}"
    for name, value in _facts(document):
        if value:
            yield f"{name}: {plain(value)}"
    yield ""
    yield plain(document.body.strip())


def _facts(document: Document) -> Iterator[tuple[str, str | None]]:
    yield "kind", document.kind
    yield "audience", document.audience
    yield "file", f"{document.source}/{document.path}"
    yield "owner", document.owner
    yield "services", ", ".join(link.service for link in document.services)
    yield "alerts", ", ".join(link.alert for link in document.alerts)
    if incident := document.incident:
        yield "severity", incident.severity
        yield "started", _written(incident.started)
        yield "resolved", _written(incident.resolved)
        yield "causes", ", ".join(f"{each.cause} ({each.state})" for each in incident.causes)
        yield "fixed by", incident.fixed_by
