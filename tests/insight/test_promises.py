"""The same promise in other words is one promise, and the open question says only what is known."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from app.insight.promises import grouped, open_question, told
from app.library import ActionItem

TODAY = date(2026, 11, 1)


def action(title: str = "Limit idle transactions", document: str = "one", **more: Any) -> ActionItem:
    return ActionItem(document_id=document, title=title, **({"kind": "prevent", "status": "open"} | more))


def late(days: int, **more: Any) -> ActionItem:
    return action(due=TODAY - timedelta(days), **more)


def groups(*titles: str) -> list[int]:
    actions = [action(title, document=str(number)) for number, title in enumerate(titles)]
    return [len(each.actions) for each in grouped(actions, TODAY)]


@pytest.mark.parametrize(
    "titles",
    [
        ("Limit idle transactions", "Limit the idle transactions."),
        ("Alert when a certificate expires in 30 days", "Alert when certificates expire in 30 days"),
        ("Add a runbook for failover of the database", "Add runbook for the failover of the database"),
    ],
)
def test_nearly_the_same_words_are_the_same_promise(titles: tuple[str, str]) -> None:
    assert groups(*titles) == [2]


@pytest.mark.parametrize(
    "titles",
    [
        ("Alert on pool use", "Alert on disk use"),
        ("Add tests", "Add tests for the failover of the ledger to the other region"),
        ("Rewrite the pool", "Resize the pool"),
        ("Add an alert", "Add a test"),
    ],
)
def test_other_words_are_another_promise(titles: tuple[str, str]) -> None:
    assert groups(*titles) == [1, 1]


def test_what_was_promised_most_often_comes_first_and_is_counted_by_incident() -> None:
    actions = [
        action("Rewrite the pool", "one"),
        action("Limit idle transactions", "three"),
        action("Limit idle transactions", "two", status="done"),
        action("Limit idle transactions", "two", status="done"),
    ]
    first, second = grouped(actions, TODAY)
    assert (first.times, second.times) == (2, 1)
    assert told(first, TODAY) == "promised twice: done twice, open once"


def test_what_is_overdue_comes_before_what_waits_and_what_is_settled_last() -> None:
    titles = ("One thing to do", "Another matter altogether", "Something quite different", "The last of all four")
    states: list[dict[str, Any]] = [{"status": "done"}, {}, {"status": None}, {"due": date(2026, 10, 1)}]
    actions = [action(title, **state) for title, state in zip(titles, states, strict=True)]
    assert [each.title for each in grouped(actions, TODAY)] == [titles[3], titles[1], titles[2], titles[0]]


def test_a_thousand_promises_are_told_apart_in_no_time() -> None:
    actions = [action(f"Promise number {number} of many others", document=str(number)) for number in range(1000)]
    assert sum(len(each.actions) for each in grouped(actions, TODAY)) == 1000


@pytest.mark.parametrize(
    ("actions", "said"),
    [
        ([], "nothing was promised"),
        ([action(kind="detect")], "nothing was promised to prevent it"),
        ([action(kind=None)], "no promise says that it prevents it"),
        ([late(63, owner="team-x")], "the preventing action is 63 days overdue, owner team-x"),
        ([late(1)], "the preventing action is 1 day overdue, no owner stated"),
        ([late(9), action(status="done")], "1 of 2 preventing actions is 9 days overdue, no owner stated"),
        (
            [late(9, owner="a"), late(30, owner="b"), action()],
            "2 of 3 preventing actions are overdue, the longest by 30 days, owner b",
        ),
        (
            [action(due=date(2026, 12, 1), owner="a")],
            "the preventing action is still open, due 2026-12-01, owner a",
        ),
        ([action(), action()], "both preventing actions are still open"),
        ([late(9), late(2), late(5)], "all 3 preventing actions are overdue, the longest by 9 days, no owner stated"),
        ([action(), action(status=None)], "1 of 2 preventing actions is still open, no owner stated"),
        ([action(status=None)], "whether the preventing action was done is not stated"),
        ([action(status=None)] * 2, "whether any of the 2 preventing actions was done is not stated"),
        (
            [action(status=None), action(status="done")],
            "whether 1 of 2 preventing actions was done is not stated",
        ),
        ([action(status="done")] * 2, "every preventing action is done"),
        ([action(status="done"), action(status="wont-do")], "every preventing action is done, but for 1 given up"),
        ([action(status="wont-do")], "every preventing action was given up"),
    ],
)
def test_the_open_question(actions: list[ActionItem], said: str) -> None:
    assert open_question(actions, TODAY) == said
