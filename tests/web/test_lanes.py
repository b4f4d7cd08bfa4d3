"""Bars of so many months that they can be told apart, and marks that do not hide one another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.library.documents import Document
from app.library.incidents import Incident
from app.library.pages.history import Month
from app.web.lanes import BINS, MARK, MARK_HEIGHT, WIDTH, binned, marked

START = datetime(2024, 3, 1, tzinfo=UTC)


def incident(started: datetime | None, severity: str | None = "SEV1") -> Document:
    return Document(title="It broke", incident=Incident(started=started, severity=severity))


@pytest.mark.parametrize(
    ("first", "last", "unit", "label"),
    [
        ((2024, 3), (2024, 3), "a month", "2024-03"),
        ((2023, 1), (2024, 3), "a month", "2024-03"),
        ((2020, 5), (2024, 3), "a quarter", "2024 Q1"),
        ((2008, 5), (2024, 3), "a year", "2024"),
        ((1990, 5), (2024, 3), "2 years", "2024–2025"),
        ((1, 1), (9999, 12), "100 years", "9900–9999"),
    ],
)
def test_the_bars_are_so_wide_that_they_can_be_read(
    first: tuple[int, int], last: tuple[int, int], unit: str, label: str
) -> None:
    history = binned([Month(*first, "SEV1", 2), Month(*last, "SEV1", 3)])
    assert history is not None
    assert (history.unit, history.rows[0].label) == (unit, label)
    assert sum(sum(row.counts) for row in history.rows) == 5
    (lane,) = history.lanes
    assert sum(bar.count for bar in lane.bars) == lane.count == 5
    assert unit == "100 years" or len({bar.x for bar in lane.bars}) <= BINS


def test_the_gravest_lane_is_first_and_what_is_not_stated_last() -> None:
    history = binned([Month(2024, 1, None, 1), Month(2024, 1, "SEV3", 1), Month(2024, 1, "SEV1", 1)])
    assert history is not None
    assert [lane.name for lane in history.lanes] == ["SEV1", "SEV3", "severity not stated"]


def test_nothing_with_a_date_is_no_picture() -> None:
    assert binned([Month(None, None, "SEV1", 3)]) is None
    assert marked([incident(None)]) is None
    assert binned([]) is None


@pytest.mark.parametrize("hours", [0, 1, 500])
def test_marks_do_not_hide_one_another(hours: int) -> None:
    history = marked([incident(START + timedelta(hours=hours * number)) for number in range(5)])
    assert history is not None
    marks = history.lanes[0].marks
    assert sorted(mark.number for mark in marks) == [1, 2, 3, 4, 5]
    for place, one in enumerate(marks):
        assert 0 <= one.x <= WIDTH - MARK
        for other in marks[place + 1 :]:
            assert abs(one.x - other.x) >= MARK or abs(one.y - other.y) >= MARK_HEIGHT


def test_too_many_at_once_are_left_to_the_bars() -> None:
    assert marked([incident(START)] * 6) is None
    assert marked([incident(START + timedelta(days=number)) for number in range(49)]) is None
