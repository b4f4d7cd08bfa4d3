"""What a run has to do, decided before anything is changed: what is read, which documents it is, which vanish."""

from __future__ import annotations

import hashlib
import os
import posixpath
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Conflict
from app.ingest import catalog, identity, sources, version
from app.ingest.audiences import Audiences
from app.ingest.checks import may_be_document, take
from app.ingest.formats.draft import Reading
from app.ingest.identity import Key, Matches, Sighting
from app.ingest.known import Known
from app.ingest.sources import Found, Listing, Scope
from app.library import Document, DocumentAddress, FileState, Problem
from app.settings import Settings

MOST_REMOVED = 20
MOST_SHARE = 0.2
SMALL = 10
# So many bytes of files are parsed once and kept for the moment when they are written.
KEPT_BYTES = 16_000_000


@dataclass
class File:
    """A file that is read in this run. `state` is what it was; `edited`: its bytes are others, or were no document."""

    key: Key
    found: Found
    audience: str
    state: Mapping[str, Any] | None
    edited: bool
    reading: Reading | None = None
    digest: str = ""

    def read(self) -> Reading:
        if self.reading is None:
            self.reading, self.digest = take(self.found, self.key[0])
        return self.reading

    @property
    def document(self) -> str | None:
        """The document that it was."""
        return self.state["document_id"] if self.state else None


@dataclass
class Survey:
    """What is there in a scope now."""

    scope: Scope
    listing: Listing
    audiences: Audiences

    @classmethod
    def of(cls, scope: Scope, settings: Settings) -> Survey:
        listing = sources.listing(scope)
        return cls(scope, listing, Audiences(listing.indexes, settings.default_audience))

    def covers(self, key: Key) -> bool:
        """Whether a file of that name would have been listed."""
        return key[0] == self.scope.source.name and self.scope.holds(key[1]) and not self.blind(key)

    def blind(self, key: Key) -> bool:
        """Whether a file of that name is, or is in, what could not be looked into."""
        source, path = key
        here = source == self.scope.source.name
        return here and any(f"{path}/".startswith(f"{folder}/") for folder in self.listing.unread)


@dataclass
class Library:
    """What the library knows of files and of whose they are."""

    documents: dict[str, identity.Known]
    states: dict[Key, Mapping[str, Any]]
    failed: set[Key]

    @classmethod
    def load(cls, session: Session, names: Sequence[str]) -> Library:
        """All documents, and the files of these sources."""
        addresses: dict[str, set[str]] = defaultdict(set)
        for old, id in session.execute(select(DocumentAddress.old_id, DocumentAddress.document_id)):
            addresses[id].add(old)
        columns = (
            Document.source,
            Document.path,
            Document.title,
            Document.fingerprint,
            Document.deleted,
            Document.origins,
        )
        documents = {
            id: identity.Known(
                id,
                (source, path),
                title,
                fingerprint,
                deleted is not None,
                "id" in origins,
                frozenset({id, *addresses[id]}),
            )
            for id, source, path, title, fingerprint, deleted, origins in session.execute(select(Document.id, *columns))
        }
        rows = select(*FileState.__table__.columns).where(FileState.source.in_(names))
        states: dict[Key, Mapping[str, Any]] = {
            (row["source"], row["path"]): dict(row) for row in session.execute(rows).mappings()
        }
        errors = select(Problem.source, Problem.path).where(Problem.source.in_(names), Problem.level == "error")
        return cls(documents, states, {(source, path) for source, path in session.execute(errors)})


@dataclass
class Plan:
    """`files` are read; of `refreshed`, which did not change, size and time are noted; `gone` documents are removed."""

    files: list[File] = field(default_factory=list)
    refreshed: list[tuple[Key, Found]] = field(default_factory=list)
    matches: Matches = field(default_factory=Matches)
    gone: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def plan(
    surveys: Sequence[Survey],
    library: Library,
    known: Known,
    texts: Callable[[Sequence[str]], Mapping[str, list[str]]],
) -> Plan:
    """Compares what is there with what was."""
    made = Plan()
    for survey in surveys:
        for found in survey.listing.files.values():
            _sort(made, survey, found, library, known)
    _identify(made, surveys, library, texts)
    return made


def _sort(made: Plan, survey: Survey, found: Found, library: Library, known: Known) -> None:
    """Whether a file has to be read."""
    if not may_be_document(found.path):
        made.counts["skipped"] += found.path not in catalog.NAMES
        return
    key = (survey.scope.source.name, found.path)
    audience = survey.audiences.of(found.path)
    state = library.states.get(key)
    if state is None:
        made.files.append(File(key, found, audience, None, edited=True))
        return
    same_reader = state["audience"] == audience and state["reader"] == reader(known, state["names"])
    same_file = bool(state["mtime_ns"]) and (state["size"], state["mtime_ns"]) == (found.size, found.mtime_ns)
    same_bytes = same_file or (state["size"] == found.size and state["content_hash"] == _hash(found))
    if not (same_reader and same_bytes):
        made.files.append(File(key, found, audience, state, edited=not same_bytes or state["document_id"] is None))
        return
    if not same_file:
        made.refreshed.append((key, found))
    if key not in library.failed:
        made.counts["unchanged" if state["document_id"] else "skipped"] += 1


def reader(known: Known, names: Iterable[str]) -> str:
    """What a file is read by: the code, and what the catalog makes of the names in it."""
    return f"{version.reader()}-{known.meaning(names)}"


def _hash(found: Found) -> str | None:
    try:
        return hashlib.sha256(sources.read(found.file)).hexdigest()
    except OSError:
        return None


def _identify(
    made: Plan,
    surveys: Sequence[Survey],
    library: Library,
    texts: Callable[[Sequence[str]], Mapping[str, list[str]]],
) -> None:
    """Finds which documents the new and edited files are, and which documents have no file any more."""
    budget = KEPT_BYTES
    edited = [file for file in made.files if file.edited and file.state is not None]
    new = [file for file in made.files if file.state is None]
    drafts: dict[Key, Reading] = {}
    for file in edited:
        reading = file.read()
        drafts[file.key] = reading
        budget = _thrift(file, budget)
    pool, gone = _pool(surveys, library, drafts)
    if not pool:
        return
    free = set(pool)
    holders = {
        name: document.key[1]
        for document in library.documents.values()
        if document.id not in free
        for name in document.names
    }
    sightings = [Sighting.of(reading.draft) for reading in drafts.values() if reading.draft]
    bad = {posixpath.basename(key[1]) for key, reading in drafts.items() if not reading.draft and not reading.skipped}
    for file in new:
        reading = file.read()
        if reading.draft:
            sightings.append(Sighting.of(reading.draft))
        elif not reading.skipped:
            bad.add(posixpath.basename(file.key[1]))
        budget = _thrift(file, budget)
    sightings.sort(key=lambda sighting: sighting.key)
    made.matches = identity.match(sightings, [library.documents[id] for id in pool], holders, texts)
    refused = (library.states.get(key, {}).get("document_id") for key in made.matches.refused)
    kept = {*made.matches.documents.values(), *refused}
    # A file that was moved and cannot be read now is no reason to lose its document.
    made.gone = [id for id in gone if id not in kept and posixpath.basename(library.documents[id].key[1]) not in bad]


def _thrift(file: File, budget: int) -> int:
    """Drops a reading for which there is no room; it is made again when it is written."""
    if file.found.size > budget:
        file.reading = None
        return budget
    return budget - file.found.size


def _pool(surveys: Sequence[Survey], library: Library, drafts: Mapping[Key, Reading]) -> tuple[list[str], list[str]]:
    """The documents that may be one of the files that are read, and those of them that vanish if they are none."""
    listed = {
        (survey.scope.source.name, path) for survey in surveys for path in survey.listing.files if may_be_document(path)
    }
    folders = {survey.scope.source.name: survey.scope.source.folder for survey in surveys}
    files_of: dict[str, list[Key]] = defaultdict(list)
    for key, state in library.states.items():
        files_of[state["document_id"]].append(key)
    pool, gone = [], []
    for document in library.documents.values():
        keys = files_of[document.id]
        held = next((key for key in keys if key in listed), None)
        place = keys[0] if keys else document.key
        if document.deleted:
            pool.append(document.id)
        elif document.key[0] not in folders or any(survey.blind(place) for survey in surveys):
            continue
        elif held:
            reading = drafts.get(held)
            if reading and (reading.draft or reading.skipped):
                pool.append(document.id)
                gone.append(document.id)
        elif any(survey.covers(place) for survey in surveys):
            pool.append(document.id)
            gone.append(document.id)
        elif not os.path.lexists(os.path.join(folders[place[0]], place[1])):
            # Its file was moved into what is read, or was deleted; only reading its own folder can tell which.
            pool.append(document.id)
    return pool, gone


def guard(made: Plan, library: Library) -> None:
    """Raises Conflict where so many documents would vanish that it may well be a mistake."""
    live = Counter(document.key[0] for document in library.documents.values() if not document.deleted)
    gone = Counter(library.documents[id].key[0] for id in made.gone)
    count = gone.total()
    much = [source for source, number in gone.items() if live[source] >= SMALL and number > MOST_SHARE * live[source]]
    if count > MOST_REMOVED or much:
        where = ", ".join(f"{number} of the {live[source]} of {source}" for source, number in sorted(gone.items()))
        raise Conflict(
            f"{count} documents would vanish ({where}); nothing was changed. Where their files were meant to go, run "
            "it again with --allow-removals; else put them back."
        )
