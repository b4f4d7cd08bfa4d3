"""What a file says without a key for it: by its place, its headings, its first lines. All of it is marked derived."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import PurePosixPath

from app.ingest.formats import words
from app.ingest.formats.draft import Name, Value
from app.text import blocks
from app.text.sections import Section

LONGEST_SUMMARY = 240

_DATED = re.compile(r"(?P<day>\d{4}-\d{2}-\d{2})[-_ ]+(?P<title>.+)")
_NUMBERED = re.compile(r"(?P<id>[A-Z]{1,8}-?\d{2,8}-\d{1,6})\s*[-–—:]\s*(?P<title>.+)", re.S)
_ALERT = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)*")
_HUMP = re.compile(r"[a-z0-9][A-Z]")
_ASIDE = re.compile(r"\s*[\[(][^\])]*[\])]\s*$")
_SENTENCE = re.compile(r"(?<=[.!?])[\"'”’)]?\s+(?=[\"'“‘(]?[A-Z0-9`])")


def kind(source: str, path: str, sections: Sequence[Section]) -> str:
    """The kind that the folder says, nearest first, else the headings, else a guide."""
    folders = [*PurePosixPath(path).parent.parts[::-1], source]
    by_folder = next((found for folder in folders if (found := words.kind(folder))), None)
    if by_folder:
        return by_folder
    roles = {section.role for section in sections if section.level}
    if "timeline" in roles and roles & {
        "cause",
        "actions",
        "lessons",
        "impact",
        "resolution",
        "went-well",
        "went-badly",
    }:
        return "postmortem"
    if len(roles & {"symptoms", "diagnosis", "mitigation", "rollback", "escalation", "verification"}) >= 2:
        return "runbook"
    return (
        "postmortem" if {"cause", "actions", "impact"} <= roles or {"cause", "lessons", "summary"} <= roles else "guide"
    )


def file_title(path: str) -> str:
    """The title in a file's name: behind a date or a number, dashes as spaces."""
    stem = _stem(path)
    parted = _NUMBERED.fullmatch(stem) or _DATED.fullmatch(stem)
    name = parted["title"].strip() if parted else stem
    if " " not in name and ("-" in name or "_" in name) and name == name.lower():
        name = name.replace("-", " ").replace("_", " ")
        name = name[:1].upper() + name[1:]
    return name or stem


def file_id(path: str) -> str | None:
    """The number in a file's name, which stays when its title is changed: `PM2021-005 - Title.md`."""
    found = _NUMBERED.fullmatch(_stem(path))
    return found["id"] if found else None


def file_day(path: str) -> date | None:
    found = _DATED.fullmatch(_stem(path))
    try:
        return date.fromisoformat(found["day"]) if found else None
    except ValueError:
        return None


def alerts(path: str, heading: str | None, old_paths: Iterable[str]) -> tuple[Name, ...]:
    """The alerts that a runbook's heading, file name and former addresses name."""
    bare = _ASIDE.sub("", heading or "").strip("` ")
    stem = _stem(path)
    found = [name for name in (bare, stem) if _ALERT.fullmatch(name) and _HUMP.search(name)]
    if not found and bare == stem and _ALERT.fullmatch(bare) and bare[:1].isupper():
        found = [bare]
    names = {name.casefold(): name for name in reversed(found)}
    if found:
        for old in old_paths:
            last = _stem(old.rstrip("/"))
            if len(last) >= 8 and last.isalnum():
                names.setdefault(last.casefold(), last)
    return tuple(
        Name(name, "derived") for name in sorted(names.values(), key=lambda name: (name not in found, name != bare))
    )


def summary(sections: Sequence[Section]) -> Value[str]:
    """The first sentences of the summary, else of the lead, else of whatever comes first."""
    ordered = sorted(
        sections, key=lambda section: (not (section.level and section.role == "summary"), bool(section.level))
    )
    for section in ordered:
        for paragraph in blocks.paragraphs(section.tokens):
            text = " ".join(paragraph.text.split())
            if len(text.split()) >= 4 and not _is_label(text):
                return Value(_sentences(text), "derived", section.line)
    return Value()


def first_sentences(section: Section) -> str | None:
    """How a section begins, a list's first item too."""
    said = [*blocks.paragraphs(section.tokens), *(item.words for item in blocks.items(section.tokens))]
    first = min(said, key=lambda each: each.line, default=None)
    text = " ".join(first.text.split()) if first else ""
    return _sentences(text) if text and text.casefold() not in ("?", "n/a", "none", "tbd", "todo", "unknown") else None


def _is_label(text: str) -> bool:
    name, colon, rest = text.partition(":")
    return bool(colon) and len(name) < 40 and (len(rest.split()) < 4 or rest.strip().startswith(("http", "<")))


def _sentences(text: str) -> str:
    kept = ""
    for sentence in _split(text):
        if kept and len(kept) + len(sentence) >= LONGEST_SUMMARY:
            break
        kept = f"{kept} {sentence}".strip()
    return kept if len(kept) <= LONGEST_SUMMARY else kept[: LONGEST_SUMMARY - 1].rsplit(" ", 1)[0] + "…"


def _split(text: str) -> Iterator[str]:
    yield from _SENTENCE.split(text[: 4 * LONGEST_SUMMARY])


def _stem(path: str) -> str:
    name = PurePosixPath(path).name
    stem, dot, ending = name.rpartition(".")
    return stem if dot and stem and ending.casefold() in ("md", "markdown", "mdown", "mkd") else name
