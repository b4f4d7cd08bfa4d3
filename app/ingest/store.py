"""Writing what was read: a batch of files in one short transaction, every table in one go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.ingest.kept import change_rows, keep_actions, keep_sections, write_rows
from app.ingest.picture import Columns, Picture
from app.ingest.problems import FileProblem
from app.library import (
    Alert,
    Document,
    DocumentAddress,
    DocumentAlert,
    DocumentService,
    DocumentVersion,
    FileState,
    Incident,
    IncidentCause,
    Problem,
    ReadingItem,
    TimelineEvent,
    decided,
)
from app.library.revisions import VISIBILITY, advance

CONFIRMED = "confirmed"
BEFORE = (
    Document.id, Document.source, Document.path, Document.title, Document.body, Document.audience,
    Document.content_hash, Document.deleted, Document.changed,
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """A file and what came of it. `state` is its row in file_states; without a picture no document is written.

    `edited`: its bytes are others than before. `stated`: the id that the file gives its document.
    """

    path: str
    state: Columns
    problems: tuple[FileProblem, ...] = ()
    id: str | None = None
    picture: Picture | None = None
    edited: bool = True
    stated: str | None = None


@dataclass(frozen=True)
class _Change:
    """A document that is written; `before` is its row, None for a new one."""

    entry: Entry
    id: str
    picture: Picture
    before: Mapping[str, Any] | None

    @property
    def kind(self) -> str:
        if self.before is None or self.before["deleted"]:
            return "created"
        if self.before["path"] != self.entry.path or self.before["source"] != self.entry.state["source"]:
            return "moved"
        return "unchanged" if self.before["content_hash"] == self.picture.digest else "updated"

    @property
    def visible_change(self) -> bool:
        before = self.before
        return before is None or bool(before["deleted"]) or before["audience"] != self.picture.columns["audience"]

    @property
    def text_change(self) -> bool:
        return self.before is None or any(self.before[name] != self.picture.columns[name] for name in ("title", "body"))


def save(session: Session, source: str, entries: Sequence[Entry], at: datetime) -> Counter[str]:
    """Writes files of one source; counts what was created, updated, moved and unchanged."""
    forget(session, source, [entry.path for entry in entries])
    changes = _changes(session, entries)
    written = [change for change in changes if change.kind != "unchanged"]
    if written:
        _documents(session, written, at)
        _hanging(session, written, at)
        decided.apply(session, [change.id for change in written])
    write_rows(session, FileState, (entry.state for entry in entries))
    tell(session, source, (problem for entry in entries for problem in entry.problems))
    return Counter(change.kind for change in changes)


def forget(session: Session, source: str, paths: Sequence[str]) -> None:
    """Takes out what was known of these files; their documents stay."""
    for model in (FileState, Problem):
        session.execute(delete(model).where(model.source == source, model.path.in_(paths)))


def tell(session: Session, source: str, problems: Iterable[FileProblem]) -> None:
    """Adds problems to those that people see."""
    rows = (
        {
            "source": source,
            "path": each.file,
            "line": each.line,
            "field": each.field,
            "level": each.level,
            "problem": each.problem,
            "mend": each.mend,
        }
        for each in problems
    )
    write_rows(session, Problem, rows)


def remove(session: Session, ids: Sequence[str], at: datetime) -> None:
    """Makes tombstones: the rows stay, with what people did, and their revisions tell indexes to drop them."""
    last = advance(session, count=len(ids))
    first = last - len(ids) + 1
    change_rows(
        session, Document, ({"id": id, "deleted": at, "revision": first + number} for number, id in enumerate(ids))
    )
    advance(session, VISIBILITY)


def _changes(session: Session, entries: Sequence[Entry]) -> list[_Change]:
    wanted = [(entry, entry.id, entry.picture) for entry in entries if entry.id and entry.picture]
    rows = select(*BEFORE).where(Document.id.in_([id for _, id, _ in wanted]))
    before = {row["id"]: dict(row) for row in session.execute(rows).mappings()}
    return [_Change(entry, id, picture, before.get(id)) for entry, id, picture in wanted]


def _documents(session: Session, changes: Sequence[_Change], at: datetime) -> None:
    revision = advance(session, count=len(changes)) - len(changes)
    new, old, versions = [], [], []
    numbers = _versions(session, changes)
    for change in changes:
        revision += 1
        columns = {
            **change.picture.columns,
            "id": change.id,
            "revision": revision,
            "deleted": None,
            "source": change.entry.state["source"],
            "path": change.entry.path,
            "content_hash": change.picture.digest,
        }
        if change.before is None:
            new.append({**columns, "created": at, "changed": at})
        else:
            edited = change.entry.edited and change.before["content_hash"] != change.picture.digest
            old.append({**columns, "changed": at if edited else change.before["changed"]})
        if change.text_change:
            kept = {name: columns[name] for name in ("title", "body", "content_hash", "revision")}
            versions.append({**kept, "document_id": change.id, "number": numbers.get(change.id, 0) + 1, "at": at})
    write_rows(session, Document, new)
    change_rows(session, Document, old)
    write_rows(session, DocumentVersion, versions)
    if any(change.visible_change for change in changes):
        advance(session, VISIBILITY)
    _stated(session, changes)


def _versions(session: Session, changes: Sequence[_Change]) -> dict[str, int]:
    ids = [change.id for change in changes if change.before is not None]
    if not ids:
        return {}
    last = select(DocumentVersion.document_id, func.max(DocumentVersion.number))
    rows = session.execute(last.where(DocumentVersion.document_id.in_(ids)).group_by(DocumentVersion.document_id))
    return dict(rows.tuples().all())


def _stated(session: Session, changes: Sequence[_Change]) -> None:
    """An id that a file states later is one more address of the document that it is."""
    wanted = {change.entry.stated: change.id for change in changes if change.entry.stated not in (None, change.id)}
    if wanted:
        held = set(session.scalars(select(DocumentAddress.old_id).where(DocumentAddress.old_id.in_(wanted))))
        rows = [{"old_id": stated, "document_id": id} for stated, id in wanted.items()]
        change_rows(session, DocumentAddress, (row for row in rows if row["old_id"] in held))
        write_rows(session, DocumentAddress, (row for row in rows if row["old_id"] not in held))


def _hanging(session: Session, changes: Sequence[_Change], at: datetime) -> None:
    """The rows that hang on documents whose text or facts changed."""
    told = [
        change for change in changes if change.before is None or change.before["content_hash"] != change.picture.digest
    ]
    pictures = {change.id: change.picture for change in told}
    existing = [change.id for change in told if change.before is not None]
    for model in (DocumentService, DocumentAlert, TimelineEvent, ReadingItem):
        if existing:
            session.execute(delete(model).where(model.document_id.in_(existing)))
    _incidents(session, pictures, existing)
    write_rows(session, DocumentService, _owned(pictures, "services"))
    _alerts(session, pictures)
    write_rows(session, TimelineEvent, _owned(pictures, "events"))
    write_rows(session, ReadingItem, _owned(pictures, "readings"))
    keep_sections(session, pictures, existing, at)
    keep_actions(session, pictures, existing, at)


def _owned(pictures: Mapping[str, Picture], name: str) -> list[Columns]:
    return [{**row, "document_id": id} for id, picture in pictures.items() for row in getattr(picture, name)]


def _incidents(session: Session, pictures: Mapping[str, Picture], existing: Sequence[str]) -> None:
    """A cause that a person confirmed stays confirmed, and stays where the file no longer names it."""
    rows = select(IncidentCause.document_id, IncidentCause.cause, IncidentCause.ordinal, IncidentCause.evidence)
    confirmed: dict[tuple[str, str], Columns] = {}
    held: set[str] = set()
    if existing:
        kept = rows.where(IncidentCause.document_id.in_(existing), IncidentCause.state == CONFIRMED)
        confirmed = {(row["document_id"], row["cause"]): dict(row) for row in session.execute(kept).mappings()}
        held = set(session.scalars(select(Incident.document_id).where(Incident.document_id.in_(existing))))
        session.execute(delete(IncidentCause).where(IncidentCause.document_id.in_(existing)))
    decided = {document for document, _ in confirmed}
    over = [id for id in held if pictures[id].incident is None and id not in decided]
    if over:
        session.execute(delete(Incident).where(Incident.document_id.in_(over)))
    facts = [{**picture.incident, "document_id": id} for id, picture in pictures.items() if picture.incident]
    change_rows(session, Incident, (row for row in facts if row["document_id"] in held))
    write_rows(session, Incident, (row for row in facts if row["document_id"] not in held))
    causes = {(row["document_id"], row["cause"]): row for row in _owned(pictures, "causes")}
    for key, row in confirmed.items():
        causes[key] = {**causes.get(key, row), "state": CONFIRMED}
    write_rows(session, IncidentCause, causes.values())


def _alerts(session: Session, pictures: Mapping[str, Picture]) -> None:
    """One row an alert, whatever the capitals: the spelling that came first stays."""
    links = _owned(pictures, "alerts")
    if not links:
        return
    names = {link["alert"] for link in links}
    # SQLite's lower() knows ASCII only, so the names as they are written are asked for too.
    same = func.lower(Alert.name).in_({name.lower() for name in names}) | Alert.name.in_(names)
    known = {name.lower(): name for name in session.scalars(select(Alert.name).where(same))}
    new = {link["alert"].lower(): link["alert"] for link in reversed(links) if link["alert"].lower() not in known}
    write_rows(session, Alert, ({"name": name} for name in new.values()))
    spelled = known | new
    rows = {(link["document_id"], spelled[link["alert"].lower()]): link for link in reversed(links)}
    write_rows(session, DocumentAlert, ({**link, "alert": name} for (_, name), link in reversed(rows.items())))
