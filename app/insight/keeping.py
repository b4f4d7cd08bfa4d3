"""Brings everything that is derived from incidents up to the library: profiles, suggested tags, patterns."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock, Timeout

from app.db import Database
from app.insight.patterns import form
from app.insight.refresh import Progress, refresh
from app.insight.tags import suggest

LOCK = "insight.lock"


def keep_up(
    database: Database, folder: Path, wait: bool = True, progress: Progress | None = None, anew: bool = False
) -> int:
    """One process at a time does it, by a lock in `folder`; whoever need not `wait` leaves it to that one. Returns how
    many incidents were looked at for patterns, which are formed `anew` where that is asked.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / LOCK, timeout=-1 if wait else 0):
            refresh(database, progress, whole=anew)
            suggest.refresh(database)
            return form(database, anew)
    except Timeout:
        return 0
