"""Facts that stand in the text under a name: `**Severity:** SEV2`, `- Category: Kubernetes`, a heading `Trigger`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.ingest.formats import derive
from app.ingest.formats.draft import Origin
from app.ingest.formats.values import Entry
from app.text import blocks
from app.text.sections import Section

_LABEL = re.compile(r"(?P<name>[A-Za-z][A-Za-z ()/-]{1,40}?)\s*:\s+(?P<value>\S.*)", re.S)
_NAMES = {
    "severity": "severity|sev|incident severity|severity level",
    "date": "date|incident date|date of incident|dates",
    "started": "started|start|start time|began|incident start|started at|start date",
    "detected": "detected|detected at|time detected|detection time",
    "mitigated": "mitigated|mitigated at|time mitigated",
    "resolved": "resolved|resolved at|end|ended|end time|time resolved|incident end",
    "category": "category|categories|cause category",
    "services": "service|services|affected services|affected service|services affected|system|systems affected",
    "owner": "owner|owning team|team|owner team",
    "summary": "summary|tldr",
    "impact": "impact|customer impact|user impact",
    "trigger": "trigger",
    "detection": "detection|detected by|how detected",
    "fixed_by": "resolution|fix|fixed by",
}
_FIELD_OF = {name: field for field, names in _NAMES.items() for name in names.split("|")}
# Headings that are no more than the name of one fact.
_HEADINGS = {
    "date": "date",
    "trigger": "trigger",
    "resolution": "fixed_by",
    "detection": "detection",
    "impact": "impact",
    "severity": "severity",
}
_PLACES = frozenset(
    ("stats", "metadata", "incident details", "details", "general", "facts", "incident summary", "overview")
)
_EMPTY = re.compile(r"(?:\?+|n/?a|none|tbd|todo|unknown|-+)\W*", re.I)


@dataclass(frozen=True)
class Fact:
    """`line` is in the file; `origin` says whether the text states it as such or we took it from prose."""

    text: str
    line: int
    origin: Origin

    def entry(self, key: str) -> Entry:
        return Entry(key, self.text, lambda *path: self.line, self.origin)


def facts(sections: Sequence[Section], first: int) -> Mapping[str, Fact]:
    """The facts by the name of their field (and `date`, `category`); what stands first counts."""
    found: dict[str, Fact] = {}
    for section in sections:
        heading = section.heading.casefold().strip(" :")
        if not section.level or section.role in ("summary", "impact") or heading in _PLACES:
            for name, text, line in _labels(section):
                found.setdefault(name, Fact(text, first + line, "stated"))
        wanted = _HEADINGS.get(heading)
        if wanted and (said := derive.first_sentences(section)) and not _LABEL.fullmatch(said):
            found.setdefault(wanted, Fact(said, first + section.line - 1, "derived"))
    return found


def _labels(section: Section) -> Iterator[tuple[str, str, int]]:
    said = [*blocks.paragraphs(section.tokens), *(item.words for item in blocks.items(section.tokens))]
    for each in said:
        for line in each.text.split("\n"):
            label = _LABEL.fullmatch(line)
            name = _FIELD_OF.get(" ".join(label["name"].casefold().split())) if label else None
            if label and name and not _EMPTY.fullmatch(label["value"]):
                yield name, label["value"].strip(), each.line
