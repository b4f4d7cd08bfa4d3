"""Events of a timeline: rows of its tables, items of its lists, lines that begin with a time.

A time of day takes the day that stands above it, or the day of the incident where the text states one; so the zone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from app.ingest.formats.draft import EventDraft, Moment
from app.ingest.formats.values import moment
from app.text import blocks, dates
from app.text.sections import Section

LONGEST = 2_000

_TIMES = re.compile(r"\b(?:time|times|zone|timezone)\b", re.I)
_TIME_COLUMN = re.compile(r"\b(?:time|when|timestamp|hour)\b", re.I)
_DATE_COLUMN = re.compile(r"\b(?:date|day)\b", re.I)
_DAY_BEHIND = re.compile(r"\(([^()]{3,20})\)[\s:–—-]*")
_EVENING, _MORNING = 18, 12
_NEAR = timedelta(hours=12)


class _Days:
    """The day and zone in force while a timeline is read from top to bottom."""

    def __init__(self, around: dates.Surroundings, began: datetime | None) -> None:
        self.around = around
        self.began = began
        self.last: time | None = None

    def heading(self, text: str) -> None:
        """A heading under the timeline: one with a date begins that day, one with other digits ends what is known."""
        if any(sign.isdigit() for sign in text):
            self._on(dates.day(text, self.around.year))
        self.prose(text)

    def prose(self, text: str) -> None:
        """A line between events: it may state the zone (`All times in UTC`) or a day."""
        if (_TIMES.search(text) or len(text) < 40) and (zone := dates.zone(text)):
            self.around = replace(self.around, zone=zone)
        if len(text) < 100 and (day := dates.day(text, self.around.year)):
            self._on(day)

    def _on(self, day: date | None) -> None:
        self.around = replace(self.around, day=day)
        self.last = None

    def moment(self, stated: str) -> Moment | None:
        clock = dates.clock(stated)
        if dates.day(stated, self.around.year):
            self._on(dates.day(stated, self.around.year))
        elif clock and self.last and clock < self.last:
            # Past midnight, where nothing else is likely; otherwise the order of the lines says nothing any more.
            over = self.last.hour >= _EVENING and clock.hour < _MORNING and self.around.day is not None
            self._on(self.around.day + timedelta(days=1) if over and self.around.day else None)
        self.last = clock or self.last
        found = moment(stated, self.around)
        if found and self.began and not dates.day(stated, self.around.year) and abs(found.at - self.began) > _NEAR:
            # The incident's day is not the day of its first line: it began about midnight, or the zones differ.
            self._on(None)
            found = None
        self.began = None
        return found


def events(
    sections: Sequence[Section], around: dates.Surroundings, began: datetime | None = None
) -> tuple[EventDraft, ...]:
    """The events of all timeline sections, in order. `began`: the moment from which the day in force comes."""
    days = _Days(around, began)
    found: list[EventDraft] = []
    for section in sections:
        if section.role == "timeline":
            days.heading(section.heading)
            found.extend(_section(section, days))
    return tuple(found)


def _section(section: Section, days: _Days) -> Iterator[EventDraft]:
    found: list[tuple[int, blocks.Table | blocks.Item | blocks.Words]] = []
    found += [(table.line, table) for table in blocks.tables(section.tokens)]
    found += [(item.words.line, item) for item in blocks.items(section.tokens)]
    found += [(words.line, words) for words in blocks.paragraphs(section.tokens)]
    for _, block in sorted(found, key=lambda pair: pair[0]):
        if isinstance(block, blocks.Table):
            yield from _table(block, days)
        elif isinstance(block, blocks.Item):
            yield from _line(block.words.text, days, item=True)
        else:
            for line in block.text.split("\n"):
                yield from _line(line, days, item=False)


def _line(text: str, days: _Days, item: bool) -> Iterator[EventDraft]:
    begun = dates.leading(text)
    if begun is None or not begun[1] or (dates.clock(begun[0]) is None and not item):
        if not item:
            days.prose(text)
        return
    stated, said = begun
    if (day := _DAY_BEHIND.match(said)) and dates.day(day[1], days.around.year):
        stated, said = f"{stated} {day[1]}", said[day.end() :]
    yield _event(stated, said, days)


def _table(table: blocks.Table, days: _Days) -> Iterator[EventDraft]:
    times = [index for index, name in enumerate(table.header) if _TIME_COLUMN.search(name) or _DATE_COLUMN.search(name)]
    if not times:
        first = next((row[0].text for row in table.rows if row), "")
        if dates.leading(first) is None:
            return
        times = [0]
    # A date column before a time column, or one with both; further ones (`Time to fix`) are part of what is said.
    times = times[:2] if len(times) > 1 and _DATE_COLUMN.search(table.header[times[0]]) else times[:1]
    if zone := dates.zone(" ".join(table.header[index] for index in times)):
        days.around = replace(days.around, zone=zone)
    for row in table.rows:
        stated = " ".join(row[index].text for index in times if index < len(row)).strip()
        said = " - ".join(cell.text for index, cell in enumerate(row) if index not in times and cell.text)
        if said:
            yield _event(stated, said, days)


def _event(stated: str, said: str, days: _Days) -> EventDraft:
    return EventDraft(" ".join(said.split())[:LONGEST], stated, days.moment(stated))
