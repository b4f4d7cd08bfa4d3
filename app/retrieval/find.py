"""The one function behind the results page, its JSON and the command line: a viewer's question, answered with rows.

Outcomes: hits; no hits (with what was understood, so that the reader can mend it); messages beside either, where a part
of the question could not be used. It raises Unavailable only where there is no index at all.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import unescape

from markupsafe import Markup
from sqlalchemy.orm import Session

from app.library import Document, Section
from app.retrieval import rows
from app.retrieval.ask import Asking, instead
from app.retrieval.explain import Reason, reasons
from app.retrieval.highlight import snippet, standing
from app.retrieval.names import by_their_names, unknown
from app.retrieval.rows import STEPS
from app.retrieval.synonyms import synonyms as synonyms_of
from app.retrieval.visibility import masks
from app.search.engine import Engine, Request
from app.search.parser import parse, unparse
from app.search.plan import Plan
from app.search.planner import plan
from app.search.query import FACETS, Filter, Query
from app.search.results import Results
from app.viewer import Viewer

PAGE = 10
MOST_PER_PAGE = 100
MOST_OFFSET = 1000
COMMAND = re.compile(r"<pre><code[^>]*>(.*?)</code></pre>", re.S)
TAG = re.compile(r'<(?:[^>"]|"[^"]*")*>')
UNQUOTED = "Nothing holds the words in quotation marks side by side; they were looked for one by one."
LOOSELY = "Nothing holds half of these words; what holds any of them is shown, the nearest first."


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
    marks, which are not corrected; empty where nothing was corrected. `hurried`: asked when one pauses, the same hits
    would come in a better order.
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
    hurried: bool = False


def find(
    session: Session,
    engine: Engine,
    viewer: Viewer,
    text: str,
    *,
    typing: bool = False,
    paused: bool = False,
    limit: int = PAGE,
    offset: int = 0,
    within: str = "",
    facets: tuple[str, ...] = FACETS,
    more_synonyms: Sequence[str] = (),
    explain: bool = False,
    pasted: bool = False,
) -> Found:
    """Answers `text`. `typing`: its last word may be unfinished, and what takes long is left out, unless whoever types
    has `paused`. `within` is a second question that every hit must answer too. `more_synonyms`: words that mean the
    same for this answer only. `explain`: also why each hit stands where it does. `pasted`: a machine wrote the words,
    and only the hits are asked for.
    """
    started = time.perf_counter()
    query = by_their_names(session, viewer, parse(text))
    visible, reference = masks(session, viewer)
    blank = Request(Plan(), visible, reference, min(limit, MOST_PER_PAGE), min(offset, MOST_OFFSET), facets)
    hurried = typing and not paused
    asking = Asking(engine, blank, plan(parse(within)), synonyms_of(session, more_synonyms), hurried, pasted)
    answered = asking.answer(query, typing)
    results = answered.results
    shares = engine.explain(answered.request, results.hits) if explain else {}
    why = {hit.id: reasons(hit, shares[hit.id], answered) for hit in results.hits if hit.id in shares}
    hits, tokens = _rows(session, viewer, results, why)
    corrected = instead(query, results.corrections)
    return Found(
        query=query,
        text=text,
        total=results.total,
        hits=hits,
        facets={name: _facet(query, name, counts) for name, counts in results.facets.items()},
        messages=(
            *query.messages,
            *([] if results.total else unknown(session, viewer, query)),
            *([UNQUOTED] if answered.unquoted else []),
            *([LOOSELY] if answered.loosely else []),
        ),
        corrections=results.corrections,
        tokens=tokens,
        dropped=len(results.hits) - len(hits),
        took_ms=(time.perf_counter() - started) * 1000,
        left_out=answered.left_out,
        instead=unparse(corrected) if corrected else "",
        hurried=answered.hurried,
    )


def _facet(query: Query, name: str, counts: Sequence[tuple[str, int]]) -> list[FacetValue]:
    """Each value with the question edited. To narrow it is to write one more filter behind it."""
    values, asked = [], unparse(query)
    for value, count in counts:
        each = Filter(name, value)
        chosen = each in query.clauses
        edited = unparse(query.without(each)) if chosen else f"{asked} {unparse(Query((each,)))}".strip()
        values.append(FacetValue(value, count, chosen, edited))
    return values


def _rows(
    session: Session, viewer: Viewer, results: Results, why: Mapping[str, tuple[Reason, ...]]
) -> tuple[tuple[FoundHit, ...], frozenset[str]]:
    """The hits that are still there, and the tokens that are marked in them."""
    documents = rows.documents(session, viewer, [hit.id for hit in results.hits])
    sections = rows.sections(session, documents, {hit.anchor for hit in results.hits})
    there = [hit for hit in results.hits if hit.id in documents]
    found = [(hit, documents[hit.id], sections.get((hit.id, hit.anchor))) for hit in there]
    tokens = standing((f"{row.title}\n{_text(row, section)}" for _, row, section in found), results.tokens)
    hits = [
        FoundHit(
            document,
            section,
            hit.score,
            snippet(_text(document, section), tokens),
            _command(document, section, sections),
            why.get(hit.id, ()),
        )
        for hit, document, section in found
    ]
    return tuple(hits), tokens


def _text(document: Document, section: Section | None) -> str:
    return section.text if section and section.text else document.summary or document.title


def _command(document: Document, section: Section | None, sections: Mapping[tuple[str, str], Section]) -> str | None:
    """The first one where the reader lands; of a runbook that has none there, the first of its steps."""
    command = first_command(section.html) if section else None
    if command is None and document.kind == "runbook":
        steps = [each for (id, _), each in sections.items() if id == document.id and each.role in STEPS]
        command = next((found for each in steps if (found := first_command(each.html))), None)
    return command


def first_command(html: str) -> str | None:
    """The first code block of a section as it would be copied (no final newline), or None."""
    block = COMMAND.search(html)
    return unescape(TAG.sub("", block.group(1))).rstrip("\n") if block else None
