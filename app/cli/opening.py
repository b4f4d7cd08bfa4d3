"""Opening what most commands need: the database with its schema up to date, the index, and the eyes to look through."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import click
from sqlalchemy import select
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session

from app.cli.console import Progress, progress
from app.db import Database
from app.errors import Invalid, NotFound, Unavailable
from app.library import Document
from app.library.pages import document as find_document
from app.library.visibility import seen_by
from app.migrations import upgrade
from app.search.engine import Engine, IndexWriter
from app.search.engines.whoosh import open_reader, open_writer
from app.search.sentence_model import sentence_model
from app.settings import Settings
from app.viewer import ANONYMOUS, EVERYTHING, Viewer

ANYBODY = "anonymous"
# How much lower the priority of work is that nobody waits for at a screen (nice; 19 is the lowest).
STEP_BACK = 10


class Looking(NamedTuple):
    """What a command that asks something works with."""

    session: Session
    engine: Engine
    viewer: Viewer


def behind_readers() -> None:
    """Lets whoever reads pages go first where this process and a web server want the same processor."""
    if hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PROCESS, 0, max(os.getpriority(os.PRIO_PROCESS, 0), STEP_BACK))


def as_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--as",
        "who",
        metavar=f"EMAIL|{ANYBODY}",
        help="Look through the eyes of this account, or of the public. Unset: see all.",
    )(command)


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """The database, its schema up to date. Raises Invalid for a bad address, Unavailable where it does not answer."""
    try:
        database = Database(settings.database)
    except (ArgumentError, ImportError) as error:
        # The address may hold a password: it is not shown.
        raise Invalid(
            f"HINDSIGHT_DATABASE cannot be used ({type(error).__name__}): "
            "it must be an SQLAlchemy address whose driver is installed."
        ) from error
    try:
        upgrade(database)
        yield database
    except DBAPIError as error:
        raise Unavailable(f"The database does not answer as it should: {error.orig}.") from error
    finally:
        database.close()


def reading(settings: Settings) -> closing[Engine]:
    """The index, to ask; closed when the block ends."""
    return closing(open_reader(settings.index, sentence_model(settings.meaning)))


def writing(settings: Settings) -> Callable[[Path], IndexWriter]:
    """What opens the index to write. Raises Invalid for a sentence model that cannot be used."""
    return partial(open_writer, meaning=sentence_model(settings.meaning))


def encoding(settings: Settings) -> AbstractContextManager[Progress | None]:
    """Progress of what takes long enough to be shown only where there is a sentence model."""
    return progress("Encoding") if settings.meaning else nullcontext()


@contextmanager
def looking(settings: Settings, who: str | None) -> Iterator[Looking]:
    """The library and the index, as `who` sees them. Raises NotFound for an unknown account."""
    with opened(settings) as database, database.read() as session, reading(settings) as engine:
        yield Looking(session, engine, _viewer(session, who))


def document_of(session: Session, viewer: Viewer, id: str) -> Document:
    """The document with that id, or at that path of a content folder. Raises NotFound."""
    at_path = session.scalar(select(Document.id).where(Document.path == id, seen_by(viewer.audiences)).limit(1))
    return find_document(session, viewer, at_path or id)


def _viewer(session: Session, who: str | None) -> Viewer:
    if who is None:
        return EVERYTHING
    if who == ANYBODY:
        return ANONYMOUS
    # Imported here: `serve` and most others start without them.
    from app.library import User
    from app.people.accounts import viewer_of

    user = session.scalar(select(User).where(User.email == who.strip().casefold()))
    if user is None:
        raise NotFound(f"There is no account for {who}. `--as` takes an account's address, or `{ANYBODY}`.")
    return viewer_of(user)
