"""Services in a question, by any name that the catalog gives them: an index knows only the first."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy.orm import Session

from app.library.pages import service_titles, services_named
from app.search.advice import unknown_service
from app.search.query import Clause, Either, Filter, Not, Query
from app.viewer import Viewer

FIELD = "service"
NEAREST = 3


def by_their_names(session: Session, viewer: Viewer, query: Query) -> Query:
    """The question with each service that is meant by its title or an alias under its own name. What several share
    stays as it was written: nobody can tell which one is meant.
    """
    asked = set(_asked(query.clauses))
    if not asked:
        return query
    rows = services_named(session, viewer, asked)
    named = {row.name.casefold() for row in rows}
    meant: dict[str, set[str]] = {}
    for row in rows:
        for other in {each.casefold() for each in (row.title, *row.aliases)} - named:
            meant.setdefault(other, set()).add(row.name)
    names = {other: min(which) for other, which in meant.items() if len(which) == 1}
    return Query(tuple(_renamed(clause, names) for clause in query.clauses), query.messages) if names else query


def unknown(session: Session, viewer: Viewer, query: Query) -> list[str]:
    """What to write instead of services that the viewer sees none of."""
    shown = service_titles(session, viewer) if any(_asked(query.clauses)) else {}
    folded = {name.casefold(): name for name in shown}
    missing = [value for value in dict.fromkeys(_asked(query.clauses)) if value not in folded]
    return [
        unknown_service(value, [folded[each] for each in difflib.get_close_matches(value, folded, NEAREST)])
        for value in missing
    ]


def _asked(clauses: Iterable[Clause]) -> Iterator[str]:
    for clause in clauses:
        match clause:
            case Filter(field, value) if field == FIELD:
                yield value.casefold()
            case Not(inner):
                yield from _asked((inner,))
            case Either(several):
                yield from _asked(several)


def _renamed(clause: Clause, names: Mapping[str, str]) -> Clause:
    match clause:
        case Filter(field, value) if field == FIELD:
            return Filter(field, names.get(value.casefold(), value))
        case Not(inner):
            return Not(_renamed(inner, names))
        case Either(several):
            return Either(tuple(_renamed(each, names) for each in several))
    return clause
