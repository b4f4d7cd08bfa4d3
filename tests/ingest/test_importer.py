"""From files to the library: what is written, what is left alone, and what stops a run."""

from __future__ import annotations

import base64
import hashlib
import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.db import Database
from app.errors import Conflict, Unavailable
from app.ingest import importer
from app.ingest.identity import derived
from app.ingest.sources import Scope, Source
from app.library import (
    ActionItem,
    Alert,
    Document,
    DocumentVersion,
    FileState,
    IncidentCause,
    Problem,
    SectionAddress,
    pages,
)
from app.library.revisions import LIBRARY, VISIBILITY, current
from app.settings import Settings, load
from app.viewer import EVERYTHING
from tests.conftest import ROOT

from .library import counts, document, documents, ingest, told, write

TAXONOMY = "causes:\n" + "".join(
    f"  - {{name: {name}, title: T, definition: D}}\n" for name in ("capacity", "dns", "power")
)
RUNBOOK = """---
kind: runbook
title: Disk full
audience: public
owner: platform
alerts: [HostDiskFull]
tags: [disk]
---
The disk has no room left.

## Symptoms

Writes fail with `No space left on device`.

## Mitigation

Remove the oldest logs first.
"""
POSTMORTEM = """---
kind: postmortem
title: The queue's disk filled up
severity: SEV2
started: 2026-03-04T22:10:00Z
resolved: 2026-03-05
---
## Timeline

All times in UTC.

| Time | Event |
| --- | --- |
| 2026-03-04 22:10 | The disk is full |

## Action items

| Action | Owner | Due | Status | Tracker |
| --- | --- | --- | --- | --- |
| Page when a consumer is off | orders | 2026-04-01 | open | https://tracker.example.org/browse/ORD-17 |
| Size the disk for a week | | | | |
"""


CAUSED = POSTMORTEM.replace("resolved:", "causes: [capacity]\nresolved:")


def numbers(database: Database) -> tuple[int, int]:
    with database.read() as session:
        return current(session, LIBRARY), current(session, VISIBILITY)


def many(content: Path, count: int, folder: str = "") -> list[Path]:
    """Files whose texts have nothing in common."""
    names = [f"{folder}{number:02}.md" for number in range(count)]
    texts = {name: f"# {name}\n\n" + " ".join(f"w{name}{number}" for number in range(9)) for name in names}
    write(content, texts)
    return [content / name for name in names]


# What is written


def test_a_document_is_stored_with_all_that_its_file_says(
    database: Database, settings: Settings, content: Path
) -> None:
    write(content, {"runbooks/disk.md": RUNBOOK})
    assert counts(ingest(database, settings)) == {"created": 1}
    found = document(database, "runbooks/disk.md")
    assert (found.kind, found.title, found.slug, found.audience) == ("runbook", "Disk full", "disk-full", "public")
    assert (found.source, found.owner, found.tags) == ("content", "platform", ["disk"])
    assert found.summary == "The disk has no room left."
    assert (found.origins["title"], found.origins["summary"], "severity" in found.origins) == (
        "stated",
        "derived",
        False,
    )
    assert [(section.anchor, section.role) for section in found.sections] == [
        ("top", "summary"),
        ("symptoms", "symptoms"),
        ("mitigation", "mitigation"),
    ]
    assert "No space left on device" in found.sections[1].text
    assert [link.alert for link in found.alerts] == ["HostDiskFull"]
    assert (found.incident, found.actions) == (None, [])
    assert found.id == derived("content", "runbooks/disk.md", {})


def test_a_postmortem_is_stored_with_its_incident_and_promises(
    database: Database, settings: Settings, content: Path
) -> None:
    write(content, {"taxonomy.yml": TAXONOMY, "a.md": CAUSED})
    ingest(database, settings)
    found = document(database, "a.md")
    incident = found.incident
    assert incident is not None
    assert (incident.severity, incident.started) == ("SEV2", datetime(2026, 3, 4, 22, 10, tzinfo=UTC))
    assert (incident.resolved_precision, incident.detected) == ("day", None)
    assert [(link.cause, link.state) for link in incident.causes] == [("capacity", "stated")]
    assert [(event.stated_time, event.text) for event in incident.events] == [("2026-03-04 22:10", "The disk is full")]
    first, second = found.actions
    assert (first.key, first.owner, first.due) == (
        "https://tracker.example.org/browse/ORD-17",
        "orders",
        date(2026, 4, 1),
    )
    assert (first.status, first.file_status, first.touched) == ("open", "open", None)
    assert (second.key, second.status) == ("size the disk for a week", None)


def test_an_id_is_stated_or_follows_from_source_and_first_path(
    database: Database, settings: Settings, content: Path
) -> None:
    write(content, {"a.md": "---\nid: disk-2026\n---\n# A", "b/c.md": "# C"})
    ingest(database, settings)
    by_hand = base64.b32encode(hashlib.sha256(b"content\0b/c.md").digest()).decode().lower()[:10]
    assert documents(database) == {"a.md": "disk-2026", "b/c.md": by_hand}


def test_alerts_are_one_whatever_their_capitals(database: Database, settings: Settings, content: Path) -> None:
    write(
        content,
        {f"{n}.md": RUNBOOK.replace("HostDiskFull", n) for n in ("Überlast", "überlast", "DiskFull", "diskfull")},
    )
    ingest(database, settings)
    ingest(database, settings)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Alert)) == 2


def test_progress_is_told_file_by_file(database: Database, settings: Settings, content: Path) -> None:
    many(content, 3)
    told: list[tuple[int, int]] = []
    importer.ingest(
        database,
        settings,
        (Scope(Source("content", content)),),
        progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


# What is left alone


def test_what_did_not_change_is_not_touched(database: Database, settings: Settings, content: Path) -> None:
    write(content, {"a.md": RUNBOOK, "b.md": POSTMORTEM, "README.md": "# Read me", "picture.png": "", "LICENSE": ""})
    assert counts(ingest(database, settings)) == {"created": 2, "skipped": 3}
    before = numbers(database)
    assert counts(ingest(database, settings)) == {"unchanged": 2, "skipped": 3}
    assert numbers(database) == before


def test_a_file_known_by_size_and_time_is_not_even_opened(
    database: Database, settings: Settings, content: Path
) -> None:
    (file,) = many(content, 1)
    os.utime(file, ns=(10**18, 10**18))
    ingest(database, settings)
    text = file.read_text()
    file.write_text(text.replace("w", "v"))
    os.utime(file, ns=(10**18, 10**18))
    assert counts(ingest(database, settings)) == {"unchanged": 1}
    os.utime(file)
    assert counts(ingest(database, settings)) == {"updated": 1}


def test_a_file_written_just_now_is_known_by_its_bytes(database: Database, settings: Settings, content: Path) -> None:
    (file,) = many(content, 1)
    ingest(database, settings)
    status = file.stat()
    file.write_text(file.read_text().replace("w", "v"))
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert counts(ingest(database, settings)) == {"updated": 1}


def test_a_touched_file_is_the_same(database: Database, settings: Settings, content: Path) -> None:
    (file,) = many(content, 1)
    ingest(database, settings)
    os.utime(file, ns=(10**18, 10**18))
    assert counts(ingest(database, settings)) == {"unchanged": 1}
    with database.read() as session:
        assert session.scalars(select(FileState.mtime_ns)).one() == 10**18


def test_other_code_reads_everything_again_and_changes_only_what_it_sees_otherwise(
    database: Database, settings: Settings, content: Path
) -> None:
    many(content, 2)
    ingest(database, settings)
    with database.write() as session:
        for state in session.scalars(select(FileState)):
            state.reader = "older"
        session.get_one(Document, documents(database)["01.md"]).content_hash = "older"
    changed = document(database, "01.md").changed
    assert counts(ingest(database, settings)) == {"updated": 1, "unchanged": 1}
    assert document(database, "01.md").changed == changed


# Updates


def test_an_edit_is_a_new_version_and_a_new_revision(database: Database, settings: Settings, content: Path) -> None:
    write(content, {"a.md": RUNBOOK, "b.md": POSTMORTEM})
    ingest(database, settings)
    before, (revision, visibility) = document(database, "a.md"), numbers(database)
    write(content, {"a.md": RUNBOOK.replace("oldest", "largest").replace("## Symptoms", "## Signs")})
    assert counts(ingest(database, settings)) == {"updated": 1, "unchanged": 1}
    after = document(database, "a.md")
    assert (after.id, after.revision) == (before.id, revision + 1)
    assert numbers(database) == (revision + 1, visibility)
    assert after.changed > before.changed == after.created
    with database.read() as session:
        versions = session.scalars(select(DocumentVersion).where(DocumentVersion.document_id == after.id)).all()
        assert [(version.number, "largest" in version.body) for version in versions] == [(1, False), (2, True)]
        addresses = select(SectionAddress.anchor).where(SectionAddress.document_id == after.id)
        assert set(session.scalars(addresses)) == {"top", "symptoms", "signs", "mitigation"}
    assert [section.id for section in after.sections] == [section.id for section in before.sections]


def test_a_change_of_facts_is_no_new_version_of_the_text(database: Database, settings: Settings, content: Path) -> None:
    write(content, {"a.md": RUNBOOK})
    ingest(database, settings)
    write(content, {"a.md": RUNBOOK.replace("[disk]", "[disk, logs]").replace("[HostDiskFull]", "[DiskFull, NoRoom]")})
    assert counts(ingest(database, settings)) == {"updated": 1}
    after = document(database, "a.md")
    assert (after.tags, [link.alert for link in after.alerts]) == (["disk", "logs"], ["DiskFull", "NoRoom"])
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(DocumentVersion)) == 1


def test_a_postmortem_that_becomes_a_guide_has_no_incident_and_may_become_one_again(
    database: Database, settings: Settings, content: Path
) -> None:
    write(content, {"a.md": POSTMORTEM})
    ingest(database, settings)
    write(content, {"a.md": POSTMORTEM.replace("kind: postmortem", "kind: guide")})
    ingest(database, settings)
    found = document(database, "a.md")
    assert (found.kind, found.incident, found.actions) == ("guide", None, [])
    write(content, {"a.md": POSTMORTEM})
    ingest(database, settings)
    found = document(database, "a.md")
    assert found.incident is not None
    assert len(found.actions) == 2


def test_a_cause_that_a_person_confirmed_stays(database: Database, settings: Settings, content: Path) -> None:
    write(content, {"taxonomy.yml": TAXONOMY, "a.md": CAUSED})
    ingest(database, settings)
    id = document(database, "a.md").id
    with database.write() as session:
        session.add(IncidentCause(document_id=id, cause="dns", ordinal=5, state="confirmed", evidence="Seen."))
        session.get_one(IncidentCause, (id, "capacity")).state = "confirmed"
    write(content, {"a.md": CAUSED.replace("[capacity]", "[power, capacity]").replace("full", "over full")})
    ingest(database, settings)
    incident = document(database, "a.md").incident
    assert incident is not None
    assert {(link.cause, link.state) for link in incident.causes} == {
        ("power", "stated"),
        ("capacity", "confirmed"),
        ("dns", "confirmed"),
    }


# What becomes of a promise


def test_of_file_and_person_the_later_word_holds(database: Database, settings: Settings, content: Path) -> None:
    at = datetime(2026, 3, 9, tzinfo=UTC)
    write(content, {"a.md": POSTMORTEM})
    ingest(database, settings)

    def status() -> tuple[str | None, str | None]:
        return document(database, "a.md").actions[0].status, document(database, "a.md").actions[0].file_status

    with database.write() as session:
        session.scalars(select(ActionItem).where(ActionItem.ordinal == 0)).one().set_status("wont-do", at, "Too dear")
    write(content, {"a.md": POSTMORTEM.replace("is off", "stands still")})
    ingest(database, settings)
    assert status() == ("wont-do", "open")
    assert document(database, "a.md").actions[0].reason == "Too dear"
    write(content, {"a.md": POSTMORTEM.replace("| open |", "| done |")})
    ingest(database, settings)
    assert status() == ("done", "done")
    assert (document(database, "a.md").actions[0].status_at or at) > at
    with database.write() as session:
        session.scalars(select(ActionItem).where(ActionItem.ordinal == 0)).one().set_status("open", at)
    write(content, {"a.md": POSTMORTEM.replace("| open |", "| done |").replace("full", "over full")})
    ingest(database, settings)
    assert status() == ("open", "done")


def test_a_status_that_nobody_set_follows_the_file(database: Database, settings: Settings, content: Path) -> None:
    for said, status in (("open", "open"), ("done", "done"), ("", None)):
        write(content, {"a.md": POSTMORTEM.replace("| open |", f"| {said} |")})
        ingest(database, settings)
        assert document(database, "a.md").actions[0].status == status


def test_promises_that_change_names_with_each_other_stay_apart(
    database: Database, settings: Settings, content: Path
) -> None:
    row = "| {title} | | | | {tracker} |\n"
    head = POSTMORTEM[: POSTMORTEM.index("| Page")]
    first = [row.format(title="Page somebody", tracker="ORD-1"), row.format(title="Size the disk", tracker="ORD-1")]
    write(content, {"a.md": head + "".join(first)})
    ingest(database, settings)
    before = {action.title: action.id for action in document(database, "a.md").actions}
    assert {action.key for action in document(database, "a.md").actions} == {"ORD-1", "size the disk"}
    write(content, {"a.md": head + "".join(reversed(first))})
    ingest(database, settings)
    assert {action.title: action.id for action in document(database, "a.md").actions} == before
    assert {action.key for action in document(database, "a.md").actions} == {"ORD-1", "page somebody"}


def test_a_number_in_a_table_is_no_identity(database: Database, settings: Settings, content: Path) -> None:
    head = POSTMORTEM[: POSTMORTEM.index("| Action |")] + "| # | Action |\n| --- | --- |\n"
    write(content, {"a.md": head + "| 1 | Page somebody |\n| 2 | Size the disk |\n"})
    ingest(database, settings)
    before = {action.title: action.id for action in document(database, "a.md").actions}
    write(content, {"a.md": head + "| 1 | Write it down |\n| 2 | Page somebody |\n| 3 | Size the disk |\n"})
    ingest(database, settings)
    after = {action.title: action.id for action in document(database, "a.md").actions}
    assert before.items() <= after.items()
    assert after["Write it down"] not in before.values()


# Moves


def test_a_moved_file_keeps_its_document(database: Database, settings: Settings, content: Path) -> None:
    write(content, {"a.md": RUNBOOK, "b.md": POSTMORTEM})
    ingest(database, settings)
    before = documents(database)
    (content / "runbooks").mkdir()
    (content / "a.md").rename(content / "runbooks/disk.md")
    assert counts(ingest(database, settings)) == {"moved": 1, "unchanged": 1}
    assert documents(database) == {"runbooks/disk.md": before["a.md"], "b.md": before["b.md"]}
    assert counts(ingest(database, settings)) == {"unchanged": 2}


def test_a_file_moved_and_edited_is_known_by_most_of_its_words(
    database: Database, settings: Settings, content: Path
) -> None:
    write(content, {"a.md": RUNBOOK + "\n".join(f"word{number}" for number in range(30)), "b.md": POSTMORTEM})
    ingest(database, settings)
    before = documents(database)
    text = (content / "a.md").read_text().replace("Disk full", "No room").replace("oldest", "largest")
    (content / "a.md").unlink()
    write(content, {"elsewhere/c.md": text})
    assert counts(ingest(database, settings)) == {"moved": 1, "unchanged": 1}
    assert documents(database)["elsewhere/c.md"] == before["a.md"]


def test_a_new_file_where_another_was_moved_away_is_another_document(
    database: Database, settings: Settings, content: Path
) -> None:
    write(content, {"a.md": RUNBOOK})
    ingest(database, settings)
    id = documents(database)["a.md"]
    (content / "a.md").rename(content / "b.md")
    write(content, {"a.md": "# Something else\n\nNothing of it was there before, not a word."})
    assert counts(ingest(database, settings)) == {"created": 1, "moved": 1}
    found = documents(database)
    assert found["b.md"] == id
    assert found["a.md"] == derived("content", "a.md", {id: ""})


def test_a_copy_is_another_document_also_where_the_first_is_edited(
    database: Database, settings: Settings, content: Path
) -> None:
    write(content, {"a.md": RUNBOOK})
    ingest(database, settings)
    id = documents(database)["a.md"]
    write(content, {"0.md": RUNBOOK, "a.md": RUNBOOK.replace("Remove the oldest logs", "Remove old logs")})
    assert counts(ingest(database, settings)) == {"created": 1, "updated": 1}
    assert documents(database)["a.md"] == id


def test_texts_of_one_template_are_not_taken_for_each_other(
    database: Database, settings: Settings, content: Path
) -> None:
    common = " ".join(f"template{number}" for number in range(40))
    own = {name: " ".join(f"{name}{number}" for number in range(40)) for name in ("a", "b")}
    write(content, {"a.md": f"# A\n\n{common}\n\n{own['a']}"})
    ingest(database, settings)
    (content / "a.md").unlink()
    write(content, {"b.md": f"# B\n\n{common}\n\n{own['b']}"})
    assert counts(ingest(database, settings)) == {"created": 1, "removed": 1}


def test_an_id_stated_later_is_one_more_address(database: Database, settings: Settings, content: Path) -> None:
    write(content, {"a.md": RUNBOOK})
    ingest(database, settings)
    id = documents(database)["a.md"]
    write(content, {"a.md": RUNBOOK.replace("kind:", "id: disk-full\nkind:")})
    assert counts(ingest(database, settings)) == {"updated": 1}
    with database.read() as session:
        assert pages.document(session, EVERYTHING, "disk-full").id == id
    (content / "a.md").unlink()
    write(content, {"b.md": "---\nid: disk-full\n---\n# Rewritten\n\nNot a word is as it was."})
    assert counts(ingest(database, settings)) == {"moved": 1}
    assert documents(database) == {"b.md": id}


def test_a_stated_id_says_more_than_a_place(database: Database, settings: Settings, content: Path) -> None:
    write(
        content,
        {"a.md": "---\nid: one\n---\n# One\n\nFirst words.", "b.md": "---\nid: two\n---\n# Two\n\nOther words."},
    )
    ingest(database, settings)
    write(content, {"b.md": "---\nid: one\n---\n# One\n\nNew ones.", "a.md": "---\nid: two\n---\n# Two\n\nNewer ones."})
    assert counts(ingest(database, settings)) == {"moved": 2}
    assert documents(database) == {"b.md": "one", "a.md": "two"}
    write(content, {"a.md": "---\nid: three\n---\n# Three\n\nNothing of that was here."})
    assert counts(ingest(database, settings)) == {"created": 1, "removed": 1, "unchanged": 1}


def test_of_two_files_with_one_id_the_first_is_in(database: Database, settings: Settings, content: Path) -> None:
    text = "---\nid: same\n---\n# {0}\n\nWords of {0}."
    write(content, {"b.md": text.format("B"), "c.md": text.format("C")})
    report = ingest(database, settings)
    assert (counts(report), documents(database)) == ({"created": 1}, {"b.md": "same"})
    assert told(report) == [("c.md", None, "Its id `same` is already that of b.md.")]
    write(content, {"a.md": text.format("A")})
    report = ingest(database, settings)
    assert (counts(report), documents(database)) == ({"unchanged": 1}, {"b.md": "same"})
    assert [problem.file for problem in report.problems] == ["a.md", "c.md"]
    write(content, {"a.md": text.format("A").replace("same", "own")})
    (content / "b.md").unlink()
    report = ingest(database, settings)
    assert (counts(report), report.problems) == ({"created": 1, "moved": 1}, ())
    assert documents(database) == {"a.md": "own", "c.md": "same"}


def test_no_newer_code_gives_a_file_the_id_of_another(database: Database, settings: Settings, content: Path) -> None:
    text = "---\nid: same\n---\n# {0}\n\nWords of {0}."
    write(content, {"a.md": text.format("A"), "b.md": text.format("B")})
    ingest(database, settings)
    with database.write() as session:
        state = session.get_one(FileState, ("content", "b.md"))
        state.content_hash, state.reader = hashlib.sha256((content / "b.md").read_bytes()).hexdigest(), "older"
    report = ingest(database, settings)
    assert (counts(report), len(report.problems)) == ({"unchanged": 1}, 1)
    assert document(database, "a.md").title == "A"


def test_a_file_moved_into_what_is_read_is_no_second_document(
    database: Database, settings: Settings, content: Path
) -> None:
    write(content, {"guides/a.md": RUNBOOK, "runbooks/b.md": POSTMORTEM})
    ingest(database, settings)
    id = documents(database)["guides/a.md"]
    (content / "guides/a.md").rename(content / "runbooks/a.md")
    assert counts(ingest(database, settings, content / "runbooks")) == {"moved": 1, "unchanged": 1}
    assert documents(database)["runbooks/a.md"] == id
    assert counts(ingest(database, settings)) == {"unchanged": 2}


def test_a_file_moved_to_another_source_keeps_its_document(
    database: Database, settings: Settings, content: Path, tmp_path: Path
) -> None:
    both = load({}, data=settings.data, content=(content, tmp_path / "handbook"))
    write(tmp_path, {"content/a.md": RUNBOOK, "handbook/b.md": POSTMORTEM})
    assert counts(ingest(database, both)) == {"created": 2}
    id = documents(database)["a.md"]
    (content / "a.md").rename(tmp_path / "handbook/a.md")
    assert counts(ingest(database, both)) == {"moved": 1, "unchanged": 1}
    assert document(database, "a.md").id == id
    assert document(database, "a.md").source == "handbook"


# Removals


def test_a_removed_file_leaves_a_tombstone(database: Database, settings: Settings, content: Path) -> None:
    first, _ = many(content, 2)
    ingest(database, settings)
    id, (revision, visibility) = documents(database)["00.md"], numbers(database)
    text = first.read_text()
    first.unlink()
    assert counts(ingest(database, settings)) == {"removed": 1, "unchanged": 1}
    with database.read() as session:
        row = session.get_one(Document, id)
        assert (row.deleted is not None, row.revision) == (True, revision + 1)
        assert session.scalars(select(FileState.path)).all() == ["01.md"]
    assert numbers(database) == (revision + 1, visibility + 1)
    assert counts(ingest(database, settings)) == {"unchanged": 1}
    first.write_text(text)
    assert counts(ingest(database, settings)) == {"created": 1, "unchanged": 1}
    assert documents(database)["00.md"] == id


def test_a_file_that_comes_back_elsewhere_is_the_document_that_it_was(
    database: Database, settings: Settings, content: Path
) -> None:
    first, _ = many(content, 2)
    ingest(database, settings)
    id, text = documents(database)["00.md"], first.read_text()
    first.unlink()
    ingest(database, settings)
    write(content, {"later/x.md": text})
    ingest(database, settings)
    assert documents(database)["later/x.md"] == id


def test_a_file_that_becomes_a_draft_is_taken_out(database: Database, settings: Settings, content: Path) -> None:
    write(content, {"a.md": RUNBOOK, "b.md": POSTMORTEM})
    ingest(database, settings)
    write(content, {"a.md": RUNBOOK.replace("kind:", "draft: true\nkind:")})
    report = ingest(database, settings)
    assert counts(report) == {"removed": 1, "unchanged": 1, "skipped": 1}
    assert told(report) == [("a.md", None, "The file is marked as a draft and was left out.")]
    assert counts(ingest(database, settings)) == {"unchanged": 1, "skipped": 1}
    write(content, {"a.md": RUNBOOK})
    report = ingest(database, settings)
    assert (counts(report), report.problems) == ({"created": 1, "unchanged": 1}, ())


@pytest.mark.parametrize(("there", "gone"), [(10, 3), (200, 21)])
def test_where_many_would_vanish_nothing_at_all_is_changed(
    database: Database, settings: Settings, content: Path, there: int, gone: int
) -> None:
    files = many(content, there)
    ingest(database, settings)
    before, counted = documents(database), numbers(database)
    for file in files[:gone]:
        file.unlink()
    files[-1].write_text("# Changed meanwhile")
    write(content, {"new.md": "# New", "services.yml": "services:\n  - name: api\n"})
    with pytest.raises(Conflict, match=rf"{gone} documents would vanish .*--allow-removals"):
        ingest(database, settings)
    assert (documents(database), numbers(database)) == (before, counted)
    assert counts(ingest(database, settings, allow=True)) == {
        "created": 1,
        "updated": 1,
        "removed": gone,
        "unchanged": there - gone - 1,
    }


@pytest.mark.parametrize(("there", "gone"), [(9, 9), (10, 2), (200, 20)])
def test_few_removals_need_no_leave(
    database: Database, settings: Settings, content: Path, there: int, gone: int
) -> None:
    files = many(content, there)
    ingest(database, settings)
    for file in files[:gone]:
        file.unlink()
    assert ingest(database, settings).removed == gone


def test_removals_are_judged_only_inside_what_was_read(database: Database, settings: Settings, content: Path) -> None:
    one, other = many(content, 2, "one/"), many(content, 2, "other/")
    ingest(database, settings)
    one[0].unlink()
    other[0].unlink()
    other[1].write_text("# Changed")
    assert counts(ingest(database, settings, content / "one")) == {"removed": 1, "unchanged": 1}
    assert set(documents(database)) == {"one/01.md", "other/00.md", "other/01.md"}
    assert counts(ingest(database, settings, other[1])) == {"updated": 1}
    assert counts(ingest(database, settings)) == {"removed": 1, "unchanged": 2}


def test_a_source_keeps_to_its_own(database: Database, settings: Settings, content: Path, tmp_path: Path) -> None:
    many(content, 2)
    many(tmp_path, 2, "handbook/")
    ingest(database, settings)
    assert counts(ingest(database, settings, tmp_path / "handbook")) == {"created": 2}
    with database.read() as session:
        rows = session.execute(select(Document.source, Document.path).order_by(Document.source, Document.path))
        assert [tuple(row) for row in rows] == [
            ("content", "00.md"),
            ("content", "01.md"),
            ("handbook", "00.md"),
            ("handbook", "01.md"),
        ]
    assert counts(ingest(database, settings)) == {"unchanged": 2}


def test_a_missing_folder_is_an_error_and_removes_nothing(
    database: Database, settings: Settings, content: Path
) -> None:
    many(content, 3)
    ingest(database, settings)
    scope = Scope(Source("content", content))
    content.rename(content.parent / "away")
    with pytest.raises(Unavailable, match="nothing was changed"):
        importer.ingest(database, settings, (scope,), allow_removals=True)
    assert len(documents(database)) == 3


def test_a_folder_that_cannot_be_looked_into_removes_nothing(
    database: Database, settings: Settings, content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "d" * 250
    write(content, {"a.md": RUNBOOK, f"{name}/b.md": POSTMORTEM})
    ingest(database, settings)
    # The same folder so deep down that the system cannot open what is in it, which not even root may ignore.
    monkeypatch.chdir(tmp_path)
    while len(str(Path.cwd())) < 3_850:
        Path(name[:100]).mkdir()
        os.chdir(name[:100])
    content.rename("content")
    report = importer.ingest(database, settings, (Scope(Source("content", Path.cwd() / "content")),))
    assert (counts(report), [problem.file for problem in report.problems]) == ({"unchanged": 1}, [name])
    assert set(documents(database)) == {"a.md", f"{name}/b.md"}


# Bad files


@pytest.mark.parametrize(
    "bad",
    [
        RUNBOOK.replace("alerts: [", "alerts: [["),
        RUNBOOK.replace("audience: public", "audience: everyone"),
        "\0" * 40,
        "---\nkind: runbook\n",
    ],
)
def test_a_bad_file_keeps_the_last_good_version(
    database: Database, settings: Settings, content: Path, bad: str
) -> None:
    write(content, {"a.md": RUNBOOK, "b.md": POSTMORTEM})
    ingest(database, settings)
    before, counted = document(database, "a.md"), numbers(database)
    write(content, {"a.md": bad, "b.md": POSTMORTEM.replace("full", "over full")})
    report = ingest(database, settings)
    assert counts(report) == {"updated": 1}
    assert [(problem.file, problem.level) for problem in report.problems] == [("a.md", "error")]
    after = document(database, "a.md")
    assert (after.body, after.revision) == (before.body, before.revision)
    assert numbers(database) == (counted[0] + 1, counted[1])
    again = ingest(database, settings)
    assert (counts(again), again.problems) == ({"unchanged": 1}, report.problems)
    write(content, {"a.md": RUNBOOK.replace("oldest", "largest")})
    report = ingest(database, settings)
    assert (counts(report), report.problems) == ({"updated": 1, "unchanged": 1}, ())
    assert document(database, "a.md").id == before.id


def test_a_bad_file_that_was_moved_too_is_no_removal(database: Database, settings: Settings, content: Path) -> None:
    write(content, {"a.md": RUNBOOK, "b.md": POSTMORTEM})
    ingest(database, settings)
    id = documents(database)["a.md"]
    (content / "a.md").unlink()
    write(content, {"runbooks/a.md": RUNBOOK.replace("alerts: [", "alerts: [[")})
    assert counts(ingest(database, settings)) == {"unchanged": 1}
    assert documents(database)["a.md"] == id
    write(content, {"runbooks/a.md": RUNBOOK})
    assert counts(ingest(database, settings)) == {"moved": 1, "unchanged": 1}
    assert documents(database)["runbooks/a.md"] == id


def test_a_file_that_cannot_be_stored_keeps_no_neighbour_out(
    database: Database, settings: Settings, content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(content, 2)
    write(content, {"a.md": "# A\n\nThe word is replaced by what no database holds."})
    taken = importer.picture

    def unfit(*given: object) -> object:
        made = taken(*given)  # type: ignore[arg-type]
        if "no database holds" in made.columns["body"]:
            made.columns["body"] = "\ud800"
        return made

    monkeypatch.setattr(importer, "picture", unfit)
    report = ingest(database, settings)
    assert counts(report) == {"created": 2}
    assert [(problem.file, problem.level) for problem in report.problems] == [("a.md", "error")]


def test_problems_of_a_file_that_is_gone_are_gone(database: Database, settings: Settings, content: Path) -> None:
    write(content, {"a.md": RUNBOOK, "b.md": "---\nkind: [\n---\n", "c/_index.md": "---\naudience: x\n---\n"})
    assert len(ingest(database, settings).problems) == 2
    (content / "b.md").unlink()
    (content / "c/_index.md").unlink()
    assert ingest(database, settings).problems == ()
    with database.read() as session:
        assert session.scalars(select(Problem)).all() == []


# Audiences


def test_a_folder_sets_the_audience_and_the_nearest_one_wins(
    database: Database, settings: Settings, content: Path
) -> None:
    text = "# {0}\n\nWords of {0}."
    write(
        content,
        {
            "a.md": text.format("A"),
            "open/_index.md": "---\naudience: public\n---\n",
            "open/b.md": text.format("B"),
            "open/deep/c.md": text.format("C"),
            "open/team/_index.md": "---\ntitle: Team\naudience: team:edge\n---\n",
            "open/team/d.md": text.format("D"),
            "open/team/e.md": "---\naudience: organisation\n---\n" + text.format("E"),
        },
    )
    report = ingest(database, settings)
    assert (counts(report), report.problems) == ({"created": 5, "skipped": 2}, ())

    def audiences() -> dict[str, str]:
        with database.read() as session:
            return dict(session.execute(select(Document.path, Document.audience)).tuples().all())

    found = {
        "a.md": "organisation",
        "open/b.md": "public",
        "open/deep/c.md": "public",
        "open/team/d.md": "team:edge",
        "open/team/e.md": "organisation",
    }
    assert audiences() == found
    revision, visibility = numbers(database)
    write(content, {"open/_index.md": "---\naudience: team:web\n---\n"})
    assert counts(ingest(database, settings, content / "open/deep")) == {"updated": 1}
    assert audiences() == found | {"open/deep/c.md": "team:web"}
    assert numbers(database) == (revision + 1, visibility + 1)
    assert counts(ingest(database, settings)) == {"updated": 1, "unchanged": 4, "skipped": 2}
    public = load({}, data=settings.data, content=(content,), default_audience="public")
    assert counts(ingest(database, public)) == {"updated": 1, "unchanged": 4, "skipped": 2}


def test_a_misspelt_audience_of_a_folder_opens_nothing(database: Database, settings: Settings, content: Path) -> None:
    write(
        content,
        {
            "a/_index.md": "---\naudience: team:edge\n---\n",
            "a/b.md": RUNBOOK.replace("audience: public\n", ""),
            "a/c.md": POSTMORTEM,
        },
    )
    ingest(database, settings)
    for broken in ("---\naudience: teem:edge\n---\n", "---\naudience: [\n---\n"):
        write(content, {"a/_index.md": broken, "a/d.md": "# D\n\nNew.", "a/e.md": "---\naudience: public\n---\n# E\n"})
        report = ingest(database, settings)
        files = ["a/_index.md", "a/b.md", "a/c.md", "a/d.md"]
        assert [problem.file for problem in report.problems if problem.level == "error"] == files
        assert set(documents(database)) == {"a/b.md", "a/c.md", "a/e.md"}
        assert document(database, "a/b.md").audience == "team:edge"
    write(content, {"a/_index.md": "---\naudience: team:edge\n---\n"})
    report = ingest(database, settings)
    assert (report.problems, len(documents(database))) == ((), 4)


def test_another_tools_index_says_nothing(database: Database, settings: Settings, content: Path) -> None:
    write(content, {"a/_index.md": "---\ntitle: {{ .Title }}\n---\n", "a/b.md": "# B"})
    report = ingest(database, settings)
    assert (report.problems, document(database, "a/b.md").audience) == ((), "organisation")


# Secrets


def test_secrets_are_never_in_the_database(database: Database, settings: Settings, content: Path) -> None:
    secrets = ["hunter2-Tr0ub4dor", "AKIAIOSFODNN7EXAMPL3", "ghp_" + "a1B2c3D4e5" * 3 + "f6G7h8", "c0rrect-h0rse-9"]
    text = (
        "---\ntitle: 'password: {0}'\nfixed_by: 'AWS_ACCESS_KEY_ID={1}'\nkind: postmortem\n---\n# T\n\n    token: {2}\n"
    )
    write(
        content,
        {
            "a.md": text.format(*secrets) + f"\n## Action items\n\n- [ ] Rotate password={secrets[3]}\n",
            "b/_index.md": f"---\naudience: 'password: {secrets[0]}'\n---\n",
            "b/c.md": "# C",
            "services.yml": f"services:\n  - {{name: api, tilte: 'password: {secrets[3]}'}}\n",
        },
    )
    report = ingest(database, settings)
    assert [problem.file for problem in report.problems if "masked" in problem.problem].count("a.md") == 4
    assert document(database, "a.md").masked == 4
    for _ in range(2):
        for file in settings.data.iterdir():
            stored = file.read_bytes()
            assert not [secret for secret in secrets if secret.encode() in stored], file
        write(content, {"a.md": text.format(*secrets) + "\nEdited.\n"})
        ingest(database, settings)


# Real content


def test_the_shipped_content_is_taken_in_without_a_problem(database: Database, tmp_path: Path) -> None:
    settings = load({}, data=tmp_path / "data", content=(ROOT / "content",))
    report = ingest(database, settings)
    assert report.problems == ()
    assert report.created >= 38
    assert counts(ingest(database, settings)) == {"unchanged": report.created, "skipped": report.skipped}
    with database.read() as session:
        assert set(session.scalars(select(Document.audience))) == {"public"}
        assert (session.scalar(select(func.count()).select_from(IncidentCause)) or 0) > 18


def test_other_organisations_files_are_in_or_clear_problems(
    database: Database, settings: Settings, dev_corpus: Path
) -> None:
    report = ingest(database, settings, dev_corpus / "runbooks", dev_corpus / "postmortems")
    files = [
        path for folder in ("runbooks", "postmortems") for path in (dev_corpus / folder).rglob("*") if path.is_file()
    ]
    bad = {problem.file for problem in report.problems if problem.level == "error"}
    assert report.created + report.skipped + len(bad) == len(files)
    assert report.skipped == sum(path.name in ("_index.md", "README.md") for path in files)
    assert bad == set()
    assert all(problem.problem and problem.mend for problem in report.problems)
    assert counts(ingest(database, settings, dev_corpus / "runbooks")).keys() == {"unchanged", "skipped"}
