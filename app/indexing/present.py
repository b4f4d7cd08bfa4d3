"""A document's row as an engine stores it. This is the only place that maps one to the other."""

from __future__ import annotations

from datetime import date

from app.library import Document
from app.search.analysis import analyse, analyse_names
from app.search.document import IndexDocument, IndexSection, day_number


def present(document: Document) -> IndexDocument:
    """The index document of a row whose sections, services, alerts, incident and actions are loaded (or can be)."""
    return IndexDocument(
        id=document.id,
        revision=document.revision,
        title=analyse(document.title),
        alerts=analyse_names(link.alert for link in document.alerts),
        sections=tuple(
            IndexSection(section.anchor, analyse(section.heading), analyse(section.text))
            for section in document.sections
        ),
        day=day_number(_day(document)),
        facets={name: tuple(dict.fromkeys(value.casefold() for value in values)) for name, values in _facets(document)},
    )


def _day(document: Document) -> date:
    incident = document.incident
    return (incident.started if incident and incident.started else document.changed).date()


def _facets(document: Document) -> list[tuple[str, list[str]]]:
    incident = document.incident
    severity = [incident.severity] if incident and incident.severity else []
    return [
        ("kind", [document.kind]),
        ("service", [link.service for link in document.services]),
        ("cause", [link.cause for link in incident.causes] if incident else []),
        ("severity", severity),
        ("owner", [document.owner] if document.owner else []),
        ("alert", [link.alert for link in document.alerts]),
        ("tag", document.tags),
        ("has", ["actions"] if document.actions else []),
    ]
