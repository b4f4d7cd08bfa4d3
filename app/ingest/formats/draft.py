"""What a reader makes of a file. Every value knows where it came from; what the text does not say is missing, never
guessed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Generic, Literal, TypeVar

Origin = Literal["stated", "derived", "missing"]
T = TypeVar("T")


@dataclass(frozen=True)
class RawFile:
    """A file as found. `path` is relative to its source's folder, with `/`."""

    source: str
    path: str
    data: bytes


@dataclass(frozen=True)
class Problem:
    """What is wrong, where, and how to mend it. An `error` keeps the file out (the last good version stays), a
    `warning` does not.
    """

    problem: str
    mend: str
    line: int | None = None
    field: str | None = None
    level: Literal["error", "warning"] = "warning"


@dataclass(frozen=True)
class Value(Generic[T]):
    """A field's value, where it came from, and the line of the file it stands in (from 1)."""

    value: T | None = None
    origin: Origin = "missing"
    line: int | None = None


@dataclass(frozen=True)
class Moment:
    """`at` is in UTC; with precision `day` it is that day's midnight and says nothing of the hour."""

    at: datetime
    precision: Literal["minute", "day"] = "minute"


@dataclass(frozen=True)
class Name:
    """A service, alert or tag as the text writes it; the importer finds which one is meant."""

    name: str
    origin: Origin = "stated"
    line: int | None = None


@dataclass(frozen=True)
class CauseDraft:
    name: str
    evidence: str | None = None
    origin: Origin = "stated"
    line: int | None = None


@dataclass(frozen=True)
class EventDraft:
    """A line of the timeline. `stated_time` is the time as written; `moment` is None where it is no certain moment."""

    text: str
    stated_time: str = ""
    moment: Moment | None = None


@dataclass(frozen=True)
class ActionDraft:
    """`status` None: the text does not say."""

    title: str
    id: str | None = None
    kind: str | None = None
    owner: str | None = None
    due: date | None = None
    status: str | None = None
    reason: str | None = None
    tracker: str | None = None
    line: int | None = None


@dataclass(frozen=True)
class ReadingDraft:
    """A place in a reading list: the file that it means (relative to the source's folder) and why it stands there."""

    target: str
    why: str = ""


@dataclass(frozen=True)
class SectionDraft:
    """`anchor` is unique in the document and without `s-`; `explicit` says that the text gave it with `{#name}`.

    `level` 0 is what stands before the first heading. `markdown` is the section's own text without the heading, `text`
    the same as plain text (code kept, markup gone) for the index, `html` what the page shows. `line` is the heading's
    line in the file.
    """

    anchor: str
    explicit: bool
    level: int
    heading: str
    role: str
    markdown: str
    text: str
    html: str
    line: int


@dataclass(frozen=True)
class Draft:
    """One document as read. `audience` None: the file states none (a folder's or the default applies). `first_line` is
    the line of the file that `body` begins with.
    """

    source: str
    path: str
    kind: Value[str]
    title: Value[str]
    body: str
    sections: tuple[SectionDraft, ...]
    first_line: int = 1
    id: str | None = None
    audience: Value[str] = field(default_factory=Value)
    summary: Value[str] = field(default_factory=Value)
    severity: Value[str] = field(default_factory=Value)
    started: Value[Moment] = field(default_factory=Value)
    detected: Value[Moment] = field(default_factory=Value)
    mitigated: Value[Moment] = field(default_factory=Value)
    resolved: Value[Moment] = field(default_factory=Value)
    trigger: Value[str] = field(default_factory=Value)
    detection: Value[str] = field(default_factory=Value)
    impact: Value[str] = field(default_factory=Value)
    fixed_by: Value[str] = field(default_factory=Value)
    owner: Value[str] = field(default_factory=Value)
    source_url: Value[str] = field(default_factory=Value)
    archive_url: Value[str] = field(default_factory=Value)
    tested_with: Value[str] = field(default_factory=Value)
    reviewed: Value[date] = field(default_factory=Value)
    renders: Value[str] = field(default_factory=Value)
    template: Value[str] = field(default_factory=Value)
    checked_against: tuple[str, ...] = ()
    services: tuple[Name, ...] = ()
    causes: tuple[CauseDraft, ...] = ()
    alerts: tuple[Name, ...] = ()
    tags: tuple[str, ...] = ()
    old_paths: tuple[str, ...] = ()
    events: tuple[EventDraft, ...] = ()
    actions: tuple[ActionDraft, ...] = ()
    readings: tuple[ReadingDraft, ...] = ()
    masked: int = 0
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What came of one file: a draft, or the reason why it is none. `skipped`: the file is no document and need not be
    one.
    """

    draft: Draft | None = None
    problems: tuple[Problem, ...] = ()
    skipped: bool = False


Reader = Callable[[RawFile], Reading]
