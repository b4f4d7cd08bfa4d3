"""`hindsight eval --patterns` and `--similar`: how well recurrences are found, by groups that are known."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select

from app.cli.console import answer, read_lines
from app.cli.opening import looking
from app.errors import Invalid
from app.insight.casebook import Casebook
from app.insight.evaluate import Truth, patterns, similar
from app.insight.opening import casebook
from app.insight.profile import Telling, profile
from app.insight.shards import Case
from app.library import Document
from app.settings import load
from app.viewer import PUBLIC

SHAPE = '{"patterns": [{"documents": [path, …], "related": [path, …]}], "same_incident": […], "not_patterns": […]}'
LINE = '{"id", "title", "text", "start_time"}'

Judge = Callable[[Casebook, dict[str, str], Truth], dict[str, Any]]


def measure_patterns(file: Path, causes: Path | None, who: str | None) -> None:
    answer(report := _measured(patterns, file, causes, who), _told_patterns(report))


def measure_similar(file: Path, causes: Path | None, who: str | None) -> None:
    answer(report := _measured(similar, file, causes, who), _told_similar(report))


def _measured(judge: Judge, file: Path, causes: Path | None, who: str | None) -> dict[str, Any]:
    settings = load()
    truth, names = _truth(file)
    with looking(settings, who) as (session, _, viewer):
        book = casebook(session, viewer.audiences).copy()
        paths = {id: path for id, path in session.execute(select(Document.id, Document.path)) if id in book.places}
        if causes:
            passing = _passing(causes, names, book)
            book.bring_up(passing, ())
            paths |= {case.id: case.id for case in passing}
        return judge(book, paths, truth)


def _truth(file: Path) -> tuple[Truth, frozenset[str]]:
    """The groups, and every name in them."""
    try:
        read = json.loads(file.read_text("utf-8"))
        groups = tuple(
            (_names(group, "documents"), _names({"related": [], **group}, "related")) for group in read["patterns"]
        )
        same = tuple(_names(pair, "documents") for pair in read.get("same_incident", ()))
        apart = tuple(_names(pair, "documents") for pair in read.get("not_patterns", ()))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Invalid(f"{file} cannot be used; write {SHAPE}.") from error
    truth = Truth(groups, same, apart)
    return truth, truth.named | frozenset().union(*same, *apart)


def _names(group: dict[str, Any], field: str) -> frozenset[str]:
    if not isinstance(group[field], list) or not all(isinstance(name, str) for name in group[field]):
        raise ValueError(field)
    return frozenset(group[field])


def _passing(file: Path, names: frozenset[str], book: Casebook) -> list[Case]:
    """Incidents that are compared with the library's without being in it. In the groups a line is called by its id, or
    by `<prefix>:<id>`.
    """
    called = {name.partition(":")[2]: name for name in names if ":" in name}
    audience = min(book.reference) if book.reference else PUBLIC
    cases = []
    for number, line in enumerate(read_lines(file), 1):
        if not line.strip():
            continue
        try:
            read = json.loads(line)
            id, title, text, start = (read.get(key) for key in ("id", "title", "text", "start_time"))
            started = datetime.fromisoformat(start) if start else None
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            raise Invalid(f"Line {number} of {file} cannot be used; write {LINE}.") from error
        told = Telling(str(title), str(text), "")
        when = started.replace(tzinfo=started.tzinfo or UTC) if started else None
        name = called.get(str(id), str(id))
        cases.append(Case(profile(told), started=when, id=name, title=told.title, audience=audience))
    return cases


def _told_patterns(report: dict[str, Any]) -> Iterator[str]:
    pairs, same = report["pairs"], report["same_incident"]
    yield (
        f"Of {pairs['n']} pairs that recur {pairs['right']} are together (recall {pairs['recall']:.3f}); of "
        f"{pairs['found']} that are together {pairs['right']} recur (precision {pairs['precision']:.3f})."
    )
    yield f"Told as one incident: {same['right']} of {same['n']} pairs."
    formed = report["patterns"]
    yield f"{formed['n']} patterns with {formed['members']} incidents."
    for pair in report["joined_wrongly"]:
        yield f"{click.style('joined wrongly', fg='red')}: {' and '.join(pair)}"


def _told_similar(report: dict[str, Any]) -> Iterator[str]:
    yield (
        f"Of {report['n']} incidents that recur {report['partner_in_3']:.3f} have a true partner among the first three "
        f"(MRR {report['mrr']:.3f})."
    )
