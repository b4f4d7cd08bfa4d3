"""The one function behind the results page, its JSON and the command line: a viewer's question, answered with rows.

Outcomes: hits; no hits (with what was understood, so that the reader can mend it); messages beside either, where a part
of the question could not be used. It raises Unavailable only where there is no index at all.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

from markupsafe import Markup
from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session, defer, joinedload, selectinload

from app.library import Catalog, Document, Incident, Section
from app.library.visibility import seen_by
from app.retrieval.highlight import snippet
from app.retrieval.visibility import masks
from app.search.analysis import analyse
from app.search.engine import Engine, Request
from app.search.parser import parse, unparse
from app.search.plan import Plan
from app.search.planner import last_word, plan
from app.search.query import FACETS, Filter, Query, Word
from app.search.results import Hit, Results
from app.viewer import Viewer

PAGE = 10
MOST_PER_PAGE = 100
MOST_OFFSET = 1000
COMMAND = re.compile(r"<pre><code[^>]*>(.*?)</code></pre>", re.S)
TAG = re.compile(r'<(?:[^>"]|"[^"]*")*>')
STEPS = ("mitigation", "diagnosis", "rollback", "verification")


@dataclass(frozen=True)
class Reason:
    """A part of a hit's score: what it is (`name`), what of the question earned it (`detail`), and how much."""

    name: str
    detail: str
    points: float


@dataclass(frozen=True)
class FoundHit:
    """`section` is where the reader should land; None where only the document as a whole answers. `command` is the
    first one there. `reasons` are given where they were asked for; their points add up to the score.
    """

    document: Document
    section: Section | None
    score: float
    snippet: Markup
    command: str | None
    reasons: tuple[Reason, ...] = ()

    @property
    def address(self) -> str:
        return self.document.address + (f"#s-{self.section.anchor}" if self.section and self.section.level else "")


@dataclass(frozen=True)
class FacetValue:
    """`query` is the question as it reads with this value chosen, or let go where it is chosen already."""

    value: str
    count: int
    chosen: bool
    query: str


@dataclass(frozen=True)
class Found:
    """`dropped` counts hits whose row was gone when it was asked for. `left_out`: words without which the hits were
    found, since nothing holds all of them. `instead`: the question as it reads with each corrected word in quotation
    marks, which are not corrected; empty where nothing was corrected.
    """

    query: Query
    text: str
    total: int
    hits: tuple[FoundHit, ...]
    facets: Mapping[str, Sequence[FacetValue]]
    messages: tuple[str, ...]
    corrections: Mapping[str, tuple[str, ...]]
    tokens: frozenset[str]
    dropped: int
    took_ms: float
    left_out: tuple[str, ...] = ()
    instead: str = ""


def find(
    session: Session,
    engine: Engine,
    viewer: Viewer,
    text: str,
    *,
    typing: bool = False,
    limit: int = PAGE,
    offset: int = 0,
    within: str = "",
    facets: tuple[str, ...] = FACETS,
) -> Found:
    """Answers `text`. `typing`: its last word may be unfinished. `within` is a second question that every hit must
    answer too.
    """
    started = time.perf_counter()
    query = parse(text)
    synonyms, narrowed = _synonyms(session), plan(parse(within)).nodes
    visible, reference = masks(session, viewer)

    def ask(typing: bool) -> Results:
        asked = Plan((*plan(query, synonyms, typing).nodes, *narrowed))
        size, start = min(limit, MOST_PER_PAGE), min(offset, MOST_OFFSET)
        return engine.search(Request(asked, visible, reference, size, start, facets))

    results = ask(typing)
    if not typing and _unknown(last_word(query), results):
        # Three letters and Enter: what was not finished is completed before it is taken for a mistake.
        results = ask(typing=True)
    hits = _rows(session, viewer, results)
    return Found(
        query=query,
        text=text,
        total=results.total,
        hits=hits,
        facets={name: _facet(query, name, counts) for name, counts in results.facets.items()},
        messages=query.messages,
        corrections=results.corrections,
        tokens=results.tokens,
        dropped=len(results.hits) - len(hits),
        took_ms=(time.perf_counter() - started) * 1000,
    )


def _unknown(word: Word | None, results: Results) -> bool:
    """Whether nothing that the viewer may see holds a word as it was written."""
    return word is not None and results.tokens.isdisjoint(analyse(word.text).texts)


def _synonyms(session: Session) -> Mapping[str, tuple[str, ...]]:
    written = session.scalar(select(cast(Catalog.data, Text)).where(Catalog.name == "synonyms"))
    return _others(written or "{}")


@lru_cache(maxsize=4)
def _others(written: str) -> Mapping[str, tuple[str, ...]]:
    """For each word of the catalog's groups the other words of its groups."""
    groups: list[list[str]] = json.loads(written).get("synonyms", [])
    others: dict[str, tuple[str, ...]] = {}
    for group in groups:
        words = [word.casefold() for word in group]
        for word in words:
            others[word] = others.get(word, ()) + tuple(other for other in words if other != word)
    return others


def _facet(query: Query, name: str, counts: Sequence[tuple[str, int]]) -> list[FacetValue]:
    """Each value with the question edited. To narrow it is to write one more filter behind it."""
    values, asked = [], unparse(query)
    for value, count in counts:
        each = Filter(name, value)
        chosen = each in query.clauses
        edited = unparse(query.without(each)) if chosen else f"{asked} {unparse(Query((each,)))}".strip()
        values.append(FacetValue(value, count, chosen, edited))
    return values


def _rows(session: Session, viewer: Viewer, results: Results) -> tuple[FoundHit, ...]:
    ids = [hit.id for hit in results.hits]
    related = (
        defer(Document.body),
        joinedload(Document.incident).selectinload(Incident.causes),
        selectinload(Document.services),
    )
    found = select(Document).where(Document.id.in_(ids), seen_by(viewer.audiences)).options(*related)
    documents = {row.id: row for row in session.scalars(found)}
    sections = _sections(session, results.hits, documents)
    return tuple(_hit(hit, documents[hit.id], sections, results.tokens) for hit in results.hits if hit.id in documents)


def _sections(
    session: Session, hits: Sequence[Hit], documents: Mapping[str, Document]
) -> dict[tuple[str, str], Section]:
    """What the hits name, and for runbooks also the sections of steps: there the command is."""
    runbooks = [id for id, document in documents.items() if document.kind == "runbook"]
    # Pairs of document and anchor would be looked for in all sections, one by one; so a few too many are read.
    wanted = Section.document_id.in_(documents) & (
        Section.anchor.in_({hit.anchor for hit in hits}) | (Section.document_id.in_(runbooks) & Section.role.in_(STEPS))
    )
    rows = session.scalars(select(Section).where(wanted, Section.retired.is_(None)).order_by(Section.ordinal))
    return {(row.document_id, row.anchor): row for row in rows}


def _hit(hit: Hit, document: Document, sections: Mapping[tuple[str, str], Section], tokens: frozenset[str]) -> FoundHit:
    section = sections.get((hit.id, hit.anchor))
    command = first_command(section.html) if section else None
    if command is None and document.kind == "runbook":
        steps = [row for (id, _), row in sections.items() if id == hit.id and row.role in STEPS]
        command = next((found for row in steps if (found := first_command(row.html))), None)
    text = section.text if section and section.text else document.summary or document.title
    return FoundHit(document, section, hit.score, snippet(text, tokens), command)


def first_command(html: str) -> str | None:
    """The first code block of a section as it would be copied (no final newline), or None."""
    block = COMMAND.search(html)
    return unescape(TAG.sub("", block.group(1))).rstrip("\n") if block else None
