"""What of a document is still what it was after an edit: its sections and its action items.

Reading marks and statuses hang on them, so neither is ever deleted: what is not in the file any more is retired, and
comes back when the file has it again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, count
from typing import Any

from rapidfuzz import fuzz

from app.ingest.formats.draft import ActionDraft, SectionDraft
from app.ingest.matching import Pairing, Thing, digest, labelled, shared, shingles

# Titles of action items are short: two promises may well differ in one word.
SAME_PROMISE = 0.8

Row = Mapping[str, Any]


def sections(rows: Sequence[Row], drafts: Sequence[SectionDraft]) -> dict[int, int]:
    """Which row each section is, by their places in the two lists. Retired rows are taken up again where they fit."""
    old = [
        Thing(row["anchor"], digest([row["text"]]), row["heading"], names=frozenset({row["anchor"]})) for row in rows
    ]
    new = [
        Thing(
            draft.anchor,
            digest([draft.text]),
            draft.heading,
            names=frozenset({draft.anchor}) if draft.explicit else frozenset(),
        )
        for draft in drafts
    ]
    words: dict[str, frozenset[int]] = {}

    def said(text: str) -> frozenset[int]:
        if text not in words:
            words[text] = shingles([text])
        return words[text]

    def likeness(draft: int, row: int) -> float:
        if not new[draft].content and not old[row].content:
            return labelled(drafts[draft].heading, rows[row]["heading"])
        return shared(said(drafts[draft].text), said(rows[row]["text"]))

    live = {number for number, row in enumerate(rows) if row["retired"] is None}
    pairing = Pairing(old, new)
    pairing.free_old = set(live)
    pairing.by_name()
    pairing.in_place(likeness)
    pairing.by_content()
    pairing.by_likeness(likeness)
    pairing.by_place()
    _last_heading(pairing)
    pairing.free_old = set(range(len(rows))) - live
    pairing.by_name()
    pairing.by_content()
    pairing.by_place()
    return pairing.old_of


def _last_heading(pairing: Pairing) -> None:
    """A heading without text of its own is known by nothing once it is reworded, unless it is the only one of both."""
    bare_old = [old for old in pairing.free_old if not pairing.old[old].content]
    bare_new = [new for new in pairing.free_new if not pairing.new[new].content]
    if len(bare_old) == len(bare_new) == 1:
        pairing.match(bare_new[0], bare_old[0])


def actions(rows: Sequence[Row], drafts: Sequence[ActionDraft]) -> dict[int, int]:
    """Which row each of the action items is."""
    old = [_promise(row["title"], row["key"], row["tracker"]) for row in rows]
    new = [_promise(draft.title, identity(draft), draft.tracker) for draft in drafts]

    def likeness(draft: int, row: int) -> float:
        return alike(new[draft].content, old[row].content)

    live = {number for number, row in enumerate(rows) if row["retired"] is None}
    pairing = Pairing(old, new, SAME_PROMISE)
    for free in (live, set(range(len(rows))) - live):
        pairing.free_old = free
        pairing.by_name()
        pairing.by_content()
        if free is live:
            pairing.by_likeness(likeness)
    return pairing.old_of


def _promise(words: str, *names: str | None) -> Thing:
    return Thing(title(words), title(words), words, names=frozenset(name for name in names if name))


def keys(drafts: Sequence[ActionDraft], taken: Iterable[str] = ()) -> list[str]:
    """The keys of a document's action items: id, else tracker link, else title. What is `taken` is not given again."""
    found: list[str] = []
    used = set(taken)
    for draft in drafts:
        words = title(draft.title)
        wanted = (key for key in (identity(draft), draft.tracker, words) if key)
        numbered = (f"{words} {number}" for number in count(2))
        found.append(next(key for key in chain(wanted, numbered) if key not in used))
        used.add(found[-1])
    return found


def identity(draft: ActionDraft) -> str | None:
    """The id that an action item states. A bare number counts the rows of a table: tomorrow another one may have it."""
    return None if draft.id is None or (draft.id.isdigit() and len(draft.id) < 4) else draft.id


def alike(one: str, other: str) -> float:
    """From 0 to 1: titles of one template differ in a word or two, a corrected title in letters."""
    words = fuzz.ratio(sorted(one.split()), sorted(other.split())) / 100
    return (labelled(one, other) + words) / 2


def title(text: str) -> str:
    """A title as titles are compared."""
    return " ".join(re.findall(r"\w+", text.casefold())) or text
