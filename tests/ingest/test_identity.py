"""However files are renamed, moved, retitled and reordered: what people did stays, and no old address is lost."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db import Database
from app.ingest import importer
from app.ingest.importer import Report
from app.ingest.sources import Scope, Source
from app.library import ActionItem, Document, ReadingMark, ReviewItem, Section, SectionAddress, User, pages
from app.settings import Settings
from app.viewer import EVERYTHING

FOLDERS = ("", "postmortems", "postmortems/2026", "guides", "teams/edge")
NUMBERS = itertools.count(1)
WHEN = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)


@dataclass
class Part:
    heading: str
    text: str
    anchor: str = ""
    row: int = 0

    def written(self) -> str:
        return f"## {self.heading}{f' {{#{self.anchor}}}' if self.anchor else ''}\n\n{self.text}\n"


@dataclass
class Promise:
    title: str
    status: str
    row: int = 0


@dataclass
class Text:
    """A document as its author sees it, with the rows that it was first stored in."""

    folder: str
    name: str
    title: str
    parts: list[Part]
    promises: list[Promise]
    id: str | None = None
    row: str = ""
    anchors: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)

    @property
    def path(self) -> str:
        return f"{self.folder}/{self.name}" if self.folder else self.name

    def written(self) -> str:
        front = ["kind: postmortem", f'title: "{self.title}"', *([f"id: {self.id}"] if self.id else [])]
        promised = "".join(f"- [ ] {promise.title}\n" for promise in self.promises)
        parts = "\n".join(part.written() for part in self.parts)
        return "---\n" + "\n".join(front) + f"\n---\n\n{parts}\n## Action items\n\n{promised}"


def fresh(word: str) -> str:
    return f"{word}{next(NUMBERS)}"


@st.composite
def texts(draw: st.DrawFn) -> Text:
    """Some are long, some are short, and all have a paragraph in common, as texts from one template have."""
    parts = [Part("Escalation", "Page the owning team, then the incident commander, and say what was tried.")]
    for _ in range(draw(st.integers(1, 4))):
        word = fresh("part")
        length = draw(st.sampled_from((1, 2, 20)))
        words = " ".join(f"{word}x{number}" for number in range(length))
        parts.append(Part(f"Heading {word}", f"Note {words} here.", word if draw(st.booleans()) else ""))
    promises = [Promise(f"Watch the {fresh('gauge')} of {fresh('queue')}", "") for _ in range(draw(st.integers(0, 3)))]
    for promise in promises:
        promise.status = draw(st.sampled_from(("open", "in-progress", "done", "wont-do")))
    id = draw(st.none() | st.just("stated")) and fresh("stated-")
    return Text(draw(st.sampled_from(FOLDERS)), fresh("file") + ".md", f"Title {fresh('t')}", parts, promises, id)


def rename(text: Text, _: list[Text], draw: st.DataObject) -> None:
    text.name = fresh("file") + ".md"


def move(text: Text, every: list[Text], draw: st.DataObject) -> None:
    text.folder = draw.draw(st.sampled_from(FOLDERS))


def trade_places(text: Text, every: list[Text], draw: st.DataObject) -> None:
    other = draw.draw(st.sampled_from(every))
    text.folder, text.name, other.folder, other.name = other.folder, other.name, text.folder, text.name


def retitle(text: Text, _: list[Text], draw: st.DataObject) -> None:
    text.title = f"Another {fresh('t')}"


def reword_heading(text: Text, _: list[Text], draw: st.DataObject) -> None:
    draw.draw(st.sampled_from(text.parts)).heading = f"Reworded {fresh('h')}"


def trade_headings(text: Text, _: list[Text], draw: st.DataObject) -> None:
    one, other = draw.draw(st.sampled_from(text.parts)), draw.draw(st.sampled_from(text.parts))
    one.heading, other.heading = other.heading, one.heading


def reorder(text: Text, _: list[Text], draw: st.DataObject) -> None:
    text.parts = draw.draw(st.permutations(text.parts))


def reorder_promises(text: Text, _: list[Text], draw: st.DataObject) -> None:
    text.promises = draw.draw(st.permutations(text.promises))


def reword_promise(text: Text, _: list[Text], draw: st.DataObject) -> None:
    if text.promises:
        draw.draw(st.sampled_from(text.promises)).title += " too"


def state_id(text: Text, _: list[Text], draw: st.DataObject) -> None:
    text.id = text.id or fresh("stated-")


def give_anchor(text: Text, _: list[Text], draw: st.DataObject) -> None:
    part = draw.draw(st.sampled_from(text.parts))
    part.anchor = part.anchor or fresh("anchor")


EDITS: tuple[Callable[[Text, list[Text], st.DataObject], None], ...] = (
    rename, move, trade_places, retitle, reword_heading, trade_headings, reorder,
    reorder_promises, reword_promise, state_id, give_anchor,
)  # fmt: skip


class Shelf:
    """One content folder in the shared library, written anew before each reading."""

    def __init__(self, database: Database, settings: Settings, folder: Path, every: list[Text]) -> None:
        self.database, self.settings, self.every = database, settings, every
        self.source = Source(fresh("source"), folder / fresh("folder"))
        self.source.folder.mkdir()

    def read(self, progress: importer.Progress | None = None) -> Report:
        for file in self.source.folder.rglob("*.md"):
            file.unlink()
        for text in self.every:
            file = self.source.folder / text.path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text.written(), encoding="utf-8")
        return importer.ingest(self.database, self.settings, (Scope(self.source),), progress=progress)

    def use(self, session: Session, user: User) -> None:
        """People read every section and say of every promise what became of it."""
        for text in self.every:
            row = self.document(session, text)
            text.row = row.id
            session.add(ReadingMark(user_id=user.id, document_id=row.id, at=WHEN))
            for part in text.parts:
                section = next(each for each in row.sections if each.text.strip() == part.text)
                part.row = section.id
                session.add(ReadingMark(user_id=user.id, document_id=row.id, section_id=section.id, at=WHEN))
            for promise in text.promises:
                action = next(each for each in row.actions if each.title == promise.title)
                promise.row = action.id
                action.set_status(promise.status, WHEN)

    def document(self, session: Session, text: Text) -> Document:
        there = (Document.source == self.source.name) & (Document.path == text.path) & Document.deleted.is_(None)
        return session.scalars(select(Document).where(there)).one()

    def remember(self, session: Session) -> None:
        """Every address that there is now."""
        for text in self.every:
            row = self.document(session, text)
            text.ids |= {row.id, text.id or row.id}
            text.anchors |= {section.anchor for section in row.sections}

    def holds(self, session: Session) -> None:
        for text in self.every:
            row = self.document(session, text)
            assert row.id == text.row
            assert {pages.document(session, EVERYTHING, id).id for id in text.ids} == {text.row}
            live = {section.id: section for section in row.sections}
            assert {part.row: part.text for part in text.parts}.items() <= {
                id: section.text.strip() for id, section in live.items()
            }.items()
            for anchor in text.anchors:
                address = session.get(SectionAddress, (row.id, anchor))
                assert address is not None
                assert address.section_id in live
            for section in row.sections:
                assert session.get_one(SectionAddress, (row.id, section.anchor)).section_id == section.id
            assert {action.id: (action.title, action.status) for action in row.actions} == {
                promise.row: (promise.title, promise.status) for promise in text.promises
            }
            marks = session.scalars(select(ReadingMark.section_id).where(ReadingMark.document_id == row.id)).all()
            assert sorted(id or 0 for id in marks) == sorted([0, *(part.row for part in text.parts)])
        ids = [text.row for text in self.every]
        assert session.scalar(select(func.count()).where(ReviewItem.document_id.in_(ids))) == 0


# Not shrunk: each step reads files and writes a database, and what fails is short anyway.
@hypothesis(
    max_examples=200,
    deadline=None,
    phases=(Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_renames_retitles_reorderings_and_moves_orphan_nothing(
    data: st.DataObject, database: Database, settings: Settings, tmp_path: Path
) -> None:
    shelf = Shelf(database, settings, tmp_path, data.draw(st.lists(texts(), min_size=1, max_size=4)))
    shelf.read()
    with database.write() as session:
        user = User(email=fresh("reader"), password="", role="reader", teams=[], created=WHEN)
        session.add(user)
        session.flush()
        shelf.use(session, user)
        shelf.remember(session)
    for _ in range(data.draw(st.integers(1, 3))):
        for edit in data.draw(st.lists(st.sampled_from(EDITS), min_size=1, max_size=8)):
            edit(data.draw(st.sampled_from(shelf.every)), shelf.every, data)
        report = shelf.read()
        assert (report.created, report.removed, report.problems) == (0, 0, ())
        with database.read() as session:
            shelf.holds(session)
            shelf.remember(session)
    assert shelf.read().unchanged == len(shelf.every)


def test_a_section_that_is_gone_keeps_its_marks_and_waits_for_a_decision(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    text = Text(
        "", "one.md", "One", [Part("First", "Words of the first part."), Part("Second", "Other things here.")], []
    )
    shelf = Shelf(database, settings, tmp_path, [text])
    shelf.read()
    with database.write() as session:
        user = User(email="reader", password="", role="reader", teams=[], created=WHEN)
        session.add(user)
        session.flush()
        shelf.use(session, user)
    gone = text.parts.pop()
    shelf.read()
    with database.read() as session:
        section = session.get_one(Section, gone.row)
        assert section.retired is not None
        item = session.scalars(select(ReviewItem)).one()
        assert (item.subject, item.subject_id, item.title, item.decided) == ("section", gone.row, "Second", None)
    text.parts.append(gone)
    shelf.read()
    with database.read() as session:
        assert session.get_one(Section, gone.row).retired is None
        assert session.scalars(select(ReviewItem)).one().decided is not None


def test_a_promise_that_is_gone_keeps_what_a_person_said_of_it(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    promises = [Promise("Page when the consumer is off", "done"), Promise("Size the disk for a week", "open")]
    shelf = Shelf(database, settings, tmp_path, [Text("", "one.md", "One", [Part("First", "Some words.")], promises)])
    shelf.read()
    with database.write() as session:
        user = User(email="reader", password="", role="reader", teams=[], created=WHEN)
        session.add(user)
        session.flush()
        shelf.use(session, user)
    shelf.every[0].promises = [Promise("Write a runbook for certificates", "")]
    shelf.read()
    with database.read() as session:
        rows = {row.title: row for row in session.scalars(select(ActionItem))}
        kept = rows["Page when the consumer is off"]
        assert (kept.status, kept.touched, kept.retired is not None) == ("done", WHEN, True)
        assert rows["Write a runbook for certificates"].touched is None
        assert {item.title for item in session.scalars(select(ReviewItem))} == {promise.title for promise in promises}


class Stopped(Exception):
    """A run that ends in the middle, as one does that is killed between two transactions."""


@pytest.mark.parametrize("after", range(1, 6))
def test_a_run_that_was_cut_off_is_finished_by_the_next_one(
    database: Database, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    every = [Text("", f"{n}.md", n, [Part("First", " ".join(f"{n}{i}" for i in range(20)))], []) for n in "abcde"]
    shelf = Shelf(database, settings, tmp_path, every)
    shelf.read()
    with database.write() as session:
        for text in every:
            text.row = shelf.document(session, text).id
    for text, name in zip(every, ("b.md", "c.md", "d.md", "new.md", "a.md"), strict=True):
        text.name = name
    monkeypatch.setattr(importer, "BATCH", 1)

    def stop(done: int, total: int) -> None:
        if done == after:
            raise Stopped

    with pytest.raises(Stopped):
        shelf.read(stop)
    report = shelf.read()
    assert (report.created, report.removed) == (0, 0)
    with database.read() as session:
        assert [shelf.document(session, text).id for text in every] == [text.row for text in every]
    assert shelf.read().unchanged == len(every)
