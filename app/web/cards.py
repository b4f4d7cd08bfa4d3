"""A search's answer as the page and its script both show it: words only, no HTML."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence, Set
from html import unescape
from typing import Any

from flask import url_for
from markupsafe import Markup

from app.http.parts import reading, viewer
from app.http.times import ago, length
from app.library import pages
from app.library.documents import Document
from app.library.incidents import Incident
from app.library.pages import Recurring
from app.retrieval.find import TAG, Found, FoundHit
from app.retrieval.highlight import marked
from app.retrieval.rows import STEPS
from app.search.analysis import NAME_MARK, STEM_MARK, stem
from app.search.parser import unparse
from app.search.planner import STOP
from app.search.query import Filter, Query
from app.web.marks import reason
from app.web.onward import onward
from app.web.words import FACETS, TITLES, facet_value, kind_word, search_url, severity_class

MARK = re.compile(r"(</?mark>)")
# What is copied is what is shown, to its last line: a longer one is shown on its own page only.
LONGEST_COMMAND = 4000
STEP = re.compile(r"<(?:li|p)>(.*?)</(?:li|p)>", re.S)
LONGEST_STEP = 240
MOST_STAND_INS = 3


def answer(found: Found, messages: list[str]) -> dict[str, Any]:
    took = max(1, round(found.took_ms))
    incidents = [hit.document.id for hit in found.hits if hit.document.incident]
    recurring = pages.patterns_of(reading(), viewer(), incidents)
    return {
        "query": found.text,
        "total": found.total,
        "summary": f"{found.total:,} in {took} ms" if found.total else "Nothing found",
        "correction": _correction(found),
        "messages": [*_left_out(found), *messages],
        "hits": [card(hit, found.tokens, recurring.get(hit.document.id, [])) for hit in found.hits],
        "facets": [_facet(name, found) for name in FACETS if found.facets.get(name)],
        "chosen": [_chip(found.query, clause) for clause in found.query.clauses if isinstance(clause, Filter)],
        "words": words(found.tokens),
        "explain": url_for("search.show", q=found.text, explain=1) if found.total else "",
        "hurried": found.hurried,
        "onward": None if found.total else onward(found.query, found.text),
    }


def card(hit: FoundHit, tokens: Set[str], recurring: Sequence[Recurring]) -> dict[str, Any]:
    document, incident = hit.document, hit.document.incident
    severity = incident.severity if incident else None
    command = hit.command if hit.command and len(hit.command) <= LONGEST_COMMAND else ""
    return {
        "url": hit.address,
        "kind_word": kind_word(document.kind),
        "severity": severity or "",
        "severity_class": severity_class(severity),
        "date": f"{incident.started:%Y-%m-%d}" if incident and incident.started else "",
        "title": document.title,
        "heading": pieces(marked(document.title, tokens)),
        "section": hit.section.heading if hit.section and hit.section.level else "",
        "meta": " · ".join(_meta(document)),
        "command": command,
        "refuse": (reason(command) if command else None) or "",
        "step": "" if command else _step(hit),
        "fixed_by": _fixed(incident) if incident else "",
        "pattern": f"Part of the pattern “{recurring[0].name}” ({recurring[0].times.count:,})" if recurring else "",
        "pattern_url": recurring[0].address if recurring else "",
        "snippet": pieces(hit.snippet),
        "score": f"{hit.score:.2f}",
        "reasons": [{"name": each.name, "detail": each.detail, "points": f"{each.points:.2f}"} for each in hit.reasons],
    }


def words(tokens: Set[str]) -> list[str]:
    """How the words begin that are marked on the page of a hit: a stem stands for all of its forms; the parts of an
    identifier that was found whole are left out.
    """
    texts = {token for token in tokens - STOP if not token.startswith(STEM_MARK) and len(token) > 1}
    whole, longer = [], "\n"
    # Two letters complete to thousands of words, so each is looked for in one text of those that are longer.
    for text in sorted(texts, key=len, reverse=True):
        if text not in longer:
            whole.append(text)
            longer += f"{text}\n"
    covered = {stem(text) for text in texts}
    letters = sorted(filter(str.isalpha, whole))
    stems = {
        beginning
        for token in tokens
        if token.startswith(STEM_MARK) and not token.startswith(NAME_MARK)
        if (beginning := token.removeprefix(STEM_MARK)) not in STOP
        if token not in covered or _begins_one(beginning, letters)
    }
    beginnings = tuple(stems)
    return sorted(stems.union(text for text in whole if not text.startswith(beginnings)))


def _begins_one(beginning: str, texts: Sequence[str]) -> bool:
    """Whether one of these, which are sorted, begins so."""
    place = bisect_left(texts, beginning)
    return place < len(texts) and texts[place].startswith(beginning)


def _meta(document: Document) -> list[str]:
    """The service and who has it come first: what stands behind them may be cut off on a phone."""
    services = [TITLES.services.get(link.service, link.service) for link in document.services[:3]]
    parts = [*services[:1], *([f"owned by {document.owner}"] if document.owner else []), *services[1:]]
    if document.incident:
        parts += [
            f"{TITLES.causes.get(each.cause, each.cause)} ({each.state})" for each in document.incident.causes[:2]
        ]
    if document.reviewed:
        parts.append(f"reviewed {ago(document.reviewed)}")
    return parts


def _fixed(incident: Incident) -> str:
    took = length(incident.duration) if incident.duration is not None else ""
    if not incident.fixed_by:
        return f"Took {took}; what fixed it is not stated" if took else "What fixed it: not stated"
    return f"Fixed in {took} by: {incident.fixed_by}" if took else f"Fixed by: {incident.fixed_by}"


def _step(hit: FoundHit) -> str:
    """The first step of a runbook that has no command to copy, where the hit lands among its steps."""
    if hit.document.kind != "runbook" or not hit.section or hit.section.role not in STEPS:
        return ""
    found = STEP.search(hit.section.html)
    text = " ".join(unescape(TAG.sub(" ", found[1])).split()) if found else ""
    return (
        f"First: {text if len(text) <= LONGEST_STEP else text[:LONGEST_STEP].rsplit(' ', 1)[0] + ' …'}" if text else ""
    )


def _correction(found: Found) -> dict[str, str] | None:
    """What was answered in place of what was asked, and how to ask for the latter all the same."""
    if not found.corrections or not found.instead:
        return None
    shown = found.text
    for word, others in found.corrections.items():
        shown = _replaced(shown, word, " or ".join(others[:MOST_STAND_INS]))
    return {"shown": shown, "asked": found.text, "url": search_url(found.instead)}


def _replaced(text: str, word: str, other: str) -> str:
    return re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", lambda _: other, text, flags=re.IGNORECASE)


def _left_out(found: Found) -> list[str]:
    return [f"Nothing holds all of these words. Left out: {', '.join(found.left_out)}."] if found.left_out else []


def _facet(name: str, found: Found) -> dict[str, Any]:
    values = [
        {
            "word": facet_value(name, each.value),
            "count": each.count,
            "chosen": each.chosen,
            "url": search_url(each.query),
        }
        for each in found.facets[name]
    ]
    return {"name": name, "word": FACETS[name], "values": values}


def _chip(query: Query, clause: Filter) -> dict[str, str]:
    return {
        "word": f"{FACETS.get(clause.field, clause.field)}: {facet_value(clause.field, clause.value)}",
        "url": search_url(unparse(query.without(clause))),
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
