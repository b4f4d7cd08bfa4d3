"""The runbooks that answer a page: by the alert's name, by the link in an annotation, by the words of the error."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from markupsafe import Markup
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.library import Document, Section
from app.library.visibility import seen_by
from app.lookup.evidence import BESIDE, FEWEST, LOOKED_AT, NAMED, RUNBOOK, Question, candidates
from app.lookup.evidence import question as question_of
from app.lookup.named import naming
from app.lookup.placeholders import Filled, fill
from app.lookup.understood import Understood
from app.retrieval.find import FoundHit, first_command
from app.retrieval.rows import STEPS
from app.search.engine import Engine
from app.viewer import Viewer

SHOWN = 3
# So many alerts and links of one page are followed.
MOST_FOLLOWED = 5
# Where the first thing to do is looked for.
FIRST = ("diagnosis", "mitigation")
# How much more of the page a later step has to say than the first one, to be the one to begin with.
FAR_MORE = 1.5
# The last part of a link that names no page of its own.
_NAMELESS = frozenset(("", "readme", "index", "_index", "runbook", "runbooks", "main", "master", "docs", "wiki"))
_ENDING = re.compile(r"\.(?:md|markdown|html?|adoc|rst|txt)$", re.I)
_CLAUSES = re.compile(r"[,;:]\s")
_NO_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Runbook:
    """`section` is where the reader lands; `command` the first one there, or of the first step where there is none."""

    document: Document
    section: Section | None
    command: Filled | None
    snippet: Markup
    why: tuple[str, ...]

    @property
    def address(self) -> str:
        return self.document.address + (f"#s-{self.section.anchor}" if self.section and self.section.level else "")


def runbooks(
    session: Session, engine: Engine, viewer: Viewer, understood: Understood, text: str, question: Question
) -> tuple[Runbook, ...]:
    """At most SHOWN, the surest first; none where none is known to fit."""
    found: dict[str, Runbook] = {}
    for document, section, why in (
        *_by_alert(session, viewer, understood.alerts, question),
        *_by_link(session, viewer, understood),
    ):
        before = found.get(document.id)
        if before is None:
            found[document.id] = _runbook(document, section or _step(document, question), understood, why)
        elif why not in before.why:
            found[document.id] = replace(before, why=(*before.why, why))
    # Beside the runbook of the alert only an error that the page also tells asks for more.
    if len(found) < SHOWN and text and (understood.errors or not found):
        said = list(_by_words(session, engine, viewer, understood, text, question))
        for hit, why in said or (() if found else _by_clause(session, engine, viewer, understood)):
            if hit.document.id not in found:
                begins = hit.section is not None and hit.section.role in FIRST
                step = hit.section if begins else _step(hit.document, question)
                found[hit.document.id] = _runbook(hit.document, step or hit.section, understood, why, hit.snippet)
    return tuple(found.values())[:SHOWN]


def _by_alert(
    session: Session, viewer: Viewer, alerts: Sequence[str], question: Question
) -> Iterator[tuple[Document, None, str]]:
    for alert in alerts[:MOST_FOLLOWED]:
        rows = naming(session, viewer, alert, "runbook", LOOKED_AT)
        # Several answer the same alert: the one that says more of the page first.
        rows.sort(key=lambda row: -max((_strength(question, row, each) for each in row.sections), default=0.0))
        yield from ((row, None, f"same alert {alert}") for row in rows)


def _by_words(
    session: Session, engine: Engine, viewer: Viewer, understood: Understood, text: str, question: Question
) -> Iterator[tuple[FoundHit, str]]:
    names = {squashed(alert): alert for alert in understood.alerts}
    least, best = NAMED if names else RUNBOOK, 0.0
    for hit, alerts in candidates(session, engine, viewer, text, "runbook"):
        evidence = question.evidence(hit.document, hit.section, alerts)
        if named := names.get(squashed(hit.document.title)):
            yield hit, f"named like the alert {named}"
        elif evidence.enough(least) and evidence.strength >= BESIDE * best:
            best = max(best, evidence.strength)
            yield hit, evidence.why


def _by_clause(
    session: Session, engine: Engine, viewer: Viewer, understood: Understood
) -> Iterator[tuple[FoundHit, str]]:
    """Where a whole line is more than one runbook says, one clause of it may be what a runbook is named after."""
    clauses = [clause.strip() for error in understood.errors for clause in _CLAUSES.split(error)]
    for clause in list(dict.fromkeys(clauses))[:MOST_FOLLOWED]:
        asked = question_of(session, engine, viewer, clause)
        if len(asked.words) < FEWEST:
            continue
        for hit, alerts in candidates(session, engine, viewer, clause, "runbook"):
            evidence = asked.evidence(hit.document, hit.section, alerts)
            if evidence.strength >= NAMED:
                yield hit, evidence.why


def squashed(name: str) -> str:
    """A name as it is said: `Kube Pod Not Ready` is `KubePodNotReady`."""
    return _NO_LETTERS.sub("", name).casefold()


def _by_link(
    session: Session, viewer: Viewer, understood: Understood
) -> Iterator[tuple[Document, Section | None, str]]:
    links = [part.value for part in understood.parts if part.kind == "runbook"]
    for link in links[:MOST_FOLLOWED]:
        if (document := _linked(session, viewer, link)) is not None:
            anchor = unquote(urlsplit(link).fragment).removeprefix("s-")
            section = next((each for each in document.sections if anchor and each.anchor == anchor), None)
            yield document, section, "the page links to it"


def _linked(session: Session, viewer: Viewer, link: str) -> Document | None:
    """The document that a link leads to: at our own address, at its source's, or by the path of its file."""
    try:
        address = urlsplit(link)
    except ValueError:
        return None
    steps = [_ENDING.sub("", unquote(step)).casefold() for step in address.path.split("/") if step]
    name = steps[-1] if steps else ""
    ways: list[ColumnElement[bool]] = [
        Document.id.in_(steps),
        func.rtrim(Document.source_url, "/") == link.partition("#")[0].rstrip("/"),
    ]
    if name not in _NAMELESS:
        ways.append(func.lower(Document.path).like(f"%{_escaped(name)}.%", escape="\\"))
    rows = session.scalars(select(Document).where(seen_by(viewer.audiences), Document.kind == "runbook", or_(*ways)))
    best = max(((_alike(row, link, steps), row) for row in rows), key=lambda each: each[0], default=None)
    return best[1] if best and best[0] else None


def _escaped(name: str) -> str:
    return re.sub(r"([%_\\])", r"\\\1", name)


def _alike(document: Document, link: str, steps: Sequence[str]) -> int:
    """How well a document fits a link: all of its address, else how many of the last steps of the path are its own."""
    if document.id in steps or (document.source_url or "").rstrip("/") == link.partition("#")[0].rstrip("/"):
        return 100
    own = _ENDING.sub("", document.path).casefold().split("/")
    same = 0
    while same < min(len(own), len(steps)) and own[-1 - same] == steps[-1 - same]:
        same += 1
    return same


def _runbook(
    document: Document, section: Section | None, understood: Understood, why: str, snippet: Markup | None = None
) -> Runbook:
    command = (first_command(section.html) if section else None) or _any_command(document)
    filled = fill(command, understood.labels) if command else None
    return Runbook(document, section, filled, snippet or Markup(), (why,))


def _step(document: Document, question: Question) -> Section | None:
    """The first thing to do, preferring what has a command; a later step only where it says far more of the page."""
    first = [each for each in document.sections if each.role in FIRST]
    start = next((each for each in first if first_command(each.html)), first[0] if first else None)
    steps = [each for each in document.sections if each.role in STEPS]
    best = max(steps, key=lambda each: _strength(question, document, each), default=None)
    if start is None or best is None:
        return start or best
    far = _strength(question, document, best) > FAR_MORE * _strength(question, document, start)
    return best if far else start


def _strength(question: Question, document: Document, section: Section) -> float:
    return question.evidence(document, section, (link.alert for link in document.alerts)).strength


def _any_command(document: Document) -> str | None:
    steps = (each for each in document.sections if each.role in STEPS)
    return next((found for each in steps if (found := first_command(each.html))), None)
