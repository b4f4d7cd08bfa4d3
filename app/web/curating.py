"""What editors say of a pattern: its name, its incidents, whether it is one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.errors import Invalid, NotFound
from app.http.forms import one
from app.http.paging import PER_PAGE, Page, page_number
from app.http.parts import end_reading, parts, reading, viewer
from app.insight import curate
from app.library import pages

# Signs of what was given, in an answer that refuses it.
SHOWN = 80

bp = Blueprint("curating", __name__)


@bp.before_request
def exists() -> None:
    """Raises NotFound where there is no such pattern for this viewer."""
    pages.pattern(reading(), viewer(), (request.view_args or {})["id"])


@bp.errorhandler(Invalid)
def refuse(error: Invalid) -> Response:
    """What cannot be done is told on the page where it was asked, with what was written there."""
    page = _page((request.view_args or {})["id"], str(error))
    return page if isinstance(page, Response) else make_response(page, 400)


@bp.get("/patterns/<id>/curate")
def show(id: str) -> str | Response:
    return _page(id)


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
    return redirect(url_for("curating.show", id=id), 303)


@bp.post("/patterns/<id>/put-in")
def put_in(id: str) -> Response:
    document = _id_of(one(request.form, "document"), "incident")
    try:
        _change(lambda session: curate.put_in(session, viewer(), id, document, _now()))
    except NotFound:
        raise Invalid(
            f"No incident that you may see is “{document[:SHOWN]}”. Open its page, and copy the address."
        ) from None
    return redirect(url_for("curating.show", id=id), 303)


def _page(id: str, alarm: str = "") -> str | Response:
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
        page=Page(some, number, len(incidents), PER_PAGE, url_for("curating.show", id=id)),
        others=[each for each in others if each.pattern is not pattern],
        alarm=alarm,
        asked=(request.endpoint or "").rpartition(".")[2],
        given=request.form,
    )


def _change(change: Callable[[Session], object]) -> None:
    end_reading()
    with parts().database.write() as session:
        change(session)


def _shown(id: str) -> Response:
    return redirect(url_for("patterns.show", id=id), 303)


def _id_of(text: str, what: str) -> str:
    """An id, given by itself or as an address of its page. Raises Invalid."""
    try:
        path = [part for part in urlsplit(text.strip()).path.split("/") if part]
    except ValueError:
        path = []
    if not path:
        raise Invalid(f"Give the id or the address of the {what}.")
    return path[1] if len(path) > 1 else path[0]


def _now() -> datetime:
    return datetime.now(UTC)
