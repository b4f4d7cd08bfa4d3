"""Whether what happened before keeps happening."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.insight.facts import questions, sentence
from app.library import Document, pages
from app.viewer import Viewer


@dataclass(frozen=True)
class Recurs:
    """`open_question` is the pattern in one sentence: how often, and what is left of what was promised."""

    id: str
    name: str
    count: int
    address: str
    open_question: str


def recurs(session: Session, viewer: Viewer, incidents: Sequence[Document], today: date) -> Recurs | None:
    """The pattern that most of these incidents are part of; None where no more than half are part of one."""
    found = pages.patterns_of(session, viewer, [document.id for document in incidents])
    patterns = {each.pattern.id: each for several in found.values() for each in several if each.pattern}
    counted = Counter(each.pattern.id for several in found.values() for each in several if each.pattern)
    for id, count in counted.most_common(1):
        if count * 2 > len(incidents):
            chosen = patterns[id]
            asked = questions(session, viewer, [chosen], today)[id]
            return Recurs(id, chosen.name, chosen.times.count, chosen.address, sentence(chosen, asked))
    return None
