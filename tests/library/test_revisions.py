"""Numbers of changes: each is taken once, in the order of the commits."""

from __future__ import annotations

import threading

import pytest

from app.db import Database
from app.library.revisions import LIBRARY, VISIBILITY, advance, current


def test_each_change_takes_the_next_number(database: Database) -> None:
    with database.write() as session:
        first = current(session)
        assert [advance(session) for _ in range(3)] == [first + 1, first + 2, first + 3]
        assert advance(session, count=10) == first + 13
    with database.read() as session:
        assert current(session, LIBRARY) == first + 13
        assert current(session, VISIBILITY) == 0


def test_a_change_that_is_undone_takes_no_number(database: Database) -> None:
    def change() -> None:
        with database.write() as session:
            advance(session)
            raise RuntimeError("undone")

    with pytest.raises(RuntimeError):
        change()
    with database.read() as session:
        assert current(session) == 0


def test_writers_at_the_same_time_take_different_numbers(database: Database) -> None:
    taken: list[int] = []

    def work() -> None:
        for _ in range(50):
            with database.write() as session:
                taken.append(advance(session))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken == list(range(1, 201))
