"""A meaning that takes long to encode: letters answer at once and throughout, and vectors come after."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial

import pytest

from app.indexing import fill as filling
from app.indexing.fill import fill
from app.indexing.sync import heal, rebuild, sync
from app.indexing.worker import catch_up, rebuild_now, run
from app.search.engine import Engine, IndexWriter
from app.search.engines.whoosh import open_reader, open_writer
from app.search.meaning import SHIPPED
from tests.indexing.slow import Bag, Broken, Empty
from tests.indexing.test_sync import edit, remove, revision, rows, total
from tests.web.published import Published

QUOTED = '"zoisite-ctl"'


@pytest.fixture
def bag() -> Bag:
    return Bag()


@pytest.fixture
def writer(own_site: Published, bag: Bag) -> Iterator[IndexWriter]:
    """Opened over an index with the shipped vectors."""
    with closing(open_writer(own_site.settings.index, bag)) as writer:
        yield writer


@pytest.fixture
def reader(own_site: Published, bag: Bag) -> Iterator[Engine]:
    with closing(open_reader(own_site.settings.index, bag)) as reader:
        yield reader


def after(times: int) -> Callable[[], bool]:
    """Says "enough" when it was asked so often."""
    asked = iter(range(times))
    return lambda: next(asked, None) is None


def whose(reader: Engine) -> str | None:
    reader.state()
    return reader.meaning.name if reader.meaning else None


def test_letters_answer_before_anything_is_encoded(
    own_site: Published, writer: IndexWriter, reader: Engine, bag: Bag
) -> None:
    at, _ = heal(own_site.database, writer)
    assert (total(own_site, reader, "pool"), whose(reader), bag.encoded) == (2, "bag", [])
    assert sorted(writer.lacking()) == sorted(rows(own_site.database))
    assert fill(own_site.database, writer, at)
    assert (writer.lacking(), len(bag.encoded) > 9) == ([], True)
    assert writer.revisions() == rows(own_site.database)
    assert (reader.state().revision, reader.state().documents) == (revision(own_site.database), 9)
    assert total(own_site, reader, "pool") == 2


def test_until_the_new_index_is_there_the_shipped_vectors_answer(
    own_site: Published, writer: IndexWriter, reader: Engine
) -> None:
    assert (writer.revisions(), whose(reader), total(own_site, reader, "pool")) == ({}, SHIPPED.name, 2)
    heal(own_site.database, writer)
    assert (whose(reader), total(own_site, reader, "pool")) == ("bag", 2)


def test_who_does_not_know_the_model_goes_by_letters(own_site: Published, writer: IndexWriter) -> None:
    fill(own_site.database, writer, heal(own_site.database, writer)[0])
    for meaning in (None, Bag("another")):
        with closing(open_reader(own_site.settings.index, meaning)) as reader:
            assert (reader.meaning, total(own_site, reader, "pool connections")) == (None, 1)


def test_without_the_model_the_index_is_built_with_the_shipped_vectors_again(
    own_site: Published, writer: IndexWriter, reader: Engine
) -> None:
    heal(own_site.database, writer)
    assert whose(reader) == "bag"
    writer.close()
    with closing(open_writer(own_site.settings.index)) as plain:
        assert (plain.revisions(), total(own_site, reader, "pool")) == ({}, 2)
        heal(own_site.database, plain)
        assert plain.lacking() == []
    assert (whose(reader), total(own_site, reader, "pool")) == (SHIPPED.name, 2)


def test_a_change_is_found_before_it_is_encoded(
    own_site: Published, writer: IndexWriter, reader: Engine, bag: Bag
) -> None:
    at, _ = heal(own_site.database, writer)
    fill(own_site.database, writer, at)
    bag.encoded.clear()
    edit(own_site, "runbooks/pool-exhausted.md", "idle", "heliodorex")
    at = sync(own_site.database, writer, at)
    assert (total(own_site, reader, "heliodorex"), bag.encoded) == (1, [])
    assert writer.lacking() == ["pool-exhausted"]
    fill(own_site.database, writer, at)
    assert writer.lacking() == []
    assert any("heliodorex" in text for text in bag.encoded)


def test_what_went_meanwhile_stays_away(own_site: Published, writer: IndexWriter, reader: Engine) -> None:
    at, _ = heal(own_site.database, writer)
    remove(own_site, "runbooks/ledger.md")
    fill(own_site.database, writer, at)
    sync(own_site.database, writer, at)
    assert ("ledger" in writer.revisions(), total(own_site, reader, QUOTED)) == (False, 0)
    assert writer.revisions() == rows(own_site.database)


def test_a_rebuild_keeps_what_is_encoded(own_site: Published, writer: IndexWriter, bag: Bag) -> None:
    fill(own_site.database, writer, heal(own_site.database, writer)[0])
    known = {id: writer.vectors(id, number) for id, number in rows(own_site.database).items()}
    bag.encoded.clear()
    rebuild(own_site.database, writer)
    assert (writer.lacking(), bag.encoded) == ([], [])
    assert {id: writer.vectors(id, number) for id, number in rows(own_site.database).items()} == known


@pytest.mark.parametrize("times", [1, 3, 7])
def test_a_stop_keeps_what_is_done_and_a_new_start_does_the_rest(
    own_site: Published, writer: IndexWriter, bag: Bag, times: int
) -> None:
    at, _ = heal(own_site.database, writer)
    assert not fill(own_site.database, writer, at, after(times))
    left = writer.lacking()
    assert 0 < len(left) == 9 - (times + 1) // 2
    writer.close()
    fresh = Bag()
    with closing(open_writer(own_site.settings.index, fresh)) as reopened:
        assert sorted(reopened.lacking()) == sorted(left)
        assert heal(own_site.database, reopened) == (at, 0)
        told: list[tuple[int, int]] = []
        assert fill(own_site.database, reopened, at, progress=lambda done, of: told.append((done, of)))
        assert reopened.lacking() == []
    assert told == [(done + 1, len(left)) for done in range(len(left))]
    done_twice = set(bag.encoded) & set(fresh.encoded)
    assert not done_twice


def test_a_long_document_is_left_in_the_middle(
    own_site: Published, writer: IndexWriter, bag: Bag, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "TOGETHER", 1)
    at, _ = heal(own_site.database, writer)
    assert not fill(own_site.database, writer, at, after(1))
    assert (len(bag.encoded), len(writer.lacking())) == (1, 9)


def test_a_document_that_means_nothing_is_encoded_once(own_site: Published) -> None:
    with closing(open_writer(own_site.settings.index, Empty("empty"))) as writer:
        at, _ = heal(own_site.database, writer)
        assert fill(own_site.database, writer, at)
        assert writer.lacking() == []


def test_without_a_worker_a_command_encodes_too(own_site: Published, reader: Engine, bag: Bag) -> None:
    opening = partial(open_writer, meaning=bag)
    edit(own_site, "runbooks/pool-exhausted.md", "idle", "heliodorex")
    told: list[tuple[int, int]] = []
    catch_up(
        own_site.database,
        opening,
        reader,
        own_site.settings.index,
        progress=lambda done, of: told.append((done, of)),
    )
    assert (total(own_site, reader, "heliodorex"), whose(reader), told[-1]) == (1, "bag", (9, 9))
    bag.encoded.clear()
    rebuild_now(own_site.database, opening, own_site.settings.index)
    assert bag.encoded == []


@contextmanager
def working(site: Published, meaning: Bag) -> Iterator[threading.Thread]:
    stop = threading.Event()
    opening = partial(open_writer, meaning=meaning)
    thread = threading.Thread(target=run, args=(site.database, opening, site.settings.index, stop))
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join(30)
    assert not thread.is_alive()


def wait_until(thread: threading.Thread, true: Callable[[], bool]) -> None:
    while not true():
        thread.join(0.01)
        assert thread.is_alive()


def test_a_worker_encodes_when_nothing_else_is_to_be_done(own_site: Published, reader: Engine, bag: Bag) -> None:
    with working(own_site, bag) as thread:
        wait_until(thread, lambda: any("zoisite-ctl" in text for text in bag.encoded))
        edit(own_site, "runbooks/pool-exhausted.md", "idle", "heliodorex")
        wait_until(thread, lambda: any("heliodorex" in text for text in bag.encoded))
        assert total(own_site, reader, "heliodorex") == 1
    with closing(open_writer(own_site.settings.index, bag)) as writer:
        assert writer.revisions() == rows(own_site.database)
        left = writer.lacking()
        assert fill(own_site.database, writer, revision(own_site.database))
    assert len(left) < 9


def test_a_worker_goes_on_by_letters_where_the_model_is_broken(
    own_site: Published, reader: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    broken = Broken("bag")
    with working(own_site, broken) as thread:
        wait_until(thread, lambda: "cannot be encoded: HINDSIGHT_MEANING" in caplog.text)
        edit(own_site, "runbooks/pool-exhausted.md", "idle", "heliodorex")
        catch_up(own_site.database, open_writer, reader, own_site.settings.index, seconds=30)
        assert total(own_site, reader, "heliodorex") == 1
    assert "could not be brought up to date" not in caplog.text
