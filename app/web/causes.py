"""Root-cause categories: the list, and each with its incidents over time and what was promised."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.http.parts import reading, viewer
from app.library import pages
from app.web.charts import incidents_over_time

bp = Blueprint("causes", __name__)


@bp.get("/causes")
def listing() -> str:
    return render_template("causes/list.html", causes=pages.causes(reading(), viewer()))


@bp.get("/causes/<name>")
def show(name: str) -> str | Response:
    session, who = reading(), viewer()
    cause, children = pages.cause(session, name)
    if cause.name != name:
        return redirect(url_for("causes.show", name=cause.name), 301)
    names = [cause.name, *(child.name for child in children)]
    incidents = pages.incidents_of_causes(session, who, names)
    return render_template(
        "causes/show.html",
        cause=cause,
        children=children,
        incidents=incidents,
        suggested=pages.suggested_for(session, who, names),
        chart=incidents_over_time(incidents),
        actions=pages.actions_of(session, incidents),
        today=datetime.now(UTC).date(),
    )
