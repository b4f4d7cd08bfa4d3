"""Services and causes in a question, by any name that the catalog gives them: an index knows only the first."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy.orm import Session

from app.library import Cause, Service
from app.library.pages import cause_titles, causes_named, service_titles, services_named
from app.search.advice import unknown_name
from app.search.query import Clause, Either, Filter, Not, Query
from app.text.names import folded
from app.viewer import Viewer

FIELDS = ("service", "cause")
NEAREST = 3

Names = Mapping[tuple[str, str], str]
"""What is meant by a field and a name, folded."""


def by_their_names(session: Session, viewer: Viewer, query: Query) -> Query:
    """The question with each service and cause that is meant by its title or an alias under its own name. What several
    share stays as it was written: nobody can tell which one is meant.
    """
    names: dict[tuple[str, str], str] = {}
    if services := set(_asked(query.clauses, "service")):
        names |= _meant("service", services_named(session, viewer, services))
    if causes := set(_asked(query.clauses, "cause")):
        names |= _meant("cause", causes_named(session, causes))
    return Query(tuple(_renamed(clause, names) for clause in query.clauses), query.messages) if names else query


def unknown(session: Session, viewer: Viewer, query: Query) -> list[str]:
    """What to write instead of services that the viewer sees none of, and of causes that nobody named."""
    told = []
    for field in FIELDS:
        asked = dict.fromkeys(_asked(query.clauses, field))
        known = {name.casefold(): name for name in _shown(session, viewer, field)} if asked else {}
        told += [
            unknown_name(field, value, [known[each] for each in difflib.get_close_matches(value, known, NEAREST)])
            for value in asked
            if value not in known
        ]
    return told


def _shown(session: Session, viewer: Viewer, field: str) -> Iterable[str]:
    return cause_titles(session) if field == "cause" else service_titles(session, viewer)


def _meant(field: str, rows: Sequence[Service] | Sequence[Cause]) -> dict[tuple[str, str], str]:
    named = {folded(row.name) for row in rows}
    meant: dict[str, set[str]] = {folded(row.name): {row.name} for row in rows}
    for row in rows:
        for other in set(map(folded, (row.title, *row.aliases))) - named:
            meant.setdefault(other, set()).add(row.name)
    return {(field, other): min(which) for other, which in meant.items() if len(which) == 1}


def _asked(clauses: Iterable[Clause], field: str) -> Iterator[str]:
    for clause in clauses:
        match clause:
            case Filter(name, value) if name == field:
                yield value.casefold()
            case Not(inner):
                yield from _asked((inner,), field)
            case Either(several):
                yield from _asked(several, field)


def _renamed(clause: Clause, names: Names) -> Clause:
    match clause:
        case Filter(field, value) if field in FIELDS:
            name = names.get((field, folded(value)), value)
            return clause if name.casefold() == value.casefold() else Filter(field, name)
        case Not(inner):
            return Not(_renamed(inner, names))
        case Either(several):
            return Either(tuple(_renamed(each, names) for each in several))
    return clause
