"""Writing what things of people hang on: a document's sections and action items, each as the row that it was before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.db import Base
from app.ingest import continuity
from app.ingest.picture import Columns, Picture
from app.library import ActionItem, ReadingMark, ReviewItem, Section, SectionAddress
from app.library.actions import heard

SECTION = (Section.id, Section.document_id, Section.anchor, Section.heading, Section.text, Section.retired)
ACTION = (
    ActionItem.id, ActionItem.document_id, ActionItem.key, ActionItem.title, ActionItem.tracker, ActionItem.retired,
    ActionItem.status, ActionItem.status_at, ActionItem.file_status, ActionItem.touched, ActionItem.reason,
)  # fmt: skip

Pictures = Mapping[str, Picture]


def write_rows(session: Session, model: type[Base], rows: Iterable[Columns]) -> None:
    """Inserts rows of one shape."""
    if rows := list(rows):
        session.execute(insert(model), rows)


def change_rows(session: Session, model: type[Base], rows: Iterable[Columns]) -> None:
    """Updates rows of one shape by their primary keys."""
    if rows := list(rows):
        session.execute(update(model), rows)


def keep_sections(session: Session, pictures: Pictures, existing: Iterable[str], at: datetime) -> None:
    """Writes the sections of each document; `existing` are the documents that may have some already."""
    rows = _rows(session, SECTION, Section.document_id, existing)
    changed, added, lost, back = [], [], [], []
    for id, picture in pictures.items():
        old = rows[id]
        row_of = continuity.sections(old, picture.sections) if old else {}
        for number, columns in enumerate(picture.section_columns):
            if number in row_of:
                row = old[row_of[number]]
                changed.append({**columns, "id": row["id"], "document_id": id, "retired": None})
                back += [row["id"]] if row["retired"] else []
            else:
                added.append({**columns, "document_id": id, "retired": None})
        lost += _lost(old, row_of)
    change_rows(session, Section, changed)
    change_rows(session, Section, ({"id": row["id"], "retired": at} for row in lost))
    if added:
        returned = insert(Section).returning(Section.id, sort_by_parameter_order=True)
        for row, section in zip(added, session.scalars(returned, added), strict=True):
            row["id"] = section
    _addresses(session, existing, {(row["document_id"], row["anchor"]): row["id"] for row in (*changed, *added)})
    marked = _marked(session, [row["id"] for row in lost])
    _review(session, "section", [(row, row["heading"]) for row in lost if row["id"] in marked], at)
    _settle(session, "section", back, at)


def keep_actions(session: Session, pictures: Pictures, existing: Iterable[str], at: datetime) -> None:
    """Writes the action items of each document."""
    rows = _rows(session, ACTION, ActionItem.document_id, existing)
    changed, added, lost, back, renamed = [], [], [], [], []
    for id, picture in pictures.items():
        old = rows[id]
        row_of = continuity.actions(old, picture.actions) if old else {}
        matched = set(row_of.values())
        keys = continuity.keys(picture.actions, {row["key"] for number, row in enumerate(old) if number not in matched})
        for number, said in enumerate(picture.action_columns):
            columns = {**said, "key": keys[number], "document_id": id, "retired": None}
            if number not in row_of:
                added.append({**columns, "status_at": None, "touched": None, "file_status": columns["status"]})
                continue
            row = old[row_of[number]]
            kept = {name: row[name] for name in ("id", "status", "status_at", "reason")}
            changed.append({**columns, **kept, **heard(row, columns["status"], columns["reason"], at)})
            back += [row["id"]] if row["retired"] else []
            renamed += [row["id"]] if row["key"] != keys[number] else []
        lost += _lost(old, row_of)
    # Two items may have changed keys with each other, and no moment may see one key twice.
    change_rows(session, ActionItem, ({"id": id, "key": f"\N{BULLET}{id}"} for id in renamed))
    change_rows(session, ActionItem, changed)
    change_rows(session, ActionItem, ({"id": row["id"], "retired": at} for row in lost))
    write_rows(session, ActionItem, added)
    _review(session, "action", [(row, row["title"]) for row in lost if row["touched"]], at)
    _settle(session, "action", back, at)


def _rows(
    session: Session,
    columns: Sequence[InstrumentedAttribute[Any]],
    owner: InstrumentedAttribute[str],
    ids: Iterable[str],
) -> Mapping[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    if ids := list(ids):
        for row in session.execute(select(*columns).where(owner.in_(ids)).order_by(columns[0])).mappings():
            found[row["document_id"]].append(dict(row))
    return found


def _lost(old: Sequence[Mapping[str, Any]], row_of: Mapping[int, int]) -> list[Mapping[str, Any]]:
    """The rows that were in the file until now."""
    matched = set(row_of.values())
    return [row for number, row in enumerate(old) if number not in matched and row["retired"] is None]


def _addresses(session: Session, existing: Iterable[str], wanted: Mapping[tuple[str, str], int]) -> None:
    """Every anchor leads to the section that has it now, else to the one that had it last."""
    held: dict[tuple[str, str], int] = {}
    if ids := list(existing):
        columns = select(SectionAddress.document_id, SectionAddress.anchor, SectionAddress.section_id)
        for document, anchor, section in session.execute(columns.where(SectionAddress.document_id.in_(ids))):
            held[document, anchor] = section
    rows = {
        key: {"document_id": key[0], "anchor": key[1], "section_id": section}
        for key, section in wanted.items()
        if held.get(key) != section
    }
    change_rows(session, SectionAddress, (row for key, row in rows.items() if key in held))
    write_rows(session, SectionAddress, (row for key, row in rows.items() if key not in held))


def _marked(session: Session, sections: Sequence[int]) -> set[int | None]:
    if not sections:
        return set()
    return set(session.scalars(select(ReadingMark.section_id).where(ReadingMark.section_id.in_(sections))))


def _review(session: Session, subject: str, lost: Iterable[tuple[Mapping[str, Any], str]], at: datetime) -> None:
    """What people did, and an edit left without its place, waits for a person's decision."""
    write_rows(
        session,
        ReviewItem,
        (
            {
                "document_id": row["document_id"],
                "subject": subject,
                "subject_id": row["id"],
                "title": title,
                "at": at,
                "decided": None,
            }
            for row, title in lost
        ),
    )


def _settle(session: Session, subject: str, back: Sequence[int], at: datetime) -> None:
    """What has its place again needs no decision."""
    if back:
        waits = (ReviewItem.subject == subject) & ReviewItem.subject_id.in_(back) & ReviewItem.decided.is_(None)
        session.execute(update(ReviewItem).where(waits).values(decided=at))
