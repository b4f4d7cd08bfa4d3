"""An examined file as the library keeps it: the columns of its document's row, and the rows that hang on it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from app.ingest.checks import Examined
from app.ingest.formats.draft import ActionDraft, Draft, Moment, SectionDraft, Value
from app.ingest.identity import fingerprint
from app.text.sections import slug

MOMENTS = ("started", "detected", "mitigated", "resolved")
FACTS = ("trigger", "detection", "impact", "fixed_by")

Columns = dict[str, Any]


@dataclass(frozen=True)
class Picture:
    """`columns` and the rest are what is written; `digest` tells whether that is what was written before."""

    columns: Columns
    sections: tuple[SectionDraft, ...]
    section_columns: tuple[Columns, ...]
    services: tuple[Columns, ...]
    alerts: tuple[Columns, ...]
    incident: Columns | None
    causes: tuple[Columns, ...]
    events: tuple[Columns, ...]
    readings: tuple[Columns, ...]
    actions: tuple[ActionDraft, ...]
    action_columns: tuple[Columns, ...]
    digest: str


def picture(examined: Examined, draft: Draft) -> Picture:
    """What is kept of a draft, all of it but for its place."""
    incident = draft.kind.value == "postmortem"
    ids = [each.id for each in draft.actions]
    parts: Columns = {
        "columns": _columns(examined, draft),
        "section_columns": tuple(_section(number, each) for number, each in enumerate(draft.sections)),
        "services": _numbered({"service": each.name, "origin": each.origin} for each in examined.services),
        "alerts": _numbered({"alert": each.name, "origin": each.origin} for each in draft.alerts),
        "incident": _incident(examined, draft) if incident else None,
        "causes": _numbered(
            {
                "cause": each.name,
                "state": "stated" if each.origin == "stated" else "suggested",
                "evidence": each.evidence,
            }
            for each in (examined.causes if incident else ())
        ),
        "events": _numbered(
            {
                "at": event.moment.at if event.moment else None,
                "precision": event.moment.precision if event.moment else None,
                "stated_time": event.stated_time,
                "text": event.text,
            }
            for event in draft.events
        ),
        "readings": _numbered({"target": each.target, "why": each.why} for each in draft.readings),
        "action_columns": tuple(_action(number, each) for number, each in enumerate(draft.actions)),
    }
    digest = hashlib.sha256(repr((parts, ids)).encode()).hexdigest()
    return Picture(**parts, sections=draft.sections, actions=draft.actions, digest=digest)


def _columns(examined: Examined, draft: Draft) -> Columns:
    title = draft.title.value or draft.path
    return {
        "kind": draft.kind.value,
        "title": title,
        "slug": slug(title) or draft.kind.value,
        "audience": examined.audience,
        "fingerprint": fingerprint(draft),
        "body": draft.body,
        "summary": draft.summary.value,
        "owner": draft.owner.value,
        "source_url": draft.source_url.value,
        "archive_url": draft.archive_url.value,
        "checked_against": list(draft.checked_against),
        "tested_with": draft.tested_with.value,
        "reviewed": draft.reviewed.value,
        "renders": draft.renders.value,
        "template": draft.template.value,
        "words": sum(len(section.text.split()) for section in draft.sections),
        "tags": list(examined.tags),
        "origins": _origins(draft),
        "masked": draft.masked,
    }


def _origins(draft: Draft) -> dict[str, str]:
    """Where each value came from; a field that is not in it is missing."""
    values = {field.name: getattr(draft, field.name) for field in fields(draft)}
    found: dict[str, str] = {"id": "stated"} if draft.id else {}
    for name, value in values.items():
        if isinstance(value, Value) and value.origin != "missing":
            found[name] = value.origin
    return found


def _section(number: int, section: SectionDraft) -> Columns:
    return {
        "anchor": section.anchor,
        "ordinal": number,
        "level": section.level,
        "heading": section.heading,
        "role": section.role,
        "text": section.text,
        "html": section.html,
    }


def _incident(examined: Examined, draft: Draft) -> Columns:
    columns: Columns = {"severity": examined.severity}
    for name in MOMENTS:
        moment: Moment | None = getattr(draft, name).value
        columns[name] = moment.at if moment else None
        columns[f"{name}_precision"] = moment.precision if moment else None
    return columns | {name: getattr(draft, name).value for name in FACTS}


def _action(number: int, action: ActionDraft) -> Columns:
    return {
        "ordinal": number,
        "title": action.title,
        "kind": action.kind,
        "owner": action.owner,
        "due": action.due,
        "tracker": action.tracker,
        "status": action.status,
        "reason": action.reason,
    }


def _numbered(rows: Iterable[Columns]) -> tuple[Columns, ...]:
    return tuple({**row, "ordinal": number} for number, row in enumerate(rows))
