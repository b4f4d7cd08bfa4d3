"""Suggested tags, for editors: each with the sentence that says so, to confirm, to reject, and to take that back."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.http.forms import one
from app.http.paging import PER_PAGE, Page, page_number
from app.http.parts import end_reading, parts, reading, viewer
from app.library import pages
from app.people import tags

bp = Blueprint("suggestions", __name__)


@bp.get("/suggestions")
def show() -> str:
    session, who, number = reading(), viewer(), page_number()
    found, total = pages.suggested(session, who, PER_PAGE, (number - 1) * PER_PAGE)
    return render_template(
        "suggestions/show.html",
        page=Page(found, number, total),
        lately=pages.decided_lately(session, who),
        gone=pages.left_out(session, who),
    )


@bp.post("/suggestions/decide")
def decide() -> Response:
    document, subject, value = _tag()
    decision, who, now = one(request.form, "decision"), viewer(), datetime.now(UTC)
    end_reading()
    with parts().database.write() as session:
        tags.decide(session, who, document, subject, value, decision, now)
    return _back()


@bp.post("/suggestions/undo")
def undo() -> Response:
    document, subject, value = _tag()
    who = viewer()
    end_reading()
    with parts().database.write() as session:
        tags.undo(session, who, document, subject, value)
    return _back()


def _tag() -> tuple[str, str, str]:
    return one(request.form, "document"), one(request.form, "subject"), one(request.form, "value")


def _back() -> Response:
    number = request.form.get("page", "")
    wanted = number if number.isascii() and number.isdigit() and number != "1" else None
    return redirect(url_for("suggestions.show", page=wanted), 303)
