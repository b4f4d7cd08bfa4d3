"""Patterns and factors: what keeps happening, each on a page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.http.paging import Page, page_number
from app.http.parts import reading, viewer
from app.insight.facts import known, questions, sentence
from app.insight.promises import told
from app.insight.recurrence import often, ordinal
from app.library import pages
from app.library.pages.patterns import Ids, Recurring
from app.web.charts import over_time
from app.web.recurrence import picture
from app.web.words import TITLES

PER_PAGE, INCIDENTS = 25, 10
# What a page shows of what was promised, and how often it was; the rest is folded or only counted.
PROMISES, TIMES = 12, 5
TABS = {"": "Recurring", "dismissed": "Dismissed"}

bp = Blueprint("patterns", __name__)
bp.add_app_template_filter(often)
bp.add_app_template_filter(ordinal)
bp.add_app_template_filter(sentence)
bp.add_app_template_filter(told, "promised")


@bp.get("/patterns")
def listing() -> str:
    session, who, now, number = reading(), viewer(), _now(), page_number()
    dismissed = "editor" in who.roles and request.args.get("state") == "dismissed"
    more = {"states": ("dismissed",)} if dismissed else {}
    rows, total = pages.patterns(session, who, now.date(), PER_PAGE, (number - 1) * PER_PAGE, **more)
    return render_template(
        "patterns/list.html",
        page=Page(rows, number, total, PER_PAGE),
        questions=questions(session, who, rows, now.date()),
        factors=pages.factors(session, who) if number == 1 and not dismissed else [],
        tabs=TABS,
        tab="dismissed" if dismissed else "",
    )


@bp.get("/patterns/<id>")
def show(id: str) -> str | Response:
    found = pages.pattern(reading(), viewer(), id)
    pattern = found.pattern
    if pattern is None or pattern.id != id:
        return redirect(found.address, 301)
    frame = _frame(found, pages.incidents_of_pattern(viewer(), pattern))
    shown = [document.id for document in frame["page"].items]
    return render_template(
        "patterns/show.html", **frame, members=pages.memberships(reading(), viewer(), pattern, shown)
    )


@bp.get("/patterns/factor/<cause>")
def factor(cause: str) -> str | Response:
    """A cause that recurs; one that does not, in what this viewer sees, has its own page."""
    found = next(iter(pages.factors(reading(), viewer(), cause)), None)
    if found is None:
        return redirect(url_for("causes.show", name=cause), 303)
    frame = _frame(found, pages.incidents_of_factor(viewer(), cause))
    return render_template("patterns/show.html", **frame, members={}, cause=cause)


def _frame(found: Recurring, ids: Ids) -> dict[str, Any]:
    session, who, now, number = reading(), viewer(), _now(), page_number()
    facts = known(session, who, found, ids, TITLES.causes, now)
    begin = (number - 1) * INCIDENTS
    some = pages.lines_of(session, who, facts.incidents[begin : begin + INCIDENTS])
    drawn = picture(facts.incidents)
    return {
        "found": found,
        "pattern": found.pattern,
        "facts": facts,
        "page": Page(some, number, len(facts.incidents), INCIDENTS),
        "picture": drawn,
        "chart": None if drawn else over_time([incident.started for incident in facts.incidents]),
        "most_promises": PROMISES,
        "most_times": TIMES,
        "today": now.date(),
    }


def _now() -> datetime:
    return datetime.now(UTC)
