"""A pasted page, answered: the runbook, what happened before and keeps happening, who owns it, and what was promised.

Everything that is shown says why it is there. Where nothing is known to fit, nothing is shown.
"""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from app.insight.similar import to_text
from app.library import Document, Section
from app.lookup.evidence import FEWEST_OF_INCIDENT, INCIDENT, Question, candidates, question
from app.lookup.known import known
from app.lookup.named import naming
from app.lookup.owner import Owner, owner
from app.lookup.promised import Promised, promised
from app.lookup.recurs import Recurs, recurs
from app.lookup.runbooks import MOST_FOLLOWED, Runbook, runbooks
from app.lookup.understand import understand
from app.lookup.understood import Understood, without
from app.search.advice import FIELDS
from app.search.engine import Engine
from app.text import redaction
from app.viewer import Viewer

# More of a pasted text is not read.
LONGEST = 200_000
INCIDENTS = 3
# So much of it is compared with past incidents, and so far above the others an incident has to stand to be shown.
COMPARED = 10_000
ALIKE = 0.25
# What in a question would be more than a word.
_OPERATORS = re.compile(rf"(?P<field>(?<!\w)(?i:{'|'.join(FIELDS)})):(?=\S)|\"|(?<!\S)-+(?=\w)|(?<!\S)OR(?!\S)")


@dataclass(frozen=True)
class Past:
    """An incident that was like this. `minutes` is how long it took, where that is known."""

    document: Document
    section: Section | None
    why: tuple[str, ...]

    @property
    def address(self) -> str:
        return self.document.address + (f"#s-{self.section.anchor}" if self.section and self.section.level else "")

    @property
    def fixed_by(self) -> str | None:
        return self.document.incident.fixed_by if self.document.incident else None

    @property
    def minutes(self) -> int | None:
        seconds = self.document.incident.duration if self.document.incident else None
        return None if seconds is None else round(seconds / 60)


@dataclass(frozen=True)
class Answer:
    """`text` is what was pasted, as far as it was read, its secrets masked; `masked` says how many there were."""

    text: str
    masked: int
    cut: bool
    understood: Understood
    runbooks: tuple[Runbook, ...]
    incidents: tuple[Past, ...]
    pattern: Recurs | None
    owner: Owner | None
    actions: tuple[Promised, ...]
    took_ms: float

    @property
    def found(self) -> bool:
        return bool(self.runbooks or self.incidents)


def answer(
    session: Session, engine: Engine, viewer: Viewer, text: str, removed: Collection[tuple[str, str]] = ()
) -> Answer:
    """What the library knows about a pasted text. `removed`: parts (kind, value) that the reader took away."""
    started = time.perf_counter()
    names = known(session, viewer)
    # Masked before anything else sees it: no part and no reason can show a secret.
    read, masked = redaction.mask(text[:LONGEST])
    meant = understand(read, names)
    meant = without(meant, removed) if removed else meant
    asked = _plain(meant.question)
    weighed = question(session, engine, viewer, asked)
    steps = runbooks(session, engine, viewer, meant, asked, weighed)
    services = tuple(dict.fromkeys(names.services.get(each.casefold(), each) for each in meant.services))
    past = tuple(_incidents(session, engine, viewer, meant, services, read, asked, weighed))
    today = datetime.now(UTC).date()
    return Answer(
        text=read,
        masked=len(masked),
        cut=len(text) > LONGEST,
        understood=meant,
        runbooks=steps,
        incidents=past,
        pattern=recurs(session, viewer, [each.document for each in past], today),
        owner=owner(session, viewer, meant, services, steps),
        actions=promised(session, viewer, meant.alerts, services, [each.document for each in past], today),
        took_ms=(time.perf_counter() - started) * 1000,
    )


def _plain(text: str) -> str:
    """A question of words only: nothing that was pasted is an operator."""
    return _OPERATORS.sub(lambda found: f"{found['field']}: " if found["field"] else " ", text)


def _incidents(
    session: Session,
    engine: Engine,
    viewer: Viewer,
    meant: Understood,
    services: tuple[str, ...],
    read: str,
    asked: str,
    weighed: Question,
) -> Iterator[Past]:
    """At most INCIDENTS: those that raised the same alert, those that say the same, then those that are like it."""
    shown: set[str] = set()

    def past(document: Document, section: Section | None, why: str) -> Past:
        shown.add(document.id)
        named = [link.service for link in document.services if link.service in services]
        return Past(document, section, (why, *(f"same service {name}" for name in named[:1])))

    for alert in meant.alerts[:MOST_FOLLOWED]:
        for document in naming(session, viewer, alert, "postmortem", INCIDENTS):
            if document.id not in shown and len(shown) < INCIDENTS:
                yield past(document, None, f"same alert {alert}")
    if not asked:
        return
    for hit, alerts in candidates(session, engine, viewer, asked, "postmortem"):
        evidence = weighed.evidence(hit.document, hit.section, alerts)
        if evidence.enough(INCIDENT, FEWEST_OF_INCIDENT) and hit.document.id not in shown and len(shown) < INCIDENTS:
            yield past(hit.document, hit.section, evidence.why)
    alike = to_text(session, viewer, read[:COMPARED], services, meant.alerts, limit=INCIDENTS)
    for each in alike:
        if each.apart >= ALIKE and each.document.id not in shown and len(shown) < INCIDENTS:
            shown.add(each.document.id)
            yield Past(each.document, None, tuple(reason.text for reason in each.reasons))
