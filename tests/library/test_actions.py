"""Promises: when one is overdue, and who is right where a file and a person say different things."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from app.errors import Invalid
from app.library import ActionItem
from app.library.actions import heard

THEN, NOW = datetime(2026, 8, 1, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC)
TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("due", "status", "late"),
    [
        (date(2026, 11, 23), "open", True),
        (date(2026, 11, 23), None, False),
        (date(2026, 11, 23), "in-progress", True),
        (date(2026, 11, 24), "open", False),
        (date(2026, 11, 23), "done", False),
        (date(2026, 11, 23), "wont-do", False),
        (None, "open", False),
    ],
)
def test_a_promise_is_overdue_the_day_after_it_was_due(due: date | None, status: str | None, late: bool) -> None:
    assert ActionItem(due=due, status=status).overdue(TODAY) is late


def test_a_person_sets_a_status_with_its_reason() -> None:
    action = ActionItem(status="open")
    action.set_status("wont-do", NOW, "The service was retired.")
    assert (action.status, action.reason, action.status_at, action.touched) == (
        "wont-do",
        "The service was retired.",
        NOW,
        NOW,
    )
    with pytest.raises(Invalid, match="open, in-progress, done, wont-do"):
        action.set_status("finished", NOW)


def row(**values: Any) -> dict[str, Any]:
    return {"status": "open", "file_status": "open", "touched": None, **values}


def test_a_status_that_nobody_set_follows_the_file() -> None:
    assert heard(row(), "done", None, NOW) == {
        "file_status": "done",
        "status": "done",
        "status_at": NOW,
        "reason": None,
    }
    assert heard(row(), None, None, NOW)["status"] is None


def test_what_a_person_set_stays_while_the_file_says_what_it_said() -> None:
    assert heard(row(status="done", touched=THEN), "open", None, NOW) == {"file_status": "open"}
    assert heard(row(status="done", touched=THEN), None, None, NOW) == {"file_status": None}


def test_what_the_file_says_anew_overrules_a_person() -> None:
    changes = heard(row(status="open", file_status="open", touched=THEN), "done", "Shipped.", NOW)
    assert changes == {"file_status": "done", "status": "done", "status_at": NOW, "reason": "Shipped."}
