"""The schema that migrations make is the one that the models describe."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, inspect, select

from app.db import Database
from app.library import Counter, User
from app.migrations import HEAD, upgrade, version
from app.settings import Settings


def test_migrations_and_models_describe_the_same_schema(database: Database) -> None:
    with database.read() as session:
        context = MigrationContext.configure(
            session.connection(), opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, User.metadata) == []


def test_upgrading_twice_changes_nothing(settings: Settings) -> None:
    database = Database(settings.database)
    for _ in range(2):
        upgrade(database)
        with database.read() as session:
            assert version(session.connection()) == HEAD
            assert session.scalar(select(func.count()).select_from(Counter)) == 2
    database.close()


def test_every_index_and_constraint_has_the_name_of_the_convention(database: Database) -> None:
    with database.read() as session:
        inspector = inspect(session.connection())
        for table in User.metadata.tables:
            named = [
                *inspector.get_indexes(table),
                *inspector.get_unique_constraints(table),
                *inspector.get_foreign_keys(table),
            ]
            assert all(str(each["name"]).startswith(("ix_", "uq_", "fk_")) for each in named)
            assert inspector.get_pk_constraint(table)["name"] == f"pk_{table}"
