"""The catalog's rows: what all sources' catalog files say together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.ingest import catalog
from app.ingest.catalog import CatalogReading, Data
from app.ingest.known import Known, Names
from app.library import Catalog, CatalogFile, Cause, Service, ServiceDependency, Team

Files = dict[tuple[str, str], Data]
"""What each source's catalog files say, by the names of source and file."""


def files(session: Session) -> Files:
    """What they said when they last could be used."""
    rows = session.execute(select(CatalogFile.source, CatalogFile.name, CatalogFile.data))
    return {(source, name): data for source, name, data in rows}


def renewed(files: Files, source: str, readings: Sequence[CatalogReading]) -> Files:
    """The same after a reading of one source. A file that is not there says nothing, one that failed what it said."""
    found = {reading.name: reading for reading in readings}
    kept = {key: data for key, data in files.items() if key[0] != source or key[1] in found}
    return kept | {(source, name): each.data for name, each in found.items() if each.data is not None}


def together(files: Files) -> dict[str, list[Data]]:
    """By the file's name, the sources in the order of their names."""
    catalogs: dict[str, list[Data]] = {}
    for (_, name), data in sorted(files.items(), key=lambda item: item[0]):
        catalogs.setdefault(name, []).append(data)
    return catalogs


def known(session: Session, files: Files) -> Known:
    """The names that documents may use."""
    now = catalog.known(together(files))
    former = {f"cause:{name}" for name in session.scalars(select(Cause.name)) if now.causes.find(name) is None}
    former |= {f"service:{name}" for name in session.scalars(select(Service.name)) if now.services.find(name) is None}
    return replace(now, former=frozenset(former))


def write(session: Session, files: Files) -> None:
    """Makes the rows say what the files say. What no file names any more is retired, and its links stay."""
    catalogs = together(files)
    _replace(session, CatalogFile, [{"source": key[0], "name": key[1], "data": data} for key, data in files.items()])
    above = catalog.parents(catalogs)
    causes = catalog.entries(catalogs, "taxonomy", "causes")
    _keep(
        session,
        Cause,
        [
            {**_titled(cause), "parent": above[cause["name"]], "definition": cause["definition"] or ""}
            for cause in causes
        ],
    )
    _replace(session, Team, map(_titled, catalog.entries(catalogs, "services", "teams")))
    services = catalog.entries(catalogs, "services", "services")
    _keep(
        session,
        Service,
        [{key: value for key, value in _titled(each).items() if key != "depends_on"} for each in services],
    )
    _replace(session, ServiceDependency, _dependencies(services))
    shown = {name: data for name, data in (("severities", _first(catalogs)), ("synonyms", _synonyms(catalogs))) if data}
    _replace(session, Catalog, [{"name": name, "data": data} for name, data in shown.items()])


def _titled(entry: Data) -> Data:
    return {**entry, "title": entry["title"] or entry["name"]}


def _dependencies(services: Iterable[Data]) -> list[Data]:
    services = list(services)
    names = Names.of(services)
    pairs = {(each["name"], names.find(said)): None for each in services for said in each["depends_on"]}
    return [{"service": name, "depends_on": other} for name, other in pairs if other and other != name]


def _first(catalogs: Mapping[str, Sequence[Data]]) -> Data:
    """One severity matrix is shown: the first source's."""
    return next(iter(catalogs.get("severities", ())), {})


def _synonyms(catalogs: Mapping[str, Sequence[Data]]) -> Data:
    groups = [group for data in catalogs.get("synonyms", ()) for group in data["synonyms"]]
    return {"synonyms": groups} if groups else {}


def _keep(session: Session, model: Any, rows: Iterable[Data]) -> None:
    """Adds and changes rows that documents point to; the others are retired."""
    wanted = {row["name"]: {**row, "retired": False} for row in rows}
    for row in session.scalars(select(model)):
        for key, value in wanted.pop(row.name, {"retired": True}).items():
            setattr(row, key, value)
    session.flush()
    if wanted:
        session.execute(insert(model), list(wanted.values()))


def _replace(session: Session, model: Any, rows: Iterable[Data]) -> None:
    session.execute(delete(model))
    if rows := list(rows):
        session.execute(insert(model), rows)
