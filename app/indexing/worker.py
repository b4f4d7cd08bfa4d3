"""The index worker: one process an index, which follows the library and brings the index up to it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

from sqlalchemy.exc import DBAPIError

from app.db import Database
from app.errors import AppError, Conflict, Invalid, Unavailable
from app.indexing.fill import Progress, fill
from app.indexing.sync import heal, rebuild, sync
from app.library.revisions import LIBRARY, current
from app.search.engine import Engine, IndexWriter

POLL_SECONDS = 0.1
HEAL_SECONDS = 3600.0
RETRY_SECONDS = 2.0
# A file of this name in the index's folder asks the worker for a rebuild; it goes away when that is done.
WANTED = "rebuild-wanted"

log = logging.getLogger(__name__)

OpenWriter = Callable[[Path], IndexWriter]
Afterwards = Callable[[], object]


def run(
    database: Database, open_writer: OpenWriter, folder: Path, stop: Event, afterwards: Afterwards | None = None
) -> None:
    """Follows the library until `stop` is set. While another process holds the index it waits for its turn.

    `afterwards` brings up what else follows the library, once the index holds a change.
    """
    while not stop.is_set():
        try:
            _follow(database, open_writer, folder, stop, afterwards)
        except Conflict:
            stop.wait(RETRY_SECONDS)
        except (AppError, DBAPIError, OSError):
            # A full disk, a database that is away, a damaged index: none ends the worker; opening anew may mend it.
            log.exception("the index could not be brought up to date; trying again in %s s", RETRY_SECONDS)
            stop.wait(RETRY_SECONDS)


def _follow(
    database: Database, open_writer: OpenWriter, folder: Path, stop: Event, afterwards: Afterwards | None
) -> None:
    writer = open_writer(folder)
    try:
        at, differed = heal(database, writer)
        log.info("index at revision %s, %s documents brought up to date", at, differed)
        due, filled, told = time.monotonic() + HEAL_SECONDS, False, False

        def enough() -> bool:
            asked = stop.is_set() or not writer.sound() or (folder / WANTED).exists() or time.monotonic() > due
            return asked or _newest(database) != at

        while not stop.wait(POLL_SECONDS):
            if not writer.sound():
                log.warning("the index was deleted or damaged under the worker; it is opened anew")
                return
            if (folder / WANTED).exists():
                at, filled = rebuild(database, writer), False
                (folder / WANTED).unlink(missing_ok=True)
            elif _newest(database) != at:
                at, filled, told = sync(database, writer, at), False, False
            elif time.monotonic() > due:
                at, _ = heal(database, writer)
                due, filled = time.monotonic() + HEAL_SECONDS, False
            elif not told:
                told = True
                _bring_up(afterwards)
            elif not filled:
                filled = _fill(database, writer, at, enough)
    finally:
        writer.close()


def _bring_up(afterwards: Afterwards | None) -> None:
    """Whatever goes wrong there, the index goes on; the next change tries again."""
    try:
        if afterwards:
            afterwards()
    except Exception:
        log.exception("what follows the library could not be brought up to it")


def _fill(database: Database, writer: IndexWriter, at: int, enough: Callable[[], bool]) -> bool:
    """Encodes until something else is to be done; returns whether there is nothing left that could be encoded."""
    try:
        return fill(database, writer, at, enough)
    except Invalid as error:
        # The index goes on by letters.
        log.error("what documents mean cannot be encoded: %s", error)
        return True


def catch_up(
    database: Database,
    open_writer: OpenWriter,
    reader: Engine,
    folder: Path,
    seconds: float = 120.0,
    progress: Progress | None = None,
) -> None:
    """Returns when the index holds what the library holds now: a running worker does it, else this process does, which
    then also encodes what it means where that takes long (`progress` hears of it).

    Raises Unavailable where a worker holds the index and does not get there within `seconds`.
    """
    wanted = _newest(database)
    until = time.monotonic() + seconds
    while _revision(reader) < wanted:
        try:
            writer = open_writer(folder)
        except Conflict:
            if time.monotonic() > until:
                raise Unavailable(
                    f"The index worker holds {folder.name}/ and has not taken up the changes in {seconds:.0f} s. "
                    "They are in the database; see the worker's log, or stop it and run `hindsight rebuild`."
                ) from None
            time.sleep(POLL_SECONDS / 4)
            continue
        try:
            at, _ = heal(database, writer)
            fill(database, writer, at, progress=progress)
        finally:
            writer.close()


def rebuild_now(
    database: Database,
    open_writer: OpenWriter,
    folder: Path,
    seconds: float = 3600.0,
    progress: Progress | None = None,
) -> None:
    """Returns when the index is built anew: a running worker does it, else this process does, which then also encodes
    what is without vectors (`progress` hears of it).

    Raises Unavailable where a worker holds the index and is not done within `seconds`.
    """
    wanted = folder / WANTED
    asked = False
    until = time.monotonic() + seconds
    try:
        while not asked or wanted.exists():
            try:
                writer = open_writer(folder)
            except Conflict:
                if time.monotonic() > until:
                    raise Unavailable(
                        f"The index worker holds {folder.name}/ and has not built it anew in {seconds:.0f} s; "
                        "its log says why."
                    ) from None
                if not asked:
                    wanted.touch()
                    asked = True
                time.sleep(POLL_SECONDS / 4)
                continue
            try:
                at = rebuild(database, writer)
                fill(database, writer, at, progress=progress)
            finally:
                writer.close()
            return
    finally:
        wanted.unlink(missing_ok=True)


def _newest(database: Database) -> int:
    with database.read() as session:
        return current(session, LIBRARY)


def _revision(reader: Engine) -> int:
    try:
        return reader.state().revision
    except Unavailable:
        return -1
