"""Patterns and factors: what keeps happening, each on a page, and what editors say of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.errors import Invalid
from app.http.forms import one
from app.http.paging import Page, page_number
from app.http.parts import end_reading, parts, reading, viewer
from app.http.redirects import safe_next
from app.insight import curate
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


@bp.get("/patterns/<id>/curate")
def curating(id: str) -> str | Response:
    session, who, number = reading(), viewer(), page_number()
    found = pages.pattern(session, who, id)
    pattern = found.pattern
    if pattern is None or pattern.id != id:
        return redirect(found.address, 301)
    incidents = pages.incidents_among(session, pages.incidents_of_pattern(who, pattern))
    begin = (number - 1) * PER_PAGE
    some = pages.lines_of(session, who, incidents[begin : begin + PER_PAGE])
    others, _ = pages.patterns(session, who, _now().date(), 200)
    return render_template(
        "patterns/curate.html",
        found=found,
        pattern=pattern,
        page=Page(some, number, len(incidents), PER_PAGE),
        others=[each for each in others if each.pattern is not pattern],
    )


@bp.get("/patterns/<id>/merge")
def merging(id: str) -> str:
    """Both patterns beside each other, before they become one."""
    found = pages.pattern(reading(), viewer(), id)
    into = pages.pattern(reading(), viewer(), _id_of(request.args.get("into", ""), "pattern"))
    return render_template("patterns/merge.html", found=found, into=into)


@bp.post("/patterns/<id>/merge")
def merge(id: str) -> Response:
    into = one(request.form, "into")
    _change(lambda session: curate.merge(session, viewer(), id, into, _now()))
    return _shown(into)


@bp.post("/patterns/<id>/rename")
def rename(id: str) -> Response:
    name = one(request.form, "name")
    _change(lambda session: curate.rename(session, viewer(), id, name, _now()))
    return _shown(id)


@bp.post("/patterns/<id>/confirm")
def confirm(id: str) -> Response:
    _change(lambda session: curate.confirm(session, viewer(), id, _now()))
    return _shown(id)


@bp.post("/patterns/<id>/dismiss")
def dismiss(id: str) -> Response:
    reason = one(request.form, "reason")
    _change(lambda session: curate.dismiss(session, viewer(), id, reason, _now()))
    return _shown(id)


@bp.post("/patterns/<id>/restore")
def restore(id: str) -> Response:
    _change(lambda session: curate.restore(session, viewer(), id, _now()))
    return _shown(id)


@bp.post("/patterns/<id>/split")
def split(id: str) -> Response:
    chosen, name = request.form.getlist("document"), one(request.form, "name")
    made: list[str] = []
    _change(lambda session: made.append(curate.split(session, viewer(), id, chosen, name, _now()).id))
    return _shown(made[0])


@bp.post("/patterns/<id>/take-out")
def take_out(id: str) -> Response:
    document = one(request.form, "document")
    _change(lambda session: curate.take_out(session, viewer(), id, document, _now()))
    return redirect(url_for("patterns.curating", id=id), 303)


@bp.post("/patterns/<id>/put-in")
def put_in(id: str) -> Response:
    document = _id_of(one(request.form, "document"), "incident")
    _change(lambda session: curate.put_in(session, viewer(), id, document, _now()))
    return redirect(url_for("patterns.curating", id=id), 303)


@bp.post("/similar/verdict")
def verdict() -> Response:
    """“Yes, the same” or “Not this one”, of two incidents."""
    document, other, alike = (one(request.form, name) for name in ("document", "other", "alike"))
    if alike not in ("yes", "no"):
        raise Invalid("Say whether they are alike: yes or no.")
    _change(lambda session: curate.judge(session, viewer(), document, other, alike == "yes", _now()))
    return redirect(safe_next(request.form.get("next")), 303)


def _change(change: Callable[[Session], object]) -> None:
    end_reading()
    with parts().database.write() as session:
        change(session)


def _shown(id: str) -> Response:
    return redirect(url_for("patterns.show", id=id), 303)


def _id_of(text: str, what: str) -> str:
    """An id, given by itself or as an address of its page. Raises Invalid."""
    path = [part for part in urlsplit(text.strip()).path.split("/") if part]
    if not path:
        raise Invalid(f"Give the id or the address of the {what}.")
    return path[1] if len(path) > 1 else path[0]


def _now() -> datetime:
    return datetime.now(UTC)
