"""A library of generated incidents, part of which recur: the same ones each time, for the same number."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, update

from app.db import Database
from app.library import (
    Cause,
    Counter,
    Document,
    DocumentService,
    Incident,
    IncidentCause,
    Section,
    Service,
    ServiceDependency,
)
from app.migrations import upgrade
from tests.bench.corpus import CAUSES, SERVICES, Text, documents

# Of so many incidents in turn the first few are of one family: they share words, a cause and a service.
FAMILY, ROUND = 4, 7
SHARED_WORDS = 12
BATCH = 2_000
FIRST = datetime(2015, 1, 1, tzinfo=UTC)


def library(folder: Path, count: int) -> Database:
    """A database with so many post-mortems, written past the importer: how long that takes is measured elsewhere."""
    database = Database(f"sqlite:///{folder / f'{count}.db'}")
    upgrade(database)
    with database.write() as session:
        session.execute(insert(Service), [_service(name) for name in SERVICES])
        session.execute(insert(ServiceDependency), [{"service": one, "depends_on": two} for one, two in _depends()])
        session.execute(insert(Cause), [_cause(name) for name in CAUSES])
    batch: list[dict[type, list[dict[str, Any]]]] = []
    for number, text in enumerate(documents(count)):
        batch.append(_rows(number, text))
        if len(batch) == BATCH or number == count - 1:
            _write(database, batch)
            batch = []
    return database


def _write(database: Database, batch: list[dict[type, list[dict[str, Any]]]]) -> None:
    with database.write() as session:
        for table in (Document, Section, Incident, IncidentCause, DocumentService):
            session.execute(insert(table), [row for rows in batch for row in rows[table]])
        session.execute(update(Counter).where(Counter.name == "library").values(value=Counter.value + len(batch)))


def _rows(number: int, text: Text) -> dict[type, list[dict[str, Any]]]:
    """Everything of one incident, as rows of its tables."""
    shared = _family(number)
    body = [*text.sections]
    if shared:
        body[0] = (body[0][0], f"{body[0][1]} {shared['said']}")
    services = dict.fromkeys([*shared.get("services", ()), *text.services])
    causes = dict.fromkeys([*shared.get("causes", ()), *text.causes])
    return {
        Document: [_document(number, text)],
        Section: [
            _section(text.id, place, heading, said, "summary" if place == 0 else "other")
            for place, (heading, said) in enumerate(body)
        ],
        Incident: [
            {"document_id": text.id, "started": FIRST + timedelta(hours=7 * number), "started_precision": "minute"}
        ],
        IncidentCause: [
            {"document_id": text.id, "cause": name, "ordinal": place, "state": "stated"}
            for place, name in enumerate(causes)
        ],
        DocumentService: [
            {"document_id": text.id, "service": name, "ordinal": place, "origin": "stated"}
            for place, name in enumerate(services)
        ],
    }


def _family(number: int) -> dict[str, Any]:
    """What an incident shares with those of its family; nothing for one that stands alone."""
    family, place = divmod(number, ROUND)
    if place >= FAMILY:
        return {}
    rng = random.Random(family)
    words = [
        f"{rng.choice('bdfgklmnprst')}{rng.choice('aeiou')}{rng.randrange(10_000):x}x" for _ in range(SHARED_WORDS)
    ]
    return {"said": " ".join(words), "services": [rng.choice(SERVICES)], "causes": [rng.choice(CAUSES)]}


def _document(number: int, text: Text) -> dict[str, Any]:
    return {
        "id": text.id,
        "revision": number + 1,
        "kind": "postmortem",
        "title": text.title,
        "slug": text.id,
        "audience": "public",
        "source": "generated",
        "path": f"{text.id}.md",
        "content_hash": text.id,
        "fingerprint": text.id,
        "body": "",
        "checked_against": [],
        "tags": [],
        "origins": {},
        "masked": 0,
        "words": 350,
        "created": FIRST,
        "changed": FIRST,
    }


def _section(document: str, place: int, heading: str, said: str, role: str) -> dict[str, Any]:
    return {
        "document_id": document,
        "anchor": f"s{place}",
        "ordinal": place,
        "level": 2,
        "heading": heading,
        "role": role,
        "text": said,
        "html": "",
    }


def _service(name: str) -> dict[str, Any]:
    return {"name": name, "title": name, "tier": 2, "aliases": [], "retired": False}


def _cause(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "title": name,
        "definition": "",
        "aliases": [],
        "examples": [],
        "signals": [],
        "retired": False,
    }


def _depends() -> Iterator[tuple[str, str]]:
    """Each area's parts depend on its store."""
    for name in SERVICES:
        area, _, part = name.partition("-")
        if part != "store":
            yield name, f"{area}-store"
