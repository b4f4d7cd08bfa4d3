"""An index follows the library: what changed is taken up, what went is gone, and what was lost heals."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select, text

from app.db import Database
from app.errors import Conflict, Unavailable
from app.indexing import sync as syncing
from app.indexing.present import present
from app.indexing.sync import heal, rebuild, sync
from app.indexing.worker import WANTED, catch_up, rebuild_now, run
from app.library import Document
from app.library.revisions import current
from app.retrieval.find import find
from app.search.document import day_number
from app.search.engine import Changes, Engine, IndexWriter
from app.search.engines.whoosh import open_reader, open_writer
from app.search.engines.whoosh.generation import newest
from app.viewer import EVERYTHING
from tests.web.published import Published


@pytest.fixture
def writer(own_site: Published) -> Iterator[IndexWriter]:
    writer = open_writer(own_site.settings.index)
    yield writer
    writer.close()


@pytest.fixture
def reader(own_site: Published) -> Iterator[Engine]:
    reader = open_reader(own_site.settings.index)
    yield reader
    reader.close()


def rows(database: Database) -> dict[str, int]:
    with database.read() as session:
        known = select(Document.id, Document.revision).where(Document.deleted.is_(None))
        return dict(session.execute(known).tuples().all())


def revision(database: Database) -> int:
    with database.read() as session:
        return current(session)


def total(site: Published, reader: Engine, query: str) -> int:
    with site.database.read() as session:
        return find(session, reader, EVERYTHING, query).total


def edit(site: Published, path: str, before: str, after: str) -> None:
    """An edit that only the database has heard of yet."""
    from app.ingest import importer, sources

    file = site.content / path
    file.write_text(file.read_text().replace(before, after))
    importer.ingest(site.database, site.settings, sources.scopes(site.settings, ()), allow_removals=True)


def remove(site: Published, path: str) -> None:
    (site.content / path).unlink()
    edit(site, "runbooks/queue.md", "tourmalinex", "tourmalinex again")


def test_an_index_holds_every_document_at_its_revision(own_site: Published, writer: IndexWriter) -> None:
    assert writer.revisions() == rows(own_site.database)
    assert len(rows(own_site.database)) == 9


def test_sync_takes_up_what_is_newer_and_drops_what_went(
    own_site: Published, writer: IndexWriter, reader: Engine
) -> None:
    before = reader.state()
    edit(own_site, "runbooks/pool-exhausted.md", "idle", "heliodorex")
    remove(own_site, "runbooks/ledger.md")
    assert (total(own_site, reader, "heliodorex"), total(own_site, reader, "zoisite-ctl")) == (0, 0)
    assert sync(own_site.database, writer, before.revision) == revision(own_site.database)
    assert (total(own_site, reader, "heliodorex"), total(own_site, reader, '"zoisite-ctl"')) == (1, 0)
    assert writer.revisions() == rows(own_site.database)
    assert "ledger" not in writer.revisions()
    assert reader.state().revision == revision(own_site.database)


def test_sync_without_news_commits_nothing(own_site: Published, writer: IndexWriter, reader: Engine) -> None:
    before = reader.state()
    assert sync(own_site.database, writer, before.revision) == before.revision
    assert reader.state() == before


def test_heal_finds_what_no_revision_tells(own_site: Published, writer: IndexWriter, reader: Engine) -> None:
    held = rows(own_site.database)
    with own_site.database.read() as session:
        ghost = replace(present(session.get_one(Document, "queue"), None), id="ghost")
        stale = replace(present(session.get_one(Document, "ledger"), None), revision=0)
    at = reader.state().revision
    # As after a restored backup: one is missing, one was never there, one is of another revision.
    writer.commit(Changes((ghost, stale), ("pool-exhausted",), at), frozenset())
    assert writer.revisions() != held
    assert heal(own_site.database, writer) == (at, 3)
    assert writer.revisions() == held
    assert heal(own_site.database, writer) == (at, 0)


def test_a_lost_index_is_built_whole(own_site: Published, reader: Engine) -> None:
    shutil.rmtree(own_site.settings.index)
    writer = open_writer(own_site.settings.index)
    assert writer.revisions() == {}
    assert heal(own_site.database, writer) == (revision(own_site.database), 9)
    assert writer.revisions() == rows(own_site.database)
    writer.close()
    fresh = open_reader(own_site.settings.index)
    assert total(own_site, fresh, "pool") == total(own_site, reader, "pool") == 2
    fresh.close()


@pytest.mark.parametrize("batch", [1, 2, 4, 9])
def test_batches_make_no_difference(
    own_site: Published, writer: IndexWriter, reader: Engine, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(syncing, "BATCH", batch)
    assert rebuild(own_site.database, writer) == revision(own_site.database)
    assert writer.revisions() == rows(own_site.database)
    assert reader.state().revision == revision(own_site.database)
    assert total(own_site, reader, "pool") == 2


def test_what_changes_during_a_rebuild_is_in_it(
    own_site: Published, writer: IndexWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = syncing._batches

    def slowly(*arguments: object) -> Iterator[Changes]:
        monkeypatch.setattr(syncing, "_batches", whole)
        yield from whole(*arguments)  # type: ignore[arg-type]
        edit(own_site, "runbooks/pool-exhausted.md", "idle", "heliodorex")

    monkeypatch.setattr(syncing, "_batches", slowly)
    assert rebuild(own_site.database, writer) == revision(own_site.database)
    assert writer.revisions() == rows(own_site.database)


def test_a_reader_keeps_answering_during_a_rebuild_and_then_sees_the_new_index(
    own_site: Published, writer: IndexWriter, reader: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, during = syncing._batches, []

    def watched(*arguments: object) -> Iterator[Changes]:
        for changes in whole(*arguments):  # type: ignore[arg-type]
            during.append((reader.state().commit, total(own_site, reader, "pool")))
            yield changes

    before = reader.state().commit
    folder = newest(own_site.settings.index)
    monkeypatch.setattr(syncing, "BATCH", 2)
    monkeypatch.setattr(syncing, "_batches", watched)
    rebuild(own_site.database, writer)
    assert during == [(before, 2)] * 5
    assert reader.state().commit != before
    assert total(own_site, reader, "pool") == 2
    assert newest(own_site.settings.index) != folder


def test_a_rebuild_that_fails_leaves_the_index_as_it_was(
    own_site: Published, writer: IndexWriter, reader: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = reader.state()

    def breaks(*_: object) -> Iterable[Changes]:
        yield Changes(revision=1)
        raise OSError("No space left on device")

    monkeypatch.setattr(syncing, "_batches", breaks)
    with pytest.raises(OSError, match="No space left"):
        rebuild(own_site.database, writer)
    assert reader.state() == before
    assert total(own_site, reader, "pool") == 2
    assert len([path for path in own_site.settings.index.iterdir() if path.is_dir()]) == 1


def test_a_row_is_presented_with_its_facets_day_and_words(own_site: Published) -> None:
    with own_site.database.read() as session:
        shown = present(session.get_one(Document, "checkout-down"), None)
    assert shown.day == day_number(date(2026, 8, 3))
    assert shown.facets == {
        "kind": ("postmortem",),
        "service": ("checkout", "postgresql"),
        "cause": ("connections",),
        "severity": ("sev2",),
        "owner": (),
        "alert": ("pgpoolsaturated",),
        "tag": ("pool",),
        "has": ("actions",),
    }
    assert [section.anchor for section in shown.sections] == ["summary", "timeline", "action-items"]


def test_catching_up_does_the_work_where_no_worker_runs(own_site: Published, reader: Engine) -> None:
    edit(own_site, "runbooks/pool-exhausted.md", "idle", "heliodorex")
    catch_up(own_site.database, open_writer, reader, own_site.settings.index)
    assert total(own_site, reader, "heliodorex") == 1
    open_writer(own_site.settings.index).close()


def test_catching_up_opens_nothing_where_nothing_is_new(own_site: Published, reader: Engine) -> None:
    def refuses(_: object) -> IndexWriter:
        raise AssertionError("there is nothing to write")

    catch_up(own_site.database, refuses, reader, own_site.settings.index)
    assert reader.state().revision == revision(own_site.database)


def test_catching_up_gives_up_on_a_worker_that_does_not_move(
    own_site: Published, writer: IndexWriter, reader: Engine
) -> None:
    edit(own_site, "runbooks/pool-exhausted.md", "idle", "heliodorex")
    with pytest.raises(Unavailable, match="The index worker holds index/"):
        catch_up(own_site.database, open_writer, reader, own_site.settings.index, seconds=0)
    with pytest.raises(Unavailable, match="has not built it anew"):
        rebuild_now(own_site.database, open_writer, own_site.settings.index, seconds=0)
    assert not (own_site.settings.index / WANTED).exists()


def test_only_one_process_writes_an_index(own_site: Published, writer: IndexWriter) -> None:
    with pytest.raises(Conflict, match="Another process writes the index"):
        open_writer(own_site.settings.index)


@pytest.fixture
def worker(own_site: Published) -> Iterator[threading.Thread]:
    """A running index worker, in a thread: another process is the command line's affair."""
    stop = threading.Event()
    thread = threading.Thread(target=run, args=(own_site.database, open_writer, own_site.settings.index, stop))
    thread.start()
    yield thread
    stop.set()
    thread.join(30)
    assert not thread.is_alive()


def test_a_worker_takes_up_what_changes(own_site: Published, worker: threading.Thread, reader: Engine) -> None:
    edit(own_site, "runbooks/pool-exhausted.md", "idle", "heliodorex")
    catch_up(own_site.database, open_writer, reader, own_site.settings.index, seconds=30)
    assert total(own_site, reader, "heliodorex") == 1


def test_a_worker_builds_anew_when_it_is_asked_to(
    own_site: Published, worker: threading.Thread, reader: Engine
) -> None:
    before = reader.state().commit
    rebuild_now(own_site.database, open_writer, own_site.settings.index, seconds=30)
    assert reader.state().commit != before
    assert total(own_site, reader, "pool") == 2
    assert not (own_site.settings.index / WANTED).exists()


def test_a_worker_outlives_a_database_that_is_away(
    own_site: Published, reader: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("app.indexing.worker.RETRY_SECONDS", 0.01)
    stop = threading.Event()
    with own_site.database.write() as session:
        session.execute(text("ALTER TABLE counters RENAME TO away"))
    thread = threading.Thread(target=run, args=(own_site.database, open_writer, own_site.settings.index, stop))
    thread.start()
    try:
        while "could not be brought up to date" not in caplog.text:
            thread.join(0.01)
            assert thread.is_alive()
        with own_site.database.write() as session:
            session.execute(text("ALTER TABLE away RENAME TO counters"))
        edit(own_site, "runbooks/pool-exhausted.md", "idle", "heliodorex")
        catch_up(own_site.database, open_writer, reader, own_site.settings.index, seconds=30)
        assert total(own_site, reader, "heliodorex") == 1
    finally:
        stop.set()
        thread.join(30)


def test_what_follows_the_library_is_told_once_the_index_holds_a_change(own_site: Published, reader: Engine) -> None:
    """And a failure of it ends nothing: the next change is taken up, and told again."""
    seen: list[int] = []
    told, stop = threading.Semaphore(0), threading.Event()

    def afterwards() -> None:
        seen.append(reader.state().revision)
        told.release()
        raise ZeroDivisionError

    folder = own_site.settings.index
    thread = threading.Thread(target=run, args=(own_site.database, open_writer, folder, stop, afterwards))
    thread.start()
    try:
        assert told.acquire(timeout=30)
        for word in ("heliodorex", "morganitex"):
            edit(own_site, "runbooks/pool-exhausted.md", "nearly", f"{word} nearly")
            assert told.acquire(timeout=30)
            assert seen[-1] == revision(own_site.database)
            assert total(own_site, reader, word) == 1
        assert thread.is_alive()
    finally:
        stop.set()
        thread.join(30)
