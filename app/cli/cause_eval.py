"""`hindsight eval --causes`: how well texts suggest their causes, in figures."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.cli.console import answer, read_lines, table
from app.cli.opening import looking
from app.errors import Invalid
from app.insight.tags.evaluate import Judged, evaluate
from app.insight.tags.learning import WHY, categories, lessons, telling
from app.library import Document
from app.library.visibility import seen_by
from app.settings import load
from app.viewer import Viewer

SHAPE = '{"id", "title", "text", "judged": [category, …]}'


def measure_causes(file: Path, who: str | None) -> None:
    """Asks for the causes of every text of the file, and prints how often that was right."""
    lines = [_line(line, number) for number, line in enumerate(read_lines(file), 1) if line.strip()]
    with looking(load(), who) as (session, _, viewer):
        here = _documents(session, viewer, {text.id for text in lines})
        texts = [_told(text, here.get(text.id)) for text in lines]
        told = lessons(session, frozenset(document.id for document in here.values()))
        report = evaluate(categories(session), told, texts)
    answer(report, _lines(report))


def _documents(session: Session, viewer: Viewer, paths: set[str]) -> dict[str, Document]:
    """The documents that the viewer sees of those at these paths."""
    rows = select(Document).where(Document.path.in_(paths), seen_by(viewer.audiences)).order_by(Document.id)
    return {row.path: row for row in session.scalars(rows.options(selectinload(Document.sections)))}


def _told(text: Judged, document: Document | None) -> Judged:
    if document is None:
        return text
    return Judged(text.id, document.title, telling(document.sections, WHY), text.judged)


def _line(line: str, number: int) -> Judged:
    try:
        read = json.loads(line)
        id, judged = read["id"], read["judged"]
        title, text = read.get("title") or "", read.get("text") or ""
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Invalid(f"Line {number} cannot be used; write {SHAPE}.") from error
    if not isinstance(judged, list) or not all(isinstance(name, str) for name in judged):
        raise Invalid(f"Line {number}: `judged` must be a list of categories.")
    return Judged(str(id), str(title), str(text), frozenset(judged))


def _lines(report: dict[str, Any]) -> Iterator[str]:
    rows = [["", "texts", "F1"]]
    rows += [[name, str(each["n"]), f"{each['f1']:.3f}"] for name, each in report["categories"].items()]
    yield from table([*rows, ["mean of those with 5", str(report["n"]), f"{report['macro_f1']:.3f}"]])
    yield f"A right one among the first three: {report['right_in_3']:.3f}"
