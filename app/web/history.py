"""The timeline: all incidents, filtered by what they are tagged with, as a picture with the same as a list beneath."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for

from app.http.paging import PER_PAGE, Page, page_number
from app.http.parts import reading, viewer
from app.library import pages
from app.library.documents import Document
from app.library.pages.history import Filters
from app.web.filters import Choice, Filter
from app.web.lanes import MARKED, binned, marked
from app.web.words import TITLES

WORDS = {
    "service": "Service",
    "cause": "Cause",
    "severity": "Severity",
    "team": "Team",
    "detection": "Detected by",
    "tag": "Tag",
    "since": "From",
    "until": "To",
}
# Without a date, so many are listed beneath the others.
UNDATED = 20

bp = Blueprint("history", __name__)


@bp.get("/timeline")
def show() -> str:
    session, who, filters, number = reading(), viewer(), _filters(), page_number()
    counted = pages.months(session, who, filters)
    dated = sum(month.count for month in counted if month.year)
    undated = sum(month.count for month in counted) - dated
    listed = MARKED if dated <= MARKED else PER_PAGE
    rows = pages.incidents(session, who, filters, listed, (number - 1) * listed)
    picture = marked(rows) if dated <= MARKED and number == 1 else None
    page: Page[Document] = Page(rows, number, dated, listed)
    return render_template(
        "timeline/show.html",
        page=page,
        numbered=picture is not None,
        picture=picture or binned(counted),
        undated=undated,
        without=pages.incidents(session, who, filters, UNDATED, dated=False) if undated else [],
        menus=_menus(filters, pages.choices(session, who, filters), _years(filters)),
        filters=filters,
        link=link,
    )


def link(filters: Filters, **changes: Any) -> str:
    """The timeline's address with these filters; what an address carries must not reach `url_for`."""
    given = dict(_given(replace(filters, **changes)))
    return url_for("history.show") + (f"?{urlencode(given)}" if given else "")


def _given(filters: Filters) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, value in asdict(filters).items() if value]


def _filters() -> Filters:
    given: dict[str, Any] = {name: request.args.get(name, "").strip() for name in WORDS}
    for name in ("since", "until"):
        given[name] = int(given[name]) if given[name].isascii() and given[name].isdigit() else None
        if given[name] is not None and not 1 <= given[name] <= 9999:
            given[name] = None
    return Filters(**given)


def _years(filters: Filters) -> list[int]:
    """From the newest back to the oldest that the other filters leave."""
    others = replace(filters, since=None, until=None)
    years = [month.year for month in pages.months(reading(), viewer(), others) if month.year]
    return list(range(max(years), min(years) - 1, -1)) if years else []


def _menus(filters: Filters, choices: Mapping[str, Sequence[tuple[str, int]]], years: Sequence[int]) -> list[Filter]:
    given = dict(_given(filters))
    menus = []
    for name, label in WORDS.items():
        values: list[tuple[str, int | None]] = (
            [*choices[name]] if name in choices else [(str(year), None) for year in years]
        )
        chosen = given.get(name)
        if chosen and chosen not in dict(values):
            values.append((chosen, None if name in ("since", "until") else 0))
        menus.append(
            Filter(
                label,
                [
                    Choice(
                        _called(name, value),
                        link(filters, **{name: value if value != chosen else ""}),
                        value == chosen,
                        count,
                    )
                    for value, count in values
                ],
            )
        )
    return menus


def _called(name: str, value: str) -> str:
    """A filter's value as people read it."""
    titles: Mapping[str, str] = {"service": TITLES.services, "cause": TITLES.causes}.get(name, {})
    return titles.get(value, value)
