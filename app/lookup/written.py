"""An answer as JSON has it; the command line and the site say the same."""

from __future__ import annotations

from typing import Any

from app.library import Document, Section
from app.lookup.answer import Answer, Past
from app.lookup.owner import Owner
from app.lookup.promised import Promised
from app.lookup.recurs import Recurs
from app.lookup.runbooks import Runbook


def written(answer: Answer, base_url: str) -> dict[str, Any]:
    """`pattern` is what recurs; it is None where nothing is known to."""
    return {
        "understood": [
            {"kind": part.kind, "value": part.value, "from": part.source} for part in answer.understood.parts
        ],
        "runbooks": [_runbook(each, base_url) for each in answer.runbooks],
        "incidents": [_incident(each, base_url) for each in answer.incidents],
        "pattern": _pattern(answer.pattern) if answer.pattern else None,
        "owner": _owner(answer.owner) if answer.owner else None,
        "actions": [_action(each) for each in answer.actions],
        "took_ms": round(answer.took_ms, 3),
    }


def _document(document: Document, section: Section | None, address: str) -> dict[str, Any]:
    inside = section if section and section.level else None
    return {
        "id": document.id,
        "path": document.path,
        "title": document.title,
        "url": address,
        "section": {
            "title": inside.heading if inside else document.title,
            "anchor": f"s-{inside.anchor}" if inside else "",
        },
    }


def _runbook(runbook: Runbook, base_url: str) -> dict[str, Any]:
    command = runbook.command
    return {
        **_document(runbook.document, runbook.section, base_url + runbook.address),
        "command": command.text if command else None,
        "filled": list(command.filled) if command else [],
        "open": [*command.open, *command.refused] if command else [],
        "why": list(runbook.why),
    }


def _incident(past: Past, base_url: str) -> dict[str, Any]:
    incident = past.document.incident
    return {
        **_document(past.document, past.section, base_url + past.address),
        "severity": incident.severity if incident else None,
        "started": incident.started.isoformat() if incident and incident.started else None,
        "fixed_by": past.fixed_by,
        "minutes": past.minutes,
        "why": list(past.why),
    }


def _pattern(pattern: Recurs) -> dict[str, Any]:
    return {
        "id": pattern.id,
        "name": pattern.name,
        "count": pattern.count,
        "open_question": pattern.open_question,
    }


def _owner(owner: Owner) -> dict[str, Any]:
    return {
        "service": owner.service,
        "in_catalog": owner.listed,
        "team": owner.team,
        "channel": owner.channel,
        "why": owner.why,
    }


def _action(promised: Promised) -> dict[str, Any]:
    action = promised.action
    return {
        "title": action.title,
        "document": action.document_id,
        "kind": action.kind,
        "owner": action.owner,
        "due": action.due.isoformat() if action.due else None,
        "status": action.status,
        "tracker": action.tracker,
        "why": list(promised.why),
    }
