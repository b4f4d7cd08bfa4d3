"""Moments, days and durations in words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from app.http.times import NOT_STATED, ago, day, duration, length, moment

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "under 1 min"),
        (29, "under 1 min"),
        (60, "1 min"),
        (3599, "1 h"),
        (3600, "1 h"),
        (6420, "1 h 47 min"),
        (47 * 3600, "47 h"),
        (48 * 3600, "2 d"),
        (51 * 3600, "2 d 3 h"),
    ],
)
def test_durations_are_written_shortly(seconds: int, words: str) -> None:
    assert length(seconds) == words
    assert duration(seconds) == words
    assert duration(None) == NOT_STATED


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "today"),
        (1, "1 day ago"),
        (9, "9 days ago"),
        (29, "29 days ago"),
        (30, "1 month ago"),
        (63, "2 months ago"),
        (364, "12 months ago"),
        (365, "1 year ago"),
        (800, "2 years ago"),
        (-1, "tomorrow"),
        (-9, "in 9 days"),
    ],
)
def test_days_are_told_from_today(days: int, words: str) -> None:
    assert ago(TODAY - timedelta(days=days), TODAY) == words


def test_moments_are_in_utc_and_can_be_read_by_a_script() -> None:
    at = datetime(2026, 11, 24, 4, 12, 30, tzinfo=timezone(timedelta(hours=1)))
    assert moment(at) == '<time datetime="2026-11-24T03:12:30Z">2026-11-24 03:12 UTC</time>'
    assert moment(at, "day") == '<time datetime="2026-11-24">2026-11-24</time>'
    assert moment(datetime(2026, 11, 24, tzinfo=UTC), None) == moment(datetime(2026, 11, 24, tzinfo=UTC))
    assert moment(None) == day(None) == NOT_STATED
