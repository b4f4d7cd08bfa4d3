"""What is known of incidents that recur: how often, what they share, what fixed them, and what was promised."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median

from sqlalchemy.orm import Session

from app.insight.promises import Promise, grouped, open_question
from app.insight.recurrence import often, rhythm, turn
from app.library import ActionItem, Document, Incident, pages
from app.library.pages.patterns import Ids, Recurring
from app.viewer import Viewer

SYMPTOMS = 3
LONGEST = 280
RUNBOOKS = 6
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Took:
    """Seconds that incidents took, of the `known` ones."""

    shortest: int
    middle: int
    longest: int
    known: int


@dataclass(frozen=True)
class Known:
    """`incidents` are the newest first; `rhythm` is None where too few dates are known; names come with how many
    incidents give each, and of causes and services there are only those that half of them name.
    """

    incidents: Sequence[Incident]
    question: str
    rhythm: str | None
    causes: dict[str, int]
    services: dict[str, int]
    detection: dict[str, int]
    symptoms: Sequence[tuple[Document, str]]
    took: Took | None
    runbooks: Sequence[tuple[Document, str]]
    promises: Sequence[Promise]


@dataclass(frozen=True)
class Turn:
    """An incident's place in a pattern: `said` is `This is the 4th time`."""

    recurring: Recurring
    said: str
    question: str


def known(
    session: Session, viewer: Viewer, recurring: Recurring, ids: Ids, titles: dict[str, str], now: datetime
) -> Known:
    """`titles`: what causes are called."""
    incidents = pages.incidents_among(session, ids)
    names = pages.named(session, ids)
    # Of two incidents, what one of them names is not shared.
    half = max(len(incidents) / 2, pages.LEAST)
    causes, services, alerts = (
        {name: count for name, count in counted.items() if count >= half}
        for counted in (names.causes, names.services, names.alerts)
    )
    terms = recurring.pattern.terms if recurring.pattern else []
    actions = pages.promised_among(session, ids)
    return Known(
        incidents=incidents,
        question=open_question(actions, now.date()),
        rhythm=rhythm([incident.started for incident in incidents if incident.started], now),
        causes=causes,
        services=services,
        detection=dict(Counter(incident.detection for incident in incidents if incident.detection).most_common()),
        symptoms=list(_symptoms(session, ids, incidents)),
        took=_took(incidents),
        runbooks=_runbooks(session, viewer, alerts, services, [*terms, *(titles.get(each, each) for each in causes)]),
        promises=grouped(actions, now.date()),
    )


def sentence(recurring: Recurring, question: str) -> str:
    """`4th time in 14 months; the preventing action is 63 days overdue, owner team-x.`"""
    return f"{often(recurring.times)}; {question}."


def questions(session: Session, viewer: Viewer, patterns: Iterable[Recurring], today: date) -> dict[str, str]:
    """What each of these patterns leaves to ask, by their ids. One statement."""
    promised: dict[str, list[ActionItem]] = {each.pattern.id: [] for each in patterns if each.pattern}
    for id, action in pages.promised_in(session, viewer, promised) if promised else ():
        promised[id].append(action)
    return {id: open_question(actions, today) for id, actions in promised.items()}


def turns(session: Session, viewer: Viewer, document: Document, today: date) -> list[Turn]:
    """Which time this incident was, of each pattern that it is part of."""
    found = pages.patterns_of(session, viewer, [document.id]).get(document.id, [])
    asked = questions(session, viewer, found, today)
    return [
        Turn(
            each,
            turn(pages.earlier(session, viewer, each.pattern, document.incident), each.times),
            asked[each.pattern.id],
        )
        for each in found
        if each.pattern and document.incident
    ]


def _took(incidents: Sequence[Incident]) -> Took | None:
    seconds = [incident.duration for incident in incidents if incident.duration is not None]
    return Took(min(seconds), round(median(seconds)), max(seconds), len(seconds)) if seconds else None


def _symptoms(session: Session, ids: Ids, incidents: Sequence[Incident]) -> Iterator[tuple[Document, str]]:
    """What to know it by, in the words of the newest: under “Symptoms”, else what was felt of it."""
    said = pages.symptoms(session, ids, SYMPTOMS)
    told = {document.id for document, _ in said}
    felt = [(each.document, each.impact) for each in incidents if each.impact and each.document_id not in told]
    texts: set[str] = set()
    for document, text in [*said, *felt]:
        short = textwrap.shorten(text, LONGEST, placeholder=" …")
        if short not in texts and len(texts) < SYMPTOMS:
            texts.add(short)
            yield document, short


def _runbooks(
    session: Session, viewer: Viewer, alerts: dict[str, int], services: dict[str, int], terms: Sequence[str]
) -> list[tuple[Document, str]]:
    """Runbooks with why: by a shared alert, else by a shared service where their title or a tag has a word of it."""
    words = {word for term in terms for word in _WORD.findall(term.casefold()) if len(word) > 3}
    answering, about = [], []
    for document in pages.runbooks_naming(session, viewer, list(alerts), list(services)):
        alert = next((link.alert for link in document.alerts if link.alert in alerts), None)
        title = _WORD.findall(" ".join([document.title, *document.tags]).casefold())
        word = next((each for each in title if each in words), None)
        if alert:
            answering.append((document, f"answers {alert}, which {alerts[alert]} of them raised"))
        elif word:
            about.append((document, f"same service, and “{word}”"))
    return [*answering, *about][:RUNBOOKS]
