"""Links between documents that lead nowhere: to a file that is not there, or to a heading that its document has not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

from rapidfuzz import process

from app.ingest.formats.draft import Draft, Problem, SectionDraft
from app.text.addresses import candidates, relative

NEAR = 75

_HREF = re.compile(r'<a[^>]*\shref="([^"]*)"')


def problems(draft: Draft, folder: Path, drafts: Mapping[str, Draft]) -> Iterator[Problem]:
    """What is wrong with a document's links to its neighbours. `folder` is its source's; `drafts` are those read."""
    for section in draft.sections:
        for href in dict.fromkeys(unescape(each) for each in _HREF.findall(section.html)):
            if relative(href) and (said := _wrong(draft, href, folder, drafts)):
                yield Problem(*said, _line(draft, section, href), "links")


def _wrong(draft: Draft, href: str, folder: Path, drafts: Mapping[str, Draft]) -> tuple[str, str] | None:
    files = candidates(draft.path, href)
    path = next((each for each in files if each in drafts or (folder / each).is_file()), None)
    if files and path is None:
        near = _nearest(files[0], [*drafts])
        return f"The link to `{href}` leads nowhere: there is no such file.", f"{near}Correct or remove it."
    anchor = unquote(urlsplit(href).fragment).removeprefix("s-")
    target = drafts.get(path) if path else None if files else draft
    if not anchor or target is None:
        return None
    anchors = [section.anchor for section in target.sections]
    if anchor in anchors:
        return None
    near = _nearest(anchor, anchors)
    return f"The link to `{href}` leads to no heading of {target.path}.", f"{near}Correct or remove it."


def _nearest(said: str, known: list[str]) -> str:
    found = process.extractOne(said, known, score_cutoff=NEAR)
    return f"Did you mean `{found[0]}`? " if found else ""


def _line(draft: Draft, section: SectionDraft, href: str) -> int:
    """The line in which a link stands, or its section's where it is written otherwise there."""
    lines = draft.body.split("\n")[section.line - draft.first_line :]
    return section.line + next((number for number, line in enumerate(lines) if href in line), 0)
