"""How often something happened and whether it comes faster, in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from app.library.pages.patterns import Times

MONTH, YEAR = 365.25 / 12, 365.25
# Two stretches of time differ only if one is so much longer than the other.
FACTOR = 1.5
# What is quiet for less says nothing yet.
QUIET_DAYS = 30
LEAST_DATED = 3


def ordinal(number: int) -> str:
    """`4th`."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"


def span(time: timedelta) -> str:
    """`14 months`, in the unit in which it is easiest said."""
    days = max(time.days, 0)
    for size, name, up_to in ((1, "day", 14), (7, "week", 2 * MONTH), (MONTH, "month", 3 * YEAR)):
        if days <= up_to:
            count = max(1, round(days / size))
            return f"{count} {name}{'s' if count != 1 else ''}"
    return f"{round(days / YEAR)} years"


def often(times: Times) -> str:
    """`4th time in 14 months`; where dates are missing, of how many it is known."""
    if times.first is None or times.last is None or times.dated < 2:
        return f"{times.count:,} times"
    within = span(times.last - times.first)
    if times.dated < times.count:
        return f"{times.count:,} times, {times.dated:,} of them within {within}"
    return f"{ordinal(times.count)} time in {within}"


def rhythm(dates: Sequence[datetime], now: datetime) -> str | None:
    """Whether it is slowing or quickening; None where too few dates are known to tell, or all on a day."""
    ordered = sorted(dates)
    if len(ordered) < LEAST_DATED or ordered[-1] - ordered[0] < timedelta(1):
        return None
    gaps = [after - before for before, after in pairwise(ordered)]
    half = len(gaps) // 2
    early, late = (timedelta(days=median(gap / timedelta(1) for gap in part)) for part in (gaps[:half], gaps[-half:]))
    quiet = now - ordered[-1]
    if quiet > max(late * FACTOR, timedelta(QUIET_DAYS)):
        return f"Slowing: quiet for {span(quiet)}, after about {span(late)} between two."
    change = f"first about {span(early)} between two, now about {span(late)}."
    if early >= late * FACTOR and early > timedelta(1):
        return f"Quickening: {change}"
    if late >= early * FACTOR and late > timedelta(1):
        return f"Slowing: {change}"
    return f"Steady: about {span(late)} between two."


def turn(before: int | None, times: Times) -> str:
    """`This is the 4th time`: which time it was whose date comes after `before` others; None: its date is not known."""
    if before is None:
        return f"One of {times.count:,} times"
    number = before + 1
    if times.dated < times.count:
        return (
            f"This was the {ordinal(number)} of the {times.dated:,} times whose date is known; in all {times.count:,}"
        )
    if number == times.count:
        return f"This is the {ordinal(number)} time"
    return f"This was the {ordinal(number)} of {times.count:,} times"
