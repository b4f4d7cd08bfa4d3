"""Where a question that found nothing leads all the same: the service that it names, who has it, its runbooks, and the
runbook to write.
"""

from __future__ import annotations

import re
from typing import Any

from flask import url_for

from app.http.parts import reading, viewer
from app.library import pages
from app.library.catalog import Service
from app.library.documents import Document
from app.search.parser import parse
from app.search.query import Filter, Phrase, Query, Word

NAME = re.compile(r"[\w.+-]+")
MOST_WORDS = 64
# So many words may be one name.
LONGEST_NAME = 3
MOST_RUNBOOKS = 5


def onward(query: Query, text: str) -> dict[str, Any]:
    """Links with their words; all but `write` are there only where the question names a service."""
    service = next(iter(pages.services_named(reading(), viewer(), _names(text))), None)
    name = service.name if service else None
    return {
        "service": _service(service) if service else None,
        "who": _who(service) if service else "",
        "runbooks": [{"word": each.title, "url": each.address} for each in _runbooks(service)] if service else [],
        "write": url_for("stubs.show", query=said(query), service=name),
    }


def begun(text: str) -> str:
    """The address of the runbook to write for a question: its words, and the service that it is narrowed to."""
    query = parse(text)
    narrowed = (clause.value for clause in query.clauses if isinstance(clause, Filter) and clause.field == "service")
    return url_for("stubs.show", query=said(query), service=next(narrowed, None))


def said(query: Query) -> str:
    """A question's words, without what narrows it."""
    return " ".join(clause.text for clause in query.clauses if isinstance(clause, Word | Phrase))


def _names(text: str) -> set[str]:
    """Every run of a few words: a name may have blanks in it."""
    words = NAME.findall(text.casefold())[:MOST_WORDS]
    return {" ".join(words[at : at + long]) for at in range(len(words)) for long in range(1, LONGEST_NAME + 1)}


def _service(service: Service) -> dict[str, str]:
    return {"word": service.title, "url": url_for("services.show", name=service.name)}


def _who(service: Service) -> str:
    if not service.owner:
        return "owner not stated"
    team = pages.team(reading(), service.owner)
    owner = f"owned by {team.title if team else service.owner}"
    return f"{owner} · {team.channel}" if team and team.channel else owner


def _runbooks(service: Service) -> list[Document]:
    documents = pages.documents_of_service(reading(), viewer(), service.name)
    return [document for document in documents if document.kind == "runbook"][:MOST_RUNBOOKS]
