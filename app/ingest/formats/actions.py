"""Action items: what stands in lists and tables under the headings that promise something."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.ingest.formats import words
from app.ingest.formats.draft import ActionDraft
from app.text import addresses, blocks, dates
from app.text.sections import Section

LONGEST = 300

_COLUMNS = {
    "title": r"action|actions|action items?|items?|tasks?|title|description|what|follow[- ]?ups?|todo|improvement",
    "kind": r"type|kind|category",
    "owner": r"owners?|assignees?|assigned(?: to)?|who|responsible|team|dri",
    "due": r"due|due date|deadline|by|by when|target|target date|eta|when",
    "status": r"status|state|done|done\?|progress",
    "tracker": r"tracker|tickets?|issues?|bugs?|jira|links?|prs?|tracking|reference|url|bug/?ticket",
    "id": r"id|#|no\.?|number",
    "reason": r"reason|comments?|notes?",
}
_COLUMN = {name: re.compile(pattern, re.I) for name, pattern in _COLUMNS.items()}
_CHECKBOX = re.compile(r"\[(?P<mark>[ xX])\]\s+")
_TICK = re.compile(r"[✅✔✓☑]\ufe0f?\s*")
_CLOSING = re.compile(
    r"\s*[(\[](done|completed?|fixed|in progress|ongoing|won'?t (?:do|fix)|cancelled|todo)[)\]]\.?$", re.I
)
_OWNER = re.compile(r"\s*[(\[]?\bowner:\s*@?(?P<owner>[\w .-]{2,40}?)\s*(?:[)\],;]|$)", re.I)
_DUE = re.compile(r"\b(?:due|by|deadline|target)\b:?\s*(?P<due>\d{4}-\d{2}-\d{2})", re.I)
_TRACKER = re.compile(
    r"/(?:issues?|pull|pulls|merge_requests|browse|tickets?|work_items|bugs?|tasks?|show_bug\.cgi)\b|\bid=\d", re.I
)
_STATE_WORD = re.compile(r"\b(DONE|TODO|WIP|WONTFIX)\b")
_NOTHING = re.compile(r"(?:none|n/?a|nothing|no action items?|tbd|todo|-)\W*", re.I)


def actions(sections: Sequence[Section], first: int) -> tuple[ActionDraft, ...]:
    """The action items of all sections that hold some. `first` is the line of the file in which the text begins."""
    found: dict[str, ActionDraft] = {}
    for section in sections:
        if section.role == "actions":
            for action in _section(section, first):
                found.setdefault(" ".join(action.title.casefold().split()), action)
    return tuple(found.values())


def _section(section: Section, first: int) -> Iterator[ActionDraft]:
    state = _closing(section.heading)
    for table in blocks.tables(section.tokens):
        yield from _table(table, first)
    for item in blocks.items(section.tokens):
        if item.depth == 0 and (action := _item(item.words, state, first)):
            yield action


def _table(table: blocks.Table, first: int) -> Iterator[ActionDraft]:
    columns: dict[str, int] = {}
    for index, header in enumerate(table.header):
        name = next((name for name, pattern in _COLUMN.items() if pattern.fullmatch(header.strip())), None)
        if name:
            columns.setdefault(name, index)
    if "title" not in columns:
        return
    for row in table.rows:
        cells = {name: row[index] for name, index in columns.items() if index < len(row)}
        said = {name: " ".join(cell.text.split()) for name, cell in cells.items()}
        if not said.get("title") or _NOTHING.fullmatch(said["title"]):
            continue
        tracker = cells.get("tracker")
        word = _STATE_WORD.search(said.get("tracker", ""))
        yield ActionDraft(
            title=_cut(said["title"]),
            id=said.get("id") or None,
            kind=words.action_kind(said.get("kind", "")),
            owner=_filled(said.get("owner")),
            due=dates.day(said.get("due", "")),
            status=words.status(said.get("status", "")) or (words.status(word[1]) if word else None),
            reason=_filled(said.get("reason")),
            tracker=(tracker.links[0] if tracker.links else _filled(_STATE_WORD.sub("", tracker.text).strip()))
            if tracker
            else None,
            line=first + cells["title"].line,
        )


def _item(said: blocks.Words, state: str | None, first: int) -> ActionDraft | None:
    text = " ".join(said.text.split("\n")[0].split())
    if box := _CHECKBOX.match(text):
        state, text = ("open" if box["mark"] == " " else "done"), text[box.end() :]
    if tick := _TICK.match(text):
        state, text = "done", text[tick.end() :]
    if (told := _closing(text)) is not None:
        state, text = told, _CLOSING.sub("", text)
    owner, due = _OWNER.search(text), _DUE.search(text)
    if owner:
        text = " ".join(f"{text[: owner.start()]} {text[owner.end() :]}".split())
    if not text or _NOTHING.fullmatch(text):
        return None
    return ActionDraft(
        title=_cut(text),
        owner=owner["owner"] if owner else None,
        due=dates.day(due["due"]) if due else None,
        status=state,
        tracker=next((link for link in said.links if addresses.web(link) and _TRACKER.search(link)), None),
        line=first + said.line,
    )


def _closing(text: str) -> str | None:
    found = _CLOSING.search(text)
    return words.status(found[1]) if found else None


def _filled(text: str | None) -> str | None:
    return text if text and not _NOTHING.fullmatch(text) else None


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST].rsplit(" ", 1)[0] + "…"
