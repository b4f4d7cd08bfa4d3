"""How often, and whether faster: said in words, and not said where it cannot be known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.insight.recurrence import often, ordinal, rhythm, span, turn
from app.library.pages import Times

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def times(*days_ago: int, undated: int = 0) -> Times:
    dates = sorted(NOW - timedelta(days) for days in days_ago)
    first, last = (dates[0], dates[-1]) if dates else (None, None)
    return Times(len(dates) + undated, len(dates), first, last)


def told(*days_ago: int) -> str | None:
    return rhythm([NOW - timedelta(days) for days in days_ago], NOW)


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (21, "21st"), (1113, "1,113th")],
)
def test_ordinals(number: int, said: str) -> None:
    assert ordinal(number) == said


@pytest.mark.parametrize(
    ("days", "said"),
    [(0, "1 day"), (9, "9 days"), (20, "3 weeks"), (90, "3 months"), (425, "14 months"), (2200, "6 years")],
)
def test_a_stretch_of_time_is_said_in_its_unit(days: int, said: str) -> None:
    assert span(timedelta(days)) == said


def test_how_often_is_said_with_the_time_that_it_took() -> None:
    assert often(times(430, 300, 90, 5)) == "4th time in 14 months"


def test_what_has_no_date_is_counted_and_placed_nowhere() -> None:
    assert often(times(430, 5, undated=2)) == "4 times, 2 of them within 14 months"
    assert often(times(5, undated=2)) == "3 times"
    assert often(times(undated=2)) == "2 times"


@pytest.mark.parametrize("days", [(), (5,), (400, 5)])
def test_nothing_is_said_of_the_rhythm_with_fewer_than_three_dates(days: tuple[int, ...]) -> None:
    assert told(*days) is None


def test_it_quickens_where_less_time_passes_between_two() -> None:
    assert told(800, 400, 100, 10) == "Quickening: first about 13 months between two, now about 3 months."


def test_it_slows_where_more_time_passes() -> None:
    assert told(800, 700, 400) == "Slowing: first about 3 months between two, now about 10 months."


def test_it_is_steady_where_neither_is_clear() -> None:
    assert told(300, 200, 100) == "Steady: about 3 months between two."


def test_what_has_been_quiet_for_long_does_not_quicken_any_more() -> None:
    assert told(4000, 2500, 2400) == "Slowing: quiet for 7 years, after about 3 months between two."


def test_a_thousand_at_the_same_moment_have_no_rhythm() -> None:
    assert told(*[10] * 1000) is None
    assert told(*[40] * 999, 10) == "Steady: about 1 day between two."


@pytest.mark.parametrize(
    ("before", "counted", "said"),
    [
        (3, times(9, 8, 7, 6), "This is the 4th time"),
        (1, times(9, 8, 7, 6), "This was the 2nd of 4 times"),
        (1, times(9, 8, undated=1), "This was the 2nd of the 2 times whose date is known; in all 3"),
        (None, times(9, 8, undated=1), "One of 3 times"),
    ],
)
def test_which_time_it_was(before: int | None, counted: Times, said: str) -> None:
    assert turn(before, counted) == said
