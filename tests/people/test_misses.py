"""Questions are counted without who asked, masked, a row a day; and counting never stands in the way of searching."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from app.db import Database
from app.library import AskedQuery, Document, RewordedQuery
from app.library.pages import misses as board
from app.people.misses import DAYS_KEPT, LONGEST, MOST_A_DAY, MOST_HELD, Tally, counted, first_day, handle
from app.settings import Settings
from app.viewer import ANONYMOUS, EVERYTHING

TODAY = datetime.now(UTC).date()
# Of the columns: anything of who asked would be one more.
COLUMNS = {"day", "text", "asked", "found_nothing", "opened", "unopened", "handled"}


def numbers(database: Database) -> dict[str, tuple[int, int, int, int]]:
    with database.read() as session:
        rows = session.scalars(select(AskedQuery).order_by(AskedQuery.text))
        return {row.text: (row.asked, row.found_nothing, row.opened, row.unopened) for row in rows}


@pytest.mark.parametrize(
    ("asked", "noted"),
    [
        ("  Pool   EXHAUSTED ", "pool exhausted"),
        ("login of ada@example.org fails", "login of [masked: e-mail] fails"),
        ("refused 203.0.113.7", "refused [masked: address]"),
        ("psql password=Tr0ub4dor-3x", "psql password=[masked: password]"),
        ("key AKIA" + "QWERTYUIOPASDFGH", "key [masked: aws access key]"),
        ("call +44 20 7946 0958", "call [masked: number]"),
        ("ada@example.org", None),
        ("ada@example.org +44 20 7946 0958", None),
        ("two\nlines", None),
        ("x" * (LONGEST + 1), None),
        ("?!", None),
        ("", None),
        ("nul\x00 and \x1b[31m red", "nul and [31m red"),
    ],
)
def test_a_question_is_masked_before_it_is_counted(asked: str, noted: str | None) -> None:
    found = counted(asked)
    if noted and "aws" in noted:
        assert found is not None
        assert "QWERTYUIOPASDFGH".lower() not in found
    else:
        assert found == noted


def test_the_same_question_is_one_row_a_day_with_its_numbers(database: Database) -> None:
    tally = Tally()
    tally.asked("Pool exhausted", 3)
    tally.asked("pool  EXHAUSTED", 0)
    tally.told("pool exhausted", opened=True)
    tally.told("pool exhausted", opened=False)
    tally.write(database)
    assert numbers(database) == {"pool exhausted": (2, 1, 1, 1)}
    tally.asked("pool exhausted", 3)
    Tally().write(database)
    tally.write(database)
    assert numbers(database) == {"pool exhausted": (3, 1, 1, 1)}


def test_a_row_holds_nothing_of_who_asked(database: Database) -> None:
    assert {column.name for column in AskedQuery.__table__.columns} == COLUMNS


def test_many_processes_and_threads_lose_no_count(settings: Settings, database: Database) -> None:
    def search(tally: Tally, own: Database) -> None:
        for number in range(50):
            tally.asked(f"question {number % 5}", 1)
            if number % 7 == 0:
                tally.write(own)

    tallies = [(Tally(), Database(settings.database)) for _ in range(2)]
    threads = [threading.Thread(target=search, args=each) for each in tallies for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for tally, own in tallies:
        tally.write(own)
        own.close()
    assert sum(asked for asked, *_ in numbers(database).values()) == 2 * 4 * 50


def test_while_somebody_else_writes_counts_wait_for_the_next_time(database: Database) -> None:
    tally = Tally()
    tally.asked("pool", 1)
    with database.write() as session:
        session.execute(text("UPDATE counters SET value = value"))
        tally.write(database)
    assert numbers(database) == {}
    tally.asked("pool", 1)
    tally.write(database)
    assert numbers(database) == {"pool": (2, 0, 0, 0)}


def test_a_reader_of_the_numbers_waits_for_whoever_is_writing(database: Database) -> None:
    tally = Tally()
    tally.asked("pool", 1)
    reader = threading.Thread(target=tally.write, args=(database,), kwargs={"patient": True})
    with database.write() as session:
        session.execute(text("UPDATE counters SET value = value"))
        reader.start()
        # Long enough for one who does not wait to have given up.
        reader.join(timeout=0.5)
    reader.join()
    assert numbers(database) == {"pool": (1, 0, 0, 0)}


def test_a_database_that_cannot_be_written_raises_nothing(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "app.people.misses")
    with database.write() as session:
        session.execute(text("ALTER TABLE asked_queries RENAME TO gone"))
    tally = Tally()
    tally.asked("pool", 1)
    tally.write(database)
    assert "could not be noted: no such table" in caplog.text
    assert "pool" not in caplog.text
    with database.write() as session:
        session.execute(text("ALTER TABLE gone RENAME TO asked_queries"))
    tally.write(database)
    assert numbers(database) == {"pool": (1, 0, 0, 0)}


def test_what_is_written_waits_a_little_and_only_where_there_is_something(database: Database) -> None:
    tally = Tally()
    assert tally.due()
    tally.write(database)
    tally.asked("pool", 1)
    assert not tally.due()


def test_a_flood_of_different_questions_fills_neither_memory_nor_the_table(database: Database) -> None:
    with database.write() as session:
        session.execute(
            text("INSERT INTO asked_queries VALUES (:day, :text, 1, 0, 0, 0, 0)"),
            [{"day": TODAY.isoformat(), "text": f"old {number}"} for number in range(MOST_A_DAY - 10)],
        )
    tally = Tally()
    for number in range(MOST_HELD + 50):
        tally.asked(f"new {number}", 1)
    tally.asked("new 0", 1)
    tally.write(database)
    noted = numbers(database)
    assert len(noted) == MOST_A_DAY
    assert noted["new 0"] == (2, 0, 0, 0)


def test_what_is_older_than_ninety_days_goes(database: Database) -> None:
    days = [TODAY - timedelta(days=age) for age in (0, DAYS_KEPT - 1, DAYS_KEPT, 400)]
    with database.write() as session:
        session.add_all(AskedQuery(day=day, text="pool", asked=1) for day in days)
        session.add_all(RewordedQuery(day=day, text="pool", other="slots", times=1) for day in days)
    Tally().write(database)
    with database.read() as session:
        for model in (AskedQuery, RewordedQuery):
            assert set(session.scalars(select(model.day))) == set(days[:2])


def misses(database: Database) -> dict[str, list[tuple[str, str, int, int]]]:
    since = first_day(TODAY)
    with database.read() as session:
        found = {
            "nothing": board.found_nothing(session, since, 10),
            "unopened": board.unopened(session, since, 10),
            "reworded": board.reworded(session, since, 10),
            "rejected": board.rejected(session, EVERYTHING, since, 10),
        }
        assert all(len(rows) == total for rows, total in found.values())
        return {
            name: [(row.text, row.other or row.document, row.times, row.well) for row in rows]
            for name, (rows, _) in found.items()
        }


def test_the_board_tells_the_four_kinds_of_misses_apart(database: Database) -> None:
    with database.write() as session:
        session.add(a_document("ledger", "team:payments"))
    tally = Tally()
    for _ in range(3):
        tally.asked("zorble", 0)
    tally.asked("wibble", 0)
    for opened in (False, False, True):
        tally.asked("pool", 5)
        tally.told("pool", opened)
    tally.asked("slots", 4)
    tally.told("slots", opened=True, before="Pool")
    tally.told("slots", opened=False, before="pool")
    tally.told("slots", opened=True, before="SLOTS")
    tally.judged("ledger", "ledger", right=False)
    tally.judged("ledger", "ledger", right=True)
    tally.write(database)
    assert misses(database) == {
        "nothing": [("zorble", "", 3, 0), ("wibble", "", 1, 0)],
        "unopened": [("pool", "", 2, 1)],
        "reworded": [("pool", "slots", 2, 1)],
        "rejected": [("ledger", "ledger", 1, 1)],
    }
    with database.read() as session:
        assert board.rejected(session, ANONYMOUS, first_day(TODAY), 10) == ([], 0)
        assert board.told(session, first_day(TODAY)) == (8, 6)


def a_document(id: str, audience: str) -> Document:
    now = datetime.now(UTC)
    return Document(
        id=id, revision=1, kind="runbook", audience=audience, title="Ledger", slug="ledger", source="content",
        path=f"runbooks/{id}.md", body="", summary="", origins={}, tags=[], created=now, changed=now, words=0,
        fingerprint="", content_hash="", checked_against=[],
    )  # fmt: skip


def test_a_search_that_nobody_told_of_is_not_called_unopened(database: Database) -> None:
    tally = Tally()
    tally.asked("pool", 5)
    tally.write(database)
    assert misses(database)["unopened"] == []


def test_what_was_handled_is_hidden_until_it_is_asked_again(database: Database) -> None:
    tally = Tally()
    tally.asked("zorble", 0)
    tally.told("slots", opened=True, before="pool")
    tally.write(database)
    with database.write() as session:
        handle(session, "zorble")
        handle(session, "pool", other="slots")
    assert misses(database)["nothing"] == misses(database)["reworded"] == []
    tally.asked("zorble", 0)
    tally.told("slots", opened=False, before="pool")
    tally.write(database)
    assert misses(database)["nothing"] == [("zorble", "", 2, 0)]
    assert misses(database)["reworded"] == [("pool", "slots", 2, 1)]


def test_an_older_day_that_was_handled_stays_so(database: Database) -> None:
    with database.write() as session:
        old = TODAY - timedelta(days=3)
        session.add(AskedQuery(day=old, text="zorble", asked=7, found_nothing=7, handled=True))
    tally = Tally()
    tally.asked("zorble", 0)
    tally.write(database)
    assert misses(database)["nothing"] == [("zorble", "", 1, 0)]
