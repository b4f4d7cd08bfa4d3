"""A document's row as an engine stores it. This is the only place that maps one to the other."""

from __future__ import annotations

from datetime import date

from app.library import Document
from app.library.incidents import FACTS
from app.search.analysis import analyse, analyse_names
from app.search.document import IndexDocument, IndexSection, day_number
from app.search.likeness import packed
from app.search.meaning import Meaning, Vectors, chunks


def present(document: Document, meaning: Meaning | None) -> IndexDocument:
    """The index document of a row whose sections, services, alerts, incident and actions are loaded (or can be), with
    vectors where there is a `meaning` to tell them.
    """
    names = [link.alert for link in document.alerts]
    return IndexDocument(
        id=document.id,
        revision=document.revision,
        title=analyse(document.title),
        # Only a runbook answers an alert; an incident was raised by it, which its words say.
        alerts=analyse_names(names) if document.kind == "runbook" else analyse(" ".join(names)),
        sections=tuple(
            IndexSection(section.anchor, analyse(section.heading), analyse(section.text))
            for section in document.sections
        ),
        day=day_number(_day(document)),
        facets={name: tuple(dict.fromkeys(value.casefold() for value in values)) for name, values in _facets(document)},
        meaning=meant(meaning.encode(pieces(document))) if meaning else (),
    )


def meant(vectors: Vectors) -> tuple[bytes, ...]:
    """A document's rows, at least one: without any it would be one that nobody has encoded yet."""
    return packed(vectors) or (bytes(vectors.shape[1]),)


def pieces(document: Document) -> list[str]:
    """What a document's vectors are of: its title with its alerts, and each section piece by piece."""
    front = "\n".join([document.title, *(link.alert for link in document.alerts)])
    sections = (chunks(document.title, section.heading, section.text) for section in document.sections)
    return [front, *(piece for each in sections for piece in each)]


def _day(document: Document) -> date:
    incident = document.incident
    return (incident.started if incident and incident.started else document.changed).date()


def _facets(document: Document) -> list[tuple[str, list[str]]]:
    incident = document.incident
    severity = [incident.severity] if incident and incident.severity else []
    return [
        ("kind", [document.kind]),
        ("service", [link.service for link in document.services]),
        ("cause", [link.cause for link in incident.causes if link.state in FACTS] if incident else []),
        ("severity", severity),
        ("owner", [document.owner] if document.owner else []),
        ("alert", [link.alert for link in document.alerts]),
        ("tag", document.tags),
        ("has", ["actions"] if document.actions else []),
    ]
