from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text import dates


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2017-01-31T23:00:00Z", "2017-01-31T23:00"),
        ("2017-01-31 23:00 UTC", "2017-01-31T23:00"),
        ("2017-02-01T00:00:00+01:00", "2017-01-31T23:00"),
        ("2018-04-13T17:30:00-04:00", "2018-04-13T21:30"),
        ("2018-04-13 17:30:00 +0200", "2018-04-13T15:30"),
        ("2018-04-13 17:30 UTC+2", "2018-04-13T15:30"),
        ("31st January 2017 at 9:05 pm GMT", "2017-01-31T21:05"),
        ("Jan 14, 2026 10:18 AM UTC", "2026-01-14T10:18"),
        ("2020-10-06 09:00 - 11:00 UTC", "2020-10-06T09:00"),
        ("2020-11-17 10:45~ UTC", "2020-11-17T10:45"),
        ("2020-01-20 13:50 CET", "2020-01-20T12:50"),
        ("2020-06-20 13:50 CEST", "2020-06-20T11:50"),
        ("2021-06-08 09:47 PDT", "2021-06-08T16:47"),
    ],
)
def test_a_time_with_day_and_zone_is_a_moment(text: str, moment: str) -> None:
    assert dates.moment(text) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2017-01-31 23:00",
        "2017-01-31",
        "16:58 UTC",
        "Jan 14, 10:18 AM UTC",
        "2020-06-20 13:50 CET",  # in summer it may mean either of two hours
        "2020-01-01 10:00 IST",
        "2020-01-01 10:00 CST",
        "2020-01-01 10:00 PST",
        "2020-01-01 10:00 UTC (11:00 CET)",
        "2024-02-30 10:00 UTC",
        "2024-01-01 25:00 UTC",
        "20202-01-16 12:00 UTC",
        "2021/22-??-?? HH:mm UTC",
        "0001-01-01 00:00 +14:00",
        "2020-01-01 10:00 -30 minutes later",
        "",
        "yesterday",
    ],
)
def test_nothing_is_guessed(text: str) -> None:
    assert dates.moment(text) is None


def test_surroundings_give_day_year_and_zone_only_where_a_text_has_none() -> None:
    around = dates.Surroundings(date(2025, 9, 29), 2025, dates.zone("All times in UTC."))
    assert dates.moment("16:58", around) == datetime(2025, 9, 29, 16, 58, tzinfo=UTC)
    assert dates.moment("Oct 1, 16:58", around) == datetime(2025, 10, 1, 16, 58, tzinfo=UTC)
    assert dates.moment("2024-01-01 16:58+02:00", around) == datetime(2024, 1, 1, 14, 58, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2017-01-31", date(2017, 1, 31)),
        ("On Friday 29 November 2019, we", date(2019, 11, 29)),
        ("September 29, 2025", date(2025, 9, 29)),
        ("7th of March 2020", date(2020, 3, 7)),
        ("January 14-19, 2026", None),
        ("14-19 January 2026", None),
        ("2024-02-30", None),
        ("Marchers 12, 2020", None),
        ("May", None),
        ("1.2.2020", None),
    ],
)
def test_days_as_people_write_them(text: str, day: date | None) -> None:
    assert dates.day(text) == day


def test_a_text_with_two_days_has_no_only_one() -> None:
    assert dates.only_day("On September 29, 2025, from 16:58") == date(2025, 9, 29)
    assert dates.only_day("September 29, 2025 and again 29 September") == date(2025, 9, 29)
    assert dates.only_day("Between October 21 and October 30, 2025") is None


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("16:58 UTC - Writer begins", ("16:58 UTC", "Writer begins")),
        ("2018-10-21 22:52 UTC - The link is lost", ("2018-10-21 22:52 UTC", "The link is lost")),
        ("14:51 News reports", ("14:51", "News reports")),
        ("14:51: OUTAGE BEGINS", ("14:51", "OUTAGE BEGINS")),
        ("(14:52) Alert", ("14:52", "Alert")),
        ("Jan 14, 10:18 AM A customer", ("Jan 14, 10:18 AM", "A customer")),
        ("09:00 - 11:00 Ongoing", ("09:00 - 11:00", "Ongoing")),
        ("Error 12:30", None),
        ("5 minutes later", None),
        ("", None),
    ],
)
def test_a_line_begins_with_its_time(text: str, parts: tuple[str, str] | None) -> None:
    assert dates.leading(text) == parts


@given(st.text(max_size=80) | st.from_regex(r"[0-9]{1,5}[-/ :][0-9JanMarUTC:+ -]{0,30}", fullmatch=True))
def test_no_text_raises(text: str) -> None:
    for read in (dates.moment, dates.day, dates.clock, dates.zone, dates.leading, dates.only_day):
        read(text)


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_every_time_with_its_offset_is_read_as_written(naive: datetime, minutes: int) -> None:
    naive = naive.replace(microsecond=0)
    offset = timedelta(minutes=minutes)
    sign, away = ("-" if minutes < 0 else "+"), abs(minutes)
    text = f"{naive.isoformat()}{sign}{away // 60:02}:{away % 60:02}"
    assert dates.moment(text) == (naive - offset).replace(tzinfo=UTC)


def test_a_clock_has_hours() -> None:
    assert dates.clock("at 9:05 pm") == time(21, 5)
    assert dates.clock("12:00 AM") == time(0)
    assert dates.clock("13:00 pm") is None
    assert dates.clock("24:00") is None
