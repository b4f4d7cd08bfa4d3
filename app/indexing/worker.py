"""The index worker: one process an index, which follows the library and brings the index up to it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

from sqlalchemy.exc import DBAPIError

from app.db import Database
from app.errors import AppError, Conflict, Unavailable
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


def run(database: Database, open_writer: OpenWriter, folder: Path, stop: Event) -> None:
    """Follows the library until `stop` is set. While another process holds the index it waits for its turn."""
    while not stop.is_set():
        try:
            _follow(database, open_writer, folder, stop)
        except Conflict:
            stop.wait(RETRY_SECONDS)
        except (AppError, DBAPIError, OSError):
            # A full disk, a database that is away, a damaged index: none ends the worker; opening anew may mend it.
            log.exception("the index could not be brought up to date; trying again in %s s", RETRY_SECONDS)
            stop.wait(RETRY_SECONDS)


def _follow(database: Database, open_writer: OpenWriter, folder: Path, stop: Event) -> None:
    writer = open_writer(folder)
    try:
        at, differed = heal(database, writer)
        log.info("index at revision %s, %s documents brought up to date", at, differed)
        healed = time.monotonic()
        while not stop.wait(POLL_SECONDS):
            with database.read() as session:
                behind = current(session, LIBRARY) != at
            if (folder / WANTED).exists():
                at = rebuild(database, writer)
                (folder / WANTED).unlink(missing_ok=True)
            elif behind:
                at = sync(database, writer, at)
            elif time.monotonic() - healed > HEAL_SECONDS:
                at, _ = heal(database, writer)
                healed = time.monotonic()
    finally:
        writer.close()


def catch_up(database: Database, open_writer: OpenWriter, reader: Engine, folder: Path, seconds: float = 120.0) -> None:
    """Returns when the index holds what the library holds now: a running worker does it, else this process does.

    Raises Unavailable where a worker holds the index and does not get there within `seconds`.
    """
    with database.read() as session:
        wanted = current(session, LIBRARY)
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
            heal(database, writer)
        finally:
            writer.close()


def rebuild_now(database: Database, open_writer: OpenWriter, folder: Path, seconds: float = 3600.0) -> None:
    """Returns when the index is built anew: a running worker does it, else this process does.

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
                rebuild(database, writer)
            finally:
                writer.close()
            return
    finally:
        wanted.unlink(missing_ok=True)


def _revision(reader: Engine) -> int:
    try:
        return reader.state().revision
    except Unavailable:
        return -1
