"""A search's answer as the page and its script both show it: words only, no HTML."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from flask import url_for
from markupsafe import Markup

from app.http.times import ago, length
from app.library.documents import Document
from app.retrieval.find import Found, FoundHit
from app.search.parser import unparse
from app.search.query import Filter, Query
from app.web.marks import reason
from app.web.words import FACETS, TITLES, facet_value, kind_word, severity_class

MARK = re.compile(r"(</?mark>)")
COMMAND_LINES = 6


def answer(found: Found, messages: list[str]) -> dict[str, Any]:
    took = max(1, round(found.took_ms))
    return {
        "query": found.text,
        "total": found.total,
        "summary": f"{found.total:,} in {took} ms" if found.total else "Nothing found",
        "messages": [*messages, *(_correction(*each) for each in found.corrections.items())],
        "hits": [card(hit) for hit in found.hits],
        "facets": [_facet(name, found) for name in FACETS if found.facets.get(name)],
        "chosen": [_chip(found.query, clause) for clause in found.query.clauses if isinstance(clause, Filter)],
    }


def card(hit: FoundHit) -> dict[str, Any]:
    document, incident = hit.document, hit.document.incident
    severity = incident.severity if incident else None
    return {
        "url": hit.address,
        "kind_word": kind_word(document.kind),
        "severity": severity or "",
        "severity_class": severity_class(severity),
        "date": f"{incident.started:%Y-%m-%d}" if incident and incident.started else "",
        "title": document.title,
        "section": hit.section.heading if hit.section and hit.section.level else "",
        "meta": " · ".join(_meta(document)),
        "command": "\n".join(hit.command.splitlines()[:COMMAND_LINES]) if hit.command else "",
        "refuse": (reason(hit.command) if hit.command else None) or "",
        "snippet": pieces(hit.snippet),
        "fixed_by": f"Fixed by: {incident.fixed_by}" if incident and incident.fixed_by else "",
    }


def _meta(document: Document) -> list[str]:
    parts = [TITLES.services.get(link.service, link.service) for link in document.services[:3]]
    if document.incident:
        incident = document.incident
        if incident.duration is not None:
            parts.append(length(incident.duration))
        parts += [f"{TITLES.causes.get(link.cause, link.cause)} ({link.state})" for link in incident.causes[:2]]
    if document.owner:
        parts.append(f"owned by {document.owner}")
    if document.reviewed:
        parts.append(f"reviewed {ago(document.reviewed)}")
    return parts


def _correction(word: str, others: tuple[str, ...]) -> str:
    return f"“{word}” is nowhere in what you can see; shown instead: {', '.join(others)}."


def _facet(name: str, found: Found) -> dict[str, Any]:
    values = [
        {
            "word": facet_value(name, each.value),
            "count": each.count,
            "chosen": each.chosen,
            "url": url_for("search.show", q=each.query),
        }
        for each in found.facets[name]
    ]
    return {"name": name, "word": FACETS[name], "values": values}


def _chip(query: Query, clause: Filter) -> dict[str, str]:
    return {
        "word": f"{FACETS.get(clause.field, clause.field)}: {facet_value(clause.field, clause.value)}",
        "url": url_for("search.show", q=unparse(query.without(clause))),
    }


def pieces(snippet: Markup) -> list[tuple[str, bool]]:
    """A snippet as plain text, part by part, each with whether it is marked: a script sets text, never HTML."""
    found: list[tuple[str, bool]] = []
    marked = False
    for part in MARK.split(str(snippet)):
        if MARK.fullmatch(part):
            marked = part == "<mark>"
        elif part:
            found.append((unescape(part), marked))
    return found
