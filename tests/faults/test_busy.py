"""Several writers at once: none loses what another wrote, and who need not wait does not."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from app.db import Database
from app.library import LoginSession
from app.library.revisions import advance, current
from tests.web.published import READER, Published

WRITERS, TIMES = 4, 50
# A tenth of what waiting for the writer would take.
AT_ONCE_SECONDS = 1.5


def count(address: str) -> None:
    database = Database(address)
    for _ in range(TIMES):
        with database.write() as session:
            advance(session)
    database.close()


def test_no_change_is_lost_by_several_processes_that_write_at_once(database: Database) -> None:
    address = str(database.url)
    processes = [get_context("spawn").Process(target=count, args=(address,)) for _ in range(WRITERS)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * WRITERS
    with database.read() as session:
        assert current(session) == WRITERS * TIMES


def test_what_is_not_worth_waiting_for_does_not_wait(database: Database) -> None:
    with database.write() as session:
        advance(session)
        started = time.monotonic()
        with pytest.raises(OperationalError), database.write(hasty=True) as other:
            advance(other)
        assert time.monotonic() - started < AT_ONCE_SECONDS


@pytest.mark.usefixtures("cheap_hashes")
def test_a_page_does_not_wait_for_a_writer(own_site: Published) -> None:
    client = own_site.client(READER)
    with own_site.database.write() as session:
        session.execute(update(LoginSession).values(seen=datetime.now(UTC) - timedelta(hours=1)))
    with own_site.database.write() as session:
        advance(session)
        started = time.monotonic()
        assert "Sign out" in client.get("/").text
        assert time.monotonic() - started < AT_ONCE_SECONDS
