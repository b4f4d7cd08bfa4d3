"""Work that is shared among processes gives what one process would give, in the same order."""

from __future__ import annotations

import os
import signal
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.insight import abreast as sharing
from app.insight.abreast import abreast, shares


@given(st.lists(st.integers()), st.integers(1, 20))
def test_shares_are_all_items_in_their_order_and_none_is_small(items: list[int], least: int) -> None:
    found = shares(items, least)
    assert list(chain.from_iterable(found)) == items
    assert len(found) <= sharing.MOST
    assert all(len(share) >= least for share in found[:-1]) or len(found) == 1


def test_each_part_but_the_first_is_worked_in_a_process_of_its_own() -> None:
    found = abreast(lambda part: (part, os.getpid()), ["a", "b", "c"])
    assert [part for part, _ in found] == ["a", "b", "c"]
    assert found[0][1] == os.getpid()
    assert len({process for _, process in found}) == 3


def test_nothing_to_do_is_nothing_done() -> None:
    assert abreast(len, shares([], 1)) == []


def test_what_a_child_dies_of_is_done_after_all() -> None:
    parent = os.getpid()

    def work(part: int) -> int:
        if os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
        return part * part

    assert abreast(work, [1, 2, 3]) == [1, 4, 9]


def test_what_fails_fails_where_it_is_heard(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ZeroDivisionError):
        abreast(lambda part: 1 // part, [1, 0])
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_a_child_is_ended_by_what_its_parent_only_notes() -> None:
    parent, before = os.getpid(), signal.signal(signal.SIGTERM, lambda *_: None)

    def work(part: str) -> str:
        if os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)
            return "still there"
        return part

    try:
        assert abreast(work, ["a", "b"]) == ["a", "b"]
    finally:
        signal.signal(signal.SIGTERM, before)
