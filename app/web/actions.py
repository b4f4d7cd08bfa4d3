"""What post-mortems promised, and what of it still waits."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, render_template, request

from app.http.paging import PER_PAGE, Page, page_number
from app.http.parts import reading, viewer
from app.library import pages

STATES = ("open", "overdue", "settled")

bp = Blueprint("actions", __name__)


@bp.get("/actions")
def listing() -> str:
    state, number, today = request.args.get("state", "open"), page_number(), datetime.now(UTC).date()
    state = state if state in STATES else "open"
    rows, total = pages.actions(
        reading(),
        viewer(),
        today,
        overdue=state == "overdue",
        settled=state == "settled",
        limit=PER_PAGE,
        offset=(number - 1) * PER_PAGE,
    )
    return render_template("actions/list.html", page=Page(rows, number, total), state=state, states=STATES, today=today)
