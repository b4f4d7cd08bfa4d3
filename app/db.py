"""The database: engine, the two kinds of session, names of constraints, and how SQLite is opened."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, Dialect, Engine, MetaData, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

try:
    # CPython's own SQLite may be older than 3.51.3, whose WAL can be corrupted by two connections that reset it at
    # once.
    import pysqlite3 as sqlite
except ImportError:
    sqlite = sqlite3

BUSY_SECONDS = 15.0
HASTY_SECONDS = 0.05
SAFE_SQLITE = (3, 51, 3)

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC; one without a zone is refused, so that nothing is guessed."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """The root of all models."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar = {
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        list[str]: JSON,
        dict[str, str]: JSON,
    }


class Database:
    """One database: `read()` for questions, `write()` for changes. Make one a process, after any fork."""

    def __init__(self, address: str) -> None:
        self.url = make_url(address)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.readers = sessionmaker(self._engine(begin="DEFERRED"), expire_on_commit=False)
        self.writers = sessionmaker(self._engine(begin="IMMEDIATE"), expire_on_commit=False)
        self.hasty = sessionmaker(self._engine(begin="IMMEDIATE", wait=HASTY_SECONDS), expire_on_commit=False)

    def _engine(self, begin: str, wait: float = BUSY_SECONDS) -> Engine:
        if not self.is_sqlite:
            return create_engine(self.url, pool_pre_ping=True)
        if self.url.database and self.url.database != ":memory:":
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(self.url, module=sqlite, connect_args={"timeout": wait, "check_same_thread": False})
        event.listen(engine, "connect", _open_sqlite)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(f"BEGIN {begin}"))
        return engine

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for questions. Nothing it is told is kept."""
        with self.readers() as session:
            yield session

    @contextmanager
    def write(self, hasty: bool = False) -> Iterator[Session]:
        """A session for one short change: committed at the end, undone by any exception.

        `hasty`: for what is not worth waiting for; where SQLite is being written it raises OperationalError at once.
        """
        with (self.hasty if hasty else self.writers).begin() as session:
            yield session

    def close(self) -> None:
        for sessions in (self.readers, self.writers, self.hasty):
            sessions.kw["bind"].dispose()


def _open_sqlite(connection: Any, _: object) -> None:
    # Autocommit mode: the `begin` event above decides how a transaction starts, not the driver's guess from the first
    # statement.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def sqlite_warning() -> str | None:
    """What to tell the operator where the linked SQLite can corrupt a WAL; None where it cannot."""
    if sqlite.sqlite_version_info >= SAFE_SQLITE:
        return None
    return (
        f"SQLite {sqlite.sqlite_version} can corrupt its write-ahead log when two connections reset it at once "
        "(mended in 3.51.3): install pysqlite3, or a Python that links a newer SQLite."
    )
