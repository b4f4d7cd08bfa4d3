"""The schema's history. `upgrade` brings a database to HEAD; where it is there already, that costs one query."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from app.db import Database
from app.errors import Unavailable

HEAD = "0005"
FOLDER = Path(__file__).parent


def upgrade(database: Database) -> None:
    """Brings the database to HEAD, all in one transaction. Raises Unavailable for one that a newer release has made."""
    with database.readers() as session:
        if version(session.connection()) == HEAD:
            return
    _run(database)


def version(connection: Connection) -> str | None:
    """The revision of the schema, or None where there is none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _run(database: Database) -> None:
    # Imported here: a command that finds the schema as it should be does not wait for them.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    # The writers' engine holds the write lock from BEGIN on, so that two processes that start at once do not both
    # migrate.
    with database.writers.kw["bind"].begin() as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise Unavailable(
                f"The database has a schema that this release does not know ({error}). "
                "Run the release that made it, or a newer one."
            ) from error
