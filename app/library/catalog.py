"""What documents are tagged with: causes, services with their teams, alerts; and the catalog files that are shown as
they stand.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Cause(Base):
    """A root-cause category of the taxonomy. A retired one is named by no file any more; its links stay."""

    __tablename__ = "causes"

    name: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    definition: Mapped[str]
    parent: Mapped[str | None]
    aliases: Mapped[list[str]]
    examples: Mapped[list[str]]
    signals: Mapped[list[str]]
    retired: Mapped[bool] = mapped_column(default=False)


class Team(Base):
    __tablename__ = "teams"

    name: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    channel: Mapped[str | None]


class Service(Base):
    """An entry of the service catalog; `tier` 1 is the most important."""

    __tablename__ = "services"

    name: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    owner: Mapped[str | None]
    tier: Mapped[int | None]
    aliases: Mapped[list[str]]
    retired: Mapped[bool] = mapped_column(default=False)


class ServiceDependency(Base):
    __tablename__ = "service_dependencies"

    service: Mapped[str] = mapped_column(ForeignKey("services.name"), primary_key=True)
    depends_on: Mapped[str] = mapped_column(ForeignKey("services.name"), primary_key=True, index=True)


class Alert(Base):
    __tablename__ = "alerts"

    name: Mapped[str] = mapped_column(primary_key=True)


class CatalogFile(Base):
    """A source's catalog file (`taxonomy`, `services`, `severities`, `synonyms`) as last read without an error.

    The rows above are made of all of them together, so that a source's file can be withdrawn without another's entries.
    """

    __tablename__ = "catalog_files"

    source: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[dict[str, Any]]


class Catalog(Base):
    """A catalog that is shown or used as it stands: `severities` (the first source's), `synonyms` (all sources')."""

    __tablename__ = "catalogs"

    name: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[dict[str, Any]]
