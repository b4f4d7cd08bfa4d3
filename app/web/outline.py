"""How a document's sections stand on its page: heading levels without gaps, a contents list, and what can wait until
after the first step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.library.documents import Document, Section

STEPS = ("diagnosis", "mitigation")
LEAD = ("summary", "impact", "symptoms", "cause", "detection", "other")
TOP, DEEPEST = 2, 6
# A lead of so few characters is read before it could be folded away.
SHORT_LEAD = 400


@dataclass(frozen=True)
class Outline:
    """`before`: sections folded above the first step (a runbook's page starts at its first step). `level`, `depth` by
    section id.
    """

    before: Sequence[Section]
    sections: Sequence[Section]
    contents: Sequence[Section]
    level: dict[int, int]
    depth: dict[int, int]

    @property
    def before_words(self) -> str:
        return ", ".join(section.heading for section in self.before if section.heading) or "About this alert"


def outline(document: Document) -> Outline:
    sections = list(document.sections)
    named = [section for section in sections if section.level and section.heading and section.heading != document.title]
    least = min((section.level for section in named), default=1)
    level: dict[int, int] = {}
    before = TOP - 1
    for section in named:
        before = level[section.id] = min(section.level - least + TOP, before + 1, DEEPEST)
    depth = {id: value - TOP for id, value in level.items()}
    contents = [section for section in named if depth[section.id] < 2]
    first = _first_step(document, sections)
    return Outline(sections[:first], sections[first:], contents, level, depth)


def _first_step(document: Document, sections: list[Section]) -> int:
    """How many sections come before the first step and may be folded; 0 where there is nothing to fold."""
    if document.kind != "runbook":
        return 0
    step = next((place for place, section in enumerate(sections) if section.role in STEPS), 0)
    lead = sections[:step]
    folds = all(section.role in LEAD and "<pre>" not in section.html for section in lead)
    return step if folds and sum(len(section.text) for section in lead) > SHORT_LEAD else 0
