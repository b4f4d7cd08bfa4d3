"""Times as people write them.

A time without a zone, or without a day that the text states, is no moment: nothing is guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from zoneinfo import ZoneInfo

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAME = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|"
    "nov(?:ember)?|dec(?:ember)?"
)
_MONTH = rf"(?P<month>{_MONTH_NAME})\b\.?"
_NUMBER = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
# A year that is followed by more digits, or a day that is the start of a range, is no date.
_YEAR = r"(?:,?\s+(?P<year>\d{4})(?![\d:]))?"
_NUMERIC = re.compile(r"(?<![\d-])(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})(?![\d/-])")
_WORDED = (
    re.compile(rf"\b{_MONTH}\s+{_NUMBER}(?!\s?[-–]\s?\d)\b(?!:){_YEAR}", re.I),
    re.compile(rf"(?<![-–:.\d]){_NUMBER}\s+(?:of\s+)?{_MONTH}{_YEAR}", re.I),
)
_CLOCK = re.compile(
    r"(?<![\d:.+-])(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"\s?(?P<half>[ap]\.?m\b\.?)?(?![\d:])",
    re.I,
)
_OFFSET = re.compile(
    r"(?:\b(?:UTC|GMT)\s?|(?<=\d)|(?<=\d)\s(?=[+-]\d\d:?\d\d))(?P<sign>[+-])(?P<hours>\d{2})(?::?(?P<minutes>\d{2}))?(?![\d:-])"
)
_SHORT_OFFSET = re.compile(r"\b(?:UTC|GMT)(?P<sign>[+-])(?P<hours>\d{1,2})(?::(?P<minutes>\d{2}))?(?!\d)")
_UTC = re.compile(r"\b(?:UTC|GMT)\b(?![+-]\d)|(?<=\d)\s?Z\b|\bZulu\b")
_NAMED = re.compile(r"\b(CES?T|EES?T|E[DS]T|PDT|CDT|MDT|JST|AES?DT|AEST)\b")

# Abbreviations that only one zone uses. The others (CST, IST, BST, PST…) mean several, so they are none.
_PLACES = {
    "CET": "Europe/Berlin",
    "CEST": "Europe/Berlin",
    "EET": "Europe/Athens",
    "EEST": "Europe/Athens",
    "EST": "America/New_York",
    "EDT": "America/New_York",
    "CDT": "America/Chicago",
    "MDT": "America/Denver",
    "PDT": "America/Los_Angeles",
    "JST": "Asia/Tokyo",
    "AEST": "Australia/Sydney",
    "AEDT": "Australia/Sydney",
}


@dataclass(frozen=True)
class Zone:
    """An offset, or an abbreviation with the place that uses it."""

    offset: timedelta | None
    name: str = ""

    def utc(self, naive: datetime) -> datetime | None:
        """A local time in UTC. None for an abbreviation out of season: `CET` in July may mean either of two hours."""
        try:
            if self.offset is not None:
                return naive.replace(tzinfo=timezone(self.offset)).astimezone(UTC)
            local = naive.replace(tzinfo=_place(self.name))
            return local.astimezone(UTC) if local.tzinfo and local.tzname() == self.name else None
        except (ValueError, OverflowError):
            return None


@dataclass(frozen=True)
class Surroundings:
    """What the text around a time states: the day, the year of days without one, the zone."""

    day: date | None = None
    year: int | None = None
    zone: Zone | None = None


NOTHING = Surroundings()


def day(text: str, year: int | None = None) -> date | None:
    """The first day that a text states (`2017-01-31`, `31 January 2017`; `Jan 31` with a year given), or None."""
    found = _day_in(text)
    return _date(found, year) if found else None


def only_day(text: str) -> date | None:
    """The day of a text that states no other."""
    said = [match for pattern in (_NUMERIC, *_WORDED) for match in pattern.finditer(text)]
    found = {day for match in said if (day := _date(match, None))}
    if len(found) != 1:
        return None
    only = found.pop()
    return only if all(_date(match, only.year) in (only, None) for match in said) else None


def clock(text: str) -> time | None:
    """The first time of day that a text states, or None."""
    found = _CLOCK.search(text)
    if found is None:
        return None
    hour, half = int(found["hour"]), (found["half"] or "").lower()
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    try:
        return time(hour, int(found["minute"]), int(found["second"] or 0))
    except ValueError:
        return None


def zone(text: str) -> Zone | None:
    """The zone that a text states: UTC, GMT, Z, an offset, an abbreviation that only one zone uses; None for two."""
    if stated := _day_in(text):
        text = f"{text[: stated.start()]} {text[stated.end() :]}"
    named = {match[1] for match in _NAMED.finditer(text)}
    offset = _OFFSET.search(text) or _SHORT_OFFSET.search(text)
    if offset:
        away = timedelta(hours=int(offset["hours"]), minutes=int(offset["minutes"] or 0))
        return Zone(-away if offset["sign"] == "-" else away) if not named and away < timedelta(hours=15) else None
    if _UTC.search(text):
        return Zone(timedelta(0)) if not named else None
    return Zone(None, named.pop()) if len(named) == 1 else None


def moment(text: str, around: Surroundings = NOTHING) -> datetime | None:
    """The moment in UTC that a text states, with its surroundings' day and zone; None where one is missing."""
    stated = _day_in(text)
    on = _date(stated, around.year) if stated else around.day
    # The day's own digits are no time of day, nor its dashes an offset.
    rest = f"{text[: stated.start()]} {text[stated.end() :].lstrip('Tt')}" if stated else text
    at = clock(rest)
    where = zone(rest) or around.zone
    if on is None or at is None or where is None:
        return None
    return where.utc(datetime.combine(on, at))


_LEADING = re.compile(
    rf"""\W{{0,4}}(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{{0,6}},?\s+)?
    (?:(?:\d{{4}}[-/]\d{{1,2}}[-/]\d{{1,2}}|(?:{_MONTH_NAME})\b\.?\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?(?![\d:])
      |\d{{1,2}}(?:st|nd|rd|th)?\s+(?:{_MONTH_NAME})\b\.?(?:,?\s+\d{{4}})?(?![\d:]))(?:T|,?\s+(?:at\s+)?|\W{{1,4}}|$))?
    (?:~?\d{{1,2}}:\d{{2}}(?::\d{{2}}(?:[.,]\d{{1,9}})?)?~?(?:\s?[ap]\.?m\b\.?)?)?
    (?:\s?[-–—]\s?\d{{1,2}}:\d{{2}}(?:\s?[ap]\.?m\b\.?)?)?
    (?:Z\b|\s?\(?(?:UTC|GMT|[A-Z]{{2,4}}T)\b(?:[+-]\d{{1,2}}(?::?\d{{2}})?)?\)?|\s?[+-]\d{{2}}:?\d{{2}}\b)?
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SEPARATOR = re.compile(r"[\s*_`~)\]]{0,4}(?:[-–—:|,.]{1,3})?\s*")


def leading(text: str) -> tuple[str, str] | None:
    """A line's leading time as written, and what follows it; None where the line begins with something else."""
    found = _LEADING.match(text)
    stated = found[0].strip(" \t\n*_`~([-–—:|,.") if found else ""
    if found is None or not (clock(stated) or _day_in(stated)):
        return None
    rest = text[found.end() :]
    separator = _SEPARATOR.match(rest)
    return stated, rest[separator.end() :] if separator else rest


def _day_in(text: str) -> re.Match[str] | None:
    found = [match for pattern in (_NUMERIC, *_WORDED) if (match := pattern.search(text))]
    return min(found, key=lambda match: (match.start(), -match.end())) if found else None


def _date(found: re.Match[str], year: int | None) -> date | None:
    stated = int(found["year"]) if found["year"] else year
    month = found["month"].lower()
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3]) + 1
    try:
        return date(stated, number, int(found["day"])) if stated is not None else None
    except ValueError:
        return None


@cache
def _place(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(_PLACES[name])
    except (KeyError, OSError, ValueError):
        return None
