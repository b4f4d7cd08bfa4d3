"""What the application is made of, in one typed object that every view can reach."""

from __future__ import annotations

import os
import threading
from typing import cast

from flask import current_app, g
from sqlalchemy.orm import Session

from app.db import Database
from app.search.engine import Engine
from app.search.engines.whoosh import open_reader
from app.search.sentence_model import sentence_model
from app.settings import Settings
from app.viewer import Viewer

NAME = "hindsight"


class Parts:
    """Settings, and what each process opens on first use: a connection or a mapped file must not cross a fork. Raises
    Invalid for a sentence model that cannot be used.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._renew()

    def _renew(self) -> None:
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._database: Database | None = None
        self._engine: Engine | None = None
        self._meaning = sentence_model(self.settings.meaning)

    def _same_process(self) -> None:
        if self._process != os.getpid():
            self._renew()

    @property
    def database(self) -> Database:
        self._same_process()
        with self._lock:
            if self._database is None:
                self._database = Database(self.settings.database)
            return self._database

    @property
    def engine(self) -> Engine:
        """Raises Unavailable where there is no index that can be read."""
        self._same_process()
        with self._lock:
            if self._engine is None:
                self._engine = open_reader(self.settings.index, self._meaning)
            return self._engine

    def close(self) -> None:
        """Lets go of what this process opened."""
        if self._engine is not None:
            self._engine.close()
        if self._database is not None:
            self._database.close()
        self._renew()


def parts() -> Parts:
    return cast(Parts, current_app.extensions[NAME])


def reading() -> Session:
    """This request's session for questions; closed before the response leaves."""
    if "reading" not in g:
        g.reading = parts().database.readers()
    return cast(Session, g.reading)


def end_reading(_: object = None) -> None:
    session: Session | None = g.pop("reading", None)
    if session is not None:
        session.close()


def viewer() -> Viewer:
    """Who is looking; the guards set it before any view runs."""
    return cast(Viewer, g.viewer)
