"""From files to the library: what changed is read, held against the catalog and written; what did not is left alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from filelock import FileLock, Timeout
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm import Session

from app.db import Database
from app.errors import Conflict
from app.ingest import catalog, catalog_rows, plan, renamed, store
from app.ingest.checks import examine, may_be_document, taken
from app.ingest.identity import derived
from app.ingest.picture import picture
from app.ingest.plan import File, Library, Survey
from app.ingest.problems import FileProblem as FileProblem
from app.ingest.problems import error, told
from app.ingest.sources import Scope
from app.ingest.store import Entry
from app.library import FileState, Problem, Section
from app.settings import Settings

BATCH = 200
LOCK_SECONDS = 600
# A file that was written so shortly ago may be written again without its time changing.
FRESH_NS = 2_000_000_000

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Report:
    """What a run did: numbers of documents (`skipped`: files that are none), and what is wrong in what was read."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    moved: int = 0
    removed: int = 0
    skipped: int = 0
    problems: tuple[FileProblem, ...] = ()


def ingest(
    database: Database,
    settings: Settings,
    scopes: Sequence[Scope],
    *,
    allow_removals: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Brings the library to what the files of these scopes say.

    Raises Conflict where so many documents would vanish that a person must say so, and Unavailable where a folder
    cannot be read; nothing at all is changed then.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    try:
        # Two runs at once would each decide by what the other is about to change.
        with FileLock(settings.data / "ingest.lock", timeout=LOCK_SECONDS):
            return _Run(database, settings, scopes, progress).run(allow_removals)
    except Timeout:
        raise Conflict("Another ingest is running and has not ended; wait for it, or end it.") from None


class _Run:
    def __init__(
        self, database: Database, settings: Settings, scopes: Sequence[Scope], progress: Progress | None
    ) -> None:
        self.database = database
        self.progress = progress or (lambda done, total: None)
        self.now = datetime.now(UTC)
        self.now_ns = time.time_ns()
        self.surveys = [Survey.of(scope, settings) for scope in scopes]
        self.sources = list(dict.fromkeys(scope.source for scope in scopes))

    def run(self, allow_removals: bool) -> Report:
        self._look()
        if not allow_removals:
            plan.guard(self.plan, self.library)
        if self.catalog_files != self.catalog_before:
            with self.database.write() as session:
                catalog_rows.write(session, self.catalog_files)
        self._read()
        for first in range(0, len(self.plan.gone), BATCH):
            with self.database.write() as session:
                store.remove(session, self.plan.gone[first : first + BATCH], self.now)
        with self.database.write() as session:
            self._tidy(session)
            renamed.follow(session, self.known)
        counts = self.plan.counts
        counts["removed"] = len(self.plan.gone)
        with self.database.read() as session:
            return Report(**counts, problems=self._problems(session))

    def _look(self) -> None:
        """Decides what is to be done, changing nothing."""
        with self.database.read() as session:
            self.library = Library.load(session, [source.name for source in self.sources])
            self.catalog_before = self.catalog_files = catalog_rows.files(session)
            self.standing: dict[str, list[FileProblem]] = {source.name: [] for source in self.sources}
            readings = {source.name: catalog.readings(source) for source in self.sources}
            for name, each in readings.items():
                self.catalog_files = catalog_rows.renewed(self.catalog_files, name, each)
            for name, each in readings.items():
                catalog.compare(each, catalog_rows.together(self.catalog_files))
                self.standing[name] += [problem for reading in each for problem in reading.problems]
            self.known = catalog_rows.known(session, self.catalog_files)
            for survey in self.surveys:
                self.standing[survey.scope.source.name] += [*survey.listing.problems, *survey.audiences.problems]

            def texts(ids: Sequence[str]) -> Mapping[str, list[str]]:
                return _texts(session, ids)

            self.plan = plan.plan(self.surveys, self.library, self.known, texts)

    def _read(self) -> None:
        self.taken = {name: each.key[1] for each in self.library.documents.values() for name in each.names}
        files = sorted(self.plan.files, key=lambda file: file.key)
        done = 0
        self.progress(done, len(files))
        for source in self.sources:
            own = [file for file in files if file.key[0] == source.name]
            for first in range(0, len(own), BATCH):
                entries = []
                for file in own[first : first + BATCH]:
                    entries.append(self._entry(file))
                    done += 1
                    self.progress(done, len(files))
                self._save(source.name, entries)

    def _entry(self, file: File) -> Entry:
        reading = file.read()
        file.reading = None
        examined = examine(reading, file.audience, self.known, self.now)
        source, path = file.key
        problems = tuple(told(path, problem) for problem in examined.problems)
        digest, id, kept = file.digest, None, None
        if examined.skipped:
            self.plan.counts["skipped"] += 1
        elif examined.draft is None:
            id = file.document
        elif holder := self._refused(file, examined.draft.id):
            # Read again next time, whether or not it has changed: the other file may be gone then.
            problems, digest, id = (taken(path, examined.draft.id or "", holder),), "", file.document
        else:
            id = self._id(file, examined.draft.id)
            kept = picture(examined, examined.draft)
        fresh = self.now_ns - file.found.mtime_ns < FRESH_NS or not digest
        state = {
            "source": source,
            "path": path,
            "content_hash": digest,
            "size": file.found.size,
            "mtime_ns": 0 if fresh else file.found.mtime_ns,
            "reader": plan.reader(self.known, examined.names),
            "names": list(examined.names),
            "audience": file.audience,
            "document_id": id,
        }
        stated = examined.draft.id if examined.draft else None
        return Entry(path, state, problems, id, kept, file.edited, stated)

    def _refused(self, file: File, stated: str | None) -> str | None:
        """The file that has the id already that this one states."""
        if file.key in self.plan.matches.refused:
            return self.plan.matches.refused[file.key]
        if stated is None or file.key in self.plan.matches.documents or not file.edited:
            return None
        return self.taken.get(stated)

    def _id(self, file: File, stated: str | None) -> str:
        id = self.plan.matches.documents.get(file.key) or (None if file.edited else file.document)
        if id is None:
            id = stated or derived(*file.key, self.taken)
        for name in (id, stated):
            if name:
                self.taken[name] = file.key[1]
        return id

    def _save(self, source: str, entries: Sequence[Entry]) -> None:
        try:
            with self.database.write() as session:
                self.plan.counts.update(store.save(session, source, entries, self.now))
        except (StatementError, UnicodeError, ValueError, OverflowError) as why:
            # A database that does not answer is nobody's fault here; a value that it cannot hold is one file's.
            if isinstance(why, DBAPIError) and not isinstance(why, (DataError, IntegrityError)):
                raise
            if len(entries) > 1:
                for entry in entries:
                    self._save(source, [entry])
            elif entries[0].picture is None:
                raise
            else:
                self._save(source, [self._unfit(entries[0], why)])

    def _unfit(self, entry: Entry, why: Exception) -> Entry:
        problem = f"The file holds something that cannot be stored ({type(why).__name__})."
        mend = "Report it with the file; the last good version stays."
        before = self.library.states.get((entry.state["source"], entry.path), {}).get("document_id")
        state = {**entry.state, "document_id": before}
        return replace(entry, state=state, problems=(error(entry.path, problem, mend),), picture=None, id=before)

    def _tidy(self, session: Session) -> None:
        """Notes what was only looked at, forgets files that are gone, and tells what is wrong beside the documents."""
        for (name, path), found in self.plan.refreshed:
            fresh = self.now_ns - found.mtime_ns < FRESH_NS
            row = (FileState.source == name) & (FileState.path == path)
            session.execute(
                update(FileState).where(row).values(size=found.size, mtime_ns=0 if fresh else found.mtime_ns)
            )
        listed = {(survey.scope.source.name, path) for survey in self.surveys for path in survey.listing.files}
        moved = set(self.plan.matches.documents.values())
        for source in self.sources:
            gone = [
                key[1]
                for key, state in self.library.states.items()
                if key[0] == source.name and key not in listed and (self._covers(key) or state["document_id"] in moved)
            ]
            rows = select(Problem.path).where(Problem.source == source.name).distinct()
            files = {key[1] for key in listed if key[0] == source.name and may_be_document(key[1])}
            beside = [
                path for path in session.scalars(rows) if path not in files and self._speaks_for(source.name, path)
            ]
            for first in range(0, len(gone), BATCH):
                store.forget(session, source.name, gone[first : first + BATCH])
            for first in range(0, len(beside), BATCH):
                these = Problem.path.in_(beside[first : first + BATCH])
                session.execute(delete(Problem).where(Problem.source == source.name, these))
            store.tell(session, source.name, self.standing[source.name])

    def _covers(self, key: tuple[str, str]) -> bool:
        return any(survey.covers(key) for survey in self.surveys)

    def _speaks_for(self, source: str, path: str) -> bool:
        """Whether this run has told all that is wrong there."""
        return (
            self._covers((source, path))
            or path in {problem.file for problem in self.standing[source]}
            or path in catalog.NAMES
        )

    def _problems(self, session: Session) -> tuple[FileProblem, ...]:
        """All that is wrong in what was read, also in files that did not change."""
        columns = (Problem.path, Problem.line, Problem.field, Problem.level, Problem.problem, Problem.mend)
        found = []
        for source in self.sources:
            rows = (
                select(*columns).where(Problem.source == source.name).order_by(Problem.path, Problem.line, Problem.id)
            )
            found += [FileProblem(*row) for row in session.execute(rows) if self._speaks_for(source.name, row.path)]
        return tuple(found)


def _texts(session: Session, ids: Sequence[str]) -> Mapping[str, list[str]]:
    """The section texts of documents."""
    found: dict[str, list[str]] = {id: [] for id in ids}
    for first in range(0, len(ids), BATCH):
        these = Section.document_id.in_(ids[first : first + BATCH])
        rows = select(Section.document_id, Section.text).where(these, Section.retired.is_(None))
        for id, text in session.execute(rows):
            found[id].append(text)
    return found
